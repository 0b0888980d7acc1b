"""A demonstration to rehearse on: the one that runs already, or one that is started for as long as it is needed."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2

from app.cli.addresses import reachable_host
from app.cli.failures import CommandFailed
from app.settings import Settings

START_WITHIN_S = 180.0
STOP_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Where its console and its demo phone are, and how many times as fast as real ones its telephones run."""

    web_url: str
    phone_url: str
    time_scale: float
    ours: bool


@asynccontextmanager
async def demonstration(settings: Settings, *, phone_port: int, time_scale: float) -> AsyncIterator[Demonstration]:
    """The demonstration at the addresses of `settings`, started with this `time_scale` unless one runs there."""
    host = reachable_host(settings.host)
    web_url, phone_url = f"http://{host}:{settings.port}", f"http://{host}:{phone_port}"
    if (running := await _scale(web_url, phone_url)) is not None:
        yield Demonstration(web_url, phone_url, running, ours=False)
        return
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", "run", "--demo"),
        *("--phone-port", str(phone_port), "--time-scale", str(time_scale)),
        env={**os.environ, "HOTLINE_DATA_DIR": str(settings.data_dir)},
        stdout=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # a Ctrl-C is for us: we end it in order
    )
    try:
        await _until_it_runs(process, web_url, phone_url)
        yield Demonstration(web_url, phone_url, time_scale, ours=True)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        async with asyncio.timeout(STOP_WITHIN_S):
            await process.wait()


async def _until_it_runs(process: asyncio.subprocess.Process, web_url: str, phone_url: str) -> None:
    deadline = asyncio.get_running_loop().time() + START_WITHIN_S
    while await _scale(web_url, phone_url) is None:
        if process.returncode is not None:
            raise CommandFailed("The demonstration did not start; what it said is above.")
        if asyncio.get_running_loop().time() > deadline:
            raise CommandFailed(f"The demonstration has not become ready in {START_WITHIN_S:.0f} seconds.")
        await asyncio.sleep(0.2)


async def _scale(web_url: str, phone_url: str) -> float | None:
    """How fast the emulator's telephones run; None when no ready demonstration is there."""
    try:
        async with httpx2.AsyncClient(timeout=3, trust_env=False) as client:
            ready = await client.get(f"{web_url}/readyz")
            state = await client.get(f"{phone_url}/emulator/state")
        return float(state.json()["time_scale"]) if ready.status_code == state.status_code == 200 else None
    except (httpx2.HTTPError, KeyError, ValueError):
        return None
