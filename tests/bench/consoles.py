"""Issue promise 3: consoles on a real `serve` process: how soon it rings, what a frame costs, what a stuck client does.

A frame's cost is `serve`'s CPU, everything it does meanwhile included (feed, states, beats of all consoles), by frames
that arrived; its floor is a bare `websockets.broadcast` of the same bytes to as many sockets, by turns in the same run.
"""

import asyncio
import statistics
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import httpx2
import psutil

from app.platform.changes import record_change
from app.platform.clock import now
from app.platform.db import Database
from tests.bench.broadcast_floor import floor
from tests.bench.console_rounds import (
    CONSOLES,
    EVENTS_A_SECOND,
    PRESENCE,
    SECONDS,
    every,
    frames,
    kept_up,
    looked_at,
    parted,
    timed_and_counted,
    until,
)
from tests.bench.console_sockets import (
    ConsoleSocket,
    allow_many_files,
    keep_beating,
    keep_looking,
    open_all,
    open_console,
)
from tests.bench.queues import apply_lines, bring_volunteers, let_wait, roster, sign_in
from tests.bench.stage import (
    KEY,
    Figure,
    cpu_of,
    percentile,
    process,
    wait_for_port,
)

PORT = 8393
VOLUNTEERS, SUPERVISORS = 450, 50
PRESSES, ROUNDS = 80, 5
STUCK = 20
FAT = 1_000_000  # characters; of states that only stuck consoles may see
NOT_A_BEAT = b'{"t":"beat"'


async def measure(database_url: str) -> list[Figure]:
    """Ringing and size with 500 consoles; then the cost of frames with 2,000; then the same beside stuck clients."""
    allow_many_files()
    base = f"http://127.0.0.1:{PORT}"
    environment = {
        "HOTLINE_DATABASE_URL": database_url, "HOTLINE_PUBLIC_BASE_URL": base, "HOTLINE_PORT": str(PORT),
        "HOTLINE_PSEUDONYM_KEY": KEY, "HOTLINE_SEAL_KEY": KEY,
    }  # fmt: skip
    db = Database(database_url, size=4)
    await db.open()
    try:
        await apply_lines(db, 2)
        with process([sys.executable, "-m", "app", "serve"], environment) as server:
            await wait_for_port(PORT)
            return [*await _ringing(db, server, base), *await _fan_out(db, server)]
    finally:
        await db.close()


async def _ringing(db: Database, server: psutil.Process, base: str) -> list[Figure]:
    crew = await bring_volunteers(db, 0, VOLUNTEERS)
    await roster(db, crew, "pool-0")
    tokens = await sign_in(db, crew, role="volunteer", scope=("pool", "pool-0"))
    watching = await sign_in(
        db, await bring_volunteers(db, 1, SUPERVISORS), role="supervisor", scope=("line", "line-0")
    )
    await let_wait(db, 0, VOLUNTEERS)
    rung: dict[ConsoleSocket, asyncio.Future[float]] = {}

    def heard(console: ConsoleSocket, payload: bytes, at: float) -> None:
        if payload.startswith(b'{"t":"offer"') and console in rung and not rung[console].done():
            rung[console].set_result(at)

    live = partial(open_console, PORT, "/api/live", heard=heard)
    consoles = await open_all([partial(live, token=token) for token in [*tokens, *watching]])
    p99s = []
    async with kept_up(keep_beating(consoles)), httpx2.AsyncClient(base_url=base, timeout=20) as browser:
        for round_number in range(ROUNDS):
            took = []
            for n in range(round_number * PRESSES, (round_number + 1) * PRESSES):
                rung[consoles[n]] = asyncio.get_running_loop().create_future()
                began = time.perf_counter()
                answer = await browser.post(
                    "/api/presence",
                    json={"activity": "ready", "version": 1},
                    headers={"cookie": f"hotline={tokens[n]}", "origin": base},
                )
                assert answer.status_code == 200, answer.text
                async with asyncio.timeout(10):
                    took.append(await rung[consoles[n]] - began)
            p99s.append(percentile(took, 0.99))
    size = server.memory_info().rss / 1e6
    lost = [(n, console.farewell) for n, console in enumerate(consoles) if console.lost]
    assert not lost, f"consoles were closed: {lost}"
    for console in consoles:
        console.transport.abort()
    name = f"{VOLUNTEERS + SUPERVISORS} consoles"
    return [
        Figure(f"{name}: ready pressed until it rings there, p99", statistics.median(p99s) * 1000, 150, "ms"),
        Figure(f"{name}: memory of serve (RSS)", size, 250, "MB"),
    ]


