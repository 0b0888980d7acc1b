"""Many commands, several workers: each is asked of the carrier once; with kills, again what nobody knew the outcome of.

The requests are counted on their way to the carrier.
"""

from collections import Counter
from typing import Any

import pytest

from app.carriers.steps import Goodbye
from app.contacts.steps import step_to_json
from app.platform import outbox
from app.platform.clock import fresh_id, now
from tests.faults.crew import Crew, Hand
from tests.journeys.harbour import LINE_NUMBER
from tests.journeys.town import Town
from tests.journeys.waiting_for import until

MANY = 60


async def _legs_to_dial(town: Town, many: int) -> list[str]:
    """So many telephones to be rung, each a leg with its command; the legs' ids."""
    moment = now()
    legs = []
    async with town.db.transaction() as tx:
        contact_id = fresh_id()
        await tx.execute(
            """INSERT INTO contact (id, number_dialled, state, bridge, offered_at, enqueued_at, terminal_reason,
                 ended_at) VALUES ($1, $2, 'wrapping_up', '', $3, $3, 'answered', $3)""",
            contact_id, LINE_NUMBER, moment,
        )  # fmt: skip
        for n in range(many):
            leg_id = fresh_id()
            await tx.execute(
                """INSERT INTO leg (id, contact_id, role, provider, label, state, desired, started_at)
                   VALUES ($1, $2, 'target', 'twilio', $3, 'planned', $4, $5)""",
                leg_id, contact_id, f"t-{leg_id}", step_to_json(Goodbye()), moment,
            )  # fmt: skip
            payload = {"reach": "outside", "number": f"+4477009{n:05}", "timeout_s": 60, "caller_id": LINE_NUMBER}
            await outbox.enqueue(tx, "originate_leg", contact_id=contact_id, leg_id=leg_id, payload=payload, now=moment)
            legs.append(str(leg_id))
    return legs


async def _all_done(town: Town, kind: str, many: int) -> list[Any]:
    async def done() -> Any:
        rows = await town.rows("SELECT * FROM command WHERE kind = $1 AND done_at IS NOT NULL", kind)
        return rows if len(rows) == many else None

    return list(await until(done, what=f"{many} x {kind}", within_s=60))


async def _hang_up(town: Town, legs: list[str]) -> None:
    moment = now()
    async with town.db.transaction() as tx:
        for row in await tx.fetch("SELECT id, contact_id FROM leg WHERE id = ANY($1::uuid[])", legs):
            await outbox.enqueue(tx, "hang_up_leg", contact_id=row["contact_id"], leg_id=row["id"], now=moment)


def _live_calls(town: Town) -> list[Any]:
    return [leg.call for leg in town.carrier.legs.values()]


@pytest.mark.slow
async def test_of_two_workers_each_command_is_asked_of_the_carrier_once(town: Town, crew: Crew) -> None:
    hands = await crew.workers(2)
    town.telephones_run(1.0)
    legs = await _legs_to_dial(town, MANY)
    commands = await _all_done(town, "originate_leg", MANY)
    assert Counter(crew.placed()) == dict.fromkeys(legs, 1)
    assert {command["attempt"] for command in commands} == {1}
    assert all(hand.carrier.placed() for hand in hands)  # both have worked
    await _hang_up(town, legs)
    await _all_done(town, "hang_up_leg", MANY)
    ended = [asked.what for hand in hands for asked in hand.carrier.asked if asked.fields.get("Status") == "completed"]
    assert Counter(ended) == dict.fromkeys((f"POST /Calls/{call.sid}.json" for call in town.carrier.calls.values()), 1)
    assert _live_calls(town) == []


@pytest.mark.slow
async def test_when_workers_are_killed_only_calls_of_unknown_outcome_are_looked_for_and_none_rings_twice(
    town: Town, crew: Crew
) -> None:
    living = await crew.workers(3)
    town.telephones_run(1.0)
    for hand in living:
        hand.carrier.delay_s = 0.3
    legs = await _legs_to_dial(town, MANY)
    for _ in range(2):
        victim = await until(lambda: _busy(living), what="one is in the midst of its commands")
        victim.kill()
        living.remove(victim)
    commands = await _all_done(town, "originate_leg", MANY)
    again = {str(command["leg_id"]) for command in commands if command["attempt"] > 1}
    assert again  # the kills did hit something
    asked = Counter(crew.placed())
    assert set(asked) == set(legs)
    assert {leg for leg, times in asked.items() if times > 1} <= again

    async def one_each() -> bool:
        return len(_live_calls(town)) == MANY

    await until(one_each, what="one telephone rings for each leg")
    live = {call.sid for call in _live_calls(town)}
    rows = await town.rows("SELECT provider_call_id FROM leg WHERE id = ANY($1::uuid[])", legs)
    assert {row["provider_call_id"] for row in rows} == live
    assert Counter(call.to for call in town.carrier.calls.values()).most_common(1)[0][1] == 1
    await _hang_up(town, legs)
    await _all_done(town, "hang_up_leg", MANY)


async def _busy(hands: list[Hand]) -> Hand | None:
    return next((hand for hand in hands if hand.carrier.under_way > 2), None)
