"""A call-back: promised to whoever asked for it, dialled once, or given up openly (failure 27)."""

import asyncio
from typing import Any

import pytest

from app import wiring
from app.carriers.port import CarrierError
from app.contacts import commands
from app.contacts.accepting import lapse_lease
from app.contacts.calling_back import ANSWER_WITHIN
from app.platform.clock import now
from app.worker import work
from tests.journeys.harbour import CALLER
from tests.journeys.town import Town, running_town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until

HOUR_S = 3600.0


async def _promised(town: Town) -> Any:
    """A caller whom nobody can take now asks to be called back; the contact they rang with."""
    volunteer = await town.volunteer("busy")
    await volunteer.ready()
    first = await town.call(caller="+447700900124")
    await volunteer.answer()
    sid = await town.call()
    await town.press(sid, "9")
    await town.heard(sid, "要我们给您现在用的这个号码回电")
    await town.press(sid, "9")
    contact = await town.ends_as(sid, "callback")
    await town.hang_up(first)
    await volunteer.wrap_up()
    await volunteer.be("offline")
    return contact


async def _state(town: Town, contact: Any) -> str:
    (row,) = await town.rows("SELECT state FROM call_back WHERE contact_id = $1", contact["id"])
    return str(row["state"])


async def _numbers_kept(town: Town) -> int:
    (row,) = await town.rows("SELECT count(*) AS n FROM vault.sealed_number")
    return int(row["n"])


async def _dial(volunteer: Volunteer, contact: Any, version: int = 1) -> int:
    path = f"/api/call-backs/{contact['id']}/dial"
    return int((await volunteer.client.post(path, json={"version": version})).status_code)


async def test_failure_27_two_who_press_call_back_at_once_dial_once_and_the_caller_is_reached(town: Town) -> None:
    contact = await _promised(town)
    await town.device(CALLER, "answer_and_press", digits="1")
    pair = [await town.volunteer("reed"), await town.volunteer("wren")]
    for volunteer in pair:
        await volunteer.ready()
    answers = await asyncio.gather(*(_dial(volunteer, contact) for volunteer in pair))
    assert sorted(answers) == [200, 409]
    caller = pair[answers.index(200)]
    await caller.talking()
    dialled = [leg for leg in town.carrier.legs.values() if leg.call.to == CALLER]
    assert len(dialled) == 1
    await town.hang_up(dialled[0].call.sid)
    await caller.wrap_up()
    assert await _state(town, contact) == "reached"
    assert await _numbers_kept(town) == 0


async def test_a_call_back_nobody_takes_is_given_up_told_to_a_supervisor_and_its_number_erased(town: Town) -> None:
    contact = await _promised(town)
    assert await _numbers_kept(town) == 1
    await town.later(23 * HOUR_S)
    assert await _state(town, contact) == "requested"
    await town.later(HOUR_S)

    async def given_up() -> bool:
        return await _state(town, contact) == "given_up"

    await until(given_up, what="the call-back is given up")
    assert await _numbers_kept(town) == 0
    (notice,) = await town.rows("SELECT kind, contact_id, line_id FROM notice WHERE kind = 'call_back_given_up'")
    assert (notice["contact_id"], notice["line_id"]) == (contact["id"], "harbour")
    reed = await town.volunteer("reed")
    await reed.ready()
    assert await reed.get("/api/call-backs") == []
    assert await _dial(reed, contact, version=2) == 409


async def _owed_again(town: Town, contact: Any, notice: str, *, may_have_rung: bool) -> None:
    """It waits for a volunteer as before, its number is kept, the supervisors are told once."""

    async def over() -> bool:
        return await _state(town, contact) != "dialling"

    await until(over, what="the call-back is not dialled any more")
    assert await _state(town, contact) == "requested"
    assert await _numbers_kept(town) == 1
    told = await town.rows("SELECT kind FROM notice WHERE kind LIKE 'call_back%'")
    assert [row["kind"] for row in told] == [notice]
    (row,) = await town.rows("SELECT may_have_rung FROM call_back")
    assert row["may_have_rung"] == may_have_rung


