"""Durable timers (escalation.md section 2): one table, claimed by SKIP LOCKED with a lease, fenced by `attempt`.

There is no "doing" state to be stuck in: a claim pushes `due_at` by the lease, which is renewed while the worker is at
it (`in_hand.py`), and whoever finishes later than that finds that its attempt is no longer the current one.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.platform.clock import fresh_id
from app.platform.db import Database, Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.trouble import GONE

log = get_log()

LEASE = timedelta(seconds=3)  # how late a timer is whose worker was killed: a caller may be waiting for it
BATCH = 50


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that has come due. `lag` is how late it was claimed."""

    id: UUID
    kind: str
    subject_id: UUID
    payload: Mapping[str, Any]
    attempt: int
    lag: timedelta


Handler = Callable[..., Awaitable[None]]  # async def handler(tx, timer, *, now)


async def set_timer(
    tx: Tx, kind: str, subject_id: UUID, *, due_at: datetime, now: datetime, payload: Mapping[str, Any] | None = None
) -> None:
    """Let `kind` happen to `subject_id` at `due_at`; a live timer of the same kind and subject is moved instead."""
    await tx.execute(
        """INSERT INTO timer (id, kind, subject_id, payload, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (kind, subject_id) WHERE done_at IS NULL
           DO UPDATE SET due_at = excluded.due_at, payload = excluded.payload, attempt = timer.attempt + 1,
             created_at = excluded.created_at""",
        fresh_id(), kind, subject_id, dict(payload or {}), due_at, now,
    )  # fmt: skip
    tx.hint("timers")


async def cancel_timer(tx: Tx, kind: str, subject_id: UUID, *, now: datetime) -> bool:
    """Let it not happen. False: there was none."""
    status: str = await tx.execute(
        "UPDATE timer SET done_at = $3, outcome = 'cancelled' WHERE kind = $1 AND subject_id = $2 AND done_at IS NULL",
        kind, subject_id, now,
    )  # fmt: skip
    return status != "UPDATE 0"


async def cancel_timers(tx: Tx, kinds: list[str], subject_id: UUID, *, now: datetime) -> None:
    """Let none of these happen."""
    await tx.execute(
        """UPDATE timer SET done_at = $3, outcome = 'cancelled'
           WHERE kind = ANY($1) AND subject_id = $2 AND done_at IS NULL""",
        kinds, subject_id, now,
    )  # fmt: skip


async def claim_due(tx: Tx, kinds: list[str], *, now: datetime, at_most: int = BATCH) -> list[Timer]:
    """Take the timers that are due, for the length of the lease."""
    rows = await tx.fetch(
        """WITH due AS (
             SELECT id, due_at FROM timer WHERE done_at IS NULL AND due_at <= $1 AND kind = ANY($2)
             ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
           UPDATE timer t SET attempt = t.attempt + 1, due_at = $1 + $4::interval FROM due WHERE t.id = due.id
           RETURNING t.id, t.kind, t.subject_id, t.payload, t.attempt, due.due_at AS was_due""",
        now, kinds, at_most, LEASE,
    )  # fmt: skip
    return [
        Timer(row["id"], row["kind"], row["subject_id"], row["payload"], row["attempt"], now - row["was_due"])
        for row in sorted(rows, key=lambda row: row["was_due"])
    ]


async def complete(tx: Tx, timer: Timer, *, now: datetime) -> bool:
    """Mark it done, unless another claim has taken it meanwhile (False: roll back what this attempt did).

    A handler may have cancelled its own timer or set it anew in this transaction: then that stands.
    """
    status: str = await tx.execute(
        """UPDATE timer SET done_at = CASE WHEN attempt = $2 THEN coalesce(done_at, $3) ELSE done_at END,
             outcome = CASE WHEN attempt = $2 THEN coalesce(outcome, 'done') ELSE outcome END
           WHERE id = $1 AND (attempt = $2 AND done_at IS NULL OR xmin = pg_current_xact_id()::xid)""",
        timer.id, timer.attempt, now,
    )  # fmt: skip
    return status != "UPDATE 0"


async def next_due(tx: Tx, kinds: list[str]) -> datetime | None:
    """When the earliest timer of these kinds that nobody has finished is due."""
    due: datetime | None = await tx.fetchval(
        "SELECT min(due_at) FROM timer WHERE done_at IS NULL AND kind = ANY($1)", kinds
    )
    return due


class LateAttempt(Exception):  # noqa: N818 it only rolls the transaction back
    """Somebody else owns this timer now; whatever this attempt did must not stay."""


async def run_timer(db: Database, timer: Timer, handler: Handler, *, read_clock: Callable[[], datetime]) -> None:
    """Handle one timer in one transaction that also completes it; a failure leaves it to its lease.

    The fence comes last: it locks the timer's row, and whoever holds a contact and cancels its timers would wait for
    that row while the handler waits for the contact. What a late attempt did is rolled back.
    """
    moment = read_clock()
    try:
        async with db.transaction() as tx:
            await handler(tx, timer, now=moment)
            if not await complete(tx, timer, now=moment):
                raise LateAttempt
    except LateAttempt:
        return
    except GONE as failure:  # the lease brings it back, here or elsewhere
        log.warning(Log.LOOP_FAILED, loop="timers", kind=type(failure).__name__)
    except Exception as failure:  # noqa: BLE001 one bad timer must not stop the others
        log.alarm(Log.TIMER_FAILED, failure=failure, timer=timer.id, kind=timer.kind, attempt=timer.attempt)
