"""Issue promise 4: 200 calls live at once with 50 webhooks a second, everything on this machine; nobody is lost.

Real processes: web, worker, carrier emulator, PostgreSQL. A hundred callers talk with volunteers who answer on their
consoles, wrap up and go on; the others wait. Whoever talked hangs up and somebody else rings. A webhook's time is what
`serve` says in /metrics; the limit is a bucket's edge there, so what is measured is the share within it.
"""

import asyncio
import contextlib
import itertools
import json
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from app.platform.db import Database
from app.simulator.options import TOKEN_VARIABLE
from tests.bench.console_sockets import ConsoleSocket, allow_many_files, keep_beating, open_all, open_console
from tests.bench.queues import apply_lines, bring_volunteers, roster, sign_in
from tests.bench.stage import ACCOUNT, AUTH_TOKEN, KEY, Figure, process, wait_for_port

PORT, EMULATOR_PORT = 8397, 8398
BASE, PHONES = f"http://127.0.0.1:{PORT}", f"http://127.0.0.1:{EMULATOR_PORT}"
NUMBER = "+441632960000"
CALLS, VOLUNTEERS, SECONDS, WEBHOOKS_A_SECOND = 200, 100, 40, 50
WITHIN_S = 0.25
TURN_OVER_S = 0.33


async def measure(database_url: str) -> list[Figure]:
    """Fill the line, keep it full, count; then let everybody hang up and look for anyone missing."""
    allow_many_files()
    environment = {
        "HOTLINE_DATABASE_URL": database_url, "HOTLINE_PUBLIC_BASE_URL": BASE, "HOTLINE_PORT": str(PORT),
        "HOTLINE_TWILIO_ACCOUNT_SID": ACCOUNT, "HOTLINE_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "HOTLINE_TWILIO_API_BASE_URL": PHONES, "HOTLINE_PSEUDONYM_KEY": KEY, "HOTLINE_SEAL_KEY": KEY,
        TOKEN_VARIABLE: AUTH_TOKEN,
    }  # fmt: skip
    async with AsyncExitStack() as stack:
        db = Database(database_url, size=4)
        await db.open()
        stack.push_async_callback(db.close)
        await apply_lines(db, 1)
        crew = await bring_volunteers(db, 0, VOLUNTEERS)
        await roster(db, crew, "pool-0")
        tokens = await sign_in(db, crew, role="volunteer", scope=("pool", "pool-0"))
        numbers = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "numbers.json"
        leads_to = {"voice_url": f"{BASE}/webhooks/twilio/voice", "status_callback": f"{BASE}/webhooks/twilio/status"}
        numbers.write_text(json.dumps([{"number": NUMBER, **leads_to}]))
        emulator = [
            *(sys.executable, "-m", "app.simulator", "--port", str(EMULATOR_PORT), "--public-base-url", PHONES),
            *("--account-sid", ACCOUNT, "--numbers", str(numbers)),
        ]
        for arguments in (emulator, *([sys.executable, "-m", "app", name] for name in ("serve", "work"))):
            stack.enter_context(process(arguments, environment))
        for port in (PORT, EMULATOR_PORT):
            await wait_for_port(port)
        town = await stack.enter_async_context(_town(crew, tokens))
        return await _measure(db, town)


class _Town:
    """The volunteers at their consoles, and the callers."""

    def __init__(self, web: httpx2.AsyncClient, phones: httpx2.AsyncClient) -> None:
        self.web, self.phones = web, phones
        self.doing: set[asyncio.Task[None]] = set()
        self.sids: list[str] = []
        self.closing = False
        self._numbers = itertools.count()

    def start(self, work: Any) -> None:
        """Do it meanwhile."""
        task = asyncio.ensure_future(work)
        self.doing.add(task)
        task.add_done_callback(self.doing.discard)

    async def ring(self) -> None:
        """Somebody else calls."""
        caller = f"+447700900{next(self._numbers) % 1000:03d}"
        answer = await self.phones.post("/emulator/calls", json={"to": NUMBER, "from": caller})
        self.sids.append(answer.json()["sid"])

    def hear(self, token: str, _console: ConsoleSocket, payload: bytes, _at: float) -> None:
        """A volunteer's console: take what rings, talk, hang up, wrap up."""
        if self.closing:
            return
        if payload.startswith(b'{"t":"offer"'):
            offer = json.loads(payload)["s"]
            if offer["state"] == "offered":
                self.start(self._post(token, f"/api/offers/{offer['id']}/accept", {"version": offer["version"]}))
        elif payload.startswith(b'{"t":"contact"'):
            contact = json.loads(payload)["s"]
            if contact["state"] == "wrapping_up":
                self.start(self._wrap_up(token, contact))

    async def _wrap_up(self, token: str, contact: Any) -> None:
        await self._post(
            token,
            f"/api/contacts/{contact['id']}/wrap-up",
            {"disposition": "counselled", "version": contact["version"]},
        )

    async def _post(self, token: str, path: str, body: Any) -> None:
        headers = {"cookie": f"hotline={token}", "origin": BASE}
        answer = await self.web.post(path, json=body, headers=headers)
        while answer.status_code == 503:  # overloaded; a console tries again
            await asyncio.sleep(0.5)
            answer = await self.web.post(path, json=body, headers=headers)
        # Somebody may have hung up, or the state may be news to us already: told so, and that is all.
        assert answer.status_code in (200, 404, 409), (path, answer.status_code, answer.text)

    async def turn_over(self, db: Database) -> None:
        """Every moment whoever has talked longest hangs up and somebody else rings, for ever."""
        gone: set[str] = set()
        while True:
            rows = await db.pool.fetch(_TALKING, list(gone))
            for row in rows:
                gone.add(row["provider_call_id"])
                await self.phones.post(f"/emulator/calls/{row['provider_call_id']}/hangup")
                await self.ring()
            await asyncio.sleep(TURN_OVER_S)


