"""A small town for the journeys: a database, the carrier emulator, the web process and a worker, over real HTTP.

Everything listens on loopback; the carrier's telephones run twenty times as fast as real ones.
"""

import asyncio
import base64
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
from pydantic import SecretStr

from app import wiring
from app.domain.permissions import Grant, Role, Scope, ScopeKind
from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.main import build_app
from app.people import queries as people_queries
from app.people.passwords import PasswordBook
from app.platform.clock import fresh_id, now
from app.platform.db import Database
from app.roster.membership import join_pool
from app.roster.rota import add_shift
from app.settings import Settings
from app.simulator.application import RunningEmulator, running_emulator, serving
from app.simulator.chaos import Knobs
from app.simulator.numbers import Number
from app.simulator.options import Options
from app.worker import work

PASSPHRASE = "lantern-in-the-rehearsal"
KEY = base64.b64encode(bytes(range(32))).decode()
LINE_NUMBER = "+441632960555"
SIBLING_NUMBER = "+441632960556"
CLOSED_NUMBER = "+441632960557"
CALLER = "+447700900123"
LINE_FILE = """
organisations:
  - id: lighthouse
    name: {zh: "灯塔", en: "Lighthouse"}
    pools:
      - {id: day, name: {zh: "白班", en: "Day"}}
      - {id: night, name: {zh: "夜班", en: "Night"}}
lines:
  - id: harbour
    organisation: lighthouse
    name: {zh: "港湾热线", en: "Harbour line"}
    numbers: [{number: "+441632960555", placeholder: true}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh]
        greeting: {zh: "您好，这里是港湾。"}
        consent: {say: {zh: "通话不录音。"}}
        menu: {say: {zh: "危险请按1，回电请按9。"}, danger: "1", call_back: "9"}
        calendar: {time_zone: Asia/Shanghai, hours: {daily: "24h"}}
        pools: [{pool: day, overflow_after_s: 5}, {pool: night}]
        queue: {ring_seconds: 5, maximum_wait_s: 120, announcements: {every_s: 15, tell: position}}
        outside_numbers:
          - {id: hospital, name: {zh: "医院", en: "Hospital"}, number: "12356"}
        ways:
          closed: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          full: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          no_answer:
            - {way: voicemail, say: {zh: "请留言。"}}
            - {way: honest_message, say: {zh: "请拨打12356、110或120。"}}
        wrap_up_seconds: 60
  - id: closed-line
    organisation: lighthouse
    name: {zh: "休息中的热线", en: "Line that is closed"}
    numbers: [{number: "+441632960557", placeholder: true}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh]
        greeting: {zh: "您好，这里是港湾。"}
        consent: {say: {zh: "通话不录音。"}}
        calendar: {time_zone: Asia/Shanghai, hours: {daily: "00:00-00:01"}}
        pools: [{pool: day}]
        queue: {ring_seconds: 5, choice_every_s: null}
        ways:
          closed: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          full: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          no_answer: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
"""


async def until(condition: Callable[[], Awaitable[Any]], *, what: str, within_s: float = 20.0) -> Any:
    """Wait until `condition` answers something true; an AssertionError names what never came true."""
    deadline = asyncio.get_running_loop().time() + within_s
    while True:
        found = await condition()
        if found:
            return found
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"never came true: {what}")
        await asyncio.sleep(0.02)


