"""Work in hand: what one worker has claimed and not finished, each piece in a task of its own, so many at once.

A claim is a lease of a few seconds (`timers.py`, `outbox.py`). While its worker is at it, the lease is renewed: slow
work is not taken away. A worker that could not renew in time may take the same piece up again itself, beside the first
attempt, which counts no more. A worker that was killed renews nothing, so another takes its work up within the lease;
what one that had only been stopped writes later is refused, because the work has another attempt by then. The outside
world knows nothing of attempts: whoever is about to ask something of it looks first whether its own is `still_held`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from app.platform.db import Database, Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.trouble import TROUBLE

log = get_log()

RENEW_EVERY_S = 0.75
YOUNG = timedelta(seconds=0.5)  # most work is done before its lease is worth a thought


async def renew(
    tx: Tx, table: Literal["timer", "command"], attempts: Mapping[UUID, int], *, until: datetime
) -> set[UUID]:
    """Prolong these leases; the ids of those that are still ours. Nothing is brought forward.

    Rows that are locked are being finished or called off at this moment: they are passed over, by claims too.
    """
    rows = await tx.fetch(
        f"""WITH mine AS (
              SELECT t.id FROM {table} t JOIN unnest($1::uuid[], $2::int[]) AS held(id, attempt) USING (id, attempt)
              WHERE t.done_at IS NULL AND t.due_at < $3 FOR UPDATE OF t SKIP LOCKED)
            UPDATE {table} t SET due_at = $3 FROM mine WHERE t.id = mine.id RETURNING t.id""",  # noqa: S608 one of two names
        list(attempts), list(attempts.values()), until,
    )  # fmt: skip
    return {row["id"] for row in rows}


@dataclass(slots=True)
class _Held:
    since: datetime
    until: datetime


class InHand:
    """One worker's claims on one table. Its tasks belong to `group` and have to see to their own failures."""

    def __init__(
        self,
        db: Database,
        group: asyncio.TaskGroup,
        table: Literal["timer", "command"],
        *,
        lease: timedelta,
        at_once: int,
        read_clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._group = group
        self._table = table
        self._lease = lease
        self._at_once = at_once
        self._now = read_clock
        self._held: dict[tuple[UUID, int], _Held] = {}
        self._freed = asyncio.Event()

    @property
    def room(self) -> int:
        """How many more can be taken now."""
        return self._at_once - len(self._held)

    async def until_room(self) -> None:
        """Wait until there is room for one more."""
        while self.room <= 0:
            self._freed.clear()
            await self._freed.wait()

    def take(self, item: UUID, attempt: int, work: Callable[[], Awaitable[None]], *, claimed_at: datetime) -> None:
        """Begin the work of a claim that was asked for at `claimed_at`."""
        self._held[item, attempt] = _Held(claimed_at, claimed_at + self._lease)
        self._group.create_task(self._do(item, attempt, work))

    async def _do(self, item: UUID, attempt: int, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        finally:
            del self._held[item, attempt]
            self._freed.set()

    def still_held(self, item: UUID, attempt: int) -> bool:
        """Whether nobody else can have taken it up since this attempt, another one of ours included."""
        held = self._held.get((item, attempt))
        return held is not None and self._now() < held.until

    async def keep(self) -> None:
        """Renew for ever what takes its time. A renewal that fails is tried again, unless the lease is over by then."""
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            try:
                await self._renew()
            except TROUBLE as failure:
                log.warning(Log.LOOP_FAILED, loop=f"{self._table} leases", kind=type(failure).__name__)

    async def _renew(self) -> None:
        now = self._now()
        # Of a piece that we have taken up twice the last attempt counts: it comes last here, too.
        old = {item: attempt for (item, attempt), held in self._held.items() if held.since < now - YOUNG}
        if not old:
            return
        until = now + self._lease
        async with self._db.transaction() as tx:
            renewed = await renew(tx, self._table, old, until=until)
        for item in renewed:
            if (held := self._held.get((item, old[item]))) is not None:
                held.until = until
