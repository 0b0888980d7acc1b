"""A transfer that is refused, breaks off, or loses its caller ends where it began, and nobody is stuck (failure 10)."""

from typing import Any

import pytest

from tests.journeys.harbour import HOSPITAL
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until

OWN_PHONE = "+447700900200"


async def _talk(town: Town) -> tuple[str, Volunteer, Any]:
    reed = await town.volunteer("reed")
    await reed.ready()
    sid = await town.call()
    return sid, reed, await reed.answer()


async def _at_her_telephone(town: Town) -> Volunteer:
    wren = await town.volunteer("wren", phone=OWN_PHONE)
    await wren.ready("phone")
    return wren


async def _given_back(town: Town, sid: str, reed: Volunteer) -> None:
    """The caller is off hold, the talk goes on, and no transfer is under way."""

    async def back() -> bool:
        contact = (await reed.desk())["contact"]
        return contact is not None and contact["transfer"] is None and not (await town.look(sid))["held"]

    await until(back, what="the caller is given back")
    await town.look(sid, "talk")
    assert (await reed.talking())["person_id"] == str(reed.person_id)


async def _done(town: Town, sid: str, reed: Volunteer) -> None:
    await town.hang_up(sid)
    await reed.wrap_up()
    assert (await town.ends_as(sid, "answered"))["person_id"] == reed.person_id


async def test_failure_10_a_colleague_who_declines_gives_the_caller_back(town: Town) -> None:
    sid, reed, contact = await _talk(town)
    wren = await town.volunteer("wren")
    await wren.ready()
    await reed.transfer(contact, "warm", "person", wren.person_id)
    await wren.decline()
    await _given_back(town, sid, reed)
    assert await wren.activity() == "ready"
    await _done(town, sid, reed)


async def test_failure_10_a_colleagues_telephone_that_dies_while_it_rings_gives_the_caller_back(town: Town) -> None:
    sid, reed, contact = await _talk(town)
    wren = await _at_her_telephone(town)
    await reed.transfer(contact, "warm", "person", wren.person_id)
    await town.hang_up(await town.leg_to(OWN_PHONE))
    await _given_back(town, sid, reed)
    assert await wren.activity() in ("ready", "away")
    await _done(town, sid, reed)


async def test_failure_10_a_colleagues_telephone_that_dies_in_the_talk_gives_the_caller_back(town: Town) -> None:
    """She had pressed 1 and they were talking about the caller, who was held."""
    sid, reed, contact = await _talk(town)
    wren = await _at_her_telephone(town)
    await town.device(OWN_PHONE, "answer_and_press", digits="1")
    await reed.transfer(contact, "warm", "person", wren.person_id)
    await _transfer_is(reed, "joined")
    await town.hang_up(await town.leg_to(OWN_PHONE))
    await _given_back(town, sid, reed)
    await wren.is_("ready")
    await _done(town, sid, reed)


async def test_failure_10_an_outside_telephone_that_dies_in_the_talk_gives_the_caller_back(town: Town) -> None:
    sid, reed, contact = await _talk(town)
    await town.device(HOSPITAL, "answer")
    await reed.transfer(contact, "warm", "number", "hospital")
    await _transfer_is(reed, "joined")
    await town.hang_up(await town.leg_to(HOSPITAL))
    await _given_back(town, sid, reed)
    await _done(town, sid, reed)


async def _transfer_is(volunteer: Volunteer, state: str) -> None:
    async def there() -> bool:
        contact = (await volunteer.desk())["contact"]
        return contact is not None and contact["transfer"] is not None and contact["transfer"]["state"] == state

    await until(there, what=f"the transfer is {state}")


@pytest.mark.parametrize("at", ["ringing", "accepted", "joined"])
async def test_failure_10_a_caller_who_leaves_in_the_middle_of_a_warm_transfer_frees_everybody(
    town: Town, at: str
) -> None:
    sid, reed, contact = await _talk(town)
    wren = await town.volunteer("wren")
    await wren.ready()
    if at == "accepted":
        await town.device(wren.softphone, "by_hand")
        town.telephones_run(1)  # it rings until the caller has left
    await reed.transfer(contact, "warm", "person", wren.person_id)
    if at == "ringing":
        await wren.offer()
    else:
        await wren.accept()
    if at == "joined":
        await _transfer_is(reed, "joined")
    await town.hang_up(sid)
    await reed.wrap_up()
    if (await wren.is_("ready", "wrapping_up"))["activity"] == "wrapping_up":
        await wren.wrap_up()
    assert (await wren.desk())["offers"] == []
    assert (await town.ends_as(sid, "answered"))["ended_by"] == "caller"
    (transfer,) = await town.rows("SELECT state FROM transfer")
    assert transfer["state"] == "cancelled"
    assert len(await town.rows("SELECT FROM contact")) == 1


@pytest.mark.parametrize("to", ["person", "pool", "number"])
async def test_failure_10_a_caller_who_leaves_in_the_middle_of_a_cold_transfer_has_had_a_talk(
    town: Town, to: str
) -> None:
    """Whatever happens on the way, they were answered; nobody rings on for them."""
    sid, reed, contact = await _talk(town)
    wren = await town.volunteer("wren")
    await wren.ready()
    await reed.transfer(contact, "cold", to, {"person": wren.person_id, "pool": "day", "number": "hospital"}[to])
    if to == "number":
        await town.leg_to(HOSPITAL)
    else:
        await wren.offer()
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")
    assert (await wren.is_("ready"))["missed_in_row"] == 0
    await reed.wrap_up()
    await reed.is_("ready")
