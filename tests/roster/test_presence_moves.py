"""What offers and talks do to a volunteer's presence, on a real database."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.presence import Activity
from app.platform.clock import fresh_id
from app.roster.going import go_ready
from app.roster.presence_moves import (
    Outcome,
    mark_engaged,
    mark_free,
    mark_offer_over,
    mark_offered,
    mark_wrapping_up,
)
from app.roster.presence_state import load_presence
from app.roster.schemas import Presence
from tests.roster.conftest import HOUR, NOON, Town

SOON = NOON + timedelta(seconds=20)


async def look(town: Town, person: UUID, at=NOON) -> Presence:
    async with town.db.reading() as tx:
        return await load_presence(tx, person, now=at)


async def ready(town: Town, **shift) -> UUID:
    person = await town.volunteer(**shift)
    async with town.db.transaction() as tx:
        await go_ready(tx, person, now=NOON)
    return person


async def ring(town: Town, person: UUID, at=NOON) -> UUID:
    offer = fresh_id()
    async with town.db.transaction() as tx:
        assert await mark_offered(tx, person, offer, now=at)
    return offer


async def answer(town: Town, person: UUID, at=NOON) -> UUID:
    contact = fresh_id()
    async with town.db.transaction() as tx:
        assert await mark_engaged(tx, person, contact, now=at)
    return contact


async def over(town: Town, person: UUID, offer: UUID, outcome: Outcome, at=SOON) -> Activity:
    async with town.db.transaction() as tx:
        return await mark_offer_over(tx, person, offer, outcome, now=at)


async def notices(town: Town) -> list[str]:
    async with town.db.reading() as tx:
        return [row["kind"] for row in await tx.fetch("SELECT kind FROM notice ORDER BY at, id")]


async def test_of_many_offers_at_once_a_volunteer_gets_one(town: Town):
    person = await ready(town)

    async def offer() -> bool:
        async with town.db.transaction() as tx:
            return await mark_offered(tx, person, fresh_id(), now=NOON)

    assert sorted(await asyncio.gather(*(offer() for _ in range(6)))) == [False] * 5 + [True]


async def test_a_volunteer_who_is_not_ready_is_not_offered_anything(town: Town):
    person = await town.volunteer()
    async with town.db.transaction() as tx:
        assert not await mark_offered(tx, person, fresh_id(), now=NOON)


async def test_a_talk_goes_from_ring_to_wrap_up_to_ready_and_is_counted_today(town: Town):
    person = await ready(town)
    await ring(town, person)
    contact = await answer(town, person)
    async with town.db.transaction() as tx:
        assert await mark_wrapping_up(tx, person, contact, now=SOON)
        assert await mark_free(tx, person, now=SOON)
    seen = await look(town, person, SOON)
    assert (seen.activity, seen.answered_today, seen.contact_id, seen.offer_id) == ("ready", 1, None, None)
    assert (await look(town, person, NOON + 13 * HOUR)).answered_today == 0, "a new day has begun in Shanghai"


async def test_every_move_is_a_new_version_on_the_change_feed(town: Town):
    person = await ready(town)
    before = (await look(town, person)).version
    await over(town, person, await ring(town, person), "withdrawn")
    assert (await look(town, person)).version == before + 2
    async with town.db.reading() as tx:
        told = await tx.fetchval(
            "SELECT count(*) FROM change WHERE entity = 'presence' AND entity_id = $1", str(person)
        )
    assert told >= 3


async def test_missing_two_offers_in_a_row_means_away_with_a_notice(town: Town):
    person = await ready(town)
    assert await over(town, person, await ring(town, person), "missed") is Activity.READY
    assert await notices(town) == []
    assert await over(town, person, await ring(town, person), "missed") is Activity.AWAY
    seen = await look(town, person)
    assert (seen.missed_in_row, seen.reason) == (2, "missed_offers")
    assert await notices(town) == ["away_after_missed"]


@pytest.mark.parametrize("between", ["declined", "answered"])
async def test_an_answer_or_a_decline_between_two_missed_offers_keeps_her_ready(town: Town, between: str):
    person = await ready(town)
    await over(town, person, await ring(town, person), "missed")
    offer = await ring(town, person)
    if between == "declined":
        await over(town, person, offer, "declined")
    else:
        contact = await answer(town, person)
        async with town.db.transaction() as tx:
            await mark_wrapping_up(tx, person, contact, now=SOON)
            await mark_free(tx, person, now=SOON)
    assert await over(town, person, await ring(town, person), "missed") is Activity.READY


async def test_an_offer_taken_back_keeps_her_place_and_a_missed_one_costs_it(town: Town):
    async def idle_since(person: UUID):
        async with town.db.reading() as tx:
            return await tx.fetchval("SELECT ready_since FROM presence WHERE person_id = $1", person)

    person = await ready(town)
    await over(town, person, await ring(town, person), "withdrawn")
    assert await idle_since(person) == NOON
    await over(town, person, await ring(town, person), "missed")
    assert await idle_since(person) == SOON


async def test_the_late_end_of_another_offer_changes_nothing(town: Town):
    person = await ready(town)
    offer = await ring(town, person)
    assert await over(town, person, fresh_id(), "missed") is Activity.OFFERED
    assert (await look(town, person)).offer_id == offer


async def test_accepted_without_audio_means_away_and_was_no_answer(town: Town):
    person = await ready(town)
    offer = await ring(town, person)
    await answer(town, person)
    assert await over(town, person, offer, "lapsed") is Activity.AWAY
    seen = await look(town, person)
    assert (seen.reason, seen.answered_today, seen.contact_id) == ("no_audio", 0, None)
    assert await notices(town) == ["away_no_audio"]


async def test_a_caller_who_leaves_after_the_accept_gives_her_back_to_the_queue(town: Town):
    person = await ready(town)
    offer = await ring(town, person)
    await answer(town, person)
    assert await over(town, person, offer, "withdrawn") is Activity.READY


async def test_a_browser_out_of_reach_ends_an_offer_but_not_a_talk(town: Town):
    person = await ready(town)
    offer = await ring(town, person)
    assert await over(town, person, offer, "unreachable") is Activity.OFFLINE

    other = await ready(town)
    offer = await ring(town, other)
    await answer(town, other)
    assert await over(town, other, offer, "unreachable") is Activity.ENGAGED
    assert (await look(town, other)).contact_id is not None


async def test_the_wrap_up_of_one_contact_does_not_free_her_from_another(town: Town):
    person = await ready(town)
    await ring(town, person)
    contact = await answer(town, person)
    async with town.db.transaction() as tx:
        assert not await mark_wrapping_up(tx, person, fresh_id(), now=SOON)
        assert await mark_wrapping_up(tx, person, contact, now=SOON)
        assert not await mark_free(tx, person, contact_id=fresh_id(), now=SOON)
        assert await mark_free(tx, person, contact_id=contact, now=SOON)
        assert await mark_free(tx, person, contact_id=contact, now=SOON), "a second press finds her ready"


@pytest.mark.parametrize("outcome", ["declined", "missed", "withdrawn"])
async def test_an_offer_that_outlasts_the_shift_ends_offline(town: Town, outcome: Outcome):
    person = await ready(town)
    offer = await ring(town, person)
    assert await over(town, person, offer, outcome, NOON + 4 * HOUR) is Activity.OFFLINE
