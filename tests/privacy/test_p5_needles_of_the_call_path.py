"""P5 on the call path: a busy evening with planted numbers, names and typed words, none of which is left anywhere."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import asyncpg
import pytest
import pytest_asyncio

from app.domain.permissions import Role
from app.main import build_app
from tests.journeys.signed_forms import VOICE, arrival, hung_up, post_signed, sid_of
from tests.journeys.town import Town, running_town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until
from tests.privacy.needles import Haystack, Needle, found
from tests.privacy.watching import look_everywhere, watch_pages, watched_socket

TALKS, LEAVES_A_MESSAGE, IS_CALLED_BACK, IS_GIVEN_UP, IS_BLOCKED, IN_A_FORM = (
    f"+4477009007{number}" for number in (31, 32, 33, 34, 35, 36)
)
OWN_PHONE = "+447700900841"
NAME, PLACE, TYPED, IDENTITY_NUMBER = (
    "Quillfeather 羽毛笔",
    "Needleton-upon-Fern",
    "Thimblewick 顶针",
    "440307199003077314",
)
NEEDLES = (
    *(Needle(f"the number of a caller who {what}", number) for what, number in (
        ("talks", TALKS), ("leaves a message", LEAVES_A_MESSAGE), ("is called back", IS_CALLED_BACK),
        ("is given up", IS_GIVEN_UP), ("is blocked", IS_BLOCKED), ("only stands in a form", IN_A_FORM),
    )),
    Needle("a volunteer's own telephone", OWN_PHONE),
    Needle("a caller's name", NAME),
    Needle("a caller's place", PLACE),
    Needle("something typed", TYPED),
    Needle("an identity number", IDENTITY_NUMBER),
)  # fmt: skip

OF_A_CARRIER = {
    "CallerName": NAME, "FromCity": PLACE, "FromState": PLACE, "FromZip": PLACE, "CallerCity": PLACE,
    "SipHeader_X-Caller": NAME, "SipDisplayName": NAME, "ForwardedFrom": IN_A_FORM, "SpeechResult": TYPED,
    "TranscriptionText": TYPED, "StirVerstat": NAME, "Body": TYPED, "ProfileName": NAME, "msg": TYPED,
    "ParticipantLabel": NAME, "FriendlyName": NAME, "ReasonConferenceEnded": NAME, NAME: TYPED,
}  # fmt: skip
CALL_PATH = (
    "/api/desk", "/api/presence", "/api/offers", "/api/contacts", "/api/blocks", "/api/call-backs", "/api/voicemails",
    "/api/softphone", "/api/shifts", "/api/rota", "/api/people", "/api/notices", "/api/session", "/api/lines",
    "/api/wallboard", "/api/me",
)  # fmt: skip


@pytest_asyncio.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    async with running_town(database_url, time_scale=40.0) as running:
        yield running


@pytest.mark.slow
async def test_p5_after_a_busy_evening_no_needle_is_found_anywhere(town: Town, database_url: str) -> None:
    haystack = Haystack()
    supervisor = await town.volunteer("supervisor", role=Role.SUPERVISOR)
    reed, wren = await town.volunteer("reed"), await town.volunteer("wren", phone=OWN_PHONE)
    for one in (supervisor, reed, wren):
        watch_pages(haystack, one)
    async with watched_socket(haystack, town, supervisor), watched_socket(haystack, town, reed):
        await _voicemail(town, reed)
        await _talk_and_transfers(town, reed, wren)
        await _call_backs(town, reed)
        await _a_block(town, supervisor)
        await _forms_with_names(town)
        await _words_in_every_field(town, supervisor, reed)
    await town.everybody_hangs_up()
    connection = await asyncpg.connect(database_url)
    try:
        await look_everywhere(haystack, town, connection, log_of(database_url))
    finally:
        await connection.close()
    assert found(NEEDLES, haystack) == []
    looked_at = haystack.places()
    for place in (
        "a page", "a problem detail", "a socket frame", "our log", "/metrics", "an address we gave the carrier",
        "an address of the carrier's API", "what a telephone heard", "table ledger", "table contact", "table leg",
        "table command", "table timer", "table call_back", "table block", "table voicemail", "table login_attempt",
    ):  # fmt: skip
        assert looked_at.get(place), f"nothing was there to look through: {place}"


def log_of(database_url: str) -> Path:
    """The database server's own log: it lies beside the folder of its socket."""
    (socket_folder,) = parse_qs(urlsplit(database_url).query)["host"]
    return Path(socket_folder).parent / "database.log"


