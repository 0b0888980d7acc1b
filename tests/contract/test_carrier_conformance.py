"""What every carrier adapter must do, shown with the Twilio adapter against the emulator: real HTTP both ways, signed
webhooks, real TwiML. A second adapter joins by a second way to put a line in the air (carrier_line.py)."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.carriers.events import BridgeMoment, LegEvent, MessageTaken
from app.carriers.port import AlreadyGone, CarrierError
from app.carriers.steps import Ask, DialOut, Goodbye, Spoken, TakeMessage
from app.carriers.twilio.client import TwilioCarrier, softphone_identity
from app.platform.clock import now
from app.simulator.chaos import Knobs
from tests.contract.carrier_line import CALLER, LINE, VOLUNTEER, Line, line_in_the_air


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A line on which the carrier finds nothing to object to."""
    async with line_in_the_air() as line:
        yield line
        assert line.emulator.carrier.problems.codes() == []
        assert not [item for item in line.flow.heard if _is(item, "unreadable")]


async def test_a_caller_is_asked_presses_and_waits_in_her_bridge_with_sound(line: Line) -> None:
    line.flow.then["1"] = line.flow.waiting()
    sid = await line.dial()
    await line.press(sid, "1")
    joined = await line.flow.until_bridge(BridgeMoment.JOINED)
    call = await line.look(sid, "says:您是第一位")
    assert (joined.label, joined.provider_call_id, joined.contact_id) == ("caller", sid, line.flow.contact_id)
    assert call["in_conference"] == line.flow.bridge
    arrived = line.flow.heard[0]
    assert (arrived.caller, arrived.number_dialled) == (CALLER, LINE)


async def test_no_key_in_time_counts_as_an_empty_answer_each_time(line: Line) -> None:
    line.flow.first = Ask("menu", (Spoken("请按一"),), timeout_s=2)
    await line.dial()
    await line.flow.until(lambda: [item[2] for item in line.flow.heard if _is(item, "digits")] == ["", "", ""])
    assert len(set(line.flow.keys)) == len(line.flow.keys)


async def test_hash_and_star_are_keys_too(line: Line) -> None:
    sid = await line.dial()
    await line.press(sid, "#")
    await line.flow.until(lambda: [item[2] for item in line.flow.heard if _is(item, "digits")] == ["#"])


async def test_an_anonymous_caller_has_no_number(line: Line) -> None:
    await line.dial("anonymous")
    await line.flow.until(lambda: line.flow.heard)
    assert line.flow.heard[0].caller is None


async def test_a_caller_who_hangs_up_in_the_greeting_is_heard_of(line: Line) -> None:
    sid = await line.dial()
    await line.look(sid, "gather")
    await line.hang_up(sid)
    ended = await line.flow.until_leg(LegEvent.ENDED, None)
    assert (ended.provider_call_id, ended.cause) == (sid, "normal")


async def test_a_volunteers_phone_rings_and_press_one_joins_the_bridge(line: Line) -> None:
    (caller, _), (volunteer, leg_id) = await line.talking()
    await line.flow.until_bridge(BridgeMoment.JOINED, f"v-{leg_id}")
    assert (await line.look(caller, "conference"))["hears"] == [volunteer]


async def test_every_step_of_a_ringing_phone_is_told_in_order_with_its_command(line: Line) -> None:
    await line.device(VOLUNTEER, "answer")
    command_id = uuid4()
    sid, leg_id = await line.ring(command_id=command_id)
    await line.flow.until_leg(LegEvent.ANSWERED, leg_id)
    progress = [item for item in line.flow.heard if getattr(item, "leg_id", None) == leg_id]
    assert {item.event for item in progress} == {LegEvent.DIALLED, LegEvent.RINGING, LegEvent.ANSWERED}
    assert {(item.provider_call_id, item.command_id) for item in progress} == {(sid, command_id)}
    assert sorted(item.seq for item in progress) == [0, 1, 2]


@pytest.mark.parametrize(
    ("behaviour", "cause"), [("busy", "busy"), ("no_answer", "no_answer"), ("offline", "failed"), ("reject", "busy")]
)
async def test_a_phone_that_does_not_answer_says_why(behaviour: str, cause: str, line: Line) -> None:
    await line.device(VOLUNTEER, behaviour)
    _, leg_id = await line.ring()
    assert (await line.flow.until_leg(LegEvent.ENDED, leg_id)).cause == cause


