"""/readyz names what stands in the way, /metrics has a true number for every promise (P10; issue part 10)."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from app.domain.permissions import Grant, Role, Scope, ScopeKind
from app.people import queries as people_queries
from app.platform.clock import HOUSE, fresh_id, now
from app.platform.db import Database, Tx
from tests.api.web import Web, running_web
from tests.journeys.waiting_for import until

# The promises that a number can stand for; app/platform/health.py says which can't, and why.
OF_A_PROMISE = {
    "P1": ["contacts_without_reason", "ledger_calls_without_contact", "calls_never_heard_of"],
    "P2": ["contacts_without_next_step", "longest_wait_seconds"],
    "P3": ["double_holders"],
    "P8": ["stale_refused_total"],
    "P9": ["timers_late", "timer_lag_worst_seconds", "clock_ahead_seconds"],
    "P10": ["database_reachable", "worker_silent_seconds", "commands_due", "feed_read_timestamp_seconds"],
    "P11": ["carrier_is_a_stand_in"],
}
QUIET = [
    "contacts_without_reason",
    "ledger_calls_without_contact",
    "calls_never_heard_of",
    "contacts_without_next_step",
    "double_holders",
    "timers_late",
    "commands_due",
    "longest_wait_seconds",
]


@pytest_asyncio.fixture
async def web(database_url: str) -> AsyncIterator[Web]:
    async with running_web(database_url) as running:
        yield running


async def beat(db: Database, *, ago_s: float = 0.0, lag_ms: int = 0) -> None:
    """A worker's sign of life."""
    moment = now() - timedelta(seconds=ago_s)
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM worker_beat")
        await tx.execute(
            "INSERT INTO worker_beat (worker_id, started_at, beat_at, timer_lag_ms) VALUES ($1, $2, $2, $3)",
            fresh_id(), moment, lag_ms,
        )  # fmt: skip


async def timer(tx: Tx, *, late_s: float) -> None:
    """A timer that nobody has taken."""
    await tx.execute(
        """INSERT INTO timer (id, kind, subject_id, due_at, created_at)
           VALUES ($1, 'rehearsal', $1, $2::timestamptz, $2)""",
        fresh_id(), now() - timedelta(seconds=late_s),
    )  # fmt: skip


async def contact(tx: Tx, state: str, *, ago_s: float = 60.0) -> UUID:
    """A contact in a state it could not be in by itself, in the ledger like every other."""
    contact_id, moment = fresh_id(), now() - timedelta(seconds=ago_s)
    await tx.execute(
        """INSERT INTO contact (id, number_dialled, state, bridge, offered_at, enqueued_at)
           VALUES ($1, '', $2, '', $3, $3)""",
        contact_id, state, moment,
    )  # fmt: skip
    await ledger(tx, "call.arrived", contact_id)
    return contact_id


async def ledger(tx: Tx, kind: str, contact_id: UUID | None) -> None:
    await tx.execute(
        """INSERT INTO ledger (provider, dedupe_key, kind, provider_call_id, contact_id, received_at)
           VALUES ('rehearsal', $1, $2, '', $3, $4)""",
        str(fresh_id()), kind, contact_id, now(),
    )  # fmt: skip


async def closed_without_reason(tx: Tx) -> None:
    await contact(tx, "closed")


async def gone_without_reason(tx: Tx) -> None:
    contact_id = await contact(tx, "waiting")
    await tx.execute(
        """INSERT INTO leg (id, contact_id, role, provider, label, state, started_at, ended_at)
           VALUES ($1, $1, 'caller', 'rehearsal', 'caller', 'ended', $2, $2)""",
        contact_id, now() - timedelta(seconds=40),
    )  # fmt: skip


async def call_without_contact(tx: Tx) -> None:
    await ledger(tx, "call.arrived", fresh_id())


async def call_never_heard_of(tx: Tx) -> None:
    await ledger(tx, "call.unheard", None)


async def waiting_without_step(tx: Tx) -> None:
    await contact(tx, "waiting")


async def a_volunteer_in_two_calls(tx: Tx) -> None:
    person = {"id": fresh_id(), "login": "reed", "work_name": "苇", "language": "zh", "password_hash": "x"}
    person |= {"totp_secret": None, "demo": True, "created_at": now()}
    grants = frozenset({Grant(Role.VOLUNTEER, Scope(ScopeKind.ALL))})
    await people_queries.insert_person(tx, person, grants)
    for _ in range(2):
        await tx.execute(
            """INSERT INTO leg (id, contact_id, role, person_id, provider, label, state, in_bridge, started_at)
               VALUES ($1, $2, 'volunteer', $3, 'rehearsal', $4, 'answered', true, $5)""",
            fresh_id(), await contact(tx, "talking"), person["id"], str(fresh_id()), now(),
        )  # fmt: skip


