"""The beats of every console on this process, written once a second in one statement."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from app.platform.db import Database
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.trouble import TROUBLE
from app.roster.heartbeats import heartbeat

log = get_log()

WRITE_EVERY_S: Final = 1.0


class Beats:
    """Gathers heartbeats. A second's delay is nothing beside the fifteen after which one counts as lost."""

    def __init__(self, db: Database, *, read_clock: Callable[[], datetime]) -> None:
        self._db = db
        self._read_clock = read_clock
        self._heard: set[UUID] = set()

    def hear(self, person_id: UUID) -> None:
        """This person's console is there."""
        self._heard.add(person_id)

    async def write(self) -> int:
        """Write what was heard since the last time; for how many persons."""
        heard, self._heard = self._heard, set()
        if heard:
            async with self._db.transaction() as tx:
                await heartbeat(tx, sorted(heard), now=self._read_clock())
        return len(heard)

    async def run(self) -> None:
        """Write every second, for ever. What could not be written is heard again with the next beat."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            try:
                await self.write()
            except TROUBLE as failure:
                log.warning(Log.BEATS_NOT_WRITTEN, kind=type(failure).__name__)
