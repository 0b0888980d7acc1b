"""Where a line asks for it, a key in the greeting agrees to something or refuses it, and takes nothing away."""

from typing import Any

from tests.journeys.own_line import open_line
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer

ASKS = """{say: {zh: "通话不录音。同意随访请按5，不同意录音请按6。", en: "5: follow-up, 6: no recording."},
          keys: {follow_up: {agree: "5"}, recording: {refuse: "6"}}}"""
MENU = 'menu: {say: {zh: "危险请按1。", en: "In danger, press 1."}, danger: "1", call_back: null}'
NOTED = "已经记下"


async def _line(town: Town, reed: Volunteer, menu: str = "") -> str:
    """A line that asks, with somebody ready who may let it ring for as long as the greeting takes; its number."""
    await reed.ready()
    town.telephones_run(3.0)  # so that there is time to press a key
    queue = "ring_seconds: 60, choice_every_s: null"
    return await open_line(town, reed, pools="[{pool: day}]", queue=queue, consent=ASKS, menu=menu)


async def _consents(volunteer: Volunteer, contact: Any) -> Any:
    return await volunteer.get(f"/api/contacts/{contact['id']}/consents")


async def test_what_a_caller_pressed_is_in_the_consents_as_said_by_key_and_their_volunteer_sees_it(town: Town) -> None:
    reed = await town.volunteer("reed")
    number = await _line(town, reed)
    sid = await town.call(to=number)
    await town.heard(sid, "同意随访请按5")
    await town.press(sid, "5")
    await town.heard(sid, NOTED)
    await town.press(sid, "6")
    await town.look(sid, "conference")  # and waits like everybody else
    contact = await reed.answer()
    shown = await _consents(reed, contact)
    assert (shown["present"]["follow_up"], shown["present"]["recording"]) == ("given", "refused")
    assert shown["present"]["disclosure"] == "not_asked"
    assert {(entry["consent_to"], entry["how"], entry["entered_by"]) for entry in shown["entries"]} == {
        ("follow_up", "key", None), ("recording", "key", None),
    }  # fmt: skip

    taken_back = {"consent_to": "follow_up", "said": "withdrawn", "how": "spoken"}
    after = await reed.post(f"/api/contacts/{contact['id']}/consents", taken_back, expect=201)
    assert after["present"]["follow_up"] == "withdrawn"
    kept = await town.rows("SELECT consent_to, said, how FROM consent ORDER BY said_at, consent_to")
    assert [tuple(row) for row in kept] == [
        ("follow_up", "given", "key"), ("recording", "refused", "key"), ("follow_up", "withdrawn", "spoken"),
    ]  # fmt: skip
    await town.hang_up(sid)
    await reed.wrap_up()


async def test_whoever_presses_nothing_has_agreed_to_nothing_and_waits(town: Town) -> None:
    reed = await town.volunteer("reed")
    number = await _line(town, reed)
    sid = await town.call(to=number)
    await town.look(sid, "conference")
    shown = await _consents(reed, await reed.answer())
    assert set(shown["present"].values()) == {"not_asked"}
    assert shown["entries"] == []
    await town.hang_up(sid)
    await reed.wrap_up()


async def test_after_a_key_of_consent_the_key_of_danger_is_heard_as_ever(town: Town) -> None:
    reed = await town.volunteer("reed")
    number = await _line(town, reed, MENU)
    sid = await town.call(to=number)
    await town.press(sid, "5")
    await town.heard(sid, NOTED)
    await town.press(sid, "1")
    await town.look(sid, "conference")
    found = await town.contact_of(sid)
    assert (found["danger"], found["consents"]) == (True, {"follow_up": "given"})
    await reed.answer()
    await town.hang_up(sid)
    await reed.wrap_up()
