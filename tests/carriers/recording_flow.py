"""A call flow that writes down what it is asked and answers what the test tells it to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.carriers.events import BridgeEvent, InboundCall, LegProgress, MessageTaken
from app.carriers.steps import Answer, Goodbye, Spoken, Step, WaitSound

LEG = UUID("00000000-0000-4000-8000-000000000001")
CONTACT = UUID("00000000-0000-4000-8000-000000000002")


@dataclass
class RecordingFlow:
    """Implements the port's CallFlow. `breaks` raises instead of answering; `hangs` never answers."""

    step: Step = field(default_factory=lambda: Goodbye((Spoken("您好"),)))
    rescues: bool = False
    breaks: Callable[[], Exception] | None = None
    hangs: bool = False
    heard: list[tuple[str, Any]] = field(default_factory=list)

    async def _hear(self, what: str, value: Any) -> Answer:
        self.heard.append((what, value))
        if self.hangs:
            await asyncio.Event().wait()
        if self.breaks is not None:
            raise self.breaks()
        return Answer(LEG, CONTACT, self.step)

    async def call_arrived(self, call: InboundCall) -> Answer:
        """Write it down."""
        return await self._hear("call_arrived", call)

    async def next_step(self, leg_id: UUID, *, provider_call_id: str, after: str, dedupe_key: str) -> Answer:
        """Write it down."""
        return await self._hear("next_step", (leg_id, provider_call_id, after, dedupe_key))

    async def digits_pressed(
        self, leg_id: UUID, *, provider_call_id: str, ask: str, digits: str, dedupe_key: str
    ) -> Answer:
        """Write it down."""
        return await self._hear("digits_pressed", (leg_id, provider_call_id, ask, digits, dedupe_key))

    async def wait_sound(self, leg_id: UUID) -> WaitSound:
        """Write it down."""
        await self._hear("wait_sound", leg_id)
        return WaitSound((Spoken("您前面还有一位"),))

    async def announcement(self, leg_id: UUID) -> tuple[Spoken, ...]:
        """Write it down."""
        await self._hear("announcement", leg_id)
        return (Spoken("我在听"),)

    async def leg_progressed(self, progress: LegProgress) -> None:
        """Write it down."""
        await self._hear("leg_progressed", progress)

    async def bridge_changed(self, event: BridgeEvent) -> None:
        """Write it down."""
        await self._hear("bridge_changed", event)

    async def message_taken(self, message: MessageTaken) -> Answer:
        """Write it down."""
        return await self._hear("message_taken", message)

    async def unreadable(
        self, *, provider: str, provider_call_id: str, what: str, leg_id: UUID | None = None
    ) -> Answer | None:
        """Write it down; rescue the caller when told to."""
        self.heard.append(("unreadable", (provider_call_id, leg_id)))
        return Answer(LEG, CONTACT, self.step) if self.rescues else None

    def names(self) -> list[str]:
        """What was asked, in order."""
        return [what for what, _ in self.heard]
