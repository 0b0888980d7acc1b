"""Routes: counts of notes, with small cells hidden, and the lines there are to count."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.casework.review.counting import count_notes, lines_to_count, wanted
from app.casework.review.schemas import Counts, ExportCounts
from app.casework.review.sheets import as_csv
from app.contacts.api import Db
from app.contacts.schemas import LineName
from app.domain.acts import Act
from app.domain.errors import NotFound
from app.domain.permissions import Permission
from app.people.access import Principal, require
from app.platform.audit import record_act
from app.platform.edges import Now

router = APIRouter(prefix="/api/exports", tags=["exports"])
Exporting = Annotated[Principal, Depends(require(Permission.NOTE_EXPORT))]
CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Counts, or (`format` csv) a sheet",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.get("/lines")
async def lines(principal: Exporting, db: Db) -> list[LineName]:
    """The lines that the asker may have counted."""
    async with db.reading() as tx:
        return await lines_to_count(tx, principal)


@router.post("/counts", response_model=Counts, responses=CSV)
async def counts(principal: Exporting, body: ExportCounts, request: Request, db: Db, now: Now) -> Counts | Response:
    """Counts of counselling notes by one or two codes. Codes alone: no text of a note leaves this way."""
    facts = {"from": body.from_, "to": body.to, "lines": body.line_ids, "by": body.by, "format": body.format}
    try:
        what = wanted(body, principal)
    except NotFound:
        async with db.transaction() as tx:
            await record_act(
                tx, Act.FILE_REFUSED, by=principal.person_id, target_kind="notes", target_id="counts", now=now
            )
        raise
    async with db.transaction() as tx:
        found = await count_notes(tx, what, k=request.app.state.settings.export_smallest_cell)
        await record_act(
            tx, Act.COUNTS_EXPORTED, by=principal.person_id, target_kind="notes", target_id="counts", now=now,
            facts={**facts, "cells": len(found.cells), "hidden": found.hidden},
        )  # fmt: skip
    if body.format == "json":
        return found
    sheet = as_csv(found, language=body.language)
    headers = {"Content-Disposition": 'attachment; filename="counts.csv"'}
    return Response(sheet, media_type="text/csv; charset=utf-8", headers=headers)
