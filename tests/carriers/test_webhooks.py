"""The webhooks end to end, a recording flow behind them: refusals, rescues, deadlines, and no number in any log."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx2
import pytest
import structlog
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from twilio.request_validator import RequestValidator

from app.carriers.events import BridgeMoment, LegEvent
from app.carriers.steps import Ask, Spoken
from app.carriers.twilio import gate
from app.carriers.twilio.webhooks import router
from app.domain.errors import NotFound
from tests.carriers.recording_flow import CONTACT, LEG, RecordingFlow

BASE = "https://hotline.example.org"
TOKEN = "12345"
SID = "CA" + "a" * 32
CALLER = "+447700900123"
CALL = {"CallSid": SID, "From": CALLER, "To": "+442079460001", "Direction": "inbound", "CallStatus": "ringing"}
LEG_URL = f"/webhooks/twilio/legs/{LEG}"
TWIML_URLS = ["/webhooks/twilio/voice", f"{LEG_URL}/next?after=wait&turn=t", f"{LEG_URL}/digits?ask=menu&turn=t"]
TWIML_URLS += [f"{LEG_URL}/message?turn=t", f"{LEG_URL}/sound"]
QUIET_URLS = ["/webhooks/twilio/status", f"{LEG_URL}/status", f"/webhooks/twilio/bridges/{CONTACT}"]
ALL_URLS = [*TWIML_URLS, f"{LEG_URL}/announce", *QUIET_URLS]  # words over a talk lead nowhere


class Carrier:
    """Posts signed forms, as the carrier does."""

    def __init__(self, flow: RecordingFlow, **options: Any) -> None:
        app = FastAPI()
        app.include_router(router(flow, public_base_url=BASE, auth_tokens=[TOKEN], **options))
        self.client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://inside")

    async def post(
        self, url: str, form: dict[str, str] | None = None, *, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        """One signed webhook; a fragment is for the carrier and neither signed nor sent."""
        form, url = CALL if form is None else form, url.partition("#")[0]
        signature = RequestValidator(TOKEN).compute_signature(BASE + url, form)
        return await self.client.post(url, data=form, headers={"X-Twilio-Signature": signature} | (headers or {}))


@pytest.fixture
def flow() -> RecordingFlow:
    return RecordingFlow()


@pytest.fixture
async def carrier(flow: RecordingFlow) -> AsyncIterator[Carrier]:
    carrier = Carrier(flow)
    async with carrier.client:
        yield carrier


@pytest.fixture(autouse=True)
def lines() -> Iterator[list[Any]]:
    """The log lines of a test; never with a caller's number."""
    with structlog.testing.capture_logs() as lines:
        yield lines
    assert "7700900123" not in repr(lines)


def refused(why: str) -> float:
    """The counter of refusals."""
    return REGISTRY.get_sample_value("hotline_webhook_refused_total", {"why": why}) or 0.0


def verbs(response: httpx2.Response) -> list[str]:
    """The verbs of a TwiML answer, which is checked to be one."""
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    assert "7700900123" not in response.text
    root = ElementTree.fromstring(response.text)  # noqa: S314 we wrote it
    assert root.tag == "Response"
    return [child.tag for child in root]


async def test_a_call_arrives_and_hears_what_the_flow_answers(carrier: Carrier, flow: RecordingFlow) -> None:
    assert verbs(await carrier.post("/webhooks/twilio/voice")) == ["Say", "Hangup"]
    [(what, call)] = flow.heard
    assert what == "call_arrived"
    assert (call.provider_call_id, call.number_dialled, call.caller) == (SID, "+442079460001", CALLER)


@pytest.mark.parametrize("url", ALL_URLS)
async def test_an_unsigned_webhook_is_refused_and_nothing_but_a_counter_knows(
    url: str, carrier: Carrier, flow: RecordingFlow, lines: list[Any]
) -> None:
    before = refused("unsigned")
    response = await carrier.client.post(url, data=CALL)
    assert (response.status_code, response.content) == (403, b"")
    assert refused("unsigned") == before + 1
    assert (flow.heard, lines) == ([], [])


@pytest.mark.parametrize("url", ALL_URLS)
async def test_a_forged_webhook_is_refused(url: str, carrier: Carrier, flow: RecordingFlow) -> None:
    signature = RequestValidator("not the token").compute_signature(BASE + url, CALL)
    response = await carrier.client.post(url, data=CALL, headers={"X-Twilio-Signature": signature})
    assert (response.status_code, response.content, flow.heard) == (403, b"", [])