_TALKING = """
    SELECT l.provider_call_id FROM contact c JOIN leg l ON l.contact_id = c.id AND l.role = 'caller'
    WHERE c.state = 'talking' AND NOT l.provider_call_id = ANY($1) ORDER BY c.answered_at LIMIT 1
"""


@asynccontextmanager
async def _town(crew: list[UUID], tokens: list[str]) -> AsyncIterator[_Town]:
    limits = httpx2.Limits(max_connections=30)
    async with (
        httpx2.AsyncClient(base_url=BASE, timeout=20, limits=limits) as web,
        httpx2.AsyncClient(base_url=PHONES, timeout=20, limits=limits) as phones,
    ):
        town = _Town(web, phones)
        openings = [
            partial(open_console, PORT, "/api/live", token=token, heard=partial(town.hear, token)) for token in tokens
        ]
        consoles = await open_all(openings)
        beating = asyncio.ensure_future(keep_beating(consoles))
        for token in tokens:
            await town._post(token, "/api/presence", {"activity": "ready", "version": 1})
        try:
            yield town
        finally:
            town.closing = True
            beating.cancel()
            await asyncio.gather(beating, *town.doing, return_exceptions=True)
            for console in consoles:
                console.transport.abort()


async def _measure(db: Database, town: _Town) -> list[Figure]:
    for _ in range(CALLS):
        await town.ring()
        await asyncio.sleep(0.03)
    await _until(db, "SELECT count(*) >= 0.9 * $1 FROM contact WHERE state = 'talking'", VOLUNTEERS)
    turning = asyncio.ensure_future(town.turn_over(db))
    await asyncio.sleep(5)
    before, began, live = await _webhooks(town), time.perf_counter(), []
    while time.perf_counter() - began < SECONDS:
        await asyncio.sleep(1)
        live.append((await town.phones.get("/emulator/calls?live=true")).text.count('"direction":"inbound"'))
    after, took = await _webhooks(town), time.perf_counter() - began
    turning.cancel()
    await asyncio.gather(turning, return_exceptions=True)
    for sid in town.sids:
        await town.phones.post(f"/emulator/calls/{sid}/hangup")
    with contextlib.suppress(TimeoutError):
        await _until(db, "SELECT $1 = count(*) FILTER (WHERE terminal_reason IS NOT NULL) FROM contact", len(town.sids))
    lost = len(town.sids) - int(await db.pool.fetchval(_KEPT, town.sids))
    number = after["count"] - before["count"]
    within = 100 * (after["within"] - before["within"]) / number
    return [
        Figure("load: calls live at once, at the least", min(live), CALLS * 0.95, "", at_least=True),
        Figure("load: webhooks a second", number / took, WEBHOOKS_A_SECOND, "/s", at_least=True),
        Figure("load: callers lost", lost, 0, ""),
        Figure("load: webhooks within 250 ms, percent", within, 99, "%", at_least=True),
        Figure("load: webhooks that failed", after["failed"] - before["failed"], 0, ""),
    ]


_KEPT = """
    SELECT count(*) FROM leg l JOIN contact c ON c.id = l.contact_id
    JOIN ledger e ON e.provider_call_id = l.provider_call_id AND e.kind = 'call.arrived'
    WHERE l.role = 'caller' AND l.provider_call_id = ANY($1) AND c.terminal_reason IS NOT NULL
"""


async def _until(db: Database, question: str, *arguments: object) -> None:
    async with asyncio.timeout(60):
        while not await db.pool.fetchval(question, *arguments):  # noqa: ASYNC110 other processes' state
            await asyncio.sleep(0.2)


async def _webhooks(town: _Town) -> dict[str, float]:
    """How many webhooks there were, how many within the limit, how many failed, as the process counts them."""
    said = (await town.web.get("/metrics")).text

    def total(pattern: str) -> float:
        return sum(float(value) for value in re.findall(pattern + r" (\S+)$", said, re.MULTILINE))

    return {
        "count": total(r"^hotline_webhook_seconds_count\{[^}]*\}"),
        "within": total(rf'^hotline_webhook_seconds_bucket\{{[^}}]*le="{WITHIN_S}"[^}}]*\}}'),
        "failed": total(r"^hotline_webhook_failed_total\{[^}]*\}"),
    }
