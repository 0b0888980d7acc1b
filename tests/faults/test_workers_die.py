"""A worker is killed (`kill -9`) in the midst of something: another takes it up within seconds, once (P4, P9).

Real processes, real kills. A caller waits while this goes on, so the seconds are counted.
"""

import time
from typing import Any

import pytest

from app.platform import outbox, timers
from tests.faults.crew import Crew
from tests.faults.under_way import (
    a_call_is_accepted,
    a_contact_in_wrap_up,
    calls_to,
    contact_locked,
    its_callbacks_are_forgotten,
    its_time_is_over,
    she_answers_and_they_talk,
    timer_of,
    told_of,
    who_holds,
)
from tests.journeys.town import Town
from tests.journeys.waiting_for import until

POLL_S = 1.0
SLOW_MACHINE_S = 3.0


@pytest.mark.slow
async def test_a_timer_whose_worker_is_killed_is_taken_up_within_its_short_lease(
    town: Town, crew: Crew, database_url: str
) -> None:
    [first] = await crew.workers(1)
    contact_id = await a_contact_in_wrap_up(town)
    async with contact_locked(database_url, contact_id):
        claimed = await its_time_is_over(town, contact_id)
        await crew.workers(1)

        async def renewed() -> bool:
            return bool((await timer_of(town, contact_id))["due_at"] > claimed["due_at"] + timers.LEASE)

        await until(renewed, what="the lease of a worker that is waiting is renewed")
        assert (await timer_of(town, contact_id))["attempt"] == 1  # nobody has taken it away
        first.kill()
        killed = time.monotonic()
    await told_of(town, contact_id)
    assert time.monotonic() - killed < timers.LEASE.total_seconds() + SLOW_MACHINE_S
    timer = await timer_of(town, contact_id)
    assert (timer["attempt"], timer["outcome"]) == (2, "done")
    assert len(await town.rows("SELECT FROM notice")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("held", ["before", "after"])
async def test_failure_27_a_call_whose_worker_was_killed_while_placing_it_rings_once(
    town: Town, crew: Crew, held: Any
) -> None:
    """Before the carrier took it, and after: nobody was told which."""
    reed = await town.volunteer("reed")
    await reed.ready()
    hands = await crew.workers(2)
    for hand in hands:
        hand.carrier.hold = held
    sid, leg = await a_call_is_accepted(town, reed)
    killed_one = await who_holds(crew)
    if held == "after":
        await its_callbacks_are_forgotten(town, leg["id"])
    killed_one.kill()
    killed = time.monotonic()

    async def named() -> bool:
        return bool(await town.rows("SELECT FROM leg WHERE id = $1 AND provider_call_id IS NOT NULL", leg["id"]))

    await until(named, what="the leg has its call")
    assert time.monotonic() - killed < outbox.LEASE.total_seconds() + POLL_S + SLOW_MACHINE_S
    killed_one.carrier.go_on.set()
    [taken_up_by] = [hand for hand in hands if hand is not killed_one]
    assert taken_up_by.carrier.looked() == 1
    assert len(taken_up_by.carrier.placed()) == (1 if held == "before" else 0)
    await she_answers_and_they_talk(town, reed, sid)
    assert len(calls_to(town, reed)) == 1
    await town.assert_settled()
