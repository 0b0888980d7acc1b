"""Route: a file made ready for a case conference, as a page to print."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from app.casework.files.reach import file_in_reach
from app.casework.review.packet import read_packet
from app.casework.review.packet_page import POLICY, page_of
from app.contacts.api import Db
from app.domain.acts import Act
from app.domain.permissions import Permission
from app.people.access import Principal, require
from app.platform.audit import record_act
from app.platform.edges import Now

router = APIRouter(prefix="/api/subjects", tags=["files"])
Editing = Annotated[Principal, Depends(require(Permission.FILE_EDIT))]


@router.get("/{subject_id}/packet", response_class=HTMLResponse)
async def packet(
    subject_id: UUID, principal: Editing, db: Db, now: Now, language: Literal["zh", "en"] = "zh"
) -> HTMLResponse:
    """What a case conference needs of a file: no codes of callers, no dates, no names of staff."""
    async with file_in_reach(db, principal, subject_id, Permission.FILE_EDIT, now=now) as (tx, file):
        found = await read_packet(tx, principal, file, now=now)
        await record_act(
            tx, Act.PACKET_MADE, by=principal.person_id, target_kind="subject", target_id=file.id, now=now,
            facts={"contacts": len(found.contacts), "notes": found.notes, "language": language},
        )  # fmt: skip
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Disposition": 'inline; filename="case-conference.html"',
        "Cache-Control": "no-store",
    }
    return HTMLResponse(page_of(found, language=language), headers=headers)
