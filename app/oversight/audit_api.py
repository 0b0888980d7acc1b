"""The route of those who read the audit. Reading it is an act like any other, and entered before anything is shown."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.domain.acts import Act
from app.domain.errors import Invalid
from app.domain.permissions import Permission
from app.oversight.audit_reading import AuditPage, Filters, read_audit
from app.people.access import Principal, require
from app.platform.audit import record_act
from app.platform.edges import Now, TxDep

router = APIRouter(prefix="/api", tags=["audit"])

Reading = Annotated[Principal, Depends(require(Permission.AUDIT_READ))]
Word = Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._:-]+$")]


@router.get("/audit")
async def audit(
    principal: Reading,
    tx: TxDep,
    now: Now,
    *,
    person_id: UUID | None = None,
    act: Act | None = None,
    target_kind: Word = None,
    target_id: Word = None,
    line_id: Word = None,
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: Annotated[datetime | None, Query(alias="to")] = None,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> AuditPage:
    """Who looked at or changed what, newest first: of one's lines, or of everything for who may read everything."""
    filters = Filters(person_id, act, target_kind, target_id, line_id, _instant(since), _instant(until), before)
    everything = principal.may_everywhere(Permission.AUDIT_READ)
    lines = None if everything else sorted(principal.lines_for(Permission.AUDIT_READ))
    page = await read_audit(tx, filters, lines=lines)
    await record_act(
        tx,
        Act.AUDIT_READ,
        by=principal.person_id,
        target_kind="audit",
        target_id="entries",
        line_id=line_id,
        now=now,
        facts={**filters.in_words(), "shown": len(page.entries)},
    )
    return page


def _instant(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    try:
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Invalid("A moment needs its time zone, like 2026-11-26T08:00:00+08:00. 时间须带时区。")
