"""Scripted callers live their scripts against the emulated carrier, and a night of them adds up."""

import asyncio

import pytest

from app.simulator.night import BY_HOUR, NightLine, PlannedCall, Progress, plan_night, play_calls
from app.simulator.scripted_callers import Outcome, Script, play_caller
from tests.contract.rehearsed_product import LINE, Rehearsal, rehearsal

ROOM = '<Dial><Conference beep="false" waitUrl="/hold">{name}</Conference></Dial>'


def script_waiting(stage: Rehearsal) -> None:
    stage.product.answers("/voice", lambda form: ROOM.format(name=form["CallSid"]))
    stage.product.answers("/hold", "<Say>请稍候。</Say><Redirect/>")


async def test_an_impatient_caller_gives_up_while_waiting() -> None:
    async with rehearsal() as stage:
        script_waiting(stage)
        report = await play_caller(stage.people, Script(LINE, patience_s=20), speed=20)
        assert report.outcome is Outcome.GAVE_UP
        assert report.ended_by == "caller"
        assert report.waited_s >= 20
        assert "请稍候。" in report.said


async def test_a_caller_who_reaches_a_volunteer_talks_as_long_as_the_script_says() -> None:
    async with rehearsal() as stage:
        script_waiting(stage)
        stage.product.answers("/answered", lambda _: ROOM.format(name=next(iter(stage.emulator.carrier.calls))))
        playing = asyncio.ensure_future(play_caller(stage.people, Script(LINE, talk_s=30), speed=20))
        await stage.product.receives("/hold")
        await stage.create()
        report = await playing
        assert report.outcome is Outcome.TALKED
        assert report.talked_s >= 30
        assert report.ended_by == "caller"


async def test_a_caller_presses_its_keys_one_menu_at_a_time() -> None:
    async with rehearsal() as stage:
        menu = '<Gather numDigits="1" timeout="30" action="{to}"><Say>press</Say></Gather>'
        stage.product.answers("/voice", menu.format(to="/first"))
        stage.product.answers("/first", menu.format(to="/second"))
        stage.product.answers("/second", "<Say>thanks</Say>")
        report = await play_caller(stage.people, Script(LINE, keys=("1", "9")), speed=20)
        assert stage.product.got("/first")[0].params["Digits"] == "1"
        assert stage.product.got("/second")[0].params["Digits"] == "9"
        assert report.outcome is Outcome.TURNED_AWAY
        assert report.said == ("press", "press", "thanks")


async def test_a_caller_leaves_a_message_where_one_is_asked_for() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", '<Say>leave a message</Say><Record action="/left"/>')
        report = await play_caller(stage.people, Script(LINE, message_s=10), speed=20)
        assert report.outcome is Outcome.LEFT_MESSAGE
        left = await stage.product.receives("/left")
        assert int(left.params["RecordingDuration"]) >= 9


async def test_a_caller_can_hang_up_at_a_moment_of_its_own() -> None:
    async with rehearsal() as stage:
        script_waiting(stage)
        report = await play_caller(stage.people, Script(LINE, hang_up_after_s=4, patience_s=900), speed=20)
        assert report.outcome is Outcome.GAVE_UP
        assert report.waited_s < 60


def test_the_same_seed_plans_the_same_night_and_another_seed_another() -> None:
    lines = [NightLine(LINE, 145), NightLine("+442079460101", 30, youth=True)]
    assert plan_night(lines, hours=12, seed=4) == plan_night(lines, hours=12, seed=4)
    assert plan_night(lines, hours=12, seed=4) != plan_night(lines, hours=12, seed=5)


def test_a_planned_day_has_the_fields_shape() -> None:
    days = plan_night([NightLine(LINE, 145)], hours=24 * 60, seed=1)
    assert len(days) == pytest.approx(145 * 60, rel=0.05)
    night = [call for call in days if (18 + call.at_s / 3600) % 24 >= 18 or (18 + call.at_s / 3600) % 24 < 6]
    assert len(night) / len(days) == pytest.approx(0.60, abs=0.02)
    kinds = [call.script.kind for call in days]
    assert kinds.count("silent") / len(kinds) == pytest.approx(0.15, abs=0.02)
    assert kinds.count("high_risk") / len(kinds) == pytest.approx(0.08, abs=0.02)
    talks = [call.script.talk_s for call in days if call.script.kind == "counselling"]
    assert sum(talks) / len(talks) == pytest.approx(15 * 60, rel=0.08)
    assert sum(BY_HOUR) == pytest.approx(100)


async def test_every_call_of_a_night_is_reported_exactly_once() -> None:
    async with rehearsal(time_scale=200) as stage:
        script_waiting(stage)
        unknown = PlannedCall(0, Script("+442079460199"))
        calls = [PlannedCall(place, Script(LINE, patience_s=30, hang_up_after_s=20 + place)) for place in range(12)]
        seen: list[Progress] = []
        url = stage.emulator.base_url
        summary = await play_calls(url, [*calls, unknown], speed=50, on_progress=seen.append)
        assert summary.outcomes == {"gave_up": 12, "not_placed": 1}
        assert summary.by_line() == {LINE: {"gave_up": 12}, "+442079460199": {"not_placed": 1}}
        assert (seen[-1].placed, seen[-1].done, seen[-1].live) == (13, 13, 0)
        assert len({report.sid for report in summary.reports}) == 13
