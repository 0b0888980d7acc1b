"""The emulated carrier performs TwiML as the carrier does, and refuses loudly what it cannot."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from starlette.responses import Response

from app.simulator.calls import Call
from tests.contract.rehearsed_product import PHONE, Rehearsal, rehearsal

ROOM = "c-42"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared() -> AsyncIterator[Rehearsal]:
    """One rehearsal for calls that do not meet each other."""
    async with rehearsal() as stage:
        yield stage


def said(call: Call) -> list[str]:
    return [item.text for item in call.heard if item.kind == "say"]


async def heard_on(stage: Rehearsal, twiml: str) -> Call:
    """Dial the line, let the call end by itself, and give back what was heard."""
    stage.product.answers("/voice", twiml)
    call = await stage.dial()
    await stage.until(lambda: call.is_over)
    return call


async def test_keys_pressed_while_a_prompt_plays_cut_it_short_and_go_to_the_action() -> None:
    async with rehearsal(time_scale=1) as stage:
        stage.product.answers("/voice", f'<Gather numDigits="1" action="/menu"><Say>{"long " * 100}</Say></Gather>')
        stage.product.answers("/menu", "")
        call = await stage.dial()
        await stage.until(lambda: any(item.kind == "say" for item in call.heard))
        stage.press(call, "1")
        chosen = await stage.product.receives("/menu")
        assert chosen.params["Digits"] == "1"


async def test_without_a_key_gather_falls_through_unless_it_asks_for_the_empty_result() -> None:
    async with rehearsal() as stage:
        call = await heard_on(
            stage, '<Gather timeout="2" action="/menu"><Say>press</Say></Gather><Say>nothing came</Say>'
        )
        assert said(call) == ["press", "nothing came"]
        await heard_on(stage, '<Gather timeout="1" action="/empty" actionOnEmptyResult="true"/>')
        assert stage.product.got("/empty")[0].params["Digits"] == ""
        assert not stage.product.got("/menu")


async def test_the_finishing_key_ends_the_gathering_and_is_not_among_the_digits() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", '<Gather timeout="200" action="/code"/>')
        call = await stage.dial()
        await stage.until_leg(call, lambda leg: leg.is_gathering)
        stage.press(call, "123#")
        got = await stage.product.receives("/code")
        assert (got.params["Digits"], got.params["FinishedOnKey"]) == ("123", "#")


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
async def test_a_rejected_call_is_never_answered(reason: str, status: str) -> None:
    async with rehearsal() as stage:
        call = await heard_on(stage, f'<Reject reason="{reason}"/>')
        assert call.status == status
        assert call.answered_at is None


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<Sai>misspelt</Sai>", 12200),
        ('<Say colour="green">x</Say>', 12200),
        ("<Gather><Dial>+447700900456</Dial></Gather>", 12200),
        ("<Say>unclosed", 12100),
        ('<Pause length="long"/>', 12200),
        ('<Gather input="speech"/>', 12200),
        ('<Dial><Conference beep="maybe">x</Conference></Dial>', 12200),
        ("<Dial><Conference>a</Conference><Number>+447700900456</Number></Dial>", 13000),
        ('<Dial callerId="+442079460199">+447700900456</Dial>', 13214),
        ("<Say>" + "x" * 4097 + "</Say>", 13520),
        ('<Record transcribe="true"/>', 12200),
    ],
)
async def test_a_bad_document_is_noted_and_the_call_goes_to_the_fallback_url(
    shared: Rehearsal, document: str, code: int
) -> None:
    shared.product.answers("/fallback", "<Say>backup line</Say>")
    call = await heard_on(shared, document)
    asked = shared.product.got("/fallback", CallSid=call.sid)[0]
    assert asked.params["ErrorCode"] == str(code)
    assert asked.params["ErrorUrl"] == shared.product.url("/voice")
    assert said(call) == ["backup line"]
    assert [item.code for item in shared.emulator.carrier.problems.kept if item.sid == call.sid] == [code]


async def test_an_error_answer_goes_to_the_fallback_and_a_dead_fallback_to_the_carriers_apology() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", Response(status_code=503))
        stage.product.answers("/fallback", Response("no", status_code=500))
        call = await stage.dial()
        await stage.until(lambda: call.is_over)
        assert stage.emulator.carrier.problems.codes() == [11200, 11200]
        assert said(call) == ["We are sorry, an application error has occurred. Goodbye."]
        assert call.status == "completed"


async def test_a_wrong_content_type_is_12300() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", Response("{}", media_type="application/json"))
        call = await stage.dial()
        await stage.until(lambda: call.is_over)
        assert call.error_codes[0] == 12300


async def test_a_gather_inside_a_wait_url_is_refused_and_the_caller_falls_through_to_the_action() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/hold", "<Gather><Say>press nine</Say></Gather>")
        stage.product.answers("/after", "<Say>we lost the music</Say>")
        call = await heard_on(
            stage,
            '<Dial action="/after"><Conference startConferenceOnEnter="false" waitUrl="/hold">'
            f"{ROOM}</Conference></Dial>",
        )
        assert stage.emulator.carrier.problems.codes() == [12200]
        assert stage.product.got("/after")[0].params["DialCallStatus"] == "failed"
        assert said(call) == ["we lost the music"]


async def test_a_dial_inside_a_number_url_is_refused_and_the_callee_is_let_go() -> None:
    async with rehearsal() as stage:
        await stage.people.post("/emulator/devices", json={"address": PHONE, "behaviour": "answer"})
        stage.product.answers("/whisper", "<Dial>+447700900789</Dial>")
        call = await heard_on(
            stage, f'<Dial timeout="5"><Number url="/whisper">{PHONE}</Number></Dial><Say>nobody</Say>'
        )
        assert 12200 in stage.emulator.carrier.problems.codes()
        assert said(call) == ["nobody"]


async def test_a_second_participant_with_the_same_label_stays_out_with_16025() -> None:
    async with rehearsal() as stage:
        room = f'<Dial><Conference participantLabel="caller">{ROOM}</Conference></Dial>'
        stage.product.answers("/voice", room + "<Say>taken</Say>")
        first = await stage.dial()
        await stage.until_leg(first, lambda leg: leg.conference_sid)
        second = await stage.dial("+447700900789")
        await stage.until(lambda: second.is_over)
        assert stage.emulator.carrier.problems.codes() == [16025]
        assert said(second) == ["taken"]
        assert not first.is_over


async def test_of_several_phones_the_first_to_answer_is_connected_and_the_others_stop_ringing() -> None:
    async with rehearsal() as stage:
        devices = [
            {"address": PHONE, "behaviour": "answer", "answer_after_ms": 100, "hang_up_after_ms": 4000},
            {"address": "+447700900789", "behaviour": "by_hand"},
        ]
        await stage.people.post("/emulator/devices", json=devices)
        stage.product.answers("/done", "<Hangup/>")
        call = await heard_on(
            stage,
            f'<Dial action="/done" timeout="20"><Number statusCallback="/leg">{PHONE}</Number>'
            "<Number>+447700900789</Number></Dial>",
        )
        done = stage.product.got("/done")[0].params
        assert done["DialCallStatus"] == "completed"
        children = {item.to: item for item in stage.emulator.carrier.calls.values() if item.parent_sid == call.sid}
        assert done["DialCallSid"] == children[PHONE].sid
        assert children["+447700900789"].status == "canceled"
        leg = await stage.product.receives("/leg", CallStatus="completed")
        assert leg.params["ParentCallSid"] == call.sid
        assert "talk" in [item.kind for item in call.heard]


async def test_a_dial_that_nobody_answers_tells_its_action() -> None:
    async with rehearsal() as stage:
        await stage.people.post("/emulator/devices", json={"address": PHONE, "behaviour": "no_answer"})
        await heard_on(stage, f'<Dial action="/done" timeout="3" answerOnBridge="true">{PHONE}</Dial>')
        assert stage.product.got("/done")[0].params["DialCallStatus"] == "no-answer"


async def test_a_queue_lets_the_caller_press_a_key_and_leave() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", '<Enqueue waitUrl="/wait" action="/out">help</Enqueue>')
        stage.product.answers("/wait", '<Gather numDigits="1" timeout="2" action="/key"><Say>press nine</Say></Gather>')
        stage.product.answers("/key", "<Leave/>")
        stage.product.answers("/out", "<Say>we call you back</Say>")
        call = await stage.dial()
        asked = await stage.product.receives("/wait")
        assert asked.params["QueuePosition"] == "1"
        await stage.until_leg(call, lambda leg: leg.is_gathering)
        stage.press(call, "9")
        out = await stage.product.receives("/out")
        assert out.params["QueueResult"] == "leave"
        await stage.until(lambda: call.is_over)
        assert said(call)[-1] == "we call you back"


async def test_hanging_up_during_a_recording_keeps_it_and_tells_the_action() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", '<Record action="/left" maxLength="600" recordingStatusCallback="/kept"/>')
        call = await stage.dial()
        await stage.until_leg(call, lambda leg: leg.recording)
        await stage.hang_up(call)
        left = await stage.product.receives("/left")
        assert left.params["Digits"] == "hangup"
        kept = await stage.product.receives("/kept")
        assert kept.params["RecordingStatus"] == "completed"
        path = f"/Recordings/{kept.params['RecordingSid']}.json"
        assert (await stage.api.get(path)).json()["call_sid"] == call.sid
        assert (await stage.api.delete(path)).status_code == 204


async def test_a_dial_with_a_time_limit_ends_the_connection_and_goes_on() -> None:
    async with rehearsal() as stage:
        await stage.people.post("/emulator/devices", json={"address": PHONE, "behaviour": "answer"})
        call = await heard_on(stage, f'<Dial timeLimit="5">{PHONE}</Dial><Say>time is up</Say>')
        assert said(call) == ["time is up"]
        child = next(item for item in stage.emulator.carrier.calls.values() if item.parent_sid == call.sid)
        assert (child.status, child.ended_by) == ("completed", "limit")
        room = await heard_on(stage, f'<Dial timeLimit="5"><Conference>{ROOM}</Conference></Dial><Say>out</Say>')
        assert said(room) == ["out"]
