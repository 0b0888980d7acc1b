"""Issue promise 2: a volunteer frees, the best contact for her is decided and durably assigned, however many wait.

10,000 volunteers on twenty lines; a quarter of all callers waits on the first line; nine in ten ask for a skill that
one volunteer in a hundred has. Both sizes of the queue are measured in the same run on a database each, by turns.
"""

import asyncio
import logging
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import structlog

from app.contacts.offering import offer_next_contact
from app.lines.book import LineBook
from app.platform.clock import now
from app.platform.db import Database
from tests.bench.freeing import free_all
from tests.bench.processes import free_together
from tests.bench.queues import (
    LINES,
    RARE,
    apply_lines,
    bring_volunteers,
    doubled,
    have_a_past,
    let_wait,
    overtaken,
    settle_down,
)
from tests.bench.stage import Figure, durable_database, percentile

MANY = 100_000
FEW = 10
VOLUNTEERS = 10_000
PAST_TALKS = 20_000  # a quarter of a year of a busy city
ROUNDS = 6  # the first one warms up
SAMPLES = 60
AT_ONCE = 16
BURST = 1_000
PROCESSES = 4


@dataclass(frozen=True)
class Service:
    """One database with its lines; `freed` are the volunteers of the first line who have yet to be freed."""

    url: str
    db: Database
    book: LineBook
    freed: list[UUID]
    others: list[UUID]


async def measure(database_url: str) -> list[Figure]:
    """Alternate the sizes, then bursts and their floor; then four processes at once on a database of their own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    async with AsyncExitStack() as stack:
        many = await stack.enter_async_context(_service(database_url, MANY))
        few = await stack.enter_async_context(_service(await stack.enter_async_context(durable_database()), FEW))
        ratio, at_few, at_many = await _flatness(few, many)
        rate, floor = await _rates(many)
        wrong = await doubled(many.db) + await overtaken(many.db)
    async with durable_database() as url:
        made, twice, passed, took = await _several(url)
    return [
        Figure(f"routing: p50 with {MANY:,} waiting, of p50 with {FEW}", ratio, 1.5),
        Figure(f"routing: p50 with {FEW} waiting", at_few * 1000, unit="ms"),
        Figure(f"routing: p50 with {MANY:,} waiting", at_many * 1000, unit="ms"),
        Figure("routing: durable assignments a second, one process", rate, 1500, "/s", at_least=True),
        Figure("routing: their floor, one-row durable updates a second", floor, unit="/s"),
        Figure(f"routing: assignments a second, {PROCESSES} processes on the same volunteers", made / took, unit="/s"),
        Figure("routing: double assignments", twice + wrong, 0, ""),
        Figure("routing: overtaken inside a queue", passed, 0, ""),
    ]


@asynccontextmanager
async def _service(url: str, waiting: int) -> AsyncIterator[Service]:
    db = Database(url, size=AT_ONCE + 2)
    await db.open()
    try:
        book = await apply_lines(db)
        on_first = waiting if waiting <= FEW else waiting // 4
        await _queue(db, 0, on_first)
        for line in range(1, LINES if waiting > FEW else 1):
            await _queue(db, line, (waiting - on_first) // (LINES - 1))
        first = await bring_volunteers(db, 0, VOLUNTEERS // LINES)
        others = [await bring_volunteers(db, line, VOLUNTEERS // LINES) for line in range(1, LINES)]
        await have_a_past(db, PAST_TALKS)
        await settle_down(db)
        yield Service(url, db, book, first, [person for crew in zip(*others, strict=True) for person in crew])
    finally:
        await db.close()


async def _queue(db: Database, line: int, count: int) -> None:
    await let_wait(db, line, count // 10)
    await let_wait(db, line, count - count // 10, skills=RARE)


async def _flatness(few: Service, many: Service) -> tuple[float, float, float]:
    ratios, at_few, at_many = [], [], []
    for round_number in range(ROUNDS):
        small, large = await _p50(few), await _p50(many)
        if round_number:
            ratios.append(large / small)
            at_few.append(small)
            at_many.append(large)
    return statistics.median(ratios), statistics.median(at_few), statistics.median(at_many)


async def _p50(service: Service) -> float:
    """Seconds from a volunteer's freeing to the commit; whoever was taken is replaced by somebody at the end."""
    took = []
    for person_id in [service.freed.pop() for _ in range(SAMPLES)]:
        began = time.perf_counter()
        async with service.db.transaction() as tx:
            offered = await offer_next_contact(tx, service.book, person_id, now=now())
        took.append(time.perf_counter() - began)
        assert offered, "somebody waits for everybody"
        async with service.db.reading() as tx:
            skills = await tx.fetchval(
                "SELECT c.skills FROM contact c JOIN offer o ON o.contact_id = c.id WHERE o.person_id = $1", person_id
            )
        await let_wait(service.db, 0, 1, skills=skills)
    return percentile(took, 0.5)


async def _rates(service: Service) -> tuple[float, float]:
    rates, floors = [], []
    for round_number in range(ROUNDS):
        people = [service.others.pop() for _ in range(BURST)]
        floor = await _rate(service.db, people, _floor)
        rate = await _rate(service.db, people, lambda db, crew: free_all(db, service.book, crew, at_once=AT_ONCE))
        if round_number:
            rates.append(rate)
            floors.append(floor)
    return statistics.median(rates), statistics.median(floors)


async def _rate(db: Database, people: list[UUID], do: Callable[[Database, list[UUID]], Awaitable[int]]) -> float:
    began = time.perf_counter()
    done = await do(db, people)
    took = time.perf_counter() - began
    assert done == len(people), f"{done} of {len(people)}"
    return done / took


async def _floor(db: Database, people: list[UUID]) -> int:
    """The least that a durable assignment could be: one row, one transaction."""
    left = list(people)

    async def one_after_another() -> None:
        while left:
            person_id = left.pop()
            async with db.transaction() as tx:
                await tx.execute("UPDATE presence SET since = $2 WHERE person_id = $1", person_id, now())

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    return len(people)


async def _several(url: str) -> tuple[int, int, int, float]:
    """Four processes free the same 2,000 volunteers of four lines; (offers, doubled, overtaken, seconds)."""
    db = Database(url, size=4)
    await db.open()
    try:
        await apply_lines(db)
        for line in range(4):
            await _queue(db, line, 10_000)
            await bring_volunteers(db, line, 500)
        await have_a_past(db, PAST_TALKS)
        await settle_down(db)
        shares, took = await free_together(url, PROCESSES, at_once=4)
        made = sum(shares)
        assert made == 2_000, f"{made} of 2000 volunteers were offered somebody"
        return made, await doubled(db), await overtaken(db), took
    finally:
        await db.close()
