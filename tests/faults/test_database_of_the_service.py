"""The database goes away while calls come in: a 5xx within 5 s, the truth in /readyz, recovery without a restart."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
import pytest_asyncio
import structlog

from tests.api.signed_forms import VOICE, Carrier, a_call, a_sid
from tests.api.web import Web, running_web
from tests.faults.unsteady_link import Link, unsteady_link
from tests.journeys.waiting_for import until

FALLBACK_AFTER_S = 5.0  # the carrier's own patience is 15 s; the issue asks for a third of it
TROUBLES: list[Callable[[Link], None]] = [Link.go_silent, Link.cut]
IDS = ["silent", "cut"]


@pytest_asyncio.fixture
async def link(database_url: str) -> AsyncIterator[Link]:
    async with unsteady_link(database_url) as opened:
        yield opened


@pytest_asyncio.fixture
async def web(link: Link, database_url: str) -> AsyncIterator[Web]:
    with structlog.testing.capture_logs():
        async with running_web(link.url) as running:
            yield running
            mend(link)  # a test that failed must not hold up the end


def mend(link: Link) -> None:
    """Whatever was wrong is over."""
    link.mend()
    link.speak_again()


async def timed(asking: "asyncio.Future[httpx2.Response]") -> tuple[httpx2.Response, float]:
    """An answer and how long it took, in seconds."""
    began = time.monotonic()
    return await asking, time.monotonic() - began


@pytest.mark.slow
@pytest.mark.parametrize("trouble", TROUBLES, ids=IDS)
async def test_webhooks_get_a_5xx_in_time_and_the_service_recovers_by_itself(
    link: Link, web: Web, trouble: Callable[[Link], None]
) -> None:
    carrier = Carrier(web)
    before = a_sid()
    assert (await carrier.post(VOICE, a_call(before))).status_code == 200

    trouble(link)
    in_trouble = [a_sid() for _ in range(20)]
    asked = [asyncio.ensure_future(carrier.post(VOICE, a_call(sid))) for sid in in_trouble]
    asked.append(asyncio.ensure_future(carrier.post("/webhooks/twilio/status", a_call(before, CallStatus="completed"))))
    answers = await asyncio.gather(*(timed(one) for one in asked))
    assert {answer.status_code for answer, _ in answers} == {503}
    assert max(took for _, took in answers) < FALLBACK_AFTER_S

    answer, took = await timed(asyncio.ensure_future(web.client.get("/readyz")))
    assert (answer.status_code, took < FALLBACK_AFTER_S) == (503, True)
    assert "database_unreachable" in answer.json()["troubles"]
    answer, took = await timed(asyncio.ensure_future(web.client.get("/metrics")))
    assert ("hotline_database_reachable 0.0" in answer.text, took < FALLBACK_AFTER_S) == (True, True)
    answer, took = await timed(asyncio.ensure_future(web.client.get("/healthz")))
    assert (answer.status_code, took < 1) == (200, True)

    mend(link)
    began = time.monotonic()

    async def takes_calls() -> bool:
        return (await carrier.post(VOICE, a_call(a_sid()))).status_code == 200

    await until(takes_calls, what="calls are taken again", within_s=10)

    async def well() -> bool:
        return not {"database_unreachable", "feed_stalled"} & {*await web.troubles()}

    await until(well, what="it says so", within_s=15)
    assert time.monotonic() - began < 15
    # The carrier asks again for those it got no answer for: each is received once, whatever became of the first try.
    again = [await carrier.post(VOICE, a_call(sid)) for sid in in_trouble]
    assert {answer.status_code for answer in again} == {200}
    async with web.db.transaction() as tx:
        arrived = await tx.fetchval("SELECT count(*) FROM ledger WHERE provider_call_id = ANY($1)", in_trouble)
        legs = await tx.fetchval("SELECT count(*) FROM leg WHERE provider_call_id = ANY($1)", in_trouble)
    assert (arrived, legs) == (20, 20)


@pytest.mark.slow
@pytest.mark.parametrize("trouble", TROUBLES, ids=IDS)
async def test_the_api_says_unavailable_in_both_languages(
    link: Link, web: Web, trouble: Callable[[Link], None]
) -> None:
    trouble(link)
    body = {"login": "reed", "password": "x"}
    answer, took = await timed(asyncio.ensure_future(web.client.post("/api/session", json=body)))
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.json()["title_zh"]
    assert took < 15
