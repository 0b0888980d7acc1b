"""Two who write at once lose nothing of each other's (failure 23); what is refused makes nothing new (failure 24)."""

import asyncio
from typing import Any

import pytest

from app.carriers.port import CarrierError
from tests.journeys.signed_forms import VOICE, arrival, hung_up, post_signed, sid_of
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until


async def _ready(town: Town, login: str) -> Volunteer:
    volunteer = await town.volunteer(login)
    await volunteer.ready()
    return volunteer


async def _legs(town: Town, contact: Any) -> dict[str, Any]:
    rows = await town.rows(
        "SELECT role, muted, on_hold FROM leg WHERE contact_id = $1 AND state <> 'ended'", contact["id"]
    )
    return {row["role"]: row for row in rows}


async def test_failure_23_acts_on_one_contact_in_the_same_instant_all_count(town: Town) -> None:
    """Hold, mute and a prompt for silence, from two windows of one console: each writes what is its own."""
    reed = await _ready(town, "reed")
    sid = await town.call()
    contact = await reed.answer()
    path = f"/api/contacts/{contact['id']}"
    for on in (True, False, True):
        hold, mute = await asyncio.gather(
            reed.client.post(f"{path}/hold", json={"on": on}), reed.client.post(f"{path}/mute", json={"on": on})
        )
        assert (hold.status_code, mute.status_code) == (200, 200)
        legs = await _legs(town, contact)
        assert (legs["caller"]["on_hold"], legs["volunteer"]["muted"]) == (on, on)
    versions = [hold.json()["version"], mute.json()["version"]]
    assert len(set(versions)) == 2  # one after the other, and each console can tell which is newer
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_failure_23_a_mute_that_the_carrier_refuses_is_not_believed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever thinks that nobody hears her must be right."""
    reed = await _ready(town, "reed")
    sid = await town.call()
    contact = await reed.answer()

    async def refuses(*_where: Any, **_how: Any) -> None:
        raise CarrierError("13225", retryable=False)

    monkeypatch.setattr(town.parts.carrier, "set_mode", refuses)
    await reed.post(f"/api/contacts/{contact['id']}/mute", {"on": True})

    async def told() -> bool:
        return not any(leg["muted"] for leg in (await reed.desk())["contact"]["legs"])

    await until(told, what="her console shows that she is heard")
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_failure_23_of_two_who_code_a_contact_differently_the_second_is_told(town: Town) -> None:
    """Two windows of one console: the second does not silently replace what the first has saved."""
    reed = await _ready(town, "reed")
    sid = await town.call()
    contact = await reed.answer()
    await town.hang_up(sid)
    await reed.is_("wrapping_up")
    path, version = f"/api/contacts/{contact['id']}/wrap-up", (await reed.desk())["wrap_up"]["version"]
    codes = ("counselled", "prank")
    answers = await asyncio.gather(
        *(reed.client.post(path, json={"disposition": code, "version": version}) for code in codes)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert next(answer for answer in answers if answer.status_code == 409).json()["code"] == "stale_version"
    first = codes[[answer.status_code for answer in answers].index(200)]
    assert (await town.contact_of(sid))["disposition"] == first
    await town.ends_as(sid, "answered")


async def test_failure_23_a_supervisors_act_and_a_volunteers_own_are_not_merged_blindly(town: Town) -> None:
    """She sends her away; the volunteer, who has not seen it yet, says "ready" with the version she saw."""
    reed = await _ready(town, "reed")
    seen = (await reed.desk())["presence"]["version"]
    await reed.be("away")
    late = await reed.client.post("/api/presence", json={"activity": "ready", "reach": "browser", "version": seen})
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")
    assert await reed.activity() == "away"


async def test_failure_24_transfers_that_come_to_nothing_make_no_second_contact(town: Town) -> None:
    """Declined, rung out, called off: still one contact, one caller's leg, and each colleague was asked once a time."""
    reed, wren = await _ready(town, "reed"), await _ready(town, "wren")
    sid = await town.call()
    contact = await reed.answer()
    for ending in ("declined", "missed", "cancelled"):
        await reed.transfer(contact, "warm", "person", wren.person_id)
        await wren.offer()
        if ending == "declined":
            await wren.decline()
        elif ending == "missed":
            await town.later(16)
        else:
            await reed.post(f"/api/contacts/{contact['id']}/transfer/cancel")
        await _no_transfer(reed)
        await wren.is_("ready")
    refused = await reed.transfer(contact, "warm", "person", reed.person_id, expect=409)
    assert refused["code"] == "not_possible_now"
    assert len(await town.rows("SELECT FROM contact")) == 1
    assert len(await town.rows("SELECT FROM leg WHERE role = 'caller'")) == 1
    assert len(await town.rows("SELECT FROM offer WHERE kind = 'transfer'")) == 3
    assert [row["state"] for row in await town.rows("SELECT state FROM transfer ORDER BY started_at")] == [
        "failed",
        "failed",
        "cancelled",
    ]
    await town.look(sid, "talk")
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def _no_transfer(volunteer: Volunteer) -> None:
    async def none() -> bool:
        return (await volunteer.desk())["contact"]["transfer"] is None

    await until(none, what="no transfer is under way")


async def test_failure_24_calls_with_a_blank_retry_mark_are_calls_of_their_own(town: Town) -> None:
    """A mark that is blank, or missing, is no mark: two callers never become one."""
    sids = [sid_of(number) for number in (241, 242, 243)]
    for sid, token in zip(sids, ("", "", None), strict=True):
        assert (await post_signed(town, VOICE, arrival(sid), token=token)).status_code == 200
    contacts = {(await town.contact_of(sid))["id"] for sid in sids}
    assert len(contacts) == 3
    for sid in sids:
        await hung_up(town, sid)


async def test_failure_24_reports_without_a_number_count_each_for_its_own_leg(town: Town) -> None:
    """The carrier leaves SequenceNumber out, or blank: the end of one call is not taken for the end of another."""
    sids = [sid_of(number) for number in (244, 245)]
    for sid in sids:
        await post_signed(town, VOICE, arrival(sid))
    for sid, sequence in zip(sids, ({}, {"SequenceNumber": ""}), strict=True):
        ended = {**arrival(sid), "CallStatus": "completed", **sequence}
        assert (await post_signed(town, "/webhooks/twilio/status", ended)).status_code < 300
        row = await town.contact_of(sid)
        assert row["ended_at"] is not None
    assert len(await town.rows("SELECT FROM ledger WHERE kind = 'leg.ended'")) == 2
