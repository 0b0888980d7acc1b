"""Waking a loop by NOTIFY, with polling as the truth: a hint may be lost, a black-holed connection says nothing."""

import asyncio
from typing import Any

import asyncpg

from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.trouble import TROUBLE

log = get_log()

KEEPALIVE_S = 2.0
ANSWER_WITHIN_S = 2.0
RETRY_S = 1.0


class Wakeup:
    """One LISTEN connection and an event for each channel (without the prefix `hotline_`)."""

    def __init__(self, url: str, channels: list[str]) -> None:
        self._url = url
        self._events = {channel: asyncio.Event() for channel in channels}

    async def wait(self, channel: str, *, at_most_s: float) -> None:
        """Until the next hint, or so long."""
        event = self._events[channel]
        try:
            async with asyncio.timeout(at_most_s):
                await event.wait()
        except TimeoutError:
            return
        event.clear()

    def wake(self, channel: str) -> None:
        """A hint from this very process."""
        self._events[channel].set()

    async def run(self) -> None:
        """Listen for ever; connects again by itself."""
        while True:
            try:
                await self._listen()
            except TROUBLE as failure:
                log.warning(Log.LISTENER_LOST, kind=type(failure).__name__)
            await asyncio.sleep(RETRY_S)

    async def _listen(self) -> None:
        connection: Any = await asyncpg.connect(self._url, timeout=ANSWER_WITHIN_S, command_timeout=ANSWER_WITHIN_S)
        try:
            for channel, event in self._events.items():
                await connection.add_listener(f"hotline_{channel}", lambda *_, woken=event: woken.set())
            while True:
                # asyncpg loses LISTEN silently when the network swallows the connection: ask it something.
                await connection.fetchval("SELECT 1")
                await asyncio.sleep(KEEPALIVE_S)
        finally:
            connection.terminate()