async def test_a_voicemail_box_never_joins(line: Line) -> None:
    await line.waiting_caller()
    await line.device(VOLUNTEER, "voicemail")
    _, leg_id = await line.ring()
    await line.flow.until_leg(LegEvent.ENDED, leg_id)
    assert not [item for item in line.flow.heard if getattr(item, "label", "") == f"v-{leg_id}"]


async def test_a_softphone_is_rung_under_its_persons_identity(line: Line) -> None:
    person_id = uuid4()
    await line.waiting_caller()
    await line.device(f"client:{softphone_identity(person_id)}", 'answer_and_press("1")')
    await line.ring(f"client:{person_id}")
    await line.flow.until_bridge(BridgeMoment.STARTED)


async def test_a_held_caller_hears_our_sound_and_comes_back(line: Line) -> None:
    (sid, leg_id), _ = await line.talking()
    line.flow.heard.clear()
    await line.carrier.set_mode(line.flow.bridge, "caller", leg_id=leg_id, on_hold=True)
    held = await line.flow.until_bridge(BridgeMoment.MODE_CHANGED, "caller")
    await line.flow.until(lambda: ("sound", leg_id) in line.flow.heard)
    line.flow.heard.clear()
    await line.carrier.set_mode(line.flow.bridge, "caller", leg_id=leg_id, on_hold=False)
    back = await line.flow.until_bridge(BridgeMoment.MODE_CHANGED, "caller")
    assert (held.on_hold, back.on_hold) == (True, False)
    assert (await line.view(sid))["held"] is False


async def test_an_announcement_is_heard_by_one_alone_and_the_talk_goes_on(line: Line) -> None:
    (sid, leg_id), (volunteer, _) = await line.talking()
    await line.carrier.announce(line.flow.bridge, "caller", leg_id=leg_id)
    await line.look(sid, "says:我在听")
    assert (await line.look(sid, "talk"))["sound"] == "talk"
    assert "我在听" not in str((await line.view(volunteer))["heard"])


async def test_a_volunteer_is_muted_and_heard_again(line: Line) -> None:
    _, (sid, leg_id) = await line.talking()
    for muted in (True, False):
        await line.carrier.set_mode(line.flow.bridge, f"v-{leg_id}", leg_id=leg_id, muted=muted)
        assert (await line.view(sid))["muted"] is muted


async def test_who_is_taken_out_of_a_bridge_asks_for_the_next_step(line: Line) -> None:
    _, (sid, leg_id) = await line.talking()
    line.flow.steps[leg_id] = Goodbye((Spoken("再见"),))
    await line.carrier.remove_from_bridge(line.flow.bridge, f"v-{leg_id}")
    await line.flow.until(lambda: ("next", leg_id, "join") in line.flow.heard)
    assert (await line.flow.until_bridge(BridgeMoment.LEFT, f"v-{leg_id}")).reason in {"steered", "ended_by_us"}
    await line.look(sid, "completed")


async def test_the_caller_leaving_ends_the_bridge_and_the_volunteer_asks_for_the_next_step(line: Line) -> None:
    (caller, _), (_, leg_id) = await line.talking()
    line.flow.steps[leg_id] = Goodbye()
    await line.hang_up(caller)
    ended = await line.flow.until_bridge(BridgeMoment.ENDED)
    assert (ended.reason, ended.label) == ("caller_left", "caller")
    await line.flow.until(lambda: ("next", leg_id, "join") in line.flow.heard)


async def test_the_volunteer_hanging_up_leaves_the_caller_in_her_bridge(line: Line) -> None:
    (caller, _), (volunteer, leg_id) = await line.talking()
    await line.hang_up(volunteer)
    assert (await line.flow.until_bridge(BridgeMoment.LEFT, f"v-{leg_id}")).reason == "hung_up"
    assert (await line.look(caller, "conference"))["status"] == "in-progress"


async def test_a_waiting_caller_is_steered_elsewhere(line: Line) -> None:
    sid, leg_id = await line.waiting_caller()
    line.flow.steps[leg_id] = Ask("call_back", (Spoken("要我们回拨吗"),), timeout_s=30)
    await line.carrier.steer_leg(leg_id, sid)
    await line.look(sid, "gather")
    assert ("next", leg_id, "redirect") in line.flow.heard
    assert (await line.flow.until_bridge(BridgeMoment.LEFT, "caller")).reason == "steered"


