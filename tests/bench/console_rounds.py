"""A round of events before two thousand sockets: every tenth reads at once and is timed, the others are counted."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import partial

from tests.bench.console_sockets import ConsoleSocket, Heard, open_console

CONSOLES, EVENTS_A_SECOND, SECONDS = 2_000, 20, 3
TIMED_EVERY = 10  # consoles: whoever reads two thousand at once is busier than who sends to them, and times itself
PRESENCE = b'{"t":"presence"'


def timed_and_counted(port: int, path: str, heard: Heard) -> list[partial[Awaitable[ConsoleSocket]]]:
    """How to open them all: every tenth reads at once and takes each message apart, the others count."""
    timed = partial(open_console, port, path, heard=heard)
    counted = partial(open_console, port, path, counted=PRESENCE)
    return [counted if n % TIMED_EVERY else timed for n in range(CONSOLES)]


def parted(opened: list[ConsoleSocket]) -> tuple[list[ConsoleSocket], list[ConsoleSocket]]:
    """Those that are timed, and those that are counted: these stop reading from now on."""
    counted = [console for n, console in enumerate(opened) if n % TIMED_EVERY]
    for console in counted:
        console.stop_reading()
    return opened[::TIMED_EVERY], counted


def looked_at(consoles: Sequence[ConsoleSocket]) -> Sequence[ConsoleSocket]:
    """The same consoles, once they have counted what has come."""
    for console in consoles:
        console.look()
    return consoles


def frames(consoles: Sequence[ConsoleSocket]) -> int:
    """How many frames have come to these."""
    return sum(console.frames for console in looked_at(consoles))


async def every(seconds: float, times: int, do: object) -> None:
    """Do it so many times, at a steady pace."""
    began = time.perf_counter()
    for n in range(times):
        await asyncio.sleep(max(0.0, began + n * seconds - time.perf_counter()))
        await do()  # type: ignore[operator]


async def until(holds: object) -> None:
    """Wait until it holds; TimeoutError after half a minute."""
    async with asyncio.timeout(30):
        while not holds():  # type: ignore[operator] # noqa: ASYNC110 sockets' state
            await asyncio.sleep(0.01)


@asynccontextmanager
async def kept_up(*jobs: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run these for as long as the block lasts."""
    running = [asyncio.ensure_future(job) for job in jobs]
    try:
        yield
    finally:
        for job in running:
            job.cancel()
        await asyncio.gather(*running, return_exceptions=True)