async def test_failure_21_a_forwarded_host_changes_nothing(carrier: Carrier) -> None:
    """The URL that is checked is the configured one, whatever a proxy or a forger writes."""
    proxied = {"Host": "internal:8080", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    assert (await carrier.post("/webhooks/twilio/voice", headers=proxied)).status_code == 200
    signature = RequestValidator(TOKEN).compute_signature("https://evil.example/webhooks/twilio/voice", CALL)
    forged = await carrier.client.post(
        "/webhooks/twilio/voice", data=CALL, headers={"X-Twilio-Signature": signature, **proxied}
    )
    assert forged.status_code == 403


async def test_a_body_beyond_a_mebibyte_is_refused_by_its_announced_length(carrier: Carrier) -> None:
    response = await carrier.post("/webhooks/twilio/voice", {"CallSid": SID, "x": "y" * gate.MAX_BODY_BYTES})
    assert (response.status_code, response.content) == (413, b"")


async def test_a_body_without_an_announced_length_is_not_read_to_its_end(carrier: Carrier) -> None:
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while asked < 100:
            asked += 1
            yield b"x" * 100_000

    response = await carrier.client.post("/webhooks/twilio/voice", content=endless())
    assert response.status_code == 413
    assert asked <= 12


@pytest.mark.parametrize("form", [{}, {"CallSid": ""}, {"CallSid": "+447700900123", "From": CALLER}, {"\x00": "\x00"}])
@pytest.mark.parametrize("url", TWIML_URLS)
async def test_a_signed_form_without_a_call_keeps_its_caller_and_raises_an_alarm(
    url: str, form: dict[str, str], carrier: Carrier, lines: list[Any]
) -> None:
    assert verbs(await carrier.post(url, form))[-1] == "Redirect"
    if not url.endswith("/sound"):
        assert [(line["event"], line["log_level"]) for line in lines] == [("webhook_unreadable", "error")]


async def test_a_caller_whose_call_is_known_gets_her_own_step_instead_of_an_apology(
    carrier: Carrier, flow: RecordingFlow
) -> None:
    flow.rescues = True
    assert verbs(await carrier.post(f"{LEG_URL}/digits?turn=t")) == ["Say", "Hangup"]
    assert flow.heard == [("unreadable", (SID, LEG))]


async def test_an_apology_names_the_crisis_numbers_and_after_two_the_fallback_takes_over(carrier: Carrier) -> None:
    url, statuses = "/webhooks/twilio/voice", []
    for _ in range(3):
        response = await carrier.post(url, {"From": CALLER})
        statuses.append(response.status_code)
        if response.status_code == 200:
            assert all(number in response.text for number in ("1 2 3 5 6", "1 1 0", "1 2 0"))
            url = (ElementTree.fromstring(response.text)[-1].text or "").removeprefix(BASE)  # noqa: S314 we wrote it
    assert statuses == [200, 200, 503]


async def test_a_call_to_a_senseless_number_still_reaches_the_flow_and_raises_an_alarm(
    carrier: Carrier, flow: RecordingFlow, lines: list[Any]
) -> None:
    await carrier.post("/webhooks/twilio/voice", {"CallSid": SID, "To": "<nothing>", "From": CALLER})
    assert flow.names() == ["call_arrived"]
    assert [line["what"] for line in lines] == ["number_dialled"]


@pytest.mark.parametrize("url", [url for url in ALL_URLS if not url.endswith("/sound")])
async def test_a_failure_of_ours_is_a_503_without_a_word(
    url: str, carrier: Carrier, flow: RecordingFlow, lines: list[Any]
) -> None:
    flow.breaks = lambda: ValueError(f"invalid input for $1: {CALLER}")
    fields = {"CallStatus": "completed", "ConferenceSid": "CF1x", "StatusCallbackEvent": "conference-start"}
    response = await carrier.post(url, CALL | fields | {"RecordingSid": "RE1x"})
    assert (response.status_code, response.content) == (503, b"")
    assert [(line["event"], line["failure_type"]) for line in lines] == [("webhook_failed", "ValueError")]


async def test_a_flow_that_never_answers_is_a_503_before_five_seconds(
    carrier: Carrier, flow: RecordingFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gate.DEADLINE_S < 5
    monkeypatch.setattr(gate, "DEADLINE_S", 0.05)
    flow.hangs = True
    assert (await carrier.post("/webhooks/twilio/voice")).status_code == 503


async def test_whoever_waits_hears_music_even_when_we_fail(carrier: Carrier, flow: RecordingFlow) -> None:
    assert verbs(await carrier.post(f"{LEG_URL}/sound")) == ["Say", "Play", "Pause", "Redirect"]
    flow.breaks = lambda: ConnectionError("the database is gone")
    assert verbs(await carrier.post(f"{LEG_URL}/sound")) == ["Play", "Pause", "Redirect"]
    flow.breaks = NotFound
    assert verbs(await carrier.post(f"{LEG_URL}/sound")) == ["Play", "Pause", "Redirect"]


@pytest.mark.parametrize("url", TWIML_URLS[1:4])
async def test_a_leg_nobody_knows_keeps_its_caller(url: str, carrier: Carrier, flow: RecordingFlow) -> None:
    flow.breaks = NotFound
    assert verbs(await carrier.post(url, CALL | {"RecordingSid": "RE1x"}))[-1] == "Redirect"
    assert flow.names()[-1] == "unreadable"


@pytest.mark.parametrize("url", QUIET_URLS)
async def test_a_callback_about_something_unknown_is_noted_with_an_alarm(
    url: str, carrier: Carrier, flow: RecordingFlow, lines: list[Any]
) -> None:
    flow.breaks = NotFound
    fields = {"CallStatus": "completed", "ConferenceSid": "CF1x", "StatusCallbackEvent": "conference-start"}
    assert (await carrier.post(url, CALL | fields)).status_code == 204
    assert [line["event"] for line in lines] == ["webhook_unreadable"]


async def test_a_key_press_reaches_the_flow_once_a_press(carrier: Carrier, flow: RecordingFlow) -> None:
    """Failures 17 and 18: a retry has the key of its first coming, a second press of the same key has another."""
    flow.step = Ask("menu", (Spoken("请按键"),))
    first = await carrier.post(f"{LEG_URL}/digits?ask=menu&turn=t1", CALL | {"Digits": "7"})
    retry = await carrier.post(f"{LEG_URL}/digits?ask=menu&turn=t1", CALL | {"Digits": "7"})
    again = re.search(r'action="([^"]+)"', first.text)
    assert again is not None
    assert retry.text == first.text
    await carrier.post(again[1].replace("&amp;", "&").removeprefix(BASE), CALL | {"Digits": "7"})
    keys = [value[-1] for _, value in flow.heard]
    assert keys[0] == keys[1] != keys[2]
    assert {(value[2], value[3]) for _, value in flow.heard} == {("menu", "7")}


async def test_the_carriers_retry_token_tells_a_retry(carrier: Carrier, flow: RecordingFlow) -> None:
    url = f"{LEG_URL}/next?after=wait&turn=t1"
    for token, status in (("a", "in-progress"), ("a", "completed"), ("b", "in-progress")):
        headers = {"I-Twilio-Idempotency-Token": token}
        await carrier.post(url, CALL | {"CallStatus": status}, headers=headers)
    keys = [value[-1] for _, value in flow.heard]
    assert keys[0] == keys[1] != keys[2]


async def test_a_status_names_its_leg_and_its_command(carrier: Carrier, flow: RecordingFlow) -> None:
    response = await carrier.post(
        f"{LEG_URL}/status?command={CONTACT}", CALL | {"CallStatus": "initiated", "SequenceNumber": "0"}
    )
    [(_, progress)] = flow.heard
    assert (response.status_code, response.content) == (204, b"")
    assert (progress.leg_id, progress.command_id, progress.event) == (LEG, CONTACT, LegEvent.DIALLED)


async def test_the_status_of_a_number_leaves_its_leg_to_be_found(carrier: Carrier, flow: RecordingFlow) -> None:
    await carrier.post("/webhooks/twilio/status", CALL | {"CallStatus": "completed"})
    [(_, progress)] = flow.heard
    assert (progress.leg_id, progress.provider_call_id, progress.cause) == (None, SID, "normal")


async def test_a_conference_event_reaches_the_flow(carrier: Carrier, flow: RecordingFlow) -> None:
    form = {"ConferenceSid": "CF1x", "StatusCallbackEvent": "participant-join", "ParticipantLabel": "caller"}
    await carrier.post(f"/webhooks/twilio/bridges/{CONTACT}", CALL | form)
    [(_, event)] = flow.heard
    assert (event.moment, event.contact_id, event.label) == (BridgeMoment.JOINED, CONTACT, "caller")


async def test_a_voicemail_reaches_the_flow_and_a_silent_one_asks_for_the_next_step(
    carrier: Carrier, flow: RecordingFlow
) -> None:
    url = f"{LEG_URL}/message?turn=t"
    await carrier.post(url, CALL | {"RecordingSid": "RE1x", "RecordingDuration": "9"})
    await carrier.post(url)
    assert flow.names() == ["message_taken", "next_step"]
    assert flow.heard[1][1][2] == "take_message"


async def test_events_that_mean_nothing_to_us_are_noted_in_silence(
    carrier: Carrier, flow: RecordingFlow, lines: list[Any]
) -> None:
    assert (await carrier.post(f"{LEG_URL}/status", CALL | {"CallStatus": "queued"})).status_code == 204
    event = {"ConferenceSid": "CF1x", "StatusCallbackEvent": "participant-speech-start"}
    assert (await carrier.post(f"/webhooks/twilio/bridges/{CONTACT}", CALL | event)).status_code == 204
    assert (flow.heard, lines) == ([], [])


async def test_the_secondary_token_is_accepted_during_a_rotation(flow: RecordingFlow) -> None:
    app = FastAPI()
    app.include_router(router(flow, public_base_url=BASE, auth_tokens=["the new one", TOKEN]))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://inside") as client:
        signature = RequestValidator(TOKEN).compute_signature(f"{BASE}/webhooks/twilio/voice", CALL)
        response = await client.post("/webhooks/twilio/voice", data=CALL, headers={"X-Twilio-Signature": signature})
    assert response.status_code == 200


async def test_a_json_body_is_believed_by_its_digest_alone(carrier: Carrier) -> None:
    body = b'{"CallSid": "CA"}'
    target = "/webhooks/twilio/voice?bodySHA256=" + RequestValidator(TOKEN).compute_hash(body.decode())
    headers = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(BASE + target, {})}
    assert verbs(await carrier.client.post(target, content=body, headers=headers))[-1] == "Redirect"
    assert (await carrier.client.post(target, content=body + b" ", headers=headers)).status_code == 403


async def test_webhooks_answer_posts_only(carrier: Carrier) -> None:
    assert [(await carrier.client.get(url)).status_code for url in ALL_URLS] == [405] * len(ALL_URLS)


async def test_the_hold_music_is_public_and_kept_by_the_carrier(carrier: Carrier) -> None:
    first = await carrier.client.get("/static-sound/hold.wav")
    assert (first.status_code, first.headers["content-type"]) == (200, "audio/wav")
    assert first.content[:4] == b"RIFF"
    assert len(first.content) < 400_000
    again = await carrier.client.get("/static-sound/hold.wav", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


NAMES = ["CallSid", "From", "To", "CallStatus", "SequenceNumber", "Digits", "RecordingSid", "ConferenceSid"]
FORMS = st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=10)), st.text(max_size=40), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(FORMS, st.sampled_from(TWIML_URLS))
async def test_any_signed_form_gets_valid_twiml(carrier: Carrier, form: dict[str, str], url: str) -> None:
    assert verbs(await carrier.post(url, form))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(FORMS, st.sampled_from(QUIET_URLS), st.text("abc-/%&=?0", max_size=12))
async def test_any_signed_callback_is_noted(carrier: Carrier, form: dict[str, str], url: str, query: str) -> None:
    assert (await carrier.post(f"{url}?{urlencode({'command': query})}", form)).status_code == 204


async def test_an_announcement_is_words_and_nothing_else(carrier: Carrier, flow: RecordingFlow) -> None:
    assert verbs(await carrier.post(f"{LEG_URL}/announce")) == ["Say"]
    assert flow.heard == [("announcement", LEG)]


async def test_an_announcement_for_an_unknown_leg_lets_the_talk_go_on(carrier: Carrier, flow: RecordingFlow) -> None:
    assert verbs(await carrier.post("/webhooks/twilio/legs/nobody/announce")) == ["Pause"]
    flow.breaks = NotFound
    assert verbs(await carrier.post(f"{LEG_URL}/announce")) == ["Pause"]
