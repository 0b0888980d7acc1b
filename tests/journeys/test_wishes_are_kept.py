"""What a caller asked for, or was handed on to, is not lost on the way (failure 26): volunteer, language, pool."""

import pytest

from tests.journeys.harbour import CALLER, QUAY_NUMBER
from tests.journeys.own_line import open_line
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer

MENU = 'menu: {say: {zh: "危险请按1，回电请按9。", en: "Danger 1, call-back 9."}, languages: {en: "2"}}'
ENGLISH = "skills: {by_language: {en: [english]}, relax_after_s: 60}"
CHOICE = "ring_seconds: 15, choice_every_s: 30"


async def _ready(town: Town, login: str, *, english: bool = False, pools: tuple[str, ...] = ("day",)) -> Volunteer:
    volunteer = await town.volunteer(login, pools=pools)
    if english:
        async with town.db.transaction() as tx:
            await tx.execute("INSERT INTO credential (person_id, skill) VALUES ($1, 'english')", volunteer.person_id)
    await volunteer.ready()
    return volunteer


async def _contact_id(town: Town, sid: str) -> str:
    return str((await town.contact_of(sid))["id"])


async def _break_off(town: Town, volunteer: Volunteer) -> None:
    """Her telephone goes down in the middle of the talk."""
    await town.hang_up(await town.leg_to(volunteer.softphone))


async def _over(town: Town, sid: str) -> None:
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_failure_26_the_volunteer_a_caller_was_handed_on_to_is_rung_first(town: Town) -> None:
    """Although another one has been free for longer."""
    reed, finch = await _ready(town, "reed"), await town.volunteer("finch")
    sid = await town.call()
    contact = await reed.answer()
    await finch.ready()
    wren = await _ready(town, "wren")
    await reed.transfer(contact, "cold", "person", wren.person_id)
    assert (await wren.offer())["contact_id"] == contact["id"]
    await wren.answer()
    assert (await finch.desk())["offers"] == []
    await _over(town, sid)


async def test_failure_26_the_wish_for_a_volunteer_survives_another_ones_lapsed_lease(town: Town) -> None:
    """She was busy; somebody else took the caller, and was never heard: the wish counts as before."""
    reed, mute, wren = await _ready(town, "reed"), await town.volunteer("mute"), await town.volunteer("wren")
    await town.device(mute.softphone, "by_hand")
    sid = await town.call()
    contact = await reed.answer()
    await reed.transfer(contact, "cold", "person", wren.person_id)
    await town.state(sid, "waiting")
    await mute.ready()
    await mute.offer()
    town.telephones_run(1)  # her browser rings until the lease is over
    await mute.accept()
    finch = await _ready(town, "finch")
    await wren.ready()  # free for a shorter time than finch
    town.telephones_run(40)
    await town.later(26)
    assert (await wren.offer())["contact_id"] == contact["id"]
    assert (await finch.desk())["offers"] == []
    await wren.answer()
    await _over(town, sid)


async def test_failure_26_a_pool_a_caller_was_handed_on_to_is_asked_before_the_lines_first_one(town: Town) -> None:
    reed, finch = await _ready(town, "reed"), await town.volunteer("finch")
    wren = await _ready(town, "wren", pools=("night",))
    sid = await town.call()
    contact = await reed.answer()
    await finch.ready()
    await reed.transfer(contact, "cold", "pool", "night")
    assert (await wren.offer())["contact_id"] == contact["id"]
    await wren.decline()  # a wish that cannot be met keeps nobody from being asked
    assert (await finch.offer())["contact_id"] == contact["id"]
    await finch.answer()
    await _over(town, sid)


async def _asked_for_english(town: Town, number: str) -> str:
    sid = await town.call(to=number)
    await town.press(sid, "2")
    await town.heard(sid, "English")
    return sid


@pytest.mark.parametrize("how", ["the line breaks", "handed on"])
async def test_failure_26_the_language_chosen_in_the_menu_survives_a_second_queue(town: Town, how: str) -> None:
    """Even where, in the first wait, anybody was better than nobody and the language had stopped counting."""
    english, reed = await _ready(town, "english", english=True), await town.volunteer("reed")
    number = await open_line(town, english, pools="[{pool: day}]", menu=MENU, more=ENGLISH)
    busy = await town.call(caller="+447700900125")
    await english.answer()
    sid = await _asked_for_english(town, number)
    assert (await town.contact_of(sid))["skills"] == ["english"]
    await reed.ready()
    assert (await reed.desk())["offers"] == []
    async with town.db.transaction() as tx:
        await tx.execute("UPDATE contact SET waiting_since = waiting_since - interval '61 s' WHERE state = 'waiting'")
    await town.later(31)
    contact = await reed.answer()  # she speaks no English, and is better than nobody
    assert (await town.contact_of(sid))["skills"] == []
    if how == "handed on":
        await reed.transfer(contact, "cold", "pool", "day")
    else:
        await _break_off(town, reed)
    await town.state(sid, "waiting")
    finch = await _ready(town, "finch")
    assert (await town.contact_of(sid))["skills"] == ["english"]
    assert (await finch.desk())["offers"] == []
    await town.hang_up(busy)
    await english.wrap_up()
    assert (await english.offer())["language"] == "en"
    await english.answer()
    await _over(town, sid)


async def test_failure_26_whoever_calls_back_sees_the_language_and_it_counts_when_the_talk_breaks_off(
    town: Town,
) -> None:
    reed = await _ready(town, "reed")
    number = await open_line(town, reed, pools="[{pool: day}]", menu=MENU, more=ENGLISH, queue=CHOICE)
    busy = await town.call(caller="+447700900125")
    await reed.answer()
    sid = await _asked_for_english(town, number)
    await town.look(sid, "conference")
    await town.later(31)
    await town.heard(sid, "call you back")
    await _promised(town, sid)
    origin = await town.ends_as(sid, "callback")
    await town.hang_up(busy)
    await reed.wrap_up()
    english = await _ready(town, "english", english=True)
    (listed,) = await english.get("/api/call-backs")
    assert listed["language"] == "en"
    await town.device(CALLER, "answer_and_press", digits="1")
    await reed.post(f"/api/call-backs/{origin['id']}/dial", {"version": 1})
    contact = await reed.talking()
    assert contact["language"] == "en"
    finch = await _ready(town, "finch")
    await english.be("away")
    await english.ready()  # free for a shorter time than finch
    await _break_off(town, reed)
    assert (await english.offer())["contact_id"] == contact["id"]
    assert (await finch.desk())["offers"] == []
    await english.answer()


async def _promised(town: Town, sid: str) -> None:
    """Nine for a call-back, and nine again to agree to it."""
    asked = (await town.look(sid))["gathers"]
    await town.press(sid, "9")
    await town.look(sid, f"gather:{asked}")
    await town.press(sid, "9")


async def test_failure_26_nobody_who_can_answer_is_left_aside_for_a_wish_that_nobody_on_shift_can_meet(
    town: Town,
) -> None:
    """Nobody who speaks English is here at all: whoever is here is rung at once."""
    reed = await _ready(town, "reed")
    first = await town.call(caller="+447700900125")
    await reed.answer()
    sid = await town.call(to=QUAY_NUMBER)
    await town.press(sid, "2")
    await town.heard(sid, "English")
    await town.hang_up(first)
    await reed.wrap_up()
    assert (await reed.offer())["contact_id"] == await _contact_id(town, sid)
    await reed.answer()
    await _over(town, sid)