@dataclass
class Volunteer:
    """Somebody at a console: a signed-in client."""

    person_id: UUID
    client: httpx2.AsyncClient
    login: str = ""

    async def get(self, path: str) -> Any:
        """GET; the parsed answer."""
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """POST; the parsed answer."""
        answer = await self.client.post(path, json={} if body is None else body)
        assert answer.status_code == expect, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def desk(self) -> Any:
        """The desk."""
        return await self.get("/api/desk")

    async def ready(self, reach: str = "browser") -> Any:
        """Go ready."""
        version = (await self.desk())["presence"]["version"]
        return await self.post("/api/presence", {"activity": "ready", "reach": reach, "version": version})

    async def offer(self) -> Any:
        """Wait for an offer."""

        async def ringing() -> Any:
            return (await self.desk())["offers"]

        return (await until(ringing, what=f"an offer for {self.login}"))[0]

    async def accept(self) -> Any:
        """Wait for an offer and take it; the contact."""
        offer = await self.offer()
        return await self.post(f"/api/offers/{offer['id']}/accept", {"version": offer["version"]})

    async def talking(self) -> Any:
        """Wait until audio has joined; the contact."""

        async def joined() -> Any:
            contact = (await self.desk())["contact"]
            return contact if contact is not None and contact["state"] == "talking" else None

        return await until(joined, what=f"{self.login} talks")

    async def wrap_up(self, disposition: str = "counselled") -> Any:
        """Wait for the wrap-up and do it."""

        async def owed() -> Any:
            return (await self.desk())["wrap_up"]

        contact = await until(owed, what=f"{self.login} wraps up")
        body = {"disposition": disposition, "version": contact["version"]}
        return await self.post(f"/api/contacts/{contact['id']}/wrap-up", body)


