"""What wrong webhooks get, with the whole service behind them (issue 2, "Bad input gets"; P1, P2, P5)."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from xml.etree import ElementTree

import httpx2
import pytest
import pytest_asyncio
import structlog
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.domain.permissions import Grant, Role, Scope, ScopeKind
from app.people import queries as people_queries
from app.platform.clock import fresh_id, now
from app.roster.membership import join_pool
from app.roster.rota import add_shift
from tests.api.signed_forms import CALLER, VOICE, Carrier, a_call, a_sid
from tests.api.web import BASE, Web, running_web
from tests.conftest import DatabaseServer
from tests.journeys.harbour import LINE_NUMBER, UNKNOWN_NUMBER


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def carrier(database_server: DatabaseServer) -> AsyncIterator[Carrier]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    async with running_web(await database_server.clone(name)) as web:
        await somebody_is_on_shift(web)
        yield Carrier(web)
    await database_server.drop(name)


async def somebody_is_on_shift(web: Web) -> None:
    """A volunteer who is expected: and busy now: callers wait for her."""
    moment = now()
    person = {"id": fresh_id(), "login": "reed", "work_name": "苇", "language": "zh", "password_hash": "x"}
    person |= {"totp_secret": None, "demo": True, "created_at": moment}
    async with web.db.transaction() as tx:
        await people_queries.insert_person(tx, person, frozenset({Grant(Role.VOLUNTEER, Scope(ScopeKind.ALL))}))
        await join_pool(tx, person["id"], "day", now=moment)
        await add_shift(tx, person["id"], "day", moment, moment + timedelta(hours=8), by=None, now=moment)
        await tx.execute(
            """INSERT INTO presence (person_id, activity, since, pools, heartbeat_at, shift_ends_at)
               VALUES ($1, 'wrapping_up', $2::timestamptz, '{day}', $2, $3)
               ON CONFLICT (person_id) DO UPDATE SET activity = 'wrapping_up', pools = '{day}', shift_ends_at = $3""",
            person["id"], moment, moment + timedelta(hours=8),
        )  # fmt: skip


def verbs(answer: httpx2.Response) -> list[str]:
    """The verbs of an answer, which must be TwiML without anybody's number in it."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/xml")
    assert CALLER not in answer.text
    root = ElementTree.fromstring(answer.text)  # noqa: S314 we wrote it
    assert root.tag == "Response"
    return [child.tag for child in root]


def keeps_the_caller(answer: httpx2.Response) -> bool:
    """Whether the call goes on after the document."""
    last = verbs(answer)[-1]
    return last in ("Redirect", "Gather", "Dial", "Enqueue")


def every_url(leg: object, contact: object) -> list[str]:
    """Every webhook there is, about this leg and this contact."""
    legs = f"/webhooks/twilio/legs/{leg}"
    return [
        VOICE,
        "/webhooks/twilio/status",
        f"{legs}/next?after=wait&turn=t",
        f"{legs}/digits?ask=menu&turn=t",
        f"{legs}/status",
        f"{legs}/sound",
        f"{legs}/message?turn=t",
        f"/webhooks/twilio/bridges/{contact}",
    ]


async def test_unsigned_and_forged_webhooks_store_nothing_but_a_counter(carrier: Carrier) -> None:
    sid = a_sid()
    await carrier.post(VOICE, a_call(sid))
    before, refused = await carrier.counts(), await carrier.counter("webhook_refused_total")
    urls = every_url(await carrier.leg(sid), (await carrier.contact(sid))["id"])
    form = a_call(sid, CallStatus="completed", Digits="1", RecordingSid="RE1", StatusCallbackEvent="participant-leave")
    with structlog.testing.capture_logs() as lines:
        for url in urls:
            for answer in (
                await carrier.web.client.post(url, data=form),
                await carrier.web.client.post(url, data=form, headers={"X-Twilio-Signature": "nonsense"}),
                await carrier.post(url, form, token="somebody else's"),
            ):
                assert (answer.status_code, answer.content) == (403, b"")
    assert await carrier.counts() == before
    assert await carrier.counter("webhook_refused_total") == refused + 3 * len(urls)
    assert lines == []