@dataclass
class _Audience:
    """Two thousand consoles that watch one volunteer; how long each event took to those that read at once."""

    db: Database
    server: psutil.Process
    watched: UUID
    timed: list[ConsoleSocket] = field(default_factory=list)
    counted: list[ConsoleSocket] = field(default_factory=list)
    sent: dict[int, float] = field(default_factory=dict)
    known: dict[ConsoleSocket, int] = field(default_factory=dict)  # the version each of them has seen
    before: int = 0  # the version that everybody's snapshot had
    took: list[float] = field(default_factory=list)
    frames: int = 0
    sample: bytes = b""

    def heard(self, console: ConsoleSocket, payload: bytes, at: float) -> None:
        """Count what arrives, and time it when it is an event of ours."""
        if payload.startswith(NOT_A_BEAT):
            return
        self.frames += 1
        if payload.startswith(PRESENCE):
            begins = payload.index(b'"v":') + 4
            version = int(payload[begins : payload.index(b",", begins)])
            # The newest state wins: where two events were told as one, the first is known with the second.
            for told in range(self.known.get(console, self.before) + 1, version + 1):
                self.took.append(at - self.sent[told])
            self.known[console] = version
            self.sample = payload

    async def happen(self) -> None:
        """One event: her state changes, is committed, and everybody is told."""
        began = time.perf_counter()
        async with self.db.transaction() as tx:
            version = await tx.fetchval(
                "UPDATE presence SET version = version + 1 WHERE person_id = $1 RETURNING version", self.watched
            )
            self.sent[version] = began
            await record_change(tx, "presence", self.watched, at=now())

    async def round(self) -> tuple[float, float]:
        """Three seconds of events: (server CPU a frame in seconds, p99 in seconds). Nobody misses any of them."""
        self.took, self.frames = [], 0
        counted = frames(self.counted)
        self.before = self.before or await self.db.pool.fetchval(
            "SELECT version FROM presence WHERE person_id = $1", self.watched
        )
        before = cpu_of(self.server)
        await every(1 / EVENTS_A_SECOND, EVENTS_A_SECOND * SECONDS, self.happen)
        last = b'"v":%d,' % max(self.sent)
        await until(lambda: len(self.took) >= EVENTS_A_SECOND * SECONDS * len(self.timed))
        await until(lambda: all(last in console.last for console in looked_at(self.counted)))
        return (cpu_of(self.server) - before) / (self.frames + frames(self.counted) - counted), percentile(
            self.took, 0.99
        )


async def _fan_out(db: Database, server: psutil.Process) -> list[Figure]:
    (watched,) = await bring_volunteers(db, 0, 1)
    await roster(db, [watched], "pool-0")
    tokens = await sign_in(db, await bring_volunteers(db, 1, 40), role="supervisor", scope=("line", "line-0"))
    audience = _Audience(db, server, watched)
    ways = timed_and_counted(PORT, "/api/live", audience.heard)
    opened = await open_all([partial(way, token=tokens[n % len(tokens)]) for n, way in enumerate(ways)])
    audience.timed, audience.counted = parted(opened)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(kept_up(keep_beating(opened), keep_looking(audience.counted)))
        bare_one = await stack.enter_async_context(floor())
        await audience.round()  # warms up
        await bare_one.round(audience.sample)
        ours, bare = [], []
        for _ in range(ROUNDS):
            ours.append(await audience.round())
            bare.append(await bare_one.round(audience.sample))
        stuck_costs, stuck_p99s = await _beside_stuck_clients(db, audience)
    ratio = statistics.median(own / floors for (own, _), (floors, _) in zip(ours, bare, strict=True))
    (cost, p99), (_, floor_p99) = (map(statistics.median, zip(*rounds, strict=True)) for rounds in (ours, bare))
    name = f"{CONSOLES:,} consoles, {EVENTS_A_SECOND} events/s"
    return [
        Figure(f"{name}: CPU a frame, of bare websockets.broadcast", ratio, 1.6),
        Figure(f"{name}: CPU a frame", cost * 1e6, unit="µs"),
        Figure(f"{name}: p99 from the event to the console", p99 * 1000, 50, "ms"),
        Figure("bare websockets.broadcast: p99 from the event to the socket", floor_p99 * 1000, unit="ms"),
        Figure(f"beside {STUCK} stuck clients: CPU a frame, of that without", stuck_costs / cost, 1.1),
        Figure(f"beside {STUCK} stuck clients: p99 of the others", stuck_p99s * 1000, 50, "ms"),
    ]


async def _beside_stuck_clients(db: Database, audience: _Audience) -> tuple[float, float]:
    """Two rounds while some sockets are full and unread: their states pile up, nobody else's wait."""
    people = await bring_volunteers(db, 1, 1)
    (token,) = await sign_in(db, people, role="supervisor", scope=("line", "line-0"))
    await db.pool.execute("INSERT INTO role_grant VALUES ($1, 'supervisor', 'line', 'line-1')", people[0])
    live = partial(open_console, PORT, "/api/live", token=token, receive_buffer=4096)
    stuck = await open_all([live] * STUCK)
    for console in stuck:
        console.stop_reading()
    (fat,) = await bring_volunteers(db, 1, 1)
    await roster(db, [fat], "pool-1")

    async def swell() -> None:
        async with db.transaction() as tx:
            await tx.execute(
                "UPDATE presence SET version = version + 1, reason = $2 WHERE person_id = $1", fat, "x" * FAT
            )
            await record_change(tx, "presence", fat, at=now())

    await every(0.1, 10, swell)  # far more than the buffers of a socket hold; nobody else may see these
    async with httpx2.AsyncClient() as looking:
        await _until_backlog(looking)
        rounds = [await audience.round() for _ in range(2)]
        assert await _backlog(looking) > 0, "they were not stuck"
    return min(cost for cost, _ in rounds), min(p99 for _, p99 in rounds)


async def _backlog(looking: httpx2.AsyncClient) -> float:
    said = (await looking.get(f"http://127.0.0.1:{PORT}/metrics", timeout=10)).text
    return next(float(line.split()[-1]) for line in said.splitlines() if line.startswith("hotline_console_backlog "))


async def _until_backlog(looking: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(10):
        while await _backlog(looking) < STUCK:  # noqa: ASYNC110 another process's state
            await asyncio.sleep(0.05)