async def _reached_after_all(town: Town, reed: Volunteer, contact: Any, *, may_have_rung: bool) -> None:
    """It is dialled again, by whoever is told what happened before."""
    await reed.is_("ready")
    (open_one,) = await reed.get("/api/call-backs")
    assert open_one["may_have_rung"] == may_have_rung
    await town.device(CALLER, "answer_and_press", digits="1")
    assert await _dial(reed, contact, version=open_one["version"]) == 200
    await reed.talking()
    await town.hang_up(await town.leg_to(CALLER))
    await reed.wrap_up()
    assert await _state(town, contact) == "reached"
    assert await _numbers_kept(town) == 0


@pytest.mark.parametrize(
    ("why", "notice", "may_have_rung"),
    [
        (CarrierError("21215", retryable=False), "call_back_not_placed", False),
        (CarrierError("unreachable", retryable=True, perhaps_done=False), "call_back_not_placed", False),
        (CarrierError("unknown_outcome", retryable=True, perhaps_done=True), "call_back_unclear", True),
    ],
)
async def test_a_call_back_that_the_carrier_never_had_is_owed_still_whatever_the_reason(
    town: Town, monkeypatch: pytest.MonkeyPatch, why: CarrierError, notice: str, may_have_rung: bool
) -> None:
    """Where nobody can tell whether it rang, a person decides, and is told so (failure 27)."""
    contact = await _promised(town)
    reed = await town.volunteer("reed")
    await reed.ready()

    async def refuse(*_: Any, **__: Any) -> str:
        raise why

    with monkeypatch.context() as carrier:
        carrier.setattr(commands, "MOST_ATTEMPTS", 2)
        carrier.setattr(town.parts.carrier, "originate_leg", refuse)
        assert await _dial(reed, contact) == 200
        await _owed_again(town, contact, notice, may_have_rung=may_have_rung)
    (tried,) = await town.rows("SELECT terminal_reason, state FROM contact WHERE direction = 'call_back'")
    assert (tried["terminal_reason"], tried["state"]) == ("failed", "closed")
    await _reached_after_all(town, reed, contact, may_have_rung=may_have_rung)


