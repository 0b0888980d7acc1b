"""Computing the audit's chain anew, and naming the first entry that is not what was sealed.

It goes by windows of ids over entries and seals together, so that an audit of many years needs no more memory than a
small one, and holds no transaction open for long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.domain.audit_chain import Link, next_link
from app.platform.audit_sealing import ENTRY_COLUMNS, entry_of, last_link
from app.platform.db import Database, Tx

WINDOW: Final = 5_000


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry at which the chain does not hold, and what is wrong with it."""

    entry_id: int
    because: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at. `last` is the chain's end as computed; `unsealed` entries came after it."""

    entries: int
    last: Link | None
    unsealed: int
    broken: Broken | None


async def verify(db: Database, *, since: date | None = None) -> Verdict:
    """Go over the chain from its beginning, or from the last hash that was kept of the day before `since`."""
    async with db.reading() as tx:
        end = await last_link(tx)
        start = None if since is None else await _kept_before(tx, since)
        unsealed = int(
            await tx.fetchval("SELECT count(*) FROM audit_entry WHERE id > $1", -1 if end is None else end.entry_id)
        )
        lowest = await tx.fetchval(
            "SELECT least((SELECT min(id) FROM audit_entry), (SELECT min(entry_id) FROM audit_seal))"
        )
    if end is None or lowest is None:
        return Verdict(0, None, unsealed, None)
    low = lowest if start is None else start.entry_id + 1
    last, count = start, 0
    while low <= end.entry_id:
        high = min(low + WINDOW - 1, end.entry_id)
        async with db.reading() as tx:
            pairs = await _window(tx, low, high)
        for entry_id, entry, seal in pairs:
            because = None
            link = None
            if entry is None:
                because = "it has been removed"
            elif seal is None:
                because = "it was put in after what surrounds it had been sealed, or its seal was removed"
            else:
                link = next_link(last, entry_of(entry))
                if (link.hash, link.day) != (seal["hash"], seal["day"]):
                    because = "it, or the chain just before it, is not what was sealed"
            if because is not None or link is None:
                return Verdict(count, last, unsealed, Broken(entry_id, because or ""))
            last, count = link, count + 1
        low = high + 1
    broken = await _broken_day(db, last)
    return Verdict(count, last, unsealed, broken)


async def is_in_the_chain(db: Database, expected: str) -> bool:
    """Whether some link has this hash (hexadecimal, as the log has it)."""
    try:
        wanted = bytes.fromhex(expected.strip())
    except ValueError:
        return False
    async with db.reading() as tx:
        return bool(await tx.fetchval("SELECT EXISTS (SELECT FROM audit_seal WHERE hash = $1)", wanted))


async def _window(tx: Tx, low: int, high: int) -> Iterator[tuple[int, Any, Any]]:
    entries = await tx.fetch(
        f"SELECT {ENTRY_COLUMNS} FROM audit_entry WHERE id BETWEEN $1 AND $2",  # noqa: S608
        low, high,
    )  # fmt: skip
    seals = await tx.fetch("SELECT entry_id, day, hash FROM audit_seal WHERE entry_id BETWEEN $1 AND $2", low, high)
    by_id = {row["id"]: row for row in entries}
    sealed = {row["entry_id"]: row for row in seals}
    return ((n, by_id.get(n), sealed.get(n)) for n in sorted(by_id.keys() | sealed.keys()))


async def _kept_before(tx: Tx, day: date) -> Link | None:
    row = await tx.fetchrow(
        "SELECT day, last_entry_id, hash FROM audit_day WHERE day < $1 ORDER BY day DESC LIMIT 1", day
    )
    return None if row is None else Link(row["last_entry_id"], row["day"], row["hash"])


async def _broken_day(db: Database, last: Link | None) -> Broken | None:
    """Days that were summed up and are not in the chain (any more): their end was cut off."""
    async with db.reading() as tx:
        row = await tx.fetchrow(
            """SELECT d.last_entry_id, d.day FROM audit_day d LEFT JOIN audit_seal s ON s.entry_id = d.last_entry_id
               WHERE (s.hash IS NOT NULL AND s.hash <> d.hash) OR d.last_entry_id > $1
               ORDER BY d.day LIMIT 1""",
            -1 if last is None else last.entry_id,
        )
    return None if row is None else Broken(row["last_entry_id"], f"the day {row['day']} was sealed with another end")
