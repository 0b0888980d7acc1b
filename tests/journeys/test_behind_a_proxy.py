"""A proxy in front changes hosts and schemes; signatures count for the public address alone (failure 21)."""

from collections.abc import AsyncIterator, Mapping

import httpx2
import pytest
import pytest_asyncio

from tests.journeys.signed_forms import VOICE, arrival, hung_up, post_signed, sid_of
from tests.journeys.town import Town, running_town

PUBLIC = "https://hotline.example.org"
SID = sid_of(21)
PROXIES: tuple[Mapping[str, str], ...] = (
    {"Host": "10.0.0.7:8080"},
    {"Host": "internal", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "elsewhere.example"},
    {"Host": "hotline.example.org", "X-Forwarded-Proto": "http", "X-Forwarded-Port": "8080"},
    {"Forwarded": "for=192.0.2.1;host=elsewhere.example;proto=http", "X-Original-URL": "/elsewhere"},
)


@pytest_asyncio.fixture
async def proxied(database_url: str) -> AsyncIterator[Town]:
    """The town as the carrier sees it from outside: by its public address, which is not where it listens."""
    async with running_town(database_url, public_base_url=PUBLIC) as running:
        yield running


@pytest.mark.parametrize("headers", PROXIES, ids="+".join)
async def test_failure_21_a_call_comes_through_a_proxy_that_names_another_host(
    proxied: Town, headers: Mapping[str, str]
) -> None:
    answer = await post_signed(proxied, VOICE, arrival(SID), signed_for=PUBLIC, headers=headers)
    assert answer.status_code == 200
    assert PUBLIC in answer.text  # where the carrier is sent next is the public address too
    assert (await proxied.contact_of(SID)) is not None


async def test_failure_21_a_base_url_that_is_wrong_refuses_the_call_and_says_so_in_the_log(proxied: Town) -> None:
    """The carrier calls another address of ours than the configured one: nothing fits, and an alarm says what."""
    real = "https://calls.example.org"
    headers = {"Host": "internal:8080", "X-Forwarded-Host": "calls.example.org"}
    for _ in range(3):
        answer = await post_signed(proxied, VOICE, arrival(SID), signed_for=real, headers=headers)
        assert (answer.status_code, answer.content) == (403, b"")
    assert await proxied.rows("SELECT FROM ledger") == []
    said = [line for line in proxied.lines.ours if line["event"] == "webhook_signed_for_another_address"]
    assert [(line["host"], line["log_level"]) for line in said] == [("calls.example.org", "error")]  # once, not thrice


async def test_failure_21_whoever_merely_claims_another_host_is_not_believed_and_raises_no_alarm(proxied: Town) -> None:
    form = arrival(SID)
    async with httpx2.AsyncClient() as client:
        headers = {"X-Twilio-Signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "X-Forwarded-Host": "calls.example.org"}
        answer = await client.post(f"{proxied.base_url}{VOICE}", data=form, headers=headers)
    assert answer.status_code == 403
    assert proxied.lines.alarms() == []


async def test_failure_21_the_same_call_is_received_once_the_base_url_is_right(town: Town) -> None:
    assert (await post_signed(town, VOICE, arrival(SID), signed_for=PUBLIC)).status_code == 403
    assert (await post_signed(town, VOICE, arrival(SID))).status_code == 200
    await hung_up(town, SID)
    await town.ends_as(SID, "voicemail" if await town.rows("SELECT FROM voicemail") else "abandoned")
