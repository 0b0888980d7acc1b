"""The carrier's answers that no emulator gives: nonsense, silence, lost connections; and what a token may do."""

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import pytest

from app.carriers.port import AlreadyGone, CarrierError
from app.carriers.twilio.client import TwilioCarrier, softphone_address, softphone_identity
from app.carriers.twilio.urls import PATIENCE
from app.platform.clock import now

SID = "CA" + "a" * 32
VOLUNTEER = "+447700900456"
LINE = "+442079460001"
Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


def saying(status: str, body: str = "") -> Answering:
    """A carrier that always gives this answer."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())

    return answer


async def silence(writer: asyncio.StreamWriter) -> None:
    """A carrier that takes a request and never answers."""
    await asyncio.Event().wait()


async def hanging_up(writer: asyncio.StreamWriter) -> None:
    """A carrier that closes the connection in the middle."""


@asynccontextmanager
async def carrier(answer: Answering, *, timeout_s: float = 5.0) -> AsyncIterator[tuple[TwilioCarrier, list[str]]]:
    """A client of a carrier that answers so, and the requests that reached it."""
    requests: list[str] = []
    busy: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        busy.add(task)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((int(line.split(":")[1]) for line in head.lower().split("\r\n") if "content-length" in line), 0)
        requests.append(head + (await reader.readexactly(length)).decode())
        try:
            await answer(writer)
            await writer.drain()
        finally:
            writer.close()
            busy.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = TwilioCarrier(
        account_sid="AC1",
        auth_token="12345",
        public_base_url="https://hotline.example.org",
        api_base_url=f"http://127.0.0.1:{port}/edge/",
        timeout_s=timeout_s,
    )
    try:
        yield client, requests
    finally:
        await client.aclose()
        server.close()
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)


@pytest.mark.parametrize(
    ("answer", "code", "retryable", "perhaps_done"),
    [
        (saying("500 Oops", "<html>no JSON</html>"), "http_500", True, True),
        (saying("502 Bad Gateway"), "http_502", True, True),
        (saying("429 Slow Down"), "http_429", True, False),
        (saying("400 Bad Request", "[1]"), "http_400", False, False),
        (saying("400 Bad Request", '{"code": "21211"}'), "http_400", False, False),
        (saying("400 Bad Request", f'{{"code": 21211, "message": "{VOLUNTEER} is not valid"}}'), "21211", False, False),
        (saying("401 No", '{"code": 20003}'), "20003", False, False),
        (saying("301 Moved"), "http_301", False, False),
        (hanging_up, "unknown_outcome", True, True),
    ],
)
async def test_a_refusal_is_known_by_its_code_alone(
    answer: Answering, code: str, retryable: bool, perhaps_done: bool
) -> None:
    async with carrier(answer) as (client, _):
        with pytest.raises(CarrierError) as failed:
            await client.hang_up_leg(SID)
    assert (failed.value.code, failed.value.retryable) == (code, retryable)
    assert failed.value.perhaps_done == perhaps_done
    assert "7700900456" not in repr(failed.value) + str(failed.value.__cause__)


async def test_a_carrier_that_cannot_be_reached_is_known_to_have_done_nothing(unused_tcp_port: int) -> None:
    client = TwilioCarrier(
        account_sid="AC1",
        auth_token="12345",
        public_base_url="https://hotline.example.org",
        api_base_url=f"http://127.0.0.1:{unused_tcp_port}",
    )
    with pytest.raises(CarrierError) as failed:
        await client.hang_up_leg(SID)
    await client.aclose()
    assert (failed.value.code, failed.value.retryable, failed.value.perhaps_done) == ("unreachable", True, False)


async def test_a_carrier_that_does_not_answer_is_given_up_in_time() -> None:
    async with carrier(silence, timeout_s=0.1) as (client, _):
        with pytest.raises(CarrierError) as failed:
            await client.hang_up_leg(SID)
    assert (failed.value.code, failed.value.retryable) == ("unknown_outcome", True)


@pytest.mark.parametrize(
    "answer", [saying("404 No", '{"code": 20404}'), saying("404 No"), saying("400 No", '{"code": 21220}')]
)
async def test_what_has_gone_is_gone(answer: Answering) -> None:
    async with carrier(answer) as (client, _):
        with pytest.raises(AlreadyGone):
            await client.hang_up_leg(SID)


async def test_an_account_that_is_not_found_does_not_count_as_a_call_that_has_gone() -> None:
    async with carrier(saying("404 No", '{"code": 20404}')) as (client, _):
        with pytest.raises(CarrierError) as failed:
            await client.originate_leg(
                uuid4(), target=VOLUNTEER, caller_id="+442079460001", timeout_s=20, command_id=uuid4()
            )
    assert failed.value.retryable is False


async def test_a_list_with_nonsense_in_it_is_read_as_far_as_it_goes() -> None:
    rows = [
        {},
        None,
        "x",
        {"sid": SID, "direction": "inbound", "from": "+266696687", "to": None, "start_time": "yesterday"},
    ]
    async with carrier(saying("200 OK", json.dumps({"calls": rows, "next_page_uri": None}))) as (client, _):
        calls = await client.calls_since(datetime(2026, 1, 1, tzinfo=UTC))
    assert [call.provider_call_id for call in calls] == [SID]
    assert (calls[0].caller, calls[0].number_dialled, calls[0].started_at) == (None, "", None)


async def test_calls_that_were_placed_are_looked_for_from_the_newest_backwards_without_a_number_in_the_url() -> None:
    def row(sid: str, minute: int, **more: str) -> dict[str, str]:
        made = f"Thu, 26 Nov 2026 03:{minute:02}:00 +0000"
        return {"sid": sid, "to": VOLUNTEER, "from": LINE, "direction": "outbound-api", "date_created": made, **more}

    rows = [
        row("CA4", 9),
        row("CA3", 8, to="client:x"),
        row("CA2", 7),
        row("CA1", 1),
        row("CA0", 7, direction="inbound"),
    ]
    page = {"calls": rows, "next_page_uri": "/2010-04-01/Accounts/AC1/Calls.json?Page=1"}
    async with carrier(saying("200 OK", json.dumps(page))) as (client, requests):
        since = datetime(2026, 11, 26, 3, 5, tzinfo=UTC)
        assert await client.calls_placed(target=VOLUNTEER, caller_id=LINE, since=since) == ["CA2", "CA4"]
    assert len(requests) == 1  # what is older than `since` is on no later page
    assert not any(digits in requests[0] for digits in (VOLUNTEER[1:], LINE[1:]))


async def test_a_list_that_never_ends_is_left() -> None:
    page = {"calls": [{"sid": SID}], "next_page_uri": "/2010-04-01/Accounts/AC1/Calls.json?Page=1"}
    async with carrier(saying("200 OK", json.dumps(page))) as (client, requests):
        calls = await client.calls_since(datetime(2026, 1, 1, tzinfo=UTC))
    assert len(calls) == len(requests) < 100
    assert requests[1].startswith("GET /edge/2010-04-01/Accounts/AC1/Calls.json?Page=1 ")


async def test_a_call_is_started_with_everything_that_makes_it_known_again() -> None:
    leg_id, command_id = uuid4(), uuid4()
    async with carrier(saying("201 Created", json.dumps({"sid": SID}))) as (client, requests):
        sid = await client.originate_leg(
            leg_id, target=VOLUNTEER, caller_id="+442079460001", timeout_s=22, command_id=command_id
        )
    head, _, body = requests[0].partition("\r\n\r\n")
    legs = f"https://hotline.example.org/webhooks/twilio/legs/{leg_id}"
    assert sid == SID
    assert head.startswith("POST /edge/2010-04-01/Accounts/AC1/Calls.json ")
    assert f"Basic {base64.b64encode(b'AC1:12345').decode()}" in head
    assert parse_qs(body) == {
        "To": [VOLUNTEER],
        "From": ["+442079460001"],
        "Url": [f"{legs}/next?after=answered&turn={command_id.hex}{PATIENCE}"],
        "Method": ["POST"],
        "Timeout": ["22"],
        "StatusCallback": [f"{legs}/status?command={command_id}"],
        "StatusCallbackMethod": ["POST"],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
    }


async def test_no_number_reaches_a_log_even_at_its_loudest(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with carrier(saying("400 No", f'{{"code": 21211, "message": "{VOLUNTEER}"}}')) as (client, _):
        with pytest.raises(CarrierError):
            await client.originate_leg(
                uuid4(), target=VOLUNTEER, caller_id="+442079460001", timeout_s=20, command_id=uuid4()
            )
    assert "7700900456" not in caplog.text


def test_a_softphone_is_addressed_in_letters_the_carrier_allows() -> None:
    person_id = UUID("00000000-0000-4000-8000-00000000000a")
    assert softphone_address(f"client:{person_id}") == "client:0000000000004000800000000000000a"
    assert softphone_address(VOLUNTEER) == VOLUNTEER
    assert softphone_address("client:somebody") == "client:somebody"


async def test_a_softphone_token_lets_its_person_be_called_and_nothing_else() -> None:
    person_id = uuid4()
    client = TwilioCarrier(
        account_sid="AC1",
        auth_token="12345",
        public_base_url="https://hotline.example.org",
        api_key_sid="SK1",
        api_key_secret="a secret that is long enough for its purpose",
    )
    credentials = client.client_credentials(person_id, ttl_s=600)
    await client.aclose()
    assert credentials is not None
    payload = credentials["token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["grants"] == {"identity": softphone_identity(person_id), "voice": {"incoming": {"allow": True}}}
    assert claims["sub"] == "AC1"
    assert abs(claims["exp"] - (now() + timedelta(seconds=600)).timestamp()) < 5
    assert claims["exp"] == int(credentials["expires_at"].timestamp())


async def test_failure_30_every_token_that_is_asked_for_is_a_fresh_one_and_says_when_it_ends() -> None:
    """The console renews it by that moment (web/src/softphone/twilio.test.ts): an expired one would never connect."""
    client = TwilioCarrier(
        account_sid="AC1",
        auth_token="12345",
        public_base_url="https://hotline.example.org",
        api_key_sid="SK1",
        api_key_secret="a secret that is long enough for its purpose",
    )
    person_id = uuid4()
    short, long = (client.client_credentials(person_id, ttl_s=seconds) for seconds in (600, 3600))
    await client.aclose()
    assert short is not None
    assert long is not None
    assert short["token"] != long["token"]
    ends = [one["expires_at"] - now() for one in (short, long)]
    assert timedelta(seconds=590) < ends[0] <= timedelta(seconds=600)
    assert timedelta(seconds=3590) < ends[1] <= timedelta(seconds=3600)


async def test_without_an_api_key_there_is_no_token() -> None:
    client = TwilioCarrier(account_sid="AC1", auth_token="12345", public_base_url="https://hotline.example.org")
    assert client.client_credentials(uuid4(), ttl_s=600) is None
    await client.aclose()