async def test_a_call_back_is_owed_still_when_its_volunteer_is_freed_before_the_carrier_was_reached(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = await _promised(town)
    reed = await town.volunteer("reed")
    await reed.ready()
    tried = asyncio.Event()

    async def refuse(*_: Any, **__: Any) -> str:
        tried.set()
        raise CarrierError("unreachable", retryable=True, perhaps_done=False)

    with monkeypatch.context() as carrier:
        carrier.setattr(town.parts.carrier, "originate_leg", refuse)
        assert await _dial(reed, contact) == 200
        await tried.wait()

        async def noted() -> Any:
            return await town.rows("SELECT FROM command WHERE kind = 'originate_leg' AND error_code = 'unreachable'")

        await until(noted, what="the first attempt is known to be in vain")
        await town.later(ANSWER_WITHIN.total_seconds())
        await _owed_again(town, contact, "call_back_not_placed", may_have_rung=False)
        await reed.is_("ready")

        async def commands_done() -> bool:
            return not await town.rows("SELECT FROM command WHERE done_at IS NULL AND kind <> 'erase_leg'")

        await until(commands_done, what="nobody tries it any more")
    await _reached_after_all(town, reed, contact, may_have_rung=False)


async def test_a_call_back_is_owed_still_when_no_worker_was_there_to_place_it(database_url: str) -> None:
    async with running_town(database_url, time_scale=40.0, workers=0) as town:
        worker = asyncio.get_running_loop().create_task(_work(town))
        contact = await _promised(town)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        reed = await town.volunteer("reed")
        await reed.ready()
        assert await _dial(reed, contact) == 200
        (lease,) = await town.rows("SELECT subject_id FROM timer WHERE kind = 'join' AND done_at IS NULL")
        async with town.db.transaction() as tx:
            await lapse_lease(tx, town.parts.book, lease["subject_id"], now=now())
        await _owed_again(town, contact, "call_back_not_placed", may_have_rung=False)
        worker = asyncio.get_running_loop().create_task(_work(town))
        await _reached_after_all(town, reed, contact, may_have_rung=False)
        await town.assert_settled()
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


async def _work(town: Town) -> None:
    await work(town.db, town.parts, wiring.timer_handlers(town.parts))


async def test_a_caller_who_wanted_to_talk_and_got_nobody_is_owed_the_call_back_still(town: Town) -> None:
    contact = await _promised(town)
    await town.device(CALLER, "answer_and_press", digits="1")
    reed = await town.volunteer("reed")
    await town.device(reed.softphone, "by_hand")
    await reed.ready()
    assert await _dial(reed, contact) == 200
    await town.leg_to(reed.softphone)  # her browser is rung, and she is never heard
    await town.later(ANSWER_WITHIN.total_seconds())
    await _owed_again(town, contact, "call_back_let_down", may_have_rung=True)
    await reed.is_("away")  # her sound never joined
    await town.device(reed.softphone, "answer")
    await reed.ready()
    await _reached_after_all(town, reed, contact, may_have_rung=True)


async def test_a_caller_who_does_not_pick_up_was_called_back(town: Town) -> None:
    contact = await _promised(town)
    await town.device(CALLER, "by_hand")
    reed = await town.volunteer("reed")
    await reed.ready()
    assert await _dial(reed, contact) == 200
    await town.leg_to(CALLER)
    await town.later(ANSWER_WITHIN.total_seconds())

    async def over() -> bool:
        return await _state(town, contact) != "dialling"

    await until(over, what="the call-back is not dialled any more")
    assert await _state(town, contact) == "not_reached"
    assert await _numbers_kept(town) == 0
    await reed.is_("ready")
    assert await town.rows("SELECT FROM notice WHERE kind LIKE 'call_back%'") == []


async def test_a_call_back_that_could_not_be_placed_is_given_up_at_the_hour_that_was_promised(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = await _promised(town)
    reed = await town.volunteer("reed")
    await reed.ready()

    async def refuse(*_: Any, **__: Any) -> str:
        raise CarrierError("21215", retryable=False)

    monkeypatch.setattr(town.parts.carrier, "originate_leg", refuse)
    assert await _dial(reed, contact) == 200

    async def owed() -> Any:
        return await town.rows(
            """SELECT t.due_at - b.consented_at AS after FROM timer t JOIN call_back b ON b.contact_id = t.subject_id
               WHERE t.kind = 'call_back_over' AND t.done_at IS NULL"""
        )

    (due,) = await until(owed, what="the call-back is owed again")
    assert due["after"].total_seconds() == 24 * HOUR_S


async def test_a_call_back_that_is_being_dialled_is_not_given_up(town: Town) -> None:
    contact = await _promised(town)
    reed = await town.volunteer("reed")
    await reed.ready()
    assert await _dial(reed, contact) == 200
    sid = await town.leg_to(CALLER)
    await town.later(25 * HOUR_S)
    await _every_due_timer_is_done(town)
    assert await town.rows("SELECT FROM notice WHERE kind = 'call_back_given_up'") == []
    await town.hang_up(sid)

    async def over() -> bool:
        return await _state(town, contact) == "not_reached"

    await until(over, what="the call-back is over")


async def _every_due_timer_is_done(town: Town) -> None:
    async def done() -> bool:
        return not await town.rows("SELECT FROM timer WHERE done_at IS NULL AND due_at <= now()")

    await until(done, what="no timer is due")
