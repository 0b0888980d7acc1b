"""Processes of the service as they are in life, each with a carrier's line of its own, to be killed and stopped."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from app.settings import Settings
from tests.cli.command_line import REPOSITORY, environment
from tests.faults.counting_carrier import CountingCarrier, counting_carrier
from tests.journeys.town import Town
from tests.journeys.waiting_for import until


@dataclass
class Hand:
    """One process, and what it has said in its log."""

    process: asyncio.subprocess.Process
    carrier: CountingCarrier
    said: list[dict[str, Any]] = field(default_factory=list)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()

    def stop(self) -> None:
        """It stands still, wherever it is."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """It goes on where it was."""
        self.process.send_signal(signal.SIGCONT)

    async def listen(self) -> None:
        """Read its log to the end."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            with contextlib.suppress(ValueError):
                self.said.append(json.loads(line))

    def has_said(self, event: str) -> list[dict[str, Any]]:
        """Its lines about an event."""
        return [line for line in self.said if line["event"] == event]

    @property
    def alarms(self) -> list[dict[str, Any]]:
        """Lines that ask for a person."""
        return [line for line in self.said if line["level"] in ("error", "critical")]

    @property
    def worker_id(self) -> UUID | None:
        """Its id, once it has said it."""
        lines = [line for line in self.has_said("service_started") if "worker" in line]
        return UUID(lines[0]["worker"]) if lines else None


@dataclass
class Crew:
    """The processes of a test. `provoked` are words of alarms that the test brings about."""

    town: Town
    stack: contextlib.AsyncExitStack
    hands: list[Hand] = field(default_factory=list)
    provoked: set[str] = field(default_factory=set)

    async def start(
        self, *arguments: str, machine_ahead_s: float = 0.0, database_url: str = "", **settings: str
    ) -> Hand:
        """Start a command of the program."""
        carrier = await self.stack.enter_async_context(counting_carrier(self.town.emulator.base_url))
        ours = variables(self.town.settings) | {"HOTLINE_TWILIO_API_BASE_URL": carrier.base_url} | settings
        if database_url:
            ours["HOTLINE_DATABASE_URL"] = database_url
        program = ["tests.faults.off_by", str(machine_ahead_s)] if machine_ahead_s else ["app"]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *program, *arguments),
            cwd=REPOSITORY,
            env=environment(ours),
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        hand = Hand(process, carrier)
        self.hands.append(hand)
        listening = asyncio.ensure_future(hand.listen())
        self.stack.push_async_callback(_ended, process, listening)
        return hand

    async def workers(self, many: int, **more: Any) -> list[Hand]:
        """So many workers, all of them at work."""
        hands = [await self.start("work", **more) for _ in range(many)]
        for hand in hands:
            await self.beats(hand)
        return hands

    async def beats(self, hand: Hand, *, within_s: float = 40.0) -> None:
        """Wait until a worker has given a sign of life from now on."""
        rows = await self.town.rows("SELECT worker_id, beat_at FROM worker_beat")
        before = {row["worker_id"]: row["beat_at"] for row in rows}

        async def beaten() -> bool:
            rows = await self.town.rows("SELECT worker_id, beat_at FROM worker_beat")
            beats = {row["worker_id"]: row["beat_at"] for row in rows}
            return hand.worker_id in beats and beats[hand.worker_id] != before.get(hand.worker_id)

        await until(beaten, what=f"a worker beats; it said {hand.said}", within_s=within_s)

    def placed(self) -> list[str]:
        """The legs that calls were placed for, by anybody."""
        return [asked.leg for hand in self.hands for asked in hand.carrier.placed()]

    def assert_no_alarms(self) -> None:
        """Nobody has asked for a person."""
        alarms = [line for hand in self.hands for line in hand.alarms]
        assert [line for line in alarms if not any(word in str(line) for word in self.provoked)] == []


def variables(settings: Settings) -> dict[str, str]:
    """The settings as a process is given them."""
    shown = {
        f"HOTLINE_{name.upper()}": value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name in settings.model_fields_set
        if (value := getattr(settings, name)) is not None
    }
    return {name: value for name, value in shown.items() if value}


async def _ended(process: asyncio.subprocess.Process, listening: Awaitable[None]) -> None:
    """Nothing is left of it."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)  # one that stands still dies of this too
        await process.wait()
    await listening


@asynccontextmanager
async def running_crew(town: Town) -> AsyncIterator[Crew]:
    """Processes for this town, ended with the block."""
    async with contextlib.AsyncExitStack() as stack:
        crew = Crew(town, stack)
        yield crew
        crew.assert_no_alarms()
