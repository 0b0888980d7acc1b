"""The outbox: what we ask of the outside world, committed with the state that wants it, done by the worker.

A command is done outside any transaction with its id as the idempotency key; a second transaction records how it
ended. Its lease is renewed meanwhile (`in_hand.py`), however long the carrier takes. The commands of one leg are done
one after another, in the order they were given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.platform.clock import fresh_id
from app.platform.db import Tx

LEASE = timedelta(seconds=4)  # after so long the commands of a worker that was killed are taken up again
BATCH = 20
MOST_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Command:
    """A command that this process has claimed."""

    id: UUID
    kind: str
    contact_id: UUID | None
    leg_id: UUID | None
    payload: Mapping[str, Any]
    attempt: int
    created_at: datetime


COLUMNS = tuple(field.name for field in fields(Command))


async def enqueue(
    tx: Tx,
    kind: str,
    *,
    contact_id: UUID | None,
    leg_id: UUID | None,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
) -> UUID:
    """Ask for `kind` to be done once this has been committed; returns the command's id."""
    command_id = fresh_id()
    await tx.execute(
        """INSERT INTO command (id, kind, contact_id, leg_id, payload, due_at, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        command_id, kind, contact_id, leg_id, dict(payload or {}), due_at or now, now,
    )  # fmt: skip
    tx.hint("commands")
    return command_id


async def claim_due(tx: Tx, *, now: datetime, at_most: int = BATCH) -> list[Command]:
    """Take what is due, for the length of the lease: of each leg only its oldest open command."""
    rows = await tx.fetch(
        """WITH due AS (
             SELECT c.id FROM command c WHERE c.done_at IS NULL AND c.due_at <= $1
               AND (c.leg_id IS NULL OR NOT EXISTS (
                 SELECT FROM command o WHERE o.leg_id = c.leg_id AND o.done_at IS NULL AND o.seq < c.seq
                   AND (o.due_at <= $1 + interval '30 s')))
             ORDER BY c.due_at, c.seq LIMIT $2 FOR UPDATE SKIP LOCKED)
           UPDATE command c SET attempt = c.attempt + 1, due_at = $1 + $3::interval FROM due WHERE c.id = due.id
           RETURNING c.id, c.kind, c.contact_id, c.leg_id, c.payload, c.attempt, c.created_at, c.seq""",
        now, at_most, LEASE,
    )  # fmt: skip
    return [Command(**{name: row[name] for name in COLUMNS}) for row in sorted(rows, key=lambda row: row["seq"])]


async def finish(
    tx: Tx, command: Command, outcome: str, *, now: datetime, error_code: str | None = None, in_vain: bool = False
) -> bool:
    """Record how it ended (done, already_gone, failed, given_up). `in_vain`: this attempt is known to have done nothing
    in the outside world. False: another attempt owns it now."""
    status: str = await tx.execute(
        """UPDATE command SET done_at = $3, outcome = $4, error_code = $5, in_vain = in_vain + $6
           WHERE id = $1 AND attempt = $2 AND done_at IS NULL""",
        command.id, command.attempt, now, outcome, error_code, int(in_vain),
    )  # fmt: skip
    if status != "UPDATE 0":
        tx.hint("commands")  # the leg's next command may go now
    return status != "UPDATE 0"


async def postpone(tx: Tx, command: Command, *, until: datetime, error_code: str, in_vain: bool = False) -> bool:
    """Try again later."""
    status: str = await tx.execute(
        """UPDATE command SET due_at = $3, error_code = $4, in_vain = in_vain + $5
           WHERE id = $1 AND attempt = $2 AND done_at IS NULL""",
        command.id, command.attempt, until, error_code, int(in_vain),
    )  # fmt: skip
    return status != "UPDATE 0"


async def never_done(tx: Tx, leg_id: UUID, kind: str) -> bool:
    """Whether every attempt at a leg's command of this kind is known to have done nothing. An attempt of which nothing
    was recorded, because its worker died, may have."""
    return bool(
        await tx.fetchval(
            "SELECT coalesce(bool_and(attempt = in_vain), true) FROM command WHERE leg_id = $1 AND kind = $2",
            leg_id, kind,
        )
    )  # fmt: skip


async def is_waiting(tx: Tx, leg_id: UUID, kind: str) -> bool:
    """Whether a command of this kind is open for the leg."""
    return bool(
        await tx.fetchval(
            "SELECT EXISTS (SELECT FROM command WHERE leg_id = $1 AND kind = $2 AND done_at IS NULL)", leg_id, kind
        )
    )


async def cancel_commands(tx: Tx, leg_id: UUID, kinds: list[str], *, now: datetime) -> int:
    """Call off what has not been tried yet; returns how many. What is under way goes on."""
    status: str = await tx.execute(
        """UPDATE command SET done_at = $3, outcome = 'cancelled'
           WHERE leg_id = $1 AND kind = ANY($2) AND done_at IS NULL AND attempt = 0""",
        leg_id, kinds, now,
    )  # fmt: skip
    return int(status.split()[-1])
