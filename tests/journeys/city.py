"""A city: what the town is in one process, as an installation has it. `serve`, two `work`, the carrier's emulator.

Each process writes a log of its own. A worker can be killed the hard way and started again, as systemd would.
"""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from app import wiring
from app.cli.run import READY_WITHIN_S
from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.platform.clock import now
from app.platform.db import Database
from app.simulator.numbers import Number
from app.simulator.options import Options
from tests.cli.command_line import REPOSITORY, environment, free_port
from tests.journeys.town import KEY, settings_of
from tests.journeys.waiting_for import until

END_WITHIN_S = 20.0
LOUD = ("error", "critical")


@dataclass
class CityProcess:
    """One process of the city. `status` is what the last one ended with."""

    arguments: Sequence[str]
    settings: Mapping[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; what it says goes to the end of its log."""
        with self.log.open("ab") as said:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *self.arguments),
                cwd=REPOSITORY,
                env=environment(self.settings),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )

    async def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def end(self) -> int:
        """Let it end in order; its status."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(END_WITHIN_S):
                    await self.process.wait()
            except TimeoutError:
                await self.kill()
        return self.process.returncode or 0

    def alarms(self) -> list[str]:
        """The lines of its log that ask for a person."""
        return [line for line in self.log.read_text().splitlines() if _is_loud(line)]


def _is_loud(line: str) -> bool:
    try:
        return json.loads(line)["level"] in LOUD
    except (ValueError, KeyError, TypeError):
        return line.startswith(("ERROR", "CRITICAL", "Traceback"))


@dataclass
class City:
    """Everything that runs, and the ways to look into it."""

    db: Database
    parts: wiring.Parts
    web_url: str
    phone_url: str
    carrier: httpx2.AsyncClient
    emulator: CityProcess
    serve: CityProcess
    workers: list[CityProcess] = field(default_factory=list)

    @property
    def processes(self) -> list[CityProcess]:
        """All of them."""
        return [self.emulator, self.serve, *self.workers]

    async def look(self, path: str, **params: Any) -> Any:
        """What the emulator shows."""
        return (await self.carrier.get(f"/emulator/{path}", params=params)).raise_for_status().json()

    async def set(self, path: str, body: Any) -> None:
        """Turn the emulator's knobs, script its telephones."""
        (await self.carrier.post(f"/emulator/{path}", json=body)).raise_for_status()


@asynccontextmanager
async def running_city(
    database_url: str, folder: Path, *, line_file: str, numbers: Sequence[str], time_scale: float, workers: int = 2
) -> AsyncIterator[City]:
    """Run everything for as long as the block lasts; ready when it begins."""
    async with AsyncExitStack() as stack:
        port, phone_port = free_port(), free_port()
        web_url, phone_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{phone_port}"
        settings = settings_of(database_url, web_url, phone_url, reconcile_every_s=60)
        ours = _environment(database_url, web_url, phone_url)
        db = Database(database_url, size=4)
        await db.open()
        stack.push_async_callback(db.close)
        async with db.transaction() as tx:
            await apply_documents(tx, [read_document(line_file, "city.yaml")], now=now())
        parts = wiring.make_parts(settings, db)
        if parts.carrier is not None:
            stack.push_async_callback(parts.carrier.aclose)
        city = City(
            db,
            parts,
            web_url,
            phone_url,
            await stack.enter_async_context(httpx2.AsyncClient(base_url=phone_url, timeout=60, trust_env=False)),
            emulator=CityProcess(_emulator(phone_url, phone_port, time_scale), {}, folder / "emulator.log"),
            serve=CityProcess(("app", "serve"), ours, folder / "serve.log"),
            workers=[CityProcess(("app", "work"), ours, folder / f"work-{n}.log") for n in range(1, workers + 1)],
        )
        for process in city.processes:
            await process.start()
            stack.push_async_callback(process.end)
        await _ready(city)
        await city.set("numbers", [_number(number, web_url) for number in numbers])
        yield city


def _emulator(phone_url: str, port: str, time_scale: float) -> tuple[str, ...]:
    return (
        *("app.simulator", "--port", port, "--public-base-url", phone_url, "--time-scale", str(time_scale)),
        *("--account-sid", Options().account_sid),
    )


def _environment(database_url: str, web_url: str, phone_url: str) -> dict[str, str]:
    return {
        "HOTLINE_DATABASE_URL": database_url,
        "HOTLINE_DATABASE_POOL_SIZE": "8",
        "HOTLINE_PORT": web_url.rpartition(":")[2],
        "HOTLINE_PUBLIC_BASE_URL": web_url,
        "HOTLINE_TWILIO_ACCOUNT_SID": Options().account_sid,
        "HOTLINE_TWILIO_AUTH_TOKEN": Options().auth_token,
        "HOTLINE_TWILIO_API_BASE_URL": phone_url,
        "HOTLINE_PSEUDONYM_KEY": KEY,
        "HOTLINE_SEAL_KEY": KEY,
    }


def _number(number: str, web_url: str) -> dict[str, str]:
    voice, status = f"{web_url}/webhooks/twilio/voice", f"{web_url}/webhooks/twilio/status"
    return Number(number, voice_url=voice, status_callback=status).public()


async def _ready(city: City) -> None:
    async def both() -> bool:
        with contextlib.suppress(httpx2.HTTPError):
            async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
                ready = await client.get(f"{city.web_url}/readyz")
                return ready.status_code == (await city.carrier.get("/emulator/state")).status_code == 200
        return False

    await until(both, what="the city is ready", within_s=READY_WITHIN_S)