async def test_hanging_up_twice_and_steering_the_dead_are_already_gone(line: Line) -> None:
    sid, leg_id = await line.waiting_caller()
    await line.carrier.hang_up_leg(sid)
    await line.look(sid, "completed")
    with pytest.raises(AlreadyGone):
        await line.carrier.hang_up_leg(sid)
    with pytest.raises(AlreadyGone):
        await line.carrier.steer_leg(leg_id, sid)
    with pytest.raises(AlreadyGone):
        await line.carrier.set_mode(line.flow.bridge, "caller", leg_id=leg_id, muted=True)
    with pytest.raises(AlreadyGone):
        await line.carrier.remove_from_bridge(line.flow.bridge, "caller")


async def test_a_bridge_that_ended_and_began_anew_is_found_again(line: Line) -> None:
    (sid, leg_id), (_, volunteer) = await line.talking()
    await line.carrier.set_mode(line.flow.bridge, "caller", leg_id=leg_id, muted=True)
    await line.carrier.hang_up_leg(sid)
    await line.flow.until_bridge(BridgeMoment.ENDED)
    line.flow.heard.clear()
    sid, leg_id = await line.waiting_caller()
    await line.carrier.set_mode(line.flow.bridge, "caller", leg_id=leg_id, on_hold=True)
    assert (await line.view(sid))["held"] is True
    assert volunteer != leg_id


async def test_a_message_is_taken_heard_and_its_recording_erased(line: Line) -> None:
    line.flow.first = TakeMessage((Spoken("请留言"),), max_s=60)
    sid = await line.dial()
    await line.look(sid, "recording")
    await line.hang_up(sid)
    taken: MessageTaken = await line.flow.until(
        lambda: next((item for item in line.flow.heard if isinstance(item, MessageTaken)), None)
    )
    assert taken.seconds >= 1
    with wave.open(io.BytesIO(await line.carrier.fetch_recording(taken.recording_id))) as sound:
        assert sound.getnframes() > 0
    await line.carrier.erase_recording(taken.recording_id)
    for again in (line.carrier.erase_recording, line.carrier.fetch_recording):
        with pytest.raises(AlreadyGone):
            await again(taken.recording_id)


@pytest.mark.parametrize(("behaviour", "after"), [("busy", "dial_out:busy"), ("no_answer", "dial_out:no_answer")])
async def test_an_outside_number_that_does_not_answer_brings_the_caller_back(
    behaviour: str, after: str, line: Line
) -> None:
    await line.device(VOLUNTEER, behaviour)
    line.flow.first = DialOut(VOLUNTEER, (Spoken("正在为您转接"),), timeout_s=5, caller_id=LINE)
    sid = await line.dial()
    await line.flow.until(lambda: [item for item in line.flow.heard if _is(item, "next") and item[2] == after])
    children = [call for call in line.emulator.carrier.calls.values() if call.parent_sid == sid]
    assert {child.from_ for child in children} == {LINE}


async def test_records_are_erased_once_they_are_final(line: Line) -> None:
    sid, _ = await line.waiting_caller()
    with pytest.raises(CarrierError) as early:
        await line.carrier.erase_leg(sid)
    assert (early.value.code, early.value.retryable) == ("20009", True)
    await line.hang_up(sid)
    await line.look(sid, "completed")
    await line.carrier.erase_leg(sid)
    with pytest.raises(AlreadyGone):
        await line.carrier.erase_leg(sid)


async def test_a_call_of_unknown_outcome_is_found_by_whom_it_rings(line: Line) -> None:
    began = now() - timedelta(seconds=5)
    softphone = f"client:{uuid4()}"
    phone, _ = await line.ring(VOLUNTEER)
    browser, _ = await line.ring(f"{softphone}?contact_id=1")
    looked = line.carrier.calls_placed
    assert await looked(target=VOLUNTEER, caller_id=LINE, since=began) == [phone]
    assert await looked(target=softphone, caller_id=LINE, since=began) == [browser]
    again, _ = await line.ring(VOLUNTEER)
    assert await looked(target=VOLUNTEER, caller_id=LINE, since=began) == [phone, again]
    assert await looked(target=VOLUNTEER, caller_id=LINE, since=now() + timedelta(hours=1)) == []
    assert await looked(target=CALLER, caller_id=LINE, since=began) == []


