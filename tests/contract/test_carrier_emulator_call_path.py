"""The whole way of a call through the emulated carrier: arrive, wait in a conference, be joined, hang up."""

import pytest

from tests.contract.rehearsed_product import CALLER, LINE, Rehearsal, rehearsal

ROOM = "c-7f3a"


def caller_room(product_url: str) -> str:
    return (
        f'<Dial action="/after"><Conference startConferenceOnEnter="false" endConferenceOnExit="true" beep="false"'
        f' participantLabel="caller" waitUrl="{product_url}/hold/1" statusCallback="/conference"'
        f' statusCallbackEvent="start end join leave mute hold modify">{ROOM}</Conference></Dial>'
    )


def volunteer_room() -> str:
    return f'<Dial><Conference beep="false" participantLabel="volunteer">{ROOM}</Conference></Dial>'


def script_the_usual(stage: Rehearsal) -> None:
    product = stage.product
    product.answers("/voice", '<Say language="zh-CN">您好，正在为您接通。</Say>' + caller_room(product.base_url))
    product.answers("/hold/1", '<Say language="zh-CN">请稍候。</Say><Redirect/>')
    product.answers("/answered", volunteer_room())
    product.answers("/after", "<Hangup/>")


async def test_an_arriving_call_asks_the_voice_url_while_it_still_rings() -> None:
    async with rehearsal() as stage:
        script_the_usual(stage)
        call = await stage.dial()
        asked = await stage.product.receives("/voice")
        assert asked.signature_is_good
        assert asked.params["CallSid"] == call.sid
        assert asked.params["From"] == CALLER
        assert asked.params["To"] == LINE
        assert asked.params["CallStatus"] == "ringing"
        assert asked.params["Direction"] == "inbound"
        assert len(asked.params) >= 20


async def test_a_waiting_caller_hears_the_wait_url_again_and_again_and_is_never_in_silence() -> None:
    async with rehearsal() as stage:
        script_the_usual(stage)
        call = await stage.dial()
        await stage.product.receives("/hold/1", times=3)
        assert [item.kind for item in call.heard if item.kind == "say"]
        assert stage.emulator.carrier.legs[call.sid].ear.silence()["longest_s"] < 1


async def test_a_volunteer_joins_the_caller_and_both_hear_each_other() -> None:
    async with rehearsal() as stage:
        script_the_usual(stage)
        call = await stage.dial()
        await stage.product.receives("/conference", StatusCallbackEvent="participant-join")
        made = await stage.create(
            StatusCallback=stage.product.url("/call-status"),
            StatusCallbackEvent=["initiated", "ringing", "answered", "completed"],
        )
        assert made.status_code == 201
        assert made.json()["status"] == "queued"
        await stage.product.receives("/conference", StatusCallbackEvent="conference-start")
        assert stage.product.events() == ["participant-join", "participant-join", "conference-start"]
        answered = await stage.product.receives("/answered")
        assert answered.params["CallStatus"] == "in-progress"
        assert answered.params["Direction"] == "outbound-api"

        room = (await stage.people.get(f"/emulator/conferences/{ROOM}")).json()
        volunteer = made.json()["sid"]
        assert {item["call"]: item["hears"] for item in room["participants"]} == {
            call.sid: [volunteer],
            volunteer: [call.sid],
        }


async def test_when_the_caller_hangs_up_the_conference_ends_and_the_volunteer_goes_on_after_dial() -> None:
    async with rehearsal() as stage:
        script_the_usual(stage)
        stage.product.answers("/answered", volunteer_room() + "<Say>The caller has gone.</Say>")
        call = await stage.dial()
        await stage.product.receives("/conference", StatusCallbackEvent="participant-join")
        made = await stage.create()
        volunteer = stage.emulator.carrier.calls[made.json()["sid"]]
        await stage.product.receives("/conference", StatusCallbackEvent="conference-start")
        await stage.hang_up(call)
        end = await stage.product.receives("/conference", StatusCallbackEvent="conference-end")
        assert end.params["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
        assert end.params["CallSidEndingConference"] == call.sid
        assert end.params["ParticipantLabelEndingConference"] == "caller"
        left = stage.product.got("/conference", StatusCallbackEvent="participant-leave")
        reasons = {item.params["CallSid"]: item.params["ReasonParticipantLeft"] for item in left}
        assert reasons == {call.sid: "participant_hung_up", volunteer.sid: "moderator_ended_conference"}
        await stage.until(lambda: any(item.text == "The caller has gone." for item in volunteer.heard))
        numbers = [int(item.params["SequenceNumber"]) for item in stage.product.seen if item.path == "/conference"]
        assert numbers == sorted(numbers)
        done = await stage.product.receives("/line-status", CallSid=call.sid, CallStatus="completed")
        assert int(done.params["CallDuration"]) >= 1
        told = await stage.product.receives("/after")
        assert told.params["DialCallStatus"] == "completed"


async def test_when_the_volunteer_hangs_up_the_caller_is_left_in_a_started_conference_in_silence() -> None:
    async with rehearsal() as stage:
        script_the_usual(stage)
        call = await stage.dial()
        await stage.product.receives("/conference", StatusCallbackEvent="participant-join")
        volunteer = stage.emulator.carrier.calls[(await stage.create()).json()["sid"]]
        await stage.product.receives("/conference", StatusCallbackEvent="conference-start")
        await stage.hang_up(volunteer)
        await stage.product.receives("/conference", StatusCallbackEvent="participant-leave")
        leg = stage.emulator.carrier.legs[call.sid]
        assert leg.ear.sound is None

        stage.product.answers("/please-hold", "<Say>Please hold.</Say><Redirect/>")
        url = f"/Conferences/{leg.conference_sid}/Participants/caller.json"
        held = await stage.api.post(url, data={"Hold": "true", "HoldUrl": stage.product.url("/please-hold")})
        assert held.json()["hold"] is True
        await stage.product.receives("/please-hold", times=2)
        await stage.product.receives("/conference", StatusCallbackEvent="participant-hold", Hold="true")


async def test_status_callbacks_of_an_outgoing_call_are_numbered_from_zero() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/answered", "<Say>Hello.</Say>")
        made = await stage.create(
            StatusCallback=stage.product.url("/call-status"),
            StatusCallbackEvent="initiated ringing answered completed",
        )
        done = await stage.product.receives("/call-status", CallStatus="completed")
        steps = [
            (item.params["SequenceNumber"], item.params["CallStatus"]) for item in stage.product.got("/call-status")
        ]
        assert steps == [("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]
        assert done.params["CallSid"] == made.json()["sid"]
        assert done.params["CallbackSource"] == "call-progress-events"
        assert "CallDuration" in done.params


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [("busy", "busy"), ("no_answer", "no-answer"), ("reject", "busy"), ("offline", "no-answer")],
)
async def test_a_call_that_reaches_nobody_says_why(behaviour: str, status: str) -> None:
    async with rehearsal() as stage:
        await stage.people.post("/emulator/devices", json={"address": "client:alice", "behaviour": behaviour})
        await stage.create(Timeout=5, StatusCallback=stage.product.url("/call-status"))
        told = await stage.product.receives("/call-status")
        assert told.params["CallStatus"] == status
        assert told.params["CallDuration"] == "0"
        assert not stage.product.got("/answered")
