"""The carrier repeats itself, is late, and tells things in any order (failures 17, 18, 20 and 22)."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from app.simulator.chaos import Knobs
from tests.journeys.signed_forms import VOICE, arrival, hung_up, post_signed
from tests.journeys.town import Town, running_town
from tests.journeys.waiting_for import until

UNRULY = Knobs(duplicate_percent=50, reorder_percent=40, delay_ms_min=0, delay_ms_max=60, seed=7)


@pytest_asyncio.fixture
async def unruly(database_url: str) -> AsyncIterator[Town]:
    """The town with a carrier that duplicates half of what it says, and shuffles it."""
    async with running_town(database_url, time_scale=40.0, knobs=UNRULY) as running:
        yield running
        await running.assert_settled()


async def test_failure_17_calls_are_what_they_are_when_everything_comes_twice_and_in_any_order(unruly: Town) -> None:
    """Failures 17 and 20: whole calls, with hold and transfer, under duplicates, reordering and delay."""
    reed, wren = await unruly.volunteer("reed"), await unruly.volunteer("wren")
    for volunteer in (reed, wren):
        await volunteer.ready()
    for _ in range(3):
        sid = await unruly.call()
        contact = await reed.answer()
        await reed.post(f"/api/contacts/{contact['id']}/hold", {"on": True})
        await reed.post(f"/api/contacts/{contact['id']}/hold", {"on": False})
        await reed.post(f"/api/contacts/{contact['id']}/hang-up")
        await unruly.look(sid, "over")
        row = await unruly.ends_as(sid, "answered")
        assert row["ended_by"] == "volunteer"
        await reed.wrap_up()
        await reed.is_("ready")
        reed, wren = wren, reed  # whoever has been free longest is rung
    contacts = await unruly.rows("SELECT id FROM contact")
    assert len(contacts) == 3


async def test_failure_17_ten_requests_about_one_arrival_make_one_contact_and_get_one_answer(town: Town) -> None:
    """Failure 17: not check-then-mark. All of them in the same instant."""
    await (await town.volunteer("reed")).ready()
    sid = "CA" + "1" * 32
    answers = await asyncio.gather(*(post_signed(town, VOICE, arrival(sid), token="same") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(await town.rows("SELECT FROM contact")) == 1
    assert len(await town.rows("SELECT FROM ledger WHERE kind = 'call.arrived'")) == 1
    await hung_up(town, sid)
    await town.ends_as(sid, "abandoned")


async def test_failure_18_each_status_counts_once_though_they_share_their_call(town: Town) -> None:
    """Failure 18: a key that is too coarse would swallow the later ones."""
    reed = await town.volunteer("reed")
    await reed.ready()
    sid = await town.call()
    await reed.answer()
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")

    async def ended() -> bool:
        kinds = "SELECT l.kind FROM ledger l JOIN leg g ON g.id = l.leg_id WHERE g.role = 'volunteer'"
        return "leg.ended" in {row["kind"] for row in await town.rows(kinds)}

    await until(ended, what="the volunteer's leg has ended")

    async def told() -> bool:  # a leg's end may be told before it has left the bridge
        return not town.carrier.callbacks.under_way

    await until(told, what="every callback has been sent")
    bridge = [row["kind"] for row in await town.rows("SELECT kind FROM ledger WHERE kind LIKE 'bridge.%'")]
    assert bridge.count("bridge.joined") >= 2  # the caller may come in by the menu's end and by the acceptance
    assert bridge.count("bridge.left") == bridge.count("bridge.joined")


async def test_failure_20_an_old_status_never_rolls_a_call_back(town: Town) -> None:
    """Failure 20: "ringing" comes again, after the answer and after the end."""
    reed = await town.volunteer("reed")
    await reed.ready()
    sid = await town.call()
    await reed.answer()
    (leg,) = await town.rows("SELECT id, provider_call_id, state FROM leg WHERE role = 'volunteer'")
    late = {
        "CallSid": leg["provider_call_id"],
        "AccountSid": "AC00000000000000000000000000000001",
        "CallStatus": "ringing",
        "SequenceNumber": "99",
        "Direction": "outbound-api",
    }
    answer = await post_signed(town, f"/webhooks/twilio/legs/{leg['id']}/status", late)
    assert answer.status_code < 300
    (after,) = await town.rows("SELECT state FROM leg WHERE role = 'volunteer'")
    assert after["state"] == "answered"
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")

    async def leg_over() -> bool:
        return not await town.rows("SELECT FROM leg WHERE state <> 'ended'")

    await until(leg_over, what="every leg has ended")
    answer = await post_signed(town, f"/webhooks/twilio/legs/{leg['id']}/status", {**late, "SequenceNumber": "100"})
    assert answer.status_code < 300
    (after,) = await town.rows("SELECT state FROM leg WHERE role = 'volunteer'")
    assert after["state"] == "ended"
    assert (await town.contact_of(sid))["terminal_reason"] == "answered"


async def test_failure_22_the_carriers_list_that_lags_behind_ends_nobodys_call(town: Town) -> None:
    """Failure 22: a young call that the carrier's list does not show yet, or shows as queued, is left alone."""
    from app.contacts.reconciling import reconcile
    from app.platform.clock import now

    reed = await town.volunteer("reed")
    await reed.ready()
    sid = await town.call()
    await reed.answer()
    hidden = town.carrier.calls.pop(sid)
    assert town.parts.carrier is not None
    try:
        await town.later(31)
        ended = await reconcile(town.db, town.parts.carrier, town.parts.calls, town.parts.book, now=now())
    finally:
        town.carrier.calls[sid] = hidden
    assert ended == (0, 0)
    assert (await town.contact_of(sid))["state"] == "talking"
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")
