"""Blocks: a caller's pseudonym kept from a line for a time, with a reason and an end (failure 25)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.contacts.rows import lock_contact
from app.domain.errors import Invalid, NotFound
from app.domain.ids import BlockId, LineId
from app.domain.screening import Block, BlockReason
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log

log = get_log()

LONGEST = timedelta(days=90)


async def blocks_on(tx: Tx, subject_token: bytes | None, *, now: datetime) -> list[Block]:
    """The blocks on this pseudonym that have not ended; none for a caller without a number."""
    if not subject_token:
        return []
    rows = await tx.fetch(
        """SELECT id, subject_token, line_id, reason, created_at, expires_at, lifted_at FROM block
           WHERE subject_token = $1 AND lifted_at IS NULL AND expires_at > $2""",
        subject_token, now,
    )  # fmt: skip
    return [
        Block(
            id=BlockId(row["id"]),
            subject_token=row["subject_token"],
            line=None if row["line_id"] is None else LineId(row["line_id"]),
            reason=BlockReason(row["reason"]),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            lifted_at=row["lifted_at"],
        )
        for row in rows
    ]


async def block_caller(
    tx: Tx,
    contact_id: UUID,
    *,
    line_id: str | None,
    reason: BlockReason,
    hours: float,
    by: UUID,
    now: datetime,
) -> UUID:
    """Keep the caller of this contact from `line_id` (None: every line). Raises Invalid when there was no number."""
    contact = await lock_contact(tx, contact_id)
    if contact is None:
        raise NotFound
    if not contact.subject_token:
        raise Invalid(
            "This caller gave no number, and a block on “no number” would hit everyone who gives none. "
            "该来电未显示号码；若按“无号码”屏蔽，所有未显示号码的来电都会被挡住。"
        )
    length = timedelta(hours=hours)
    if not timedelta(0) < length <= LONGEST:
        raise Invalid(f"A block lasts at most {LONGEST.days} days. 屏蔽最长 {LONGEST.days} 天。")
    block_id = fresh_id()
    await tx.execute(
        """INSERT INTO block (id, subject_token, line_id, reason, created_by, created_at, expires_at, subject_key_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT subject_key_id FROM contact WHERE id = $8))""",
        block_id, contact.subject_token, line_id, reason.value, by, now, now + length, contact_id,
    )  # fmt: skip
    log.info(Log.CALLER_BLOCKED, block=block_id, contact=contact_id, person=by)
    return block_id


async def lift_block(tx: Tx, block_id: UUID, *, now: datetime) -> bool:
    """End a block before its time; False: there is none, or it has ended."""
    status: str = await tx.execute(
        "UPDATE block SET lifted_at = $2 WHERE id = $1 AND lifted_at IS NULL AND expires_at > $2", block_id, now
    )
    return status != "UPDATE 0"


async def list_blocks(tx: Tx, lines: list[str] | None, *, now: datetime) -> list[dict[str, Any]]:
    """The blocks in force, newest first; `lines` None means every line."""
    rows = await tx.fetch(
        """SELECT b.id, b.subject_token, b.line_id, b.reason, p.work_name AS created_by_name, b.created_at, b.expires_at
           FROM block b JOIN person p ON p.id = b.created_by
           WHERE b.lifted_at IS NULL AND b.expires_at > $1
             AND ($2::text[] IS NULL OR b.line_id IS NULL OR b.line_id = ANY($2))
           ORDER BY b.created_at DESC LIMIT 500""",
        now, lines,
    )  # fmt: skip
    return [dict(row) for row in rows]
