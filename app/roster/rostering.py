"""Who is on shift now, until when, with which skills (issue part 7: only who is rostered or let in goes ready).

Shifts that follow one another without a gap count as one. A timer per volunteer, `shift_end`, is set to the next
moment at which this changes: a shift of hers ends, or another pool's begins. It never cuts a call, a ring or a
wrap-up: where she lands afterwards is decided in presence_moves.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from app.domain.errors import NotRostered
from app.domain.ids import PersonId, PoolId
from app.domain.lifecycle import Moved
from app.domain.presence import Activity, PresenceEvent, apply
from app.domain.shifts import Shift, duty_ends
from app.domain.shifts import on_shift as shifts_holding
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import Timer, cancel_timer, set_timer
from app.roster.notices import NoticeKind, give_notice
from app.roster.presence_row import COUNTING_ZONE, PresenceRow, lock_presence, save_presence

log = get_log()

SHIFT_END: Final = "shift_end"
"""The timer's kind; its subject is the person."""


@dataclass(frozen=True, slots=True)
class OnShift:
    """She is on shift in `pools` until `ends_at`; at `next_edge` it is to be looked at again."""

    pools: list[PoolId]
    ends_at: datetime
    next_edge: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """What she may do now. `all_expired`: she held some, and every one of them has run out."""

    skills: list[str]
    all_expired: bool


async def on_shift(tx: Tx, person_id: UUID, *, now: datetime) -> OnShift | None:
    """Her shift at `now`, in the pools she belongs to; None: she is not rostered and not let in."""
    rows = await tx.fetch(
        """SELECT s.pool_id, s.starts_at, s.ends_at FROM shift s
           JOIN pool_member m ON m.person_id = s.person_id AND m.pool_id = s.pool_id
           WHERE s.person_id = $1 AND s.cancelled_at IS NULL AND s.ends_at > $2
             AND s.starts_at < $2 + interval '48 hours'
           ORDER BY s.starts_at""",
        person_id, now,
    )  # fmt: skip
    shifts = [Shift(PersonId(person_id), PoolId(row["pool_id"]), row["starts_at"], row["ends_at"]) for row in rows]
    current = shifts_holding(shifts, now)
    ends_at = duty_ends(shifts, PersonId(person_id), now)
    if not current or ends_at is None:
        return None
    edges = [shift.ends_at for shift in current]
    edges += [shift.starts_at for shift in shifts if now < shift.starts_at <= ends_at]
    return OnShift(sorted({shift.pool for shift in current}), ends_at, min(edges))


async def credentials(tx: Tx, person_id: UUID, *, now: datetime) -> Credentials:
    """Her skills that have not expired."""
    rows = await tx.fetch("SELECT skill, expires_at FROM credential WHERE person_id = $1 ORDER BY skill", person_id)
    valid = [row["skill"] for row in rows if row["expires_at"] is None or row["expires_at"] > now]
    return Credentials(valid, all_expired=bool(rows) and not valid)


async def not_on_shift(tx: Tx, person_id: UUID, *, now: datetime) -> NotRostered:
    """What to tell somebody who is not on shift: when the next one begins. A sentence, and what a screen needs."""
    row = await tx.fetchrow(
        """SELECT s.starts_at, s.ends_at, p.name_zh, p.name_en FROM shift s
           JOIN pool_member m ON m.person_id = s.person_id AND m.pool_id = s.pool_id JOIN pool p ON p.id = s.pool_id
           WHERE s.person_id = $1 AND s.cancelled_at IS NULL AND s.starts_at > $2 ORDER BY s.starts_at LIMIT 1""",
        person_id, now,
    )  # fmt: skip
    if row is None:
        return NotRostered(
            "No further shift is on the rota for you; a supervisor can let you in. "
            "排班表上没有您之后的班次；督导可以让您临时上线。"
        )
    starts, ends = (row[key].astimezone(COUNTING_ZONE) for key in ("starts_at", "ends_at"))
    sentence = (
        f"Your next shift is on {starts:%Y-%m-%d} from {starts:%H:%M} to {ends:%H:%M} ({COUNTING_ZONE.key})"
        f" in {row['name_en']}; a supervisor can let you in before. "
        f"您的下一班：{starts:%Y-%m-%d} {starts:%H:%M}–{ends:%H:%M}，{row['name_zh']}；此前可请督导让您临时上线。"
    )
    next_shift = {
        "starts_at": row["starts_at"].isoformat(),
        "ends_at": row["ends_at"].isoformat(),
        "pool_name_zh": row["name_zh"],
        "pool_name_en": row["name_en"],
    }
    return NotRostered(sentence, why="before_next_shift", next_shift=next_shift)


async def watch_shift(tx: Tx, person_id: UUID, shift: OnShift, *, now: datetime) -> None:
    """Set the timer for the next change of her shift."""
    await set_timer(tx, SHIFT_END, person_id, due_at=shift.next_edge, now=now)


async def renew(tx: Tx, person_id: UUID, *, now: datetime) -> Activity | None:
    """Look at her shift again: a timer came due, or a shift of hers was added or cancelled. None: no presence at all.

    On shift: pools and end are brought up to date. Off shift: ready goes offline, with a notice; away goes offline;
    offered, engaged and wrapping up stay until they are over.
    """
    row = await lock_presence(tx, person_id)
    if row is None or row.activity is Activity.OFFLINE:
        return None if row is None else row.activity
    shift = await on_shift(tx, person_id, now=now)
    if shift is not None:
        await watch_shift(tx, person_id, shift, now=now)
        if (row.pools, row.shift_ends_at) != (list(shift.pools), shift.ends_at):
            await save_presence(tx, replace(row, pools=list(shift.pools), shift_ends_at=shift.ends_at), now=now)
        return row.activity
    return await _let_go(tx, row, now=now)


async def _let_go(tx: Tx, row: PresenceRow, *, now: datetime) -> Activity:
    ended = now if row.shift_ends_at is None else min(now, row.shift_ends_at)
    verdict = apply(row.activity, PresenceEvent.LET_GO)
    if row.activity is Activity.OFFERED or not isinstance(verdict, Moved) or verdict.state is row.activity:
        await save_presence(tx, replace(row, shift_ends_at=ended), now=now)  # she lands offline when this is over
        return row.activity
    await save_presence(
        tx,
        replace(row, activity=verdict.state, since=now, reason="shift_over", ready_since=None, shift_ends_at=ended),
        now=now,
    )
    await cancel_timer(tx, SHIFT_END, row.person_id, now=now)
    if row.activity is Activity.READY:
        await give_notice(tx, NoticeKind.SHIFT_ENDED_WHILE_READY, about=row.person_id, now=now)
    log.info(Log.SHIFT_ENDED, person=row.person_id)
    return verdict.state


async def shift_end_due(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """Handler of the `shift_end` timer."""
    await renew(tx, timer.subject_id, now=now)
