"""A process that frees volunteers, several at once: what wrap-ups, timers and "ready" do in production.

`python -m tests.bench.freeing URL SEED AT_ONCE`: waits for the others on an advisory lock, then lets every volunteer
there is be offered the next caller, in an order of its own: each is freed by every process, and perhaps by two at the
same time. Prints how many offers it made.
"""

import asyncio
import random
import sys
from collections.abc import Iterable
from uuid import UUID

from app.contacts.offering import offer_next_contact
from app.lines.book import LineBook
from app.platform.clock import now
from app.platform.db import Database

GATE = 20261123
"""The advisory lock that whoever starts the processes holds until all of them wait for it."""


async def free_all(db: Database, book: LineBook, people: Iterable[UUID], *, at_once: int) -> int:
    """Free them, so many at a time; how many were offered somebody.

    Whoever lost many races is freed again, as the timer that was set for her would do.
    """
    left = list(people)
    made = 0

    async def one_after_another() -> None:
        nonlocal made
        while left:
            person_id = left.pop()
            async with db.transaction() as tx:
                offered = await offer_next_contact(tx, book, person_id, now=now())
                if not offered and await tx.fetchval(_LOST, person_id):
                    left.insert(0, person_id)
            made += offered

    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return made


_LOST = """
    DELETE FROM timer WHERE kind = 'volunteer_free' AND subject_id = $1 AND done_at IS NULL RETURNING true
"""


async def _main(url: str, seed: int, at_once: int) -> None:
    db = Database(url, size=at_once + 2)
    await db.open()
    book = LineBook()
    async with db.transaction() as tx:
        await book.refresh(tx)
        people = [row["person_id"] for row in await tx.fetch("SELECT person_id FROM presence ORDER BY person_id")]
    random.Random(seed).shuffle(people)  # noqa: S311 an order, no secret
    async with db.pool.acquire() as connection:
        await connection.execute("SELECT pg_advisory_lock_shared($1)", GATE, timeout=60)
    made = await free_all(db, book, people, at_once=at_once)
    print(made)
    await db.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
