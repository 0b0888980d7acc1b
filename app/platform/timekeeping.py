"""Asking the database what time it is, and saying so when this machine's clock is wrong (P9, ADR 13)."""

import asyncio
from datetime import timedelta
from typing import Any

from app.platform.clock import STEP_NS, HouseClock
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.trouble import TROUBLE

log = get_log()

ASK_EVERY_S = 2.0
WORTH_SAYING = timedelta(seconds=1)


class Timekeeper:
    """Keeps a process's clock with the database's."""

    def __init__(self, clock: HouseClock) -> None:
        self._clock = clock
        self._said = timedelta(0)  # how far off we last called the machine's clock

    async def ask(self, connection: Any) -> None:
        """One question; raises what the connection raises."""
        asked_ns = self._clock.counted_ns()
        theirs = await connection.fetchval("SELECT clock_timestamp()")
        moved = self._clock.correct(theirs, asked_ns=asked_ns, heard_ns=self._clock.counted_ns())
        if abs(moved) > timedelta(microseconds=STEP_NS // 1000):
            log.alarm(Log.DATABASE_CLOCK_STEPPED, by_s=_seconds(moved))
        self._look_at_the_machine()

    async def run(self, pool: Any) -> None:
        """Ask for ever. While there is no answer the counter goes on: it is a second off after some hours at most."""
        while True:
            await asyncio.sleep(ASK_EVERY_S)
            try:
                async with pool.acquire(timeout=ASK_EVERY_S) as connection:
                    await self.ask(connection)
            except TROUBLE:
                continue

    def _look_at_the_machine(self) -> None:
        """One line when its clock goes wrong, when it is wrong by another amount, and when it is right again."""
        ahead = self._clock.machine_ahead()
        if ahead is None or abs(ahead - self._said) <= WORTH_SAYING:
            return
        self._said = ahead
        if abs(ahead) > WORTH_SAYING:
            log.warning(Log.MACHINE_CLOCK_WRONG, ahead_s=_seconds(ahead))
        else:
            self._said = timedelta(0)
            log.info(Log.MACHINE_CLOCK_RIGHT)


def _seconds(amount: timedelta) -> float:
    return round(amount.total_seconds(), 3)
