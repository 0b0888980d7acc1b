"""Durable timers and commands: claimed once, fenced, brought back by their lease (escalation.md section 2)."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from app.platform import outbox, timers
from app.platform.db import Database, Tx
from app.platform.timers import Timer

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)


async def _set(db: Database, subject: UUID, *, kind: str = "ring", due: datetime = NOW) -> None:
    async with db.transaction() as tx:
        await timers.set_timer(tx, kind, subject, due_at=due, now=NOW)


async def _claim(db: Database, now: datetime = LATER) -> list[Timer]:
    async with db.transaction() as tx:
        return await timers.claim_due(tx, ["ring"], now=now)


async def test_p9_a_timer_is_claimed_when_it_is_due_and_not_before(db: Database) -> None:
    await _set(db, uuid4(), due=LATER)
    assert await _claim(db, NOW) == []
    [timer] = await _claim(db, LATER + timedelta(seconds=2))
    assert timer.lag == timedelta(seconds=2)


async def test_of_many_workers_one_gets_each_timer(db: Database) -> None:
    subjects = {uuid4() for _ in range(100)}
    for subject in subjects:
        await _set(db, subject)
    rounds = await asyncio.gather(*(_claim(db) for _ in range(6)))
    claimed = [timer.subject_id for claim in rounds for timer in claim]
    assert len(claimed) == len(set(claimed))
    rest = await _claim(db)
    assert {*claimed, *(timer.subject_id for timer in rest)} == subjects


async def test_a_timer_whose_worker_died_comes_back_after_the_lease(db: Database) -> None:
    await _set(db, uuid4())
    [first] = await _claim(db)
    assert await _claim(db, LATER + timers.LEASE - timedelta(seconds=1)) == []
    [second] = await _claim(db, LATER + timers.LEASE)
    assert (second.id, second.attempt) == (first.id, first.attempt + 1)


async def _mark(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """A handler whose doing can be counted."""
    await timers.set_timer(tx, f"mark-{timer.attempt}", uuid4(), due_at=now, now=now)


async def _marks(db: Database) -> list[str]:
    async with db.reading() as tx:
        rows = await tx.fetch("SELECT kind FROM timer WHERE kind LIKE 'mark-%' ORDER BY kind")
    return [row["kind"] for row in rows]


async def test_what_an_attempt_did_that_outlived_its_lease_does_not_stay(db: Database) -> None:
    await _set(db, uuid4())
    [late] = await _claim(db)
    [current] = await _claim(db, LATER + timers.LEASE)
    await timers.run_timer(db, late, _mark, read_clock=lambda: LATER)
    assert await _marks(db) == []
    await timers.run_timer(db, current, _mark, read_clock=lambda: LATER)
    await timers.run_timer(db, current, _mark, read_clock=lambda: LATER)
    assert await _marks(db) == [f"mark-{current.attempt}"]


async def test_what_a_failing_handler_did_is_rolled_back_and_tried_again(db: Database) -> None:
    subject = uuid4()
    await _set(db, subject)
    [timer] = await _claim(db)

    async def handler(tx: Tx, timer: Timer, *, now: datetime) -> None:
        await timers.set_timer(tx, "other", timer.subject_id, due_at=now, now=now)
        raise LookupError

    await timers.run_timer(db, timer, handler, read_clock=lambda: LATER)
    async with db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM timer WHERE kind = 'other'") == 0
    assert [again.subject_id for again in await _claim(db, LATER + timers.LEASE)] == [subject]


async def test_setting_a_live_timer_again_moves_it_and_outdates_a_running_attempt(db: Database) -> None:
    subject = uuid4()
    await _set(db, subject)
    [claimed] = await _claim(db)
    await _set(db, subject, due=LATER + timedelta(seconds=60))
    await timers.run_timer(db, claimed, _mark, read_clock=lambda: LATER)
    assert await _marks(db) == []
    assert len(await _claim(db, LATER + timedelta(seconds=61))) == 1


async def test_a_handler_may_set_its_own_timer_anew(db: Database) -> None:
    subject = uuid4()
    await _set(db, subject)
    [claimed] = await _claim(db)

    async def again(tx: Tx, timer: Timer, *, now: datetime) -> None:
        await _mark(tx, timer, now=now)
        await timers.set_timer(tx, timer.kind, timer.subject_id, due_at=now + timedelta(seconds=60), now=now)

    await timers.run_timer(db, claimed, again, read_clock=lambda: LATER)
    assert await _marks(db) == ["mark-1"]
    assert len(await _claim(db, LATER + timedelta(seconds=61))) == 1


async def test_a_cancelled_timer_never_comes(db: Database) -> None:
    subject = uuid4()
    await _set(db, subject)
    async with db.transaction() as tx:
        assert await timers.cancel_timer(tx, "ring", subject, now=NOW)
        assert not await timers.cancel_timer(tx, "ring", subject, now=NOW)
    assert await _claim(db) == []


async def _enqueue(db: Database, leg: UUID | None, kind: str) -> UUID:
    async with db.transaction() as tx:
        return await outbox.enqueue(tx, kind, contact_id=None, leg_id=leg, now=NOW)


async def _claim_commands(db: Database, now: datetime = LATER) -> list[outbox.Command]:
    async with db.transaction() as tx:
        return await outbox.claim_due(tx, now=now)


async def test_the_commands_of_one_leg_are_done_one_after_another(db: Database) -> None:
    leg = uuid4()
    first, second = await _enqueue(db, leg, "originate_leg"), await _enqueue(db, leg, "hang_up_leg")
    other = await _enqueue(db, uuid4(), "hang_up_leg")
    claimed = await _claim_commands(db)
    assert {command.id for command in claimed} == {first, other}
    async with db.transaction() as tx:
        assert await outbox.finish(tx, claimed[0], "done", now=LATER)
    assert [command.id for command in await _claim_commands(db)] == [second]


async def test_a_command_of_a_dead_worker_comes_back_and_the_dead_ones_result_is_refused(db: Database) -> None:
    await _enqueue(db, uuid4(), "hang_up_leg")
    [dead] = await _claim_commands(db)
    [alive] = await _claim_commands(db, LATER + outbox.LEASE)
    async with db.transaction() as tx:
        assert not await outbox.finish(tx, dead, "done", now=LATER)
        assert await outbox.finish(tx, alive, "done", now=LATER)


async def test_what_has_not_been_tried_yet_can_be_called_off(db: Database) -> None:
    leg = uuid4()
    await _enqueue(db, leg, "originate_leg")
    await _enqueue(db, leg, "hang_up_leg")
    async with db.transaction() as tx:
        assert await outbox.cancel_commands(tx, leg, ["originate_leg"], now=NOW) == 1
    assert [command.kind for command in await _claim_commands(db)] == ["hang_up_leg"]
