"""Sealing the audit: every few seconds the worker links what has been entered into the hash chain
(app.domain.audit_chain).

Ids are handed out before a transaction commits, so an entry may become visible after entries with higher ids. Only a
closed stretch is sealed: up to an id from which on, when it was noted, every transaction that could still bring a
lower one has ended (the technique of app.realtime.change_reader: the transactions in flight, and a few seconds for
one that has drawn its number and has no transaction id yet). So the chain has no late-comers, and an entry that
appears below its end was slipped in.

One sweep at a time, by an advisory lock. Any worker may make it, and one that dies in the middle has sealed nothing
of that batch. A day that is over is summed up in `audit_day`, and its last hash goes into the log.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from app.domain.audit_chain import Entry, Link, extend
from app.platform.db import Database, Tx
from app.platform.log_events import Log
from app.platform.logging import get_log

log = get_log()

LINGER: Final = timedelta(seconds=5)
BATCH: Final = 1_000
MOST_MARKS: Final = 600
SEALING_LOCK: Final = 0x61756469744C  # "auditL"

ENTRY_COLUMNS: Final = "id, at, person_id, act, target_kind, target_id, line_id, facts"


@dataclass(frozen=True, slots=True)
class _Mark:
    """The newest id at a moment, and the transaction id that the next one would get."""

    id: int
    next_xid: int
    at: datetime


@dataclass(slots=True)
class AuditSealer:
    """Where one worker stands: up to which id no entry can appear any more."""

    closed_to: int = -1
    _marks: deque[_Mark] = field(default_factory=deque)

    async def sweep(self, db: Database, *, now: datetime) -> int:
        """Seal what is closed; how many entries."""
        async with db.transaction() as tx:
            await self._note(tx, now)
        sealed = 0
        while True:
            async with db.transaction() as tx:
                batch = await seal_up_to(tx, self.closed_to, now=now)
            sealed += batch
            if batch < BATCH:
                return sealed

    async def _note(self, tx: Tx, now: datetime) -> None:
        # The oldest is read before the newest id, and that before the next transaction id: never too early.
        oldest = int(await tx.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
        newest = int(await tx.fetchval("SELECT coalesce(max(id), -1) FROM audit_entry"))
        next_xid = int(await tx.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"))
        while self._marks and self._marks[0].next_xid <= oldest and now - self._marks[0].at >= LINGER:
            self.closed_to = max(self.closed_to, self._marks.popleft().id)
        if newest > self.closed_to and len(self._marks) < MOST_MARKS:
            self._marks.append(_Mark(newest, next_xid, now))


async def seal_up_to(tx: Tx, closed_to: int, *, now: datetime) -> int:
    """Seal the next entries up to this id, at most BATCH; how many. 0 as well while another worker is at it."""
    if closed_to < 0 or not await tx.fetchval("SELECT pg_try_advisory_xact_lock($1)", SEALING_LOCK):
        return 0
    last = await last_link(tx)
    rows = await tx.fetch(
        f"SELECT {ENTRY_COLUMNS} FROM audit_entry WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3",  # noqa: S608
        -1 if last is None else last.entry_id, closed_to, BATCH,
    )  # fmt: skip
    links = list(extend(last, (entry_of(row) for row in rows)))
    if not links:
        return 0
    await tx.execute(
        """INSERT INTO audit_seal (entry_id, day, hash, sealed_at)
           SELECT entry_id, day, hash, $4 FROM unnest($1::bigint[], $2::date[], $3::bytea[]) s (entry_id, day, hash)""",
        [link.entry_id for link in links], [link.day for link in links], [link.hash for link in links], now,
    )  # fmt: skip
    for ended, begun in zip([last, *links], links, strict=False):
        if ended is not None and ended.day < begun.day:
            await _close_day(tx, ended, now=now)
    return len(links)


async def _close_day(tx: Tx, ended: Link, *, now: datetime) -> None:
    row = await tx.fetchrow(
        """SELECT min(entry_id) AS first, count(*) AS entries FROM audit_seal
           WHERE entry_id > (SELECT coalesce(max(last_entry_id), -1) FROM audit_day) AND entry_id <= $1""",
        ended.entry_id,
    )
    await tx.execute(
        """INSERT INTO audit_day (day, first_entry_id, last_entry_id, entries, hash, closed_at)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        ended.day, row["first"], ended.entry_id, row["entries"], ended.hash, now,
    )  # fmt: skip
    # The log is kept elsewhere: there the hash proves the day against whoever can write to this database.
    log.info(Log.AUDIT_DAY_SEALED, day=str(ended.day), entries=row["entries"], hash=ended.hash.hex())


async def last_link(tx: Tx) -> Link | None:
    """The chain's end; None: nothing is sealed yet."""
    row = await tx.fetchrow("SELECT entry_id, day, hash FROM audit_seal ORDER BY entry_id DESC LIMIT 1")
    return None if row is None else Link(row["entry_id"], row["day"], row["hash"])


def entry_of(row: Any) -> Entry:
    """A row of `audit_entry` as the chain takes it."""
    return Entry(**{name: row[name] for name in ENTRY_COLUMNS.split(", ")})