async def test_a_replayed_call_hears_the_first_answer_again_and_stays_one_contact(carrier: Carrier) -> None:
    form = a_call(a_sid())
    first = await carrier.post(VOICE, form)
    stored = await carrier.counts()
    again = [await carrier.post(VOICE, form) for _ in range(3)]
    assert keeps_the_caller(first)
    assert {answer.text for answer in again} == {first.text}
    assert await carrier.counts() == stored


async def test_ten_copies_at_once_are_one_call(carrier: Carrier) -> None:
    """Failure 17: a copy that comes while the first is still being worked on waits for it."""
    before = await carrier.counts()
    form = a_call(a_sid())
    answers = await asyncio.gather(*(carrier.post(VOICE, form) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    after = await carrier.counts()
    assert {table: after[table] - before[table] for table in ("ledger", "contact", "leg")} == dict.fromkeys(
        ("ledger", "contact", "leg"), 1
    )


async def test_a_replayed_key_press_counts_once(carrier: Carrier) -> None:
    sid = a_sid()
    answer = await carrier.post(VOICE, a_call(sid))
    action = next(gather for gather in ElementTree.fromstring(answer.text).iter("Gather")).get("action") or ""  # noqa: S314
    url = action.removeprefix(BASE)
    first = await carrier.post(url, a_call(sid, Digits="1"))
    stored = await carrier.counts()
    assert (await carrier.contact(sid))["danger"]
    assert (await carrier.post(url, a_call(sid, Digits="1"))).text == first.text
    assert await carrier.counts() == stored


async def test_an_unknown_number_is_answered_honestly_logged_and_in_the_ledger(carrier: Carrier) -> None:
    sid = a_sid()
    with structlog.testing.capture_logs() as lines:
        answer = await carrier.post(VOICE, a_call(sid, To=UNKNOWN_NUMBER))
    assert "Say" in verbs(answer)
    assert all(number in answer.text for number in ("12356", "110", "120")), answer.text
    contact = await carrier.contact(sid)
    assert ("unknown_number_called", contact["id"]) in [(line["event"], line.get("contact")) for line in lines]
    async with carrier.web.db.transaction() as tx:
        rows = await tx.fetch("SELECT contact_id FROM ledger WHERE provider_call_id = $1", sid)
    assert [row["contact_id"] for row in rows] == [contact["id"]]
    await carrier.post("/webhooks/twilio/status", a_call(sid, CallStatus="completed", SequenceNumber="1"))
    ended = await carrier.contact(sid)
    assert (ended["state"], ended["terminal_reason"]) == ("closed", "failed")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"CallSid": ""},
        {"CallSid": CALLER, "From": CALLER},
        {"From": CALLER, "To": LINE_NUMBER},
        {"CallSid": "CA\x00"},
        {"\x00": "\x00", "💥": "💥"},
    ],
)
async def test_a_signed_form_without_a_call_keeps_its_caller_and_is_counted(
    carrier: Carrier, form: dict[str, str]
) -> None:
    sid = a_sid()
    await carrier.post(VOICE, a_call(sid))
    leg = await carrier.leg(sid)
    for url in (VOICE, f"/webhooks/twilio/legs/{leg}/next?after=wait", f"/webhooks/twilio/legs/{leg}/digits?ask=menu"):
        before = await carrier.counter("webhook_unreadable_total")
        assert keeps_the_caller(await carrier.post(url, form))
        assert await carrier.counter("webhook_unreadable_total") == before + 1


@pytest.mark.parametrize(
    "absurd",
    [
        {"To": ""},
        {"To": "<Hangup/>"},
        {"To": "sip:nobody@example.org"},
        {"To": "+" + "9" * 5000},
        {"From": "\x00\x00\x00"},
        {"From": "Anonymous", "Caller": "null"},
        {"From": "+" + "9" * 5000},
        {"CallStatus": "dancing"},
        {"Direction": ""},
        {"ApiVersion": "3000-01-01"},
        {"Digits": "☎" * 1000},
    ],
)
async def test_a_call_with_absurd_fields_is_received_like_any_other(carrier: Carrier, absurd: dict[str, str]) -> None:
    sid = a_sid()
    answer = await carrier.post(VOICE, a_call(sid) | absurd)
    contact = await carrier.contact(sid)
    assert contact is not None
    if "To" in absurd:
        assert all(number in answer.text for number in ("12356", "110", "120"))
    else:
        assert keeps_the_caller(answer)
        assert contact["line_id"] == "harbour"


