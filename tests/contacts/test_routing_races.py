"""Promise P3 and the order of queues under races: several processes free the same volunteers at the same time."""

from app.contacts.offering import offer_next_contact
from app.platform.clock import now
from app.platform.db import Database
from tests.bench.processes import free_together
from tests.bench.queues import RARE, apply_lines, bring_volunteers, doubled, let_wait, overtaken


async def test_four_processes_never_assign_twice_and_never_let_a_later_caller_overtake(
    db: Database, database_url: str
) -> None:
    await apply_lines(db, 2)
    for line in range(2):
        for skills in ([], RARE):
            await let_wait(db, line, 70, skills=skills)
        await bring_volunteers(db, line, 60)
    made, _ = await free_together(database_url, 4, at_once=4)
    assert sum(made) == 120
    assert sum(share > 0 for share in made) > 1, "the processes did not meet"
    assert await doubled(db) == 0
    assert await overtaken(db) == 0
    async with db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM contact WHERE state = 'offered'") == 120
        assert await tx.fetchval("SELECT count(*) FROM presence WHERE activity = 'offered'") == 120


async def test_more_volunteers_than_callers_leave_nobody_waiting(db: Database, database_url: str) -> None:
    await apply_lines(db, 1)
    await let_wait(db, 0, 30)
    await bring_volunteers(db, 0, 45)
    made, _ = await free_together(database_url, 3, at_once=4)
    assert sum(made) == 30
    async with db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM contact WHERE state = 'waiting'") == 0
        assert await tx.fetchval("SELECT count(*) FROM presence WHERE activity = 'ready'") == 15


async def test_a_caller_who_was_passed_over_is_counted_as_overtaken(db: Database) -> None:
    book = await apply_lines(db, 1)
    await let_wait(db, 0, 2)
    first, second = await bring_volunteers(db, 0, 2)
    async with db.transaction() as tx:
        hidden = await tx.fetchval("SELECT id FROM contact ORDER BY queue_rank LIMIT 1")
        await tx.execute("UPDATE contact SET state = 'connecting' WHERE id = $1", hidden)
        assert await offer_next_contact(tx, book, first, now=now())
        await tx.execute("UPDATE contact SET state = 'waiting' WHERE id = $1", hidden)
    assert await overtaken(db) == 1  # still waits, behind somebody who was offered
    async with db.transaction() as tx:
        assert await offer_next_contact(tx, book, second, now=now())
    assert await overtaken(db) == 1  # and then was offered after them


async def test_somebody_who_let_a_caller_ring_is_not_offered_them_again_at_once(db: Database) -> None:
    book = await apply_lines(db, 1)
    await let_wait(db, 0, 2)
    (person,) = await bring_volunteers(db, 0, 1)
    moment = now()
    async with db.transaction() as tx:
        assert await offer_next_contact(tx, book, person, now=moment)
        await tx.execute("UPDATE offer SET state = 'missed', ended_at = $1", moment)
        await tx.execute("UPDATE contact SET state = 'waiting'")
        await tx.execute("UPDATE presence SET activity = 'ready', offer_id = NULL")
        assert await offer_next_contact(tx, book, person, now=moment)
        taken = await tx.fetch("SELECT contact_id FROM offer ORDER BY offered_at, ended_at NULLS LAST")
    assert taken[0] != taken[1]
