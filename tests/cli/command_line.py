"""Running `python -m app …` as a person would, with settings of its own and nothing of the machine's."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def trace(self) -> bool:
        """Whether a person was shown a stack trace."""
        return "Traceback" in self.out + self.err


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The machine's environment without its HOTLINE_ settings, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    return {**kept, **settings}


def free_port() -> str:
    """A loopback port that nobody uses, below those that the system gives to outgoing connections meanwhile."""
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311 a port, not a secret
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return str(port)


async def command(*arguments: str, **settings: str) -> Said:
    """Run a command to its end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", *arguments),
        cwd=REPOSITORY,
        env=environment(settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(300):
        out, err = await process.communicate()
    return Said(process.returncode or 0, out.decode(), err.decode())


@asynccontextmanager
async def long_command(*arguments: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a command beside the test, and let it stop in order if the test has not ended it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", *arguments),
        cwd=REPOSITORY,
        env=environment(settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            try:
                async with asyncio.timeout(60):
                    await process.communicate()
            except TimeoutError:
                process.kill()
                await process.communicate()


async def said_until(process: asyncio.subprocess.Process, words: str) -> str:
    """What it says on stdout up to the line with these words; fails when it ends before."""
    assert process.stdout is not None
    assert process.stderr is not None
    said = ""
    async with asyncio.timeout(120):
        while line := (await process.stdout.readline()).decode():
            said += line
            if words in line:
                return said
    raise AssertionError(f"It ended before saying {words!r}: {said}{(await process.stderr.read()).decode()}")
