"""The floor of what a frame costs: a bare `websockets.broadcast` of the same bytes to as many sockets."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil

from tests.bench.console_rounds import (
    CONSOLES,
    EVENTS_A_SECOND,
    SECONDS,
    TIMED_EVERY,
    every,
    frames,
    kept_up,
    parted,
    timed_and_counted,
    until,
)
from tests.bench.console_sockets import ConsoleSocket, keep_looking, open_all
from tests.bench.stage import ROOT, cpu_of, percentile, wait_for_port

FLOOR_PORT = 8394


class Floor:
    """A process with a bare `websockets.broadcast`, and as many sockets on it."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self._child = child
        self._server = psutil.Process(child.pid)
        self.counted: list[ConsoleSocket] = []
        self.sent: list[float] = []
        self.heard_by: Counter[ConsoleSocket] = Counter()
        self.took: list[float] = []

    def heard(self, console: ConsoleSocket, _payload: bytes, at: float) -> None:
        """Time it: events come in their order."""
        self.took.append(at - self.sent[self.heard_by[console]])
        self.heard_by[console] += 1

    async def round(self, payload: bytes) -> tuple[float, float]:
        """The same events: (server CPU a frame in seconds, p99 in seconds)."""
        self.took = []
        counted = frames(self.counted)
        before = cpu_of(self._server)

        async def broadcast() -> None:
            assert self._child.stdin is not None
            self.sent.append(time.perf_counter())
            self._child.stdin.write(payload + b"\n")

        await every(1 / EVENTS_A_SECOND, EVENTS_A_SECOND * SECONDS, broadcast)
        sent = EVENTS_A_SECOND * SECONDS * CONSOLES
        await until(lambda: len(self.took) >= sent // TIMED_EVERY)
        await until(lambda: len(self.took) + frames(self.counted) - counted >= sent)
        return (cpu_of(self._server) - before) / sent, percentile(self.took, 0.99)


@asynccontextmanager
async def floor() -> AsyncIterator[Floor]:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.broadcast_server", str(FLOOR_PORT)),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
    )
    try:
        await wait_for_port(FLOOR_PORT)
        floor = Floor(child)
        opened = await open_all(list(timed_and_counted(FLOOR_PORT, "/", floor.heard)))
        _, floor.counted = parted(opened)
        async with kept_up(keep_looking(floor.counted)):
            yield floor
    finally:
        child.kill()
        await child.wait()
