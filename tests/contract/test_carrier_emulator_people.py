"""The phones and people around the emulated carrier, and what is heard on a line."""

import pytest

from app.simulator.calls import Call
from tests.contract.rehearsed_product import CALLER, LINE, PHONE, Rehearsal, rehearsal

ROOM = "c-43"


async def heard_on(stage: Rehearsal, twiml: str) -> Call:
    """Dial the line, let the call end by itself, and give back what was heard."""
    stage.product.answers("/voice", twiml)
    call = await stage.dial()
    await stage.until(lambda: call.is_over)
    return call


async def test_an_anonymous_caller_shows_the_number_that_all_of_them_share() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", "<Reject/>")
        await stage.dial("anonymous")
        assert (await stage.product.receives("/voice")).params["From"] == "+266696687"


@pytest.mark.parametrize(
    ("behaviour", "pressed"),
    [({"behaviour": 'answer_and_press("1")'}, ["1"]), ({"behaviour": "wrong_key_then", "digits": "1"}, ["7", "1"])],
)
async def test_a_scripted_volunteer_presses_the_keys_of_its_script(
    behaviour: dict[str, str], pressed: list[str]
) -> None:
    async with rehearsal() as stage:
        await stage.people.post("/emulator/devices", json={"address": PHONE, **behaviour})
        ask = '<Gather numDigits="1" timeout="60" action="/accept"/>'
        stage.product.answers("/answered", ask)
        stage.product.answers("/accept", lambda form: "<Say>thanks</Say>" if form["Digits"] == "1" else ask)
        await stage.create(To=PHONE)
        await stage.product.receives("/accept", Digits="1")
        assert [item.params["Digits"] for item in stage.product.got("/accept")] == pressed


async def test_a_voicemail_box_answers_and_never_presses_anything() -> None:
    async with rehearsal(time_scale=50) as stage:
        await stage.people.post("/emulator/devices", json={"address": PHONE, "behaviour": "voicemail"})
        stage.product.answers(
            "/answered", '<Gather numDigits="1" timeout="8" action="/accept"><Say>press one</Say></Gather>'
        )
        sid = (await stage.create(To=PHONE)).json()["sid"]
        call = stage.emulator.carrier.calls[sid]
        await stage.until(lambda: call.is_over)
        assert call.status == "completed"
        assert not stage.product.got("/accept")


async def test_a_phone_worked_by_hand_rings_until_someone_picks_it_up_or_declines() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/answered", "<Say>hello</Say>")
        sid = (await stage.create(To=PHONE)).json()["sid"]
        await stage.until(lambda: stage.emulator.carrier.calls[sid].status == "ringing")
        ringing = (await stage.people.get("/emulator/phones")).json()
        assert [item["to"] for item in ringing] == [PHONE]
        await stage.people.post(f"/emulator/phones/{sid}", json={"action": "answer"})
        await stage.product.receives("/answered")
        declined = (await stage.create(To=PHONE)).json()["sid"]
        await stage.until(lambda: stage.emulator.carrier.calls[declined].status == "ringing")
        await stage.people.post(f"/emulator/phones/{declined}", json={"action": "decline"})
        await stage.until(lambda: stage.emulator.carrier.calls[declined].status == "busy")


async def test_silence_on_the_line_is_measured_in_line_seconds() -> None:
    async with rehearsal(time_scale=50) as stage:
        quiet = await heard_on(stage, '<Say>one</Say><Pause length="10"/><Pause length="5"/><Say>two</Say>')
        assert 15 <= quiet.silence["longest_s"] < 25
        assert [item.kind for item in quiet.heard] == ["say", "pause", "pause", "silence", "say"]
        loud = await heard_on(stage, "<Say>one</Say><Play>/music.mp3</Play><Say>two</Say>")
        assert loud.silence["longest_s"] < 1


async def test_a_caller_held_without_a_sound_is_heard_to_be_in_silence() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", f'<Dial><Conference participantLabel="caller">{ROOM}</Conference></Dial>')
        stage.product.answers("/answered", f"<Dial><Conference>{ROOM}</Conference></Dial>")
        call = await stage.dial()
        await stage.create()
        leg = stage.emulator.carrier.legs[call.sid]
        await stage.until(lambda: leg.ear.sound == "talk")
        await stage.api.post(f"/Conferences/{leg.conference_sid}/Participants/caller.json", data={"Hold": "true"})
        assert leg.ear.sound is None


async def test_the_view_of_a_call_can_wait_for_what_is_said() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", "<Say>one</Say><Say>two</Say><Pause length='500'/>")
        call = await stage.dial()
        view = (await stage.people.get(f"/emulator/calls/{call.sid}", params={"until": "says:two"})).json()
        assert view["waited_for"] is True
        assert view["status"] == "in-progress"
        assert (call.to, call.from_) == (LINE, CALLER)
