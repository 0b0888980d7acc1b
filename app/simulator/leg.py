"""A live leg: the thing that can be interrupted. Everything a leg waits for ends early when the person hangs up or the
product redirects the call, and says so by an exception that names which."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.simulator.calls import Call, Source
from app.simulator.ear import Ear

T = TypeVar("T")


class Interruption(Exception):  # noqa: N818 a turn of events, not an error
    """What cuts into a leg's instructions."""


class LegEnded(Interruption):
    """The leg is over. `by`: caller, callee, api, carrier, parent, limit."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class LegRedirected(Interruption):
    """The product gave a live call new instructions through the API."""

    def __init__(self, source: Source) -> None:
        super().__init__("redirected")
        self.source = source


class Leg:
    """The runtime of one call: its interruptions, its keys, its ear, and the moments others wait for."""

    def __init__(self, call: Call, time_scale: float, changed: Callable[[], None]) -> None:
        self.call = call
        self.time_scale = time_scale
        self.changed = changed
        self.ear = Ear(call, time_scale, changed)
        self.digits: asyncio.Queue[str] = asyncio.Queue()
        self.is_gathering = False
        self.gathers = 0
        self.gather_begun = asyncio.Event()
        self.answered = asyncio.Event()
        self.ended = asyncio.Event()
        self.ready = asyncio.Event()
        self.bridged = asyncio.Event()
        self.unbridged = asyncio.Event()
        self.hand: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.base_url = ""
        self.conference_sid: str | None = None
        self.queue_name: str | None = None
        self.recording = False
        self._pending: Interruption | None = None
        self._interrupted = asyncio.Event()

    def interrupt(self, interruption: Interruption) -> bool:
        """Cut in. An end is final: nothing replaces it. False: the leg had ended before."""
        if isinstance(self._pending, LegEnded) or self.ended.is_set():
            return False
        self._pending = interruption
        self._interrupted.set()
        return True

    def take_redirect(self) -> None:
        """Forget a redirect that is now being followed; an end stays."""
        if isinstance(self._pending, LegRedirected):
            self._pending = None
            self._interrupted.clear()

    def check(self) -> None:
        """Raise the pending interruption, if there is one."""
        if self._pending is not None:
            raise self._pending

    async def race(self, awaitable: Awaitable[T]) -> T:
        """Await something unless the leg is interrupted first (then `awaitable` is cancelled and the reason raised)."""
        task = asyncio.ensure_future(awaitable)
        waiter = asyncio.ensure_future(self._interrupted.wait())
        try:
            while not task.done():
                if waiter.done():  # it was for someone else, who has taken it
                    waiter = asyncio.ensure_future(self._interrupted.wait())
                await asyncio.wait({task, waiter}, return_when=asyncio.FIRST_COMPLETED)
                self.check()
            return task.result()
        finally:
            waiter.cancel()
            _let_go(task)

    async def while_live(self, awaitable: Awaitable[T]) -> T:
        """Await something unless the leg ends first, whatever else happens on it. Raises LegEnded."""
        task = asyncio.ensure_future(awaitable)
        waiter = asyncio.ensure_future(self.ended.wait())
        try:
            await asyncio.wait({task, waiter}, return_when=asyncio.FIRST_COMPLETED)
            if self.ended.is_set():
                raise LegEnded(self.call.ended_by)
            return task.result()
        finally:
            waiter.cancel()
            _let_go(task)

    async def pass_time(self, line_seconds: float) -> None:
        """Let line seconds go by on this leg."""
        await self.race(asyncio.sleep(line_seconds / self.time_scale))

    def press(self, digits: str) -> None:
        """The person presses keys; a carrier drops them when nothing listens."""
        if not (self.is_gathering or self.conference_sid or self.recording or self.queue_name):
            return
        for digit in digits:
            self.digits.put_nowait(digit)
        self.changed()

    def forget_digits(self) -> None:
        """Drop what was pressed and not used."""
        while not self.digits.empty():
            self.digits.get_nowait()


def _let_go(task: "asyncio.Future[T]") -> None:
    """Stop a task whose result nobody wants any more, without a complaint about its failure."""
    if not task.done():
        task.cancel()
    elif not task.cancelled():
        task.exception()
