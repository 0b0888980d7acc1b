"""Legal holds: what they cover, placing and lifting them. Neither retention nor erasure touches what is held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.casework.redacting import RedactedText
from app.casework.retention.erasing import go_on_after_hold
from app.casework.retention.rounds import whole_files
from app.domain.acts import Act
from app.domain.errors import NotFound
from app.domain.retention import HoldReason
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log

log = get_log()


@dataclass(frozen=True, slots=True)
class On:
    """What a hold is on: exactly one of the three. `line_ids`: the lines that this touches."""

    subject_id: UUID | None
    contact_id: UUID | None
    line_id: str | None
    line_ids: Sequence[str | None]


async def place_hold(tx: Tx, on: On, reason_code: HoldReason, reason: RedactedText, *, by: UUID, now: datetime) -> UUID:
    """Keep what it covers until somebody lifts it; the hold's id."""
    hold_id = fresh_id()
    await tx.execute(
        """INSERT INTO legal_hold (id, subject_id, contact_id, line_id, reason_code, reason, placed_by, placed_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        hold_id, on.subject_id, on.contact_id, on.line_id, reason_code.value, reason, by, now,
    )  # fmt: skip
    await record_act(
        tx, Act.HOLD_PLACED, by=by, target_kind="hold", target_id=hold_id, line_id=on.line_id, now=now,
        facts={"reason": reason_code.value, "on": _what(on)},
    )  # fmt: skip
    log.info(Log.HOLD_CHANGED, hold=hold_id, state="placed")
    return hold_id


async def hold_part(tx: Tx, whole: Sequence[UUID], part: UUID, *, by: UUID, now: datetime) -> None:
    """`part` has come apart from the file of these subjects: what holds the whole holds it too.

    It gets a hold of its own, with who decided it and when, which is lifted for this part alone.
    """
    rows = await tx.fetch(
        """SELECT DISTINCT ON (reason_code, placed_by, placed_at) id, reason_code FROM legal_hold h
           WHERE lifted_at IS NULL AND subject_id = ANY($1)
             AND NOT EXISTS (SELECT FROM legal_hold k WHERE k.lifted_at IS NULL AND k.subject_id = ANY($2)
               AND (k.reason_code, k.placed_by, k.placed_at) = (h.reason_code, h.placed_by, h.placed_at))
           ORDER BY reason_code, placed_by, placed_at, id""",
        list(whole), await whole_files(tx, [part]),
    )  # fmt: skip
    for row in rows:
        hold_id = fresh_id()
        await tx.execute(
            """INSERT INTO legal_hold (id, subject_id, reason_code, reason, placed_by, placed_at)
               SELECT $2, $3, reason_code, reason, placed_by, placed_at FROM legal_hold WHERE id = $1""",
            row["id"], hold_id, part,
        )  # fmt: skip
        await record_act(
            tx, Act.HOLD_PLACED, by=by, target_kind="hold", target_id=hold_id, now=now,
            facts={"reason": row["reason_code"], "on": "subject", "copy_of": str(row["id"])},
        )  # fmt: skip
        log.info(Log.HOLD_CHANGED, hold=hold_id, state="placed")


def _what(on: On) -> str:
    if on.subject_id is not None:
        return "subject"
    return "contact" if on.contact_id is not None else "line"


async def find_hold(tx: Tx, hold_id: UUID) -> Any:
    """A hold in force, locked. Raises NotFound."""
    row = await tx.fetchrow("SELECT * FROM legal_hold WHERE id = $1 AND lifted_at IS NULL FOR UPDATE", hold_id)
    if row is None:
        raise NotFound
    return row


async def lift_hold(tx: Tx, hold_id: UUID, *, by: UUID, now: datetime) -> None:
    """Let go of what it kept; an erasure that it stopped goes on."""
    await tx.execute("UPDATE legal_hold SET lifted_by = $2, lifted_at = $3 WHERE id = $1", hold_id, by, now)
    await record_act(tx, Act.HOLD_LIFTED, by=by, target_kind="hold", target_id=hold_id, now=now)
    await go_on_after_hold(tx, hold_id, now=now)
    log.info(Log.HOLD_CHANGED, hold=hold_id, state="lifted")
