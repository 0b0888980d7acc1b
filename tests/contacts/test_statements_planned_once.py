"""The statements of the hot paths are planned once a connection, not for every call: planning cost as much as running.

PostgreSQL keeps to a plan for all values only while it looks no dearer than one for these values.
"""

from typing import Any
from uuid import UUID

from app.carriers.events import InboundCall
from app.contacts.arrival import Reception, arrive
from app.contacts.offering import offer_next_contact
from app.lines.book import LineBook
from app.platform.clock import fresh_id, now
from app.platform.crypto import Pseudonymiser, Sealer
from app.platform.db import Database
from tests.bench.queues import apply_lines, bring_volunteers, let_wait, settle_down

PLANNED_AT_FIRST = 5
"""PostgreSQL's own number: so many plans for the values, then it compares."""
READY = 1_500  # a line: with few, any way to find one of them is cheap


async def _planned_each_time(db: Database, about: str) -> tuple[int, int]:
    """How often the statement with these words was planned, and how often it ran by the plan that was there."""
    held = [await db.pool.acquire() for _ in range(db.pool.get_size())]
    try:
        rows: list[Any] = [
            row
            for connection in held
            for row in await connection.fetch(
                "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE $1", f"%{about}%"
            )
            if row["custom_plans"] + row["generic_plans"] > 1
        ]
    finally:
        for connection in held:
            await db.pool.release(connection)
    return max(row["custom_plans"] for row in rows), sum(row["generic_plans"] for row in rows)


async def _ready_town(db: Database) -> tuple[LineBook, list[UUID]]:
    book = await apply_lines(db, 2)
    people = [person for line in range(2) for person in await bring_volunteers(db, line, READY)]
    await settle_down(db)
    return book, people


async def test_a_call_that_arrives_is_received_by_the_plan_of_the_calls_before(db: Database) -> None:
    book, _ = await _ready_town(db)
    reception = Reception(book, Pseudonymiser(b"p" * 32, key_id="p1"), Sealer({"k1": b"s" * 32}, "k1"))
    for n in range(40):
        name = fresh_id().hex
        call = InboundCall("test", name, f"+44163296{n % 2:04}", f"+4477009{n:05}", dedupe_key=f"call:{name}")
        await arrive(db, call, reception, now=now())
    async with db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM offer") == 40
    planned, kept = await _planned_each_time(db, "INSERT INTO ledger%picked AS MATERIALIZED")
    assert (planned, kept > 0) == (PLANNED_AT_FIRST, True)


async def test_a_volunteer_who_frees_is_offered_her_contact_by_the_plan_of_those_before(db: Database) -> None:
    book, people = await _ready_town(db)
    for line in range(2):
        await let_wait(db, line, 40)
    await settle_down(db)
    for person in people[:20] + people[-20:]:
        async with db.transaction() as tx:
            assert await offer_next_contact(tx, book, person, now=now())
    planned, kept = await _planned_each_time(db, "best AS MATERIALIZED")
    assert (planned, kept > 0) == (PLANNED_AT_FIRST, True)
