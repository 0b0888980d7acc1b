"""Accepting: one winner, a lease until audio joins, and the caller is never the one who loses (failures 1 to 5)."""

import asyncio
from collections import Counter

import pytest

from tests.journeys.settled import double_holds
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until


async def _on_the_line(town: Town, *logins: str) -> list[Volunteer]:
    volunteers = [await town.volunteer(login) for login in logins]
    for volunteer in volunteers:
        await volunteer.ready()
    return volunteers


async def test_failure_1_of_two_who_accept_the_same_offer_in_the_same_instant_one_talks_and_one_is_told(
    town: Town,
) -> None:
    """Failure 1. Two volunteers are rung for one caller, as with ring_k, and both press at once, many times over."""
    pair = await _on_the_line(town, "reed", "wren")
    for _ in range(6):
        sid = await town.call()
        first = await until(lambda: _offers(pair), what="an offer")
        contact_id = first[0]["contact_id"]
        await _ring_also(town, contact_id, pair)
        offers = [await volunteer.offer() for volunteer in pair]
        answers = await asyncio.gather(
            *(
                volunteer.client.post(f"/api/offers/{offer['id']}/accept", json={"version": offer["version"]})
                for volunteer, offer in zip(pair, offers, strict=True)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        refusal = next(answer for answer in answers if answer.status_code == 409)
        assert refusal.json()["code"] == "offer_gone"
        winner = pair[[answer.status_code for answer in answers].index(200)]
        loser = pair[1 - pair.index(winner)]
        await winner.talking()
        assert await loser.activity() == "ready"
        await town.hang_up(sid)
        await winner.wrap_up()
        await winner.is_("ready")
    assert await double_holds(town.db) == []


async def _offers(volunteers: list[Volunteer]) -> list[dict[str, str]]:
    return [offer for volunteer in volunteers for offer in (await volunteer.desk())["offers"]]


async def _ring_also(town: Town, contact_id: str, volunteers: list[Volunteer]) -> None:
    """Ring whoever of these does not ring yet for the same contact."""
    from uuid import UUID

    from app.contacts.offering import make_offer
    from app.contacts.rows import lock_contact
    from app.platform.clock import now

    for volunteer in volunteers:
        if await volunteer.activity() == "ready":
            async with town.db.transaction() as tx:
                contact = await lock_contact(tx, UUID(contact_id))
                assert contact is not None
                policy = town.parts.book.policy("harbour", now())
                assert policy is not None
                assert await make_offer(
                    tx, contact, policy, volunteer.person_id, "browser", because="ring_k", now=now()
                )


async def test_failure_1_pressing_accept_twice_is_accepting_once(town: Town) -> None:
    """Failure 1: a double click, or a request repeated on a slow line."""
    (volunteer,) = await _on_the_line(town, "reed")
    sid = await town.call()
    offer = await volunteer.offer()
    contacts = await asyncio.gather(*(volunteer.take(offer) for _ in range(4)))
    await volunteer.talking()
    contacts.append(await volunteer.take(offer))  # repeated so late that they talk already
    assert len({contact["id"] for contact in contacts}) == 1
    assert len([leg for leg in town.carrier.legs.values() if leg.call.to.startswith(volunteer.softphone)]) == 1
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


@pytest.mark.parametrize("behaviour", ["no_answer", "busy", "offline"])
async def test_failure_2_a_volunteer_whose_audio_never_joins_loses_the_caller_to_the_next_at_once(
    town: Town, behaviour: str
) -> None:
    """Failure 2: acceptance is a lease. The caller is first again, before those who came meanwhile."""
    mute, wren = await _on_the_line(town, "mute", "wren")
    await town.device(mute.softphone, behaviour)
    sid = await town.call()
    contact = await mute.accept()
    assert (await wren.offer())["contact_id"] == contact["id"]
    presence = await mute.is_("away")
    assert presence["reason"] == "no_audio"
    row = await town.contact_of(sid)
    assert row["requeued"] == 1
    assert row["priority"] >= 1
    await wren.accept()
    await wren.talking()
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_failure_2_a_lease_that_runs_out_puts_the_caller_before_everyone_who_waits(town: Town) -> None:
    """Failure 2: at the head of the queue, not at its end."""
    reed, wren = await _on_the_line(town, "reed", "wren")
    earlier = await town.call()
    await reed.answer()
    await town.device(wren.softphone, "by_hand")  # nobody picks it up
    first = await town.call()
    await wren.offer()
    town.telephones_run(1)  # her browser rings until the lease is over
    contact = await wren.accept()
    await town.leg_to(wren.softphone)
    town.telephones_run(40)
    meanwhile = [await town.call() for _ in range(2)]
    for sid in meanwhile:
        await town.state(sid, "waiting")
    await town.later(26)
    await wren.is_("away")
    # Should her browser pick up now, before the carrier has hung up: it is let go, and joins nobody (P3).
    steps = await town.rows("SELECT desired->>'do' AS step FROM leg WHERE person_id = $1", wren.person_id)
    assert [row["step"] for row in steps] == ["goodbye"]
    await town.hang_up(earlier)
    await reed.wrap_up()
    assert (await reed.offer())["contact_id"] == contact["id"]
    assert (await town.contact_of(first))["requeued"] == 1
    await reed.accept()
    await reed.talking()
    await town.hang_up(first)
    await town.ends_as(first, "answered")


async def test_failure_3_a_winner_who_hangs_up_before_the_bridge_does_not_end_the_call(town: Town) -> None:
    """Failure 3: the caller goes on to the next volunteer, though the other rings had been dropped."""
    reed, wren = await _on_the_line(town, "reed", "wren")
    await town.device(reed.softphone, "answer", answer_after_ms=0, hang_up_after_ms=0)
    sid = await town.call()
    contact = await reed.accept()
    assert (await wren.offer())["contact_id"] == contact["id"]
    await wren.accept()
    await wren.talking()
    assert await reed.activity() in ("away", "wrapping_up")
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_failure_4_a_burst_of_callers_spreads_over_the_volunteers_one_each(town: Town) -> None:
    """Failure 4: three callers at once and three volunteers; nobody rings twice, nobody is left over."""
    volunteers = await _on_the_line(town, "reed", "wren", "finch")
    sids = await asyncio.gather(*(town.call(caller=f"+4477009001{n:02}") for n in range(3)))
    contacts = await asyncio.gather(*(volunteer.answer() for volunteer in volunteers))
    assert len({contact["id"] for contact in contacts}) == 3
    offers = await town.rows("SELECT person_id FROM offer")
    assert set(Counter(row["person_id"] for row in offers).values()) == {1}
    for sid in sids:
        await town.hang_up(sid)
        await town.ends_as(sid, "answered")


async def test_failure_5_connecting_again_in_the_middle_of_an_offer_changes_nothing(town: Town) -> None:
    """Failure 5: a reloaded page beats, looks, and even says "ready" again; the offer rings on and can be taken."""
    (reed,) = await _on_the_line(town, "reed")
    sid = await town.call()
    offer = await reed.offer()
    await reed.post("/api/presence/heartbeat", expect=204)
    await reed.ready()
    desk = await reed.desk()
    assert desk["presence"]["activity"] == "offered"
    assert [shown["id"] for shown in desk["offers"]] == [offer["id"]]
    await reed.take(desk["offers"][0])
    await reed.talking()
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_failure_11_going_away_and_back_while_it_rings_passes_the_caller_on_and_breaks_nothing(
    town: Town,
) -> None:
    """Failures 5 and 11: the old ring is over before the new "ready" counts."""
    reed, wren = await _on_the_line(town, "reed", "wren")
    sid = await town.call()
    first = await reed.offer()
    await reed.be("away")
    await reed.ready()
    assert (await wren.offer())["contact_id"] == first["contact_id"]
    await wren.decline()
    await town.later(21)
    offered = await until(lambda: _offers([reed, wren]), what="somebody is asked again")
    taker = reed if offered[0]["person_id"] == str(reed.person_id) else wren
    await taker.answer()
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")
