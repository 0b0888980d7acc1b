"""Reading the change feed without ever missing a row.

`change.seq` is handed out before a transaction commits, so a row may become visible after rows with higher numbers. A
number that was passed over is therefore asked for again, until it has appeared, or until every transaction that could
still bring it has ended: when the number was first missed, all transactions then in flight had ids below that
snapshot's xmax; once the oldest one in flight is at or above it, the number was rolled back and never comes.
(PostgreSQL documentation, "Transaction ID and Snapshot Information Functions".) A few seconds are added, for a
transaction that has drawn its number and not yet been given an id.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

LINGER: Final = timedelta(seconds=5)
LOOK_BACK: Final = 1_000  # numbers before the newest that are watched from the start
BATCH: Final = 5_000
WATCHED: Final = 20_000  # numbers; a wider hole is rows that house-keeping has removed

_HORIZON: Final = """
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest,
      pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the feed."""

    seq: int
    entity: str
    entity_id: str


@dataclass(frozen=True, slots=True)
class _Gap:
    missed_at: datetime
    next_xid: int


@dataclass(slots=True)
class ChangeReader:
    """Where one process stands in the feed. `connection` is anything with asyncpg's `fetch` and `fetchrow`."""

    high: int = -1
    _gaps: dict[int, _Gap] = field(default_factory=dict)

    @property
    def open_gaps(self) -> int:
        """Numbers that are still waited for."""
        return len(self._gaps)

    async def start(self, connection: Any, *, now: datetime) -> None:
        """Stand at the newest row. Rows older than it that are not visible yet will still be read."""
        self.high = await connection.fetchval("SELECT coalesce(max(seq), 0) FROM change")
        rows = await connection.fetch("SELECT seq FROM change WHERE seq > $1", self.high - LOOK_BACK)
        horizon = await connection.fetchrow(_HORIZON)
        self._miss({row["seq"] for row in rows}, max(0, self.high - LOOK_BACK), self.high, horizon["next"], now)

    async def read(self, connection: Any, *, now: datetime) -> Sequence[Change]:
        """The rows that became visible since the last time, each once, by number."""
        missing = list(self._gaps)
        # A gap is given up by a horizon taken before the look, and noted with one taken after it: never too early.
        horizon = await connection.fetchrow(_HORIZON) if missing else None
        rows = await connection.fetch(
            """SELECT seq, entity, entity_id FROM change WHERE seq > $1
               UNION ALL SELECT seq, entity, entity_id FROM change WHERE seq = ANY($2::bigint[])
               ORDER BY seq LIMIT $3""",
            self.high, missing, BATCH,
        )  # fmt: skip
        changes = [Change(row["seq"], row["entity"], row["entity_id"]) for row in rows]
        for change in changes:
            self._gaps.pop(change.seq, None)
        if horizon is not None:
            self._give_up(set(missing), horizon["oldest"], now)
        newer = {change.seq for change in changes if change.seq > self.high}
        if newer:
            newest = max(newer)
            if newest - self.high > len(newer):
                after = await connection.fetchrow(_HORIZON)
                self._miss(newer, self.high, newest, after["next"], now)
            self.high = newest
        return changes

    def _miss(self, seen: set[int], low: int, high: int, next_xid: int, now: datetime) -> None:
        for seq in range(max(low + 1, high - WATCHED), high):
            if seq not in seen:
                self._gaps[seq] = _Gap(now, next_xid)

    def _give_up(self, asked_for: set[int], oldest: int, now: datetime) -> None:
        for seq in asked_for & self._gaps.keys():
            gap = self._gaps[seq]
            if gap.next_xid <= oldest and now - gap.missed_at >= LINGER:
                del self._gaps[seq]
