"""The routes of the rota, of notices and of supervision: who may, what is refused, and how it is told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.lines.book import LineBook
from app.oversight import api as oversight_api
from app.people.access import check_every_route_has_a_rule
from app.people.door import Door
from app.people.passwords import PasswordBook
from app.people.sessions import begin_session
from app.platform import problems
from app.platform.clock import fresh_id, now
from app.platform.crypto import Sealer
from app.platform.db import Database
from app.roster import api as roster_api
from app.roster.going import go_ready
from app.roster.notices import give_notice
from app.roster.presence_moves import mark_engaged, mark_offered
from tests.oversight.conftest import NOW, STATE, Watch

HOUR = timedelta(hours=1)


@dataclass
class Office:
    """The application and browsers in it."""

    app: FastAPI
    watch: Watch
    clients: list[httpx2.AsyncClient]

    async def person(self, work_name: str, *grants: tuple[str, str, str], pool: str | None = None) -> UUID:
        """An account with these (role, scope kind, scope id), in a pool if one is named."""
        person_id = await self.watch.person(work_name, pool)
        async with self.watch.db.transaction() as tx:
            for grant in grants:
                await tx.execute("INSERT INTO role_grant VALUES ($1, $2, $3, $4)", person_id, *grant)
        return person_id

    async def browser(self, person_id: UUID) -> httpx2.AsyncClient:
        """A browser in which the person is signed in."""
        async with self.watch.db.transaction() as tx:
            token = await begin_session(tx, person_id, now=now())
            await tx.execute("UPDATE session SET seen_at = $1, expires_at = $2", NOW, NOW + 24 * HOUR)
        transport = httpx2.ASGITransport(app=self.app)
        client = httpx2.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", headers={"Cookie": f"hotline={token}"}
        )
        self.clients.append(client)
        return client

    async def supervisor(self, pool: str = "day") -> httpx2.AsyncClient:
        """A supervisor of one pool."""
        return await self.browser(await self.person("Heron", ("supervisor", "pool", pool)))


@pytest_asyncio.fixture
async def office(watch: Watch) -> AsyncIterator[Office]:
    app = FastAPI()
    db: Database = watch.db
    app.state.db, app.state.book, app.state.public_state = db, LineBook(), STATE
    app.state.door = Door(Sealer({"k1": b"1" * 32}, "k1"), STATE._pseudonymiser, PasswordBook(), False, True)
    app.state.read_clock = lambda: NOW
    app.include_router(roster_api.router)
    app.include_router(oversight_api.router)
    problems.install(app)
    check_every_route_has_a_rule(app)
    made = Office(app, watch, [])
    yield made
    for client in made.clients:
        await client.aclose()


def shift(
    person: UUID, pool: str = "day", starts: datetime = NOW + HOUR, ends: datetime = NOW + 5 * HOUR
) -> dict[str, Any]:
    return {"person_id": str(person), "pool_id": pool, "starts_at": starts.isoformat(), "ends_at": ends.isoformat()}


async def test_a_supervisor_enters_and_removes_a_shift(office: Office):
    boss, reed = await office.supervisor(), await office.person("Reed", pool="day")
    made = await boss.post("/api/shifts", json=shift(reed))
    assert made.status_code == 201, made.text
    assert made.json()["pool_name_zh"] == "白班"
    rota = (await boss.get("/api/rota", params={"from": "2026-11-24", "days": 1})).json()
    assert [found["id"] for found in rota["shifts"]] == [made.json()["id"]]
    assert [gap["seats"] for gap in rota["gaps"]] == [0, 1, 0]
    again = await boss.post("/api/shifts", json=shift(reed))
    assert (again.status_code, again.json()["code"]) == (409, "shift_overlaps")
    place = f"/api/shifts/{made.json()['id']}"
    stale = await boss.delete(place, params={"version": 7})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert (await boss.delete(place, params={"version": 1})).status_code == 204
    assert (await boss.delete(place, params={"version": 2})).status_code == 404


async def test_another_pools_rota_does_not_exist_for_a_supervisor(office: Office):
    boss, far_boss = await office.supervisor("far"), await office.supervisor("day")
    reed = await office.person("Reed", pool="day")
    made = (await far_boss.post("/api/shifts", json=shift(reed))).json()
    assert (await boss.post("/api/shifts", json=shift(reed))).status_code == 404
    assert (await boss.delete(f"/api/shifts/{made['id']}", params={"version": 1})).status_code == 404
    assert (await boss.get("/api/rota", params={"pool": "day"})).status_code == 404
    assert (await boss.get("/api/rota")).json()["shifts"] == []
    let_in = await boss.post(f"/api/people/{reed}/let-in", json={"pool_id": "day", "hours": 1})
    assert let_in.status_code == 404
    away = await boss.post(f"/api/people/{reed}/presence", json={"activity": "away", "reason": ""})
    assert away.status_code == 404


async def test_a_volunteer_sees_the_rota_and_changes_nothing(office: Office):
    reed = await office.person("Reed", ("volunteer", "pool", "day"), pool="day")
    browser = await office.browser(reed)
    assert (await browser.get("/api/rota")).status_code == 200
    for method, path, body in (
        ("POST", "/api/shifts", shift(reed)),
        ("DELETE", f"/api/shifts/{fresh_id()}?version=1", None),
        ("POST", f"/api/people/{reed}/let-in", {"pool_id": "day", "hours": 1}),
        ("POST", f"/api/people/{reed}/presence", {"activity": "away"}),
        ("POST", f"/api/notices/{fresh_id()}/seen", None),
        ("GET", "/api/wallboard", None),
    ):
        answer = await browser.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path


async def test_a_supervisor_lets_somebody_in_who_then_goes_ready(office: Office):
    boss, reed = await office.supervisor(), await office.person("Reed", pool="day")
    made = await boss.post(f"/api/people/{reed}/let-in", json={"pool_id": "day", "hours": 2})
    assert (made.status_code, made.json()["source"]) == (201, "let_in")
    async with office.watch.db.transaction() as tx:
        assert await go_ready(tx, reed, now=NOW)
    stranger = await office.person("Teal", pool="far")
    refused = await boss.post(f"/api/people/{stranger}/let-in", json={"pool_id": "day", "hours": 2})
    assert refused.status_code == 404


async def test_a_supervisor_sends_a_ringing_volunteer_away_and_the_ring_ends_now(office: Office):
    boss, reed, offer = await office.supervisor(), await office.person("Reed", pool="day"), fresh_id()
    await boss.post(f"/api/people/{reed}/let-in", json={"pool_id": "day", "hours": 2})
    async with office.watch.db.transaction() as tx:
        await go_ready(tx, reed, now=NOW)
        await mark_offered(tx, reed, offer, now=NOW)
    answer = await boss.post(f"/api/people/{reed}/presence", json={"activity": "away", "reason": "rest"})
    assert (answer.json()["activity"], answer.json()["reason"]) == ("away", "rest")
    async with office.watch.db.reading() as tx:
        assert await tx.fetchval("SELECT due_at FROM timer WHERE kind = 'ring' AND subject_id = $1", offer) == NOW


async def test_nobody_is_sent_away_from_a_live_call(office: Office):
    boss, reed = await office.supervisor(), await office.person("Reed", pool="day")
    await boss.post(f"/api/people/{reed}/let-in", json={"pool_id": "day", "hours": 2})
    async with office.watch.db.transaction() as tx:
        await go_ready(tx, reed, now=NOW)
        await mark_offered(tx, reed, fresh_id(), now=NOW)
        await mark_engaged(tx, reed, fresh_id(), now=NOW)
    answer = await boss.post(f"/api/people/{reed}/presence", json={"activity": "offline", "reason": ""})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_engaged")


async def test_a_notice_is_seen_by_those_whose_line_it_concerns(office: Office):
    reed = await office.person("Reed", pool="day")
    async with office.watch.db.transaction() as tx:
        about_reed = await give_notice(tx, "away_after_missed", about=reed, now=NOW)
        about_all = await give_notice(tx, "timers_late", now=NOW)
    boss, far_boss = await office.supervisor("day"), await office.supervisor("far")
    assert (await far_boss.post(f"/api/notices/{about_reed}/seen")).status_code == 404
    assert (await boss.post(f"/api/notices/{about_all}/seen")).status_code == 404
    seen = await boss.post(f"/api/notices/{about_reed}/seen")
    assert (seen.status_code, seen.json()["about"]["work_name"], seen.json()["version"]) == (200, "Reed", 2)
    board = (await boss.get("/api/wallboard")).json()
    assert board["notices"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": "2026-11-25T09:00:00"},
        {"starts_at": "0001-01-01T00:00:00+14:00"},
        {"ends_at": "9999-12-31T23:59:59-14:00"},
        {"starts_at": "9999-12-31T22:00:00Z", "ends_at": "9999-12-31T23:00:00Z"},
        {"starts_at": "soon"},
        {"person_id": "1"},
        {"person_id": "00000000-0000-4000-8000-000000000000"},
        {"pool_id": ""},
        {"surprise": 1},
    ],
)
async def test_a_shift_that_makes_no_sense_is_a_422_that_says_so(office: Office, change: dict[str, Any]):
    boss, reed = await office.supervisor(), await office.person("Reed", pool="day")
    answer = await boss.post("/api/shifts", json={**shift(reed), **change})
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "invalid"


@pytest.mark.parametrize(
    "query", [{"days": "0"}, {"days": "32"}, {"from": "yesterday"}, {"from": "0001-01-01"}, {"from": "9999-12-31"}]
)
async def test_a_rota_nobody_keeps_is_a_422(office: Office, query: dict[str, str]):
    boss = await office.supervisor()
    assert (await boss.get("/api/rota", params=query)).status_code == 422


@pytest.mark.parametrize("body", [{"hours": 13}, {"hours": 0}, {"hours": -1}, {"hours": "x"}, {}])
async def test_letting_in_for_no_time_or_too_long_is_a_422(office: Office, body: dict[str, Any]):
    boss, reed = await office.supervisor(), await office.person("Reed", pool="day")
    answer = await boss.post(f"/api/people/{reed}/let-in", json={"pool_id": "day", **body})
    assert answer.status_code == 422
