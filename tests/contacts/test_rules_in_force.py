"""Nobody waits without rules (P2): on a line opened a moment ago, and on one whose last version has ended meanwhile."""

from datetime import timedelta
from uuid import UUID

from app.contacts.due import handlers
from app.lines.book import LineBook
from app.platform.clock import fresh_id, now
from app.platform.db import Database
from app.platform.timers import Timer
from tests.bench.queues import apply_lines, bring_volunteers, let_wait


async def _step(db: Database, book: LineBook) -> None:
    """The step of the one who waits comes due in a process with this book."""
    async with db.transaction() as tx:
        contact: UUID = await tx.fetchval("SELECT id FROM contact")
        timer = Timer(fresh_id(), "contact_step", contact, {}, 1, timedelta(0))
        await handlers(book)["contact_step"](tx, timer, now=now())


async def test_a_caller_of_a_line_that_this_worker_has_not_heard_of_yet_is_brought_to_somebody(db: Database) -> None:
    await apply_lines(db, 1)
    await let_wait(db, 0, 1)
    await bring_volunteers(db, 0, 1)
    await _step(db, LineBook())
    async with db.reading() as tx:
        assert await tx.fetchval("SELECT state FROM contact") == "offered"


async def test_a_caller_whose_lines_last_version_ends_while_they_wait_is_treated_as_when_they_came(
    db: Database,
) -> None:
    await apply_lines(db, 1)
    await let_wait(db, 0, 1)
    await bring_volunteers(db, 0, 1)
    async with db.transaction() as tx:
        await tx.execute("UPDATE line_version SET valid_until = $1", now() - timedelta(minutes=1))
        await tx.execute("UPDATE contact SET line_version_id = (SELECT id FROM line_version)")
    await _step(db, LineBook())
    async with db.reading() as tx:
        assert await tx.fetchval("SELECT state FROM contact") == "offered"


async def test_a_caller_whose_rules_cannot_be_read_is_not_forgotten(db: Database) -> None:
    await apply_lines(db, 1)
    await let_wait(db, 0, 1)
    async with db.transaction() as tx:
        await tx.execute("UPDATE line_version SET valid_until = $1", now() - timedelta(minutes=1))
    await _step(db, LineBook())
    async with db.reading() as tx:
        due = await tx.fetchval("SELECT due_at FROM timer WHERE kind = 'contact_step' AND done_at IS NULL")
    assert now() < due < now() + timedelta(seconds=31)