async def late_timer(tx: Tx) -> None:
    await timer(tx, late_s=9)


async def waiting_command(tx: Tx) -> None:
    await tx.execute(
        "INSERT INTO command (id, kind, due_at, created_at) VALUES ($1, 'steer_leg', $2, $2)", fresh_id(), now()
    )


BROKEN: list[tuple[Any, str]] = [
    (closed_without_reason, "contacts_without_reason"),
    (gone_without_reason, "contacts_without_reason"),
    (call_without_contact, "ledger_calls_without_contact"),
    (call_never_heard_of, "calls_never_heard_of"),
    (waiting_without_step, "contacts_without_next_step"),
    (a_volunteer_in_two_calls, "double_holders"),
    (late_timer, "timers_late"),
    (waiting_command, "commands_due"),
]


async def test_p10_every_promise_has_its_number_and_a_service_at_rest_shows_none_broken(web: Web) -> None:
    await beat(web.db, lag_ms=1500)
    found = await web.metrics()
    assert [name for names in OF_A_PROMISE.values() for name in names if name not in found] == []
    assert {name: found[name] for name in QUIET} == dict.fromkeys(QUIET, 0.0)
    assert found["database_reachable"] == 1
    assert found["carrier_is_a_stand_in"] == 1
    assert found["timer_lag_worst_seconds"] == 1.5
    assert abs(found["clock_ahead_seconds"]) < 1
    assert 0 <= found["worker_silent_seconds"] < 5
    assert now().timestamp() - found["feed_read_timestamp_seconds"] < 5
    assert await web.troubles() == []


@pytest.mark.parametrize(("broken", "metric"), BROKEN, ids=[broken.__name__ for broken, _ in BROKEN])
async def test_a_broken_promise_shows_in_its_number(web: Web, broken: Any, metric: str) -> None:
    async with web.db.transaction() as tx:
        await broken(tx)
    assert (await web.metrics())[metric] == 1


async def test_the_longest_wait_is_how_long_somebody_has_waited(web: Web) -> None:
    async with web.db.transaction() as tx:
        await contact(tx, "waiting", ago_s=90)
        await contact(tx, "offered", ago_s=10)
    assert 90 <= (await web.metrics())["longest_wait_seconds"] < 100


async def test_a_machines_clock_that_was_stepped_shows_and_changes_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    await beat(web.db)
    before = now()
    monkeypatch.setattr(HOUSE, "_machine_ns", lambda: time.time_ns() + 3600 * 10**9)
    assert timedelta(0) <= now() - before < timedelta(minutes=1)
    assert 3590 < (await web.metrics())["clock_ahead_seconds"] < 3610
    said = (await web.client.get("/readyz")).json()
    assert (said["status"], 3590 < said["machine_clock_ahead_s"] < 3610) == ("ready", True)


async def test_failure_8_without_a_worker_it_is_not_ready(web: Web) -> None:
    assert await web.troubles() == ["worker_stalled"]
    await beat(web.db, ago_s=30)
    assert await web.troubles() == ["worker_stalled"]
    await beat(web.db)
    assert await web.troubles() == []


async def test_with_late_timers_it_is_not_ready(web: Web) -> None:
    await beat(web.db)
    async with web.db.transaction() as tx:
        await timer(tx, late_s=9)
    assert await web.troubles() == ["timers_late"]


async def test_without_lines_it_is_not_ready(web: Web) -> None:
    await beat(web.db)
    async with web.db.transaction() as tx:
        await tx.execute("DELETE FROM line_pool")
    assert await web.troubles() == ["no_lines"]


@pytest.mark.slow
async def test_a_process_that_no_longer_reads_the_feed_is_not_ready(web: Web) -> None:
    async with web.db.transaction() as tx:
        await tx.execute("LOCK TABLE change IN ACCESS EXCLUSIVE MODE")

        async def stalled() -> bool:
            await beat(web.db)
            await tx.execute("SELECT")  # one that does nothing for five seconds is ended
            return await web.troubles() == ["feed_stalled"]

        await until(stalled, what="the feed is stalled", within_s=8)

    async def fresh() -> bool:
        return "feed_stalled" not in await web.troubles()

    await until(fresh, what="the feed is read again", within_s=8)


async def test_a_stale_write_is_counted(web: Web) -> None:
    before = (await web.metrics())["stale_refused_total"]
    from app.domain.errors import StaleVersion

    @web.app.get("/api/stale")
    async def stale() -> None:
        raise StaleVersion

    # The console's own pages answer every other path, so the new route has to come before them.
    web.app.router.routes.insert(0, web.app.router.routes.pop())
    assert (await web.client.get("/api/stale")).json()["code"] == "stale_version"
    assert (await web.metrics())["stale_refused_total"] == before + 1
