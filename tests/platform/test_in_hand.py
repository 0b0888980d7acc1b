"""Work in hand: leases are renewed while the work is under way, and only then (P4, P9)."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest

from app.platform import in_hand, outbox
from app.platform.clock import now
from app.platform.db import Database
from app.platform.in_hand import InHand, renew
from app.platform.outbox import Command

SECOND = timedelta(seconds=1)


async def _claimed(db: Database, at: datetime) -> Command:
    async with db.transaction() as tx:
        await outbox.enqueue(tx, "hang_up_leg", contact_id=None, leg_id=uuid4(), now=at)
        [command] = await outbox.claim_due(tx, now=at)
    return command


async def _due(db: Database, item: UUID) -> datetime:
    async with db.statements() as tx:
        due: datetime = await tx.fetchval("SELECT due_at FROM command WHERE id = $1", item)
    return due


async def test_work_that_takes_longer_than_its_lease_is_not_taken_away(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_hand, "RENEW_EVERY_S", 0.02)
    moment = now()
    command = await _claimed(db, moment)
    over, clock = asyncio.Event(), [moment]
    async with asyncio.TaskGroup() as group:
        held = InHand(db, group, "command", lease=outbox.LEASE, at_once=1, read_clock=lambda: clock[0])
        keeping = group.create_task(held.keep())
        held.take(command.id, command.attempt, over.wait, claimed_at=moment)  # type: ignore[arg-type] # True is no harm
        for _ in range(4):  # four leases long
            clock[0] += outbox.LEASE - SECOND
            async with asyncio.timeout(10):
                while await _due(db, command.id) < clock[0] + outbox.LEASE:  # noqa: ASYNC110 a row in the database
                    await asyncio.sleep(0.01)
            async with db.transaction() as tx:
                assert await outbox.claim_due(tx, now=clock[0] + outbox.LEASE - SECOND) == []
        assert held.still_held(command.id, command.attempt)
        over.set()
        await held.until_room()
        assert not held.still_held(command.id, command.attempt)
        keeping.cancel()


async def test_what_was_not_renewed_in_time_is_no_longer_held(db: Database) -> None:
    moment = now()
    command = await _claimed(db, moment)
    clock = [moment]
    async with asyncio.TaskGroup() as group:
        held = InHand(db, group, "command", lease=outbox.LEASE, at_once=2, read_clock=lambda: clock[0])
        over = asyncio.Event()
        held.take(command.id, command.attempt, over.wait, claimed_at=moment)  # type: ignore[arg-type]
        assert (held.room, held.still_held(command.id, command.attempt)) == (1, True)
        clock[0] += outbox.LEASE
        assert not held.still_held(command.id, command.attempt)
        over.set()


async def test_a_lease_that_another_attempt_has_is_not_renewed(db: Database) -> None:
    moment = now()
    first = await _claimed(db, moment)
    later = moment + outbox.LEASE
    async with db.transaction() as tx:
        [second] = await outbox.claim_due(tx, now=later)
        assert await renew(tx, "command", {first.id: first.attempt}, until=later + 9 * SECOND) == set()
        assert await renew(tx, "command", {second.id: second.attempt}, until=later + 9 * SECOND) == {first.id}


async def test_what_has_been_put_off_for_longer_is_not_brought_forward(db: Database) -> None:
    moment = now()
    command = await _claimed(db, moment)
    async with db.transaction() as tx:
        await outbox.postpone(tx, command, until=moment + timedelta(hours=6), error_code="20009")
        assert await renew(tx, "command", {command.id: command.attempt}, until=moment + 9 * SECOND) == set()
    assert await _due(db, command.id) == moment + timedelta(hours=6)


async def test_what_is_being_finished_at_this_moment_is_waited_for_by_nobody(db: Database) -> None:
    moment = now()
    command = await _claimed(db, moment)
    async with db.transaction() as finishing, asyncio.timeout(5):
        await outbox.finish(finishing, command, "done", now=moment)
        async with db.transaction() as tx:
            assert await renew(tx, "command", {command.id: command.attempt}, until=moment + 9 * SECOND) == set()


async def test_there_is_room_again_as_soon_as_one_is_done(db: Database) -> None:
    moment = now()
    gates = {uuid4(): asyncio.Event() for _ in range(3)}
    done: list[UUID] = []

    async def work(item: UUID) -> None:
        await gates[item].wait()
        done.append(item)

    first, *_ = gates
    async with asyncio.TaskGroup() as group, asyncio.timeout(5):
        held = InHand(db, group, "timer", lease=SECOND, at_once=3, read_clock=now)
        for item in gates:
            held.take(item, 1, partial(work, item), claimed_at=moment)
        assert held.room == 0
        gates[first].set()
        await held.until_room()  # the other two still wait
        assert done == [first]
        for gate in gates.values():
            gate.set()
    assert held.room == 3


async def test_a_worker_that_takes_its_own_late_work_up_again_goes_on_and_only_the_later_attempt_is_held(
    db: Database,
) -> None:
    moment = now()
    first = await _claimed(db, moment)
    late = moment + outbox.LEASE
    async with db.transaction() as tx:
        [second] = await outbox.claim_due(tx, now=late)
    gates = {first.attempt: asyncio.Event(), second.attempt: asyncio.Event()}
    async with asyncio.TaskGroup() as group:
        held = InHand(db, group, "command", lease=outbox.LEASE, at_once=3, read_clock=lambda: late)
        for claim, at in ((first, moment), (second, late)):
            held.take(claim.id, claim.attempt, gates[claim.attempt].wait, claimed_at=at)  # type: ignore[arg-type]
        assert held.room == 1
        assert [held.still_held(claim.id, claim.attempt) for claim in (first, second)] == [False, True]
        for gate in gates.values():
            gate.set()
    assert held.room == 3
