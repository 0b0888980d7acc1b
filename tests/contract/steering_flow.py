"""A call flow small enough to test an adapter with: every leg does the step it was given, and everything is noted."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from app.carriers.events import BridgeEvent, BridgeMoment, InboundCall, LegEvent, LegProgress, MessageTaken
from app.carriers.steps import Answer, Ask, Goodbye, Spoken, Step, Wait, WaitSound


@dataclass
class SteeringFlow:
    """Implements the port's CallFlow. A new caller gets `first`; a key press gives its leg `then[digits]`."""

    contact_id: UUID = field(default_factory=uuid4)
    first: Step = field(default_factory=lambda: Ask("menu", (Spoken("请按一"),), timeout_s=30))
    then: dict[str, Step] = field(default_factory=dict)
    steps: dict[UUID, Step] = field(default_factory=dict)
    legs: dict[str, UUID] = field(default_factory=dict)
    heard: list[Any] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def bridge(self) -> str:
        """The name of the one bridge."""
        return f"c-{self.contact_id}"

    def waiting(self) -> Wait:
        """The caller's step in the bridge."""
        return Wait(self.bridge, "caller", (Spoken("请稍候"),))

    async def until(self, condition: Callable[[], Any]) -> Any:
        """Wait until something holds; its value. Fails after ten seconds with what was heard."""
        try:
            async with asyncio.timeout(10), self._changed:
                await self._changed.wait_for(condition)
        except TimeoutError:
            raise AssertionError(f"never came about; heard: {self.heard}") from None
        return condition()

    async def until_bridge(self, moment: BridgeMoment, label: str | None = None) -> BridgeEvent:
        """The first such event of the bridge."""
        found: BridgeEvent = await self.until(
            lambda: next(
                (
                    event
                    for event in self.heard
                    if isinstance(event, BridgeEvent) and event.moment is moment and label in (None, event.label)
                ),
                None,
            )
        )
        return found

    async def until_leg(self, event: LegEvent, leg_id: UUID | None) -> LegProgress:
        """The first such progress of the leg."""
        found: LegProgress = await self.until(
            lambda: next(
                (
                    item
                    for item in self.heard
                    if isinstance(item, LegProgress) and item.event is event and item.leg_id == leg_id
                ),
                None,
            )
        )
        return found

    async def _note(self, what: Any, dedupe_key: str) -> None:
        async with self._changed:
            self.heard.append(what)
            self.keys.append(dedupe_key)
            self._changed.notify_all()

    def _answer(self, leg_id: UUID) -> Answer:
        return Answer(leg_id, self.contact_id, self.steps.get(leg_id, Goodbye()))

    async def call_arrived(self, call: InboundCall) -> Answer:
        """A caller: `first` is her step."""
        leg_id = self.legs.setdefault(call.provider_call_id, uuid4())
        self.steps.setdefault(leg_id, self.first)
        await self._note(call, call.dedupe_key)
        return self._answer(leg_id)

    async def next_step(self, leg_id: UUID, *, provider_call_id: str, after: str, dedupe_key: str) -> Answer:
        """The leg's step."""
        await self._note(("next", leg_id, after), dedupe_key)
        return self._answer(leg_id)

    async def digits_pressed(
        self, leg_id: UUID, *, provider_call_id: str, ask: str, digits: str, dedupe_key: str
    ) -> Answer:
        """The key's step, if it has one."""
        self.steps[leg_id] = self.then.get(digits, self.steps[leg_id])
        await self._note(("digits", leg_id, digits), dedupe_key)
        return self._answer(leg_id)

    async def wait_sound(self, leg_id: UUID) -> WaitSound:
        """A sentence and music."""
        await self._note(("sound", leg_id), "")
        return WaitSound((Spoken("您是第一位"),))

    async def announcement(self, leg_id: UUID) -> tuple[Spoken, ...]:
        """A sentence."""
        await self._note(("announcement", leg_id), "")
        return (Spoken("我在听"),)

    async def leg_progressed(self, progress: LegProgress) -> None:
        """Note it."""
        await self._note(progress, progress.dedupe_key)

    async def bridge_changed(self, event: BridgeEvent) -> None:
        """Note it."""
        await self._note(event, event.dedupe_key)

    async def message_taken(self, message: MessageTaken) -> Answer:
        """Note it and say goodbye."""
        self.steps[message.leg_id] = Goodbye((Spoken("谢谢"),))
        await self._note(message, message.dedupe_key)
        return self._answer(message.leg_id)

    async def unreadable(
        self, *, provider: str, provider_call_id: str, what: str, leg_id: UUID | None = None
    ) -> Answer | None:
        """Nothing of the kind may happen with a carrier that keeps its own rules."""
        await self._note(("unreadable", what), "")
        return None
