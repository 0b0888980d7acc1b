"""Line cards for open wallboards: counted again at most once a second, and only for lines where something moved.

A wait grows and a midnight passes without any change in the database, so every watched line is counted again every
ten seconds as well. A card has no version of its own: the millisecond it was counted at serves as one.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from app.lines.book import LineBook
from app.oversight.line_cards import line_cards
from app.platform.db import Database
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.trouble import TROUBLE
from app.realtime.hub import Hub
from app.realtime.messages import Loaded, line_topic

log = get_log()

TICK_S: Final = 1.0
ALL_EVERY: Final = 10  # ticks


class BoardTicker:
    """Publishes line cards to whoever watches the line on this process."""

    def __init__(self, db: Database, hub: Hub, book: LineBook, *, read_clock: Callable[[], datetime]) -> None:
        self._db = db
        self._hub = hub
        self._book = book
        self._read_clock = read_clock

    async def run(self) -> None:
        """Tick for ever; a database that is away costs ticks and nothing else."""
        ticks = 0
        while True:
            await asyncio.sleep(TICK_S)
            ticks += 1
            try:
                await self.tick(everything=ticks % ALL_EVERY == 0)
            except TROUBLE as failure:
                log.warning(Log.BOARD_NOT_COUNTED, kind=type(failure).__name__)

    async def tick(self, *, everything: bool = False) -> None:
        """Count the lines that were touched since the last tick, or all of them, as far as anybody watches."""
        touched = self._book.line_ids if everything else tuple(self._hub.touched_lines)
        self._hub.touched_lines.clear()
        watched = sorted(line_id for line_id in touched if self._hub.wants(line_topic(line_id)))
        if not watched:
            return
        now = self._read_clock()
        async with self._db.reading() as tx:
            cards = await line_cards(tx, self._book, watched, now=now)
        version = int(now.timestamp() * 1000)
        states: list[Loaded] = [(card.line.id, version, card, [line_topic(card.line.id)]) for card in cards]
        await self._hub.publish_what_can_wait("line", states)
