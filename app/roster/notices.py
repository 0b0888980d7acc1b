"""Notices: what a supervisor should know, until somebody has seen it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.errors import NotFound
from app.platform.changes import record_change
from app.platform.clock import fresh_id
from app.platform.db import Tx


class NoticeKind(StrEnum):
    """What a notice is about."""

    AWAY_AFTER_MISSED = "away_after_missed"  # missed too many offers in a row
    AWAY_NO_AUDIO = "away_no_audio"  # accepted, but audio never joined
    HEARTBEAT_LOST_IN_TALK = "heartbeat_lost_in_talk"  # the console is gone, the call stays up
    SHIFT_ENDED_WHILE_READY = "shift_ended_while_ready"
    SET_BY_SUPERVISOR = "set_by_supervisor"


async def give_notice(
    tx: Tx,
    kind: NoticeKind | str,
    *,
    now: datetime,
    about: UUID | None = None,
    contact_id: UUID | None = None,
    line_id: str | None = None,
) -> UUID:
    """Tell the supervisors; the notice's id. Other slices may give kinds of their own."""
    notice_id = fresh_id()
    await tx.execute(
        "INSERT INTO notice (id, kind, about_person_id, contact_id, line_id, at) VALUES ($1, $2, $3, $4, $5, $6)",
        notice_id, str(kind), about, contact_id, line_id, now,
    )  # fmt: skip
    await record_change(tx, "notice", notice_id, at=now)
    return notice_id


async def mark_seen(tx: Tx, notice_id: UUID, *, by: UUID, now: datetime) -> bool:
    """Somebody has taken note. False: someone had before. Raises NotFound."""
    seen = await tx.fetchval(
        "UPDATE notice SET seen_at = $2, seen_by = $3, version = version + 1 WHERE id = $1 AND seen_at IS NULL"
        " RETURNING true",
        notice_id, now, by,
    )  # fmt: skip
    if seen:
        await record_change(tx, "notice", notice_id, at=now)
        return True
    if not await tx.fetchval("SELECT true FROM notice WHERE id = $1", notice_id):
        raise NotFound
    return False