@dataclass
class Town:
    """Everything that runs."""

    db: Database
    settings: Settings
    base_url: str
    emulator: RunningEmulator
    phone: httpx2.AsyncClient
    parts: wiring.Parts
    clients: list[httpx2.AsyncClient] = field(default_factory=list)

    async def volunteer(self, login: str, *, pools: tuple[str, ...] = ("day",), role: Role = Role.VOLUNTEER) -> Volunteer:
        """An account in these pools, on shift now, signed in."""
        moment = now()
        person_id = fresh_id()
        async with self.db.transaction() as tx:
            await people_queries.insert_person(
                tx,
                {
                    "id": person_id,
                    "login": login,
                    "work_name": f"小{login}",
                    "language": "zh",
                    "password_hash": await HASHED.get(),
                    "totp_secret": None,
                    "demo": True,
                    "created_at": moment,
                },
                frozenset({Grant(role, Scope(ScopeKind.ALL))}),
            )
            for pool in pools:
                await join_pool(tx, person_id, pool, now=moment)
                ends = moment + timedelta(hours=8)
                await add_shift(tx, person_id, pool, moment - timedelta(minutes=1), ends, by=None, now=moment)
        client = httpx2.AsyncClient(base_url=self.base_url, headers={"origin": self.base_url}, timeout=20)
        self.clients.append(client)
        answer = await client.post("/api/session", json={"login": login, "password": PASSPHRASE})
        assert answer.status_code == 200, answer.text
        return Volunteer(person_id, client, login)

    async def call(self, *, to: str = LINE_NUMBER, caller: str | None = CALLER) -> str:
        """Somebody dials; the carrier's id of the call."""
        body = {"to": to, "from": caller or "anonymous", "anonymous": caller is None}
        answer = await self.phone.post("/emulator/calls", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sid"])

    async def look(self, sid: str) -> Any:
        """What the caller's telephone shows."""
        return (await self.phone.get(f"/emulator/calls/{sid}")).json()

    async def press(self, sid: str, digits: str) -> None:
        """The caller presses keys."""
        assert (await self.phone.post(f"/emulator/calls/{sid}/digits", json={"digits": digits})).status_code == 200

    async def hang_up(self, sid: str) -> None:
        """The caller hangs up."""
        await self.phone.post(f"/emulator/calls/{sid}/hangup")

    async def contact_of(self, sid: str) -> Any:
        """The contact behind a call."""
        async with self.db.reading() as tx:
            return await tx.fetchrow(
                "SELECT c.* FROM contact c JOIN leg l ON l.contact_id = c.id WHERE l.provider_call_id = $1", sid
            )

    async def ends_as(self, sid: str, reason: str, *, within_s: float = 30.0) -> Any:
        """Wait until the contact of a call has its terminal reason, which must be this one."""

        async def ended() -> Any:
            row = await self.contact_of(sid)
            return row if row is not None and row["terminal_reason"] else None

        row = await until(ended, what=f"{sid} ends as {reason}", within_s=within_s)
        assert row["terminal_reason"] == reason
        return row

    async def state(self, sid: str, *states: str) -> Any:
        """Wait until the contact of a call is in one of these states."""

        async def there() -> Any:
            row = await self.contact_of(sid)
            return row if row is not None and row["state"] in states else None

        return await until(there, what=f"{sid} is {states}")

    async def heard(self, sid: str, text: str) -> None:
        """Wait until the caller has heard something with this in it."""

        async def spoken() -> bool:
            return any(text in str(item) for item in (await self.look(sid))["heard"])

        await until(spoken, what=f"{sid} hears {text}")


class _Hash:
    """The one password of the rehearsal, hashed once: hashing is slow on purpose."""

    def __init__(self) -> None:
        self._hash: str | None = None

    async def get(self) -> str:
        """The hash."""
        if self._hash is None:
            self._hash = await PasswordBook().hash(PASSPHRASE)
        return self._hash


HASHED = _Hash()


@asynccontextmanager
async def running_town(
    database_url: str, *, knobs: Knobs | None = None, time_scale: float = 20.0, workers: int = 1
) -> AsyncIterator[Town]:
    """Run everything for as long as the block lasts."""
    async with contextlib.AsyncExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        numbers = [
            Number(
                number,
                voice_url=f"{base_url}/webhooks/twilio/voice",
                status_callback=f"{base_url}/webhooks/twilio/status",
            )
            for number in (LINE_NUMBER, SIBLING_NUMBER, CLOSED_NUMBER)
        ]
        emulator = await stack.enter_async_context(
            running_emulator(numbers, options=Options(time_scale=time_scale), knobs=knobs)
        )
        settings = Settings(
            database_url=SecretStr(database_url),
            public_base_url=base_url,
            twilio_account_sid=Options().account_sid,
            twilio_auth_token=SecretStr(Options().auth_token),
            twilio_api_base_url=emulator.base_url,
            pseudonym_key=SecretStr(KEY),
            seal_key=SecretStr(KEY),
            demo=True,
            reconcile_every_s=5,
            database_pool_size=8,
        )
        db = Database(database_url, size=6)
        await db.open()
        stack.push_async_callback(db.close)
        async with db.transaction() as tx:
            await apply_documents(tx, [read_document(LINE_FILE, "harbour.yaml")], now=now())
        parts = wiring.make_parts(settings, db)
        if parts.carrier is not None:
            stack.push_async_callback(parts.carrier.aclose)
        async with db.transaction() as tx:
            await parts.book.refresh(tx)
        app = build_app(settings, database_url)
        await stack.enter_async_context(serving_with_sockets(app, listener))
        for _ in range(workers):
            worker = asyncio.get_running_loop().create_task(work(db, parts, wiring.timer_handlers(parts)))
            stack.push_async_callback(_stop, worker)
        phone = httpx2.AsyncClient(base_url=emulator.base_url, timeout=20)
        town = Town(db, settings, base_url, emulator, phone, parts)
        stack.push_async_callback(_close_clients, town)
        yield town


@asynccontextmanager
async def serving_with_sockets(app: Any, listener: socket.socket) -> AsyncIterator[None]:
    """Our own web process on a bound socket (the emulator's `serving` has no WebSockets)."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        lifespan="on",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment,method-assign]
    running = asyncio.get_running_loop().create_task(server.serve([listener]))
    try:
        while not server.started and not running.done():
            await asyncio.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        await running


async def _stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _close_clients(town: Town) -> None:
    for client in (*town.clients, town.phone):
        await client.aclose()


__all__ = ["CALLER", "CLOSED_NUMBER", "LINE_NUMBER", "Town", "Volunteer", "running_town", "serving", "until"]