async def test_the_carriers_own_list_names_every_call(line: Line) -> None:
    began = now() - timedelta(seconds=5)
    (caller, _), (volunteer, _) = await line.talking()
    calls = {call.provider_call_id: call for call in await line.carrier.calls_since(began)}
    assert (calls[caller].inbound, calls[caller].caller, calls[caller].number_dialled) == (True, CALLER, LINE)
    assert (calls[volunteer].inbound, calls[volunteer].caller) == (False, None)
    assert {call.status for call in calls.values()} == {"in-progress"}
    assert all(isinstance(call.started_at, datetime) and call.started_at.tzinfo for call in calls.values())
    assert CALLER not in repr(calls)
    assert await line.carrier.calls_since(now() + timedelta(hours=1)) == []


async def test_a_number_the_carrier_refuses_is_not_tried_again_and_not_told(line: Line) -> None:
    with pytest.raises(CarrierError) as refused:
        await line.ring("+44")
    assert (refused.value.code, refused.value.retryable) == ("21211", False)
    assert "+44" not in str(refused.value)


@pytest.mark.parametrize(
    ("knobs", "code"),
    [(Knobs(api_429_percent=100), "20429"), (Knobs(api_5xx_percent=100), "20503")],
)
async def test_a_busy_carrier_is_tried_again(knobs: Knobs, code: str) -> None:
    async with line_in_the_air(knobs) as line:
        with pytest.raises(CarrierError) as failed:
            await line.ring()
    assert (failed.value.code, failed.value.retryable) == (code, True)


async def test_a_call_whose_answer_got_lost_makes_itself_known_by_its_command() -> None:
    async with line_in_the_air(Knobs(api_lost_answer_percent=100)) as line:
        await line.device(VOLUNTEER, "answer")
        command_id = uuid4()
        with pytest.raises(CarrierError) as failed:
            await line.ring(command_id=command_id)
        assert failed.value.retryable
        leg_id = next(iter(line.flow.steps))
        assert (await line.flow.until_leg(LegEvent.ANSWERED, leg_id)).command_id == command_id


async def test_duplicated_and_reordered_callbacks_keep_their_keys() -> None:
    knobs = Knobs(duplicate_percent=60, reorder_percent=40, delay_ms_max=20, seed=7)
    async with line_in_the_air(knobs) as line:
        (caller, _), (_, leg_id) = await line.talking()
        line.flow.steps[leg_id] = Goodbye()
        await line.hang_up(caller)
        await line.flow.until_bridge(BridgeMoment.ENDED)
        await line.flow.until_leg(LegEvent.ENDED, leg_id)
        progress = {item.dedupe_key: (item.event, item.seq) for item in line.flow.heard if hasattr(item, "command_id")}
        assert sorted(seq for _, seq in progress.values() if seq is not None)[-1] == 3
        assert len({event for event, _ in progress.values()}) == 4


async def test_forged_webhooks_never_reach_the_flow() -> None:
    async with line_in_the_air(Knobs(forged_percent=100)) as line:
        await line.waiting_caller()
        assert len([key for key in line.flow.keys if key.startswith("voice:")]) == 1


async def test_an_unreachable_carrier_is_tried_again_and_a_wrong_token_is_not(line: Line) -> None:
    options = {"account_sid": "AC1", "public_base_url": "http://127.0.0.1:1", "timeout_s": 2.0}
    nowhere = TwilioCarrier(auth_token="x", api_base_url="http://127.0.0.1:1", **options)
    wrong = TwilioCarrier(auth_token="wrong", api_base_url=line.emulator.base_url, **options)
    try:
        for carrier, code, retryable in ((nowhere, "unreachable", True), (wrong, "20003", False)):
            with pytest.raises(CarrierError) as failed:
                await carrier.hang_up_leg("CA" + "0" * 32)
            assert (failed.value.code, failed.value.retryable) == (code, retryable)
    finally:
        await asyncio.gather(nowhere.aclose(), wrong.aclose())


def _is(item: Any, what: str) -> bool:
    return isinstance(item, tuple) and item[0] == what