async def _voicemail(town: Town, reed: Volunteer) -> None:
    """Nobody is ready: a message is left, and heard."""
    sid = await town.call(caller=LEAVES_A_MESSAGE)
    await town.look(sid, "recording")
    await town.hang_up(sid)
    contact = await town.ends_as(sid, "voicemail")
    await reed.get("/api/voicemails")
    await reed.client.get(f"/api/voicemails/{contact['id']}/audio")
    await reed.post(f"/api/voicemails/{contact['id']}/heard", {"version": 1})


async def _talk_and_transfers(town: Town, reed: Volunteer, wren: Volunteer) -> None:
    """A talk with hold, a colleague at her own telephone, a wrap-up; everything that makes commands and addresses."""
    await town.device(OWN_PHONE, "answer_and_press", digits="1")
    await reed.ready()
    sid = await town.call(caller=TALKS)
    contact = await reed.answer()
    await reed.post(f"/api/contacts/{contact['id']}/hold", {"on": True})
    await reed.post(f"/api/contacts/{contact['id']}/hold", {"on": False})
    await wren.ready("phone")
    await reed.transfer(contact, "warm", "person", wren.person_id)
    await until(lambda: _joined(reed), what="the colleague has joined")
    await reed.post(f"/api/contacts/{contact['id']}/transfer/complete")
    await reed.wrap_up()
    await town.hang_up(sid)
    await wren.wrap_up()
    await wren.be("offline")
    await town.ends_as(sid, "answered")
    await reed.be("away")


async def _joined(volunteer: Volunteer) -> bool:
    contact = (await volunteer.desk())["contact"]
    return bool(contact and contact["transfer"] and contact["transfer"]["state"] == "joined")


async def _call_backs(town: Town, reed: Volunteer) -> None:
    """One is dialled and reached, one stays until it is given up."""
    await reed.ready()
    busy = await town.call(caller=TALKS)
    await reed.answer()
    origins = {}
    for caller in (IS_CALLED_BACK, IS_GIVEN_UP):
        sid = await town.call(caller=caller)
        await town.press(sid, "9")
        await town.heard(sid, "要我们给您现在用的这个号码回电")
        await town.press(sid, "9")
        origins[caller] = await town.ends_as(sid, "callback")
    assert len(await town.rows("SELECT contact_id FROM vault.sealed_number")) >= 2  # they are really there, sealed
    await town.hang_up(busy)
    await reed.wrap_up()
    await town.device(IS_CALLED_BACK, "answer_and_press", digits="1")
    await reed.get("/api/call-backs")
    await reed.post(f"/api/call-backs/{origins[IS_CALLED_BACK]['id']}/dial", {"version": 1})
    await reed.talking()
    await town.hang_up(await town.leg_to(IS_CALLED_BACK))
    await reed.wrap_up()
    await reed.be("away")
    await town.later(25 * 3600)
    gone = "SELECT FROM call_back WHERE state = 'given_up'"
    await until(lambda: town.rows(gone), what="the other call-back is given up")


async def _a_block(town: Town, supervisor: Volunteer) -> None:
    sid = await town.call(caller=IS_BLOCKED)
    await town.hang_up(sid)
    contact = await town.ends_as(sid, "abandoned")
    body = {"contact_id": str(contact["id"]), "reason": "abusive", "hours": 24}
    await supervisor.post("/api/blocks", body, expect=201)
    await supervisor.get("/api/blocks")
    again = await town.call(caller=IS_BLOCKED)
    await town.hang_up(again)
    await town.ends_as(again, "blocked")


