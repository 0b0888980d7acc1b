"""The connection that listens leads nowhere, and nobody is told: polling goes on, a keepalive finds out (P9, P10)."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.platform.changes import record_change
from app.platform.clock import fresh_id, now
from app.platform.timers import set_timer
from app.platform.wakeup import Wakeup
from app.realtime.hub import Hub, Subscriber
from app.realtime.listener import ANSWER_WITHIN_S, Listener
from app.realtime.messages import Loaded
from app.realtime.wire import Frame
from tests.faults.crew import Crew
from tests.faults.unsteady_link import Link, unsteady_link
from tests.journeys.town import Town
from tests.journeys.waiting_for import until

LATE_AT_MOST_S = 1.0


@pytest_asyncio.fixture
async def link(database_url: str) -> AsyncIterator[Link]:
    async with unsteady_link(database_url) as opened:
        yield opened


async def _lag_of_a_hinted_timer(town: Town) -> float:
    """A timer that is due at once: without a hint only the poll finds it. How late it was begun, in seconds."""
    subject, moment = fresh_id(), now()
    async with town.db.transaction() as tx:
        await set_timer(tx, "ring", subject, due_at=moment, now=moment)

    async def done() -> float | None:
        rows = await town.rows(
            """SELECT extract(epoch FROM done_at - due_at)::float8 AS late, done_at FROM timer
               WHERE subject_id = $1 AND done_at IS NOT NULL""",
            subject,
        )
        return (rows[0]["done_at"] - moment).total_seconds() if rows else None

    return float(await until(done, what="the timer is done"))


@pytest.mark.slow
async def test_timers_are_a_second_late_at_most_while_nobody_is_woken(town: Town, crew: Crew, link: Link) -> None:
    [worker] = await crew.workers(1, database_url=link.url)
    assert await _lag_of_a_hinted_timer(town) < LATE_AT_MOST_S
    assert link.swallow_listeners() == 1
    swallowed = time.monotonic()
    late = [await _lag_of_a_hinted_timer(town) for _ in range(4)]
    assert max(late) < LATE_AT_MOST_S + 0.5  # the poll, and a slow machine
    assert max(late) > 0.1  # it was the poll indeed: a hint takes milliseconds

    async def found_out() -> bool:
        return bool(worker.has_said("listener_lost"))

    await until(found_out, what="the keepalive finds out", within_s=10)
    assert time.monotonic() - swallowed < 10

    async def listens_again() -> bool:
        return any(pair.listens and not pair.swallowed for pair in link.pairs)

    await until(listens_again, what="it listens again")


class Ear:
    """What a console hears."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    def write(self, frame: Frame) -> bool:
        self.heard.set()
        return True

    def abort(self) -> None:
        raise AssertionError("nobody is slow here")


async def _anything(tx: object, ids: object) -> list[Loaded]:
    return [(str(identity), 1, {}, ["line:night"]) for identity in ids]  # type: ignore[attr-defined]


async def test_consoles_get_their_changes_though_the_listener_is_black_holed(town: Town, link: Link) -> None:
    hub, ear = Hub(), Ear()
    subscriber = Subscriber(ear, fresh_id(), b"", ["line:night", "line:night/contact"])
    hub.join(subscriber)
    subscriber.release()
    through_link = Listener(_At(town.db, link.url), hub, {"contact": _anything}, read_clock=now)  # type: ignore[arg-type]
    running = asyncio.ensure_future(through_link.run())
    try:
        await asyncio.wait_for(through_link.started.wait(), 10)
        assert link.swallow_listeners() == 1
        async with town.db.transaction() as tx:
            await record_change(tx, "contact", fresh_id(), at=now())
        async with asyncio.timeout(ANSWER_WITHIN_S + 2):
            await ear.heard.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


class _At:
    """A database whose states are read as ever, and listened to through the link."""

    def __init__(self, db: object, url: str) -> None:
        self.url = url
        self.reading = db.reading  # type: ignore[attr-defined]


async def test_a_worker_is_woken_again_after_its_listening_connection_was_swallowed(
    town: Town, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.platform.wakeup.KEEPALIVE_S", 0.05)
    monkeypatch.setattr("app.platform.wakeup.ANSWER_WITHIN_S", 0.2)
    monkeypatch.setattr("app.platform.wakeup.RETRY_S", 0.05)
    wakeup = Wakeup(link.url, ["timers"])
    running = asyncio.ensure_future(wakeup.run())

    async def listening() -> bool:
        return any(pair.listens and not pair.swallowed for pair in link.pairs)

    async def hinted() -> None:
        async with town.db.transaction() as tx:
            tx.hint("timers")

    try:
        await until(listening, what="it listens")
        assert link.swallow_listeners() == 1
        await until(listening, what="it listens again")
        began = time.monotonic()
        await hinted()
        await wakeup.wait("timers", at_most_s=10)
        assert time.monotonic() - began < 5
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
