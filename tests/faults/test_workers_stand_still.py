"""A worker is stopped (SIGSTOP) for longer than its lease and goes on: what it then does stays without effect (P3, P9).

A machine that swaps, a virtual machine that is moved, a debugger: the process believes that no time has gone by.
"""

from typing import Any
from uuid import UUID

import pytest

from app.platform import timers
from tests.faults.crew import Crew
from tests.faults.under_way import (
    a_call_is_accepted,
    a_contact_in_wrap_up,
    calls_to,
    contact_locked,
    its_time_is_over,
    she_answers_and_they_talk,
    timer_of,
    told_of,
    who_holds,
)
from tests.journeys.town import Town
from tests.journeys.waiting_for import until


@pytest.mark.slow
async def test_a_timers_handler_that_stood_still_leaves_nothing_behind(
    town: Town, crew: Crew, database_url: str
) -> None:
    [stopped] = await crew.workers(1)
    contact_id = await a_contact_in_wrap_up(town)
    async with contact_locked(database_url, contact_id):
        await its_time_is_over(town, contact_id)
        await until(lambda: _waits_for_a_lock(town), what="its handler is in the midst of it")
        stopped.stop()
        await crew.workers(1)

        async def taken_up() -> bool:
            return bool((await timer_of(town, contact_id))["attempt"] == 2)

        await until(taken_up, what="another worker takes it up", within_s=timers.LEASE.total_seconds() + 20)
    # The stopped one's transaction now has the lock, until the database throws out whoever holds one and does nothing.
    await told_of(town, contact_id)
    stopped.go_on()
    await crew.beats(stopped)
    timer = await timer_of(town, contact_id)
    assert (timer["attempt"], timer["outcome"]) == (2, "done")
    assert len(await town.rows("SELECT FROM notice")) == 1


async def _waits_for_a_lock(town: Town) -> bool:
    return bool(
        await town.rows(
            """SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
               AND query LIKE '%FROM contact WHERE id%'"""
        )
    )


@pytest.mark.slow
async def test_a_call_placed_by_a_worker_that_stood_still_is_hung_up_and_joins_nobody(town: Town, crew: Crew) -> None:
    """Its request was on the way when it was stopped, and reaches the carrier after another worker's."""
    reed = await town.volunteer("reed")
    await reed.ready()
    hands = await crew.workers(2)
    for hand in hands:
        hand.carrier.hold = "before"
    sid, leg = await a_call_is_accepted(town, reed)
    stopped = await who_holds(crew)
    stopped.stop()

    async def named() -> Any:
        rows = await town.rows("SELECT provider_call_id FROM leg WHERE id = $1", leg["id"])
        return rows[0]["provider_call_id"]

    own = await until(named, what="another worker has placed the call")
    stopped.carrier.go_on.set()  # now the carrier takes the stopped one's request too

    async def stray() -> Any:
        return next((call for call in calls_to(town, reed) if call.sid != own and call.is_over), None)

    ended = await until(stray, what="the second call is hung up")
    assert ended.answered_at is None
    stopped.go_on()
    await crew.beats(stopped)
    assert len(calls_to(town, reed)) == 2
    [kept] = await town.rows("SELECT provider_call_id, state FROM leg WHERE id = $1", leg["id"])
    assert (kept["provider_call_id"], kept["state"]) == (own, "ringing")
    await she_answers_and_they_talk(town, reed, sid)
    [command] = await town.rows("SELECT * FROM command WHERE kind = 'originate_leg'")
    assert (command["attempt"], command["outcome"]) == (2, "done")
    assert UUID(str(command["leg_id"])) == leg["id"]
    await town.assert_settled()