async def _forms_with_names(town: Town) -> None:
    """Everything a carrier may write into any of its forms, in every webhook, and forms that make no sense."""
    town.provoked_alarms.add("webhook_unreadable")
    for number, caller in enumerate((IN_A_FORM, f"sip:{IN_A_FORM}@{PLACE}", NAME, None), start=500):
        sid = sid_of(number)
        form = {**arrival(sid, caller=caller), **OF_A_CARRIER}
        await post_signed(town, VOICE, form)
        contact = await town.contact_of(sid)
        (leg,) = await town.rows("SELECT id FROM leg WHERE contact_id = $1", contact["id"])
        own = f"/webhooks/twilio/legs/{leg['id']}"
        keys = {**form, "Digits": IDENTITY_NUMBER}
        url = f"https://x.example/{IN_A_FORM}"
        recording = {"RecordingSid": "RE" + "0" * 32, "RecordingUrl": url, "RecordingDuration": "3"}
        for path, fields in (
            (f"{own}/digits?ask=menu&turn=t", keys),
            (f"{own}/digits?ask={quote(NAME)}&turn={quote(TYPED)}", keys),
            (f"{own}/next?after={quote(TYPED)}&turn=t", form),
            (f"{own}/sound", form),
            (f"{own}/announce", form),
            (f"{own}/message?turn=t", {**form, **recording}),
            (f"/webhooks/twilio/bridges/{contact['id']}", {**form, "StatusCallbackEvent": NAME, "ConferenceSid": NAME}),
            (f"{own}/status", {**form, "CallStatus": TYPED, "SequenceNumber": TYPED}),
            ("/webhooks/twilio/status", {**form, "CallStatus": "completed", "SequenceNumber": "0"}),
            (VOICE, {**OF_A_CARRIER, "From": IN_A_FORM}),
            (VOICE, {**form, "CallSid": NAME}),
            (f"/webhooks/twilio/legs/{quote(NAME)}/next", form),
        ):
            await post_signed(town, path, fields)
        await hung_up(town, sid)


async def _words_in_every_field(town: Town, *people: Volunteer) -> None:
    """Every route of the call path, each field of its body and each part of its address a needle; and a sign-in."""
    described = build_app(town.settings, town.db.url).openapi()
    misuses = list(_misuses(described))
    assert len(misuses) > 100
    for volunteer in people:
        for method, path, body in misuses:
            await volunteer.client.request(method, path, json=body)
        for words in (TYPED, IN_A_FORM):
            seen = (await volunteer.desk())["presence"]["version"]
            own = {"activity": "away", "version": seen, "reason": words}
            await volunteer.client.post("/api/presence", json=own)
            for other in people:
                path = f"/api/people/{other.person_id}/presence"
                await volunteer.client.post(path, json={"activity": "away", "reason": words, IN_A_FORM[1:]: words})
        await volunteer.post("/api/session", {"login": TYPED, "password": NAME}, expect=401)
        await volunteer.post("/api/session", {"login": IN_A_FORM, "password": IDENTITY_NUMBER}, expect=401)


def _misuses(described: Any) -> Iterator[tuple[str, str, Any]]:
    for path, operations in described["paths"].items():
        if not path.startswith(CALL_PATH) or path == "/api/session":
            continue
        for method, operation in operations.items():
            for word in (TYPED, IN_A_FORM):
                names = [part for part in path.split("/") if part.startswith("{")]
                address = path
                for name in names:
                    address = address.replace(name, quote(word))
                address += f"?from={quote(word)}&days={quote(word)}&version={quote(word)}&{quote(word)}=1"
                yield method.upper(), address, _body(operation, described, word)
                yield method.upper(), address, {**_body(operation, described, word), word: word}


def _body(operation: Any, described: Any, word: str) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    properties = described["components"]["schemas"].get(name, {}).get("properties", {})
    return {field: _valid(shape, word) for field, shape in properties.items()}


def _valid(shape: Any, word: str) -> Any:
    """A value that passes where it can, with the word wherever text is free."""
    if "enum" in shape:
        return shape["enum"][0]
    return {"integer": 1, "number": 1.0, "boolean": True}.get(shape.get("type", ""), word)