@pytest.mark.parametrize(
    "tail",
    [
        "From=%00%00",
        "From=%ED%A0%80",  # half a character, as no text may hold it
        "From=%FF%FE%FD",
        "From=%",
        "From=%zz&=&&&==",
        "To=%2B441632960555&To=%2B441632960556",
        "Digits=" + "9" * 100_000,
    ],
)
async def test_a_call_in_a_form_that_is_no_text_is_received_all_the_same(carrier: Carrier, tail: str) -> None:
    sid = a_sid()
    body = f"CallSid={sid}&Direction=inbound&CallStatus=ringing&To=%2B441632960555&{tail}"
    verbs(await carrier.post_raw(VOICE, body))
    assert await carrier.contact(sid) is not None


async def test_what_is_said_of_legs_and_contacts_nobody_knows_is_counted_and_keeps_whoever_it_is(
    carrier: Carrier,
) -> None:
    stored = await carrier.counts()
    for url in every_url(fresh_id(), fresh_id())[2:]:
        before = await carrier.counter("webhook_unreadable_total")
        answer = await carrier.post(
            url,
            a_call(a_sid(), CallStatus="completed", ConferenceSid="CF1", StatusCallbackEvent="participant-join")
            | {"RecordingSid": "RE1", "Digits": "1"},
        )
        assert answer.status_code in (200, 204)
        if answer.status_code == 200:
            assert keeps_the_caller(answer)
        assert await carrier.counter("webhook_unreadable_total") == before + 1, url
    assert await carrier.counts() == stored


ODD_WORDS = (
    "|0|-1|1e9|\x00|true|completed|in-progress|ringing|busy|1|9#*|+447700900123|participant-join|participant-leave"
    "|conference-end|conference-start|RE1|CF1|2026-13-45"
)
ODD = st.one_of(st.text(max_size=30), st.sampled_from([*ODD_WORDS.split("|"), "9" * 400]))
FIELDS = """
    CallStatus SequenceNumber Digits RecordingSid RecordingDuration ConferenceSid Muted Hold StatusCallbackEvent
    ParticipantLabel ReasonParticipantLeft Timestamp DialCallStatus To From CallDuration CallSidEndingConference
    SipResponseCode Direction
"""
QUERIES = """
    ?after=wait ?after=dial_out ?after=take_message ?ask=menu ?ask=choice&turn=x ?again=2 ?after=%00 ?ask=blocked
    ?ask=%F0%9F%92%A5 ?ask=silence
"""
ODD_QUERIES = ["", "?turn=" + "t" * 5000, "?command=" + "9" * 40, *QUERIES.split()]


@settings(
    max_examples=400,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    form=st.dictionaries(st.sampled_from(FIELDS.split()), ODD, max_size=8),
    which=st.integers(0, 7),
    query=st.sampled_from(ODD_QUERIES),
    known=st.sampled_from(["all", "call", "nothing"]),
)
async def test_no_signed_form_breaks_a_call(
    carrier: Carrier, form: dict[str, str], which: int, query: str, known: str
) -> None:
    """Whatever the carrier says of a live call is answered with TwiML or noted, and the contact stays whole."""
    sid = a_sid()
    await carrier.post(VOICE, a_call(sid))
    leg, contact = await carrier.leg(sid), (await carrier.contact(sid))["id"]
    urls = every_url(leg, contact) if known != "nothing" else every_url("no-id", "%00")
    url = urls[which].partition("?")[0] + query
    answer = await carrier.post(url, form | ({} if known == "nothing" else {"CallSid": sid}))
    assert answer.status_code in (200, 204) or (answer.status_code == 503 and query == "?again=2"), (url, form)
    if answer.status_code == 200:
        verbs(answer)
    after = await carrier.contact(sid)
    assert (after["state"] == "closed") == (after["terminal_reason"] is not None)
    measured = await carrier.web.metrics()
    assert measured["contacts_without_next_step"] == measured["contacts_without_reason"] == 0


async def test_a_webhook_beyond_a_mebibyte_is_a_413(carrier: Carrier) -> None:
    before = await carrier.counts()
    answer = await carrier.post(VOICE, a_call(a_sid()) | {"more": "x" * 1_048_576})
    assert answer.status_code == 413
    assert await carrier.counts() == before
