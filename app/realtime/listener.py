"""One connection of each process listens for hints and reads the change feed; the hub tells the consoles.

NOTIFY is a hint, polling is the truth: the feed is read at least every half second, which is the connection's keepalive
too (asyncpg loses LISTEN silently when the network swallows the connection). A failure means a new connection; where
the process stands in the feed is kept, so nothing is missed meanwhile.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from prometheus_client import Gauge

from app.platform.db import Database, Tx, prepare_connection
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.trouble import TROUBLE
from app.realtime.change_reader import ChangeReader
from app.realtime.hub import Hub
from app.realtime.messages import Loaded, Loader

log = get_log()

READ_AT: Final = Gauge("hotline_feed_read_timestamp_seconds", "When this process last read the change feed (P10)")

POLL_EVERY_S: Final = 0.5
ANSWER_WITHIN_S: Final = 2.0  # a connection that leads nowhere costs the consoles so long, once
RETRY_AFTER_S: Final = 0.5


class Listener:
    """The feed of one process. `loaders` give the public state of each entity; those without one are passed over."""

    def __init__(
        self, db: Database, hub: Hub, loaders: Mapping[str, Loader], *, read_clock: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._hub = hub
        self._loaders = loaders
        self._read_clock = read_clock
        self._reader = ChangeReader()
        self._woken = asyncio.Event()
        self._to_tell: dict[str, dict[str, None]] = {}
        self.sessions_changed = asyncio.Event()
        self.started = asyncio.Event()
        self.read_at: datetime | None = None  # when the feed was read last; for /readyz

    async def run(self) -> None:
        """Listen and read for ever; connects again by itself."""
        while True:
            try:
                await self._run_on_a_connection()
            except TROUBLE as failure:
                log.warning(Log.LISTENER_LOST, kind=type(failure).__name__)
                await asyncio.sleep(RETRY_AFTER_S)

    async def _run_on_a_connection(self) -> None:
        connection: Any = await asyncpg.connect(
            self._db.url,
            timeout=ANSWER_WITHIN_S,
            command_timeout=ANSWER_WITHIN_S,
            server_settings={"application_name": "hotline listener", "timezone": "UTC"},
        )
        try:
            await prepare_connection(connection)
            await connection.add_listener("hotline_changes", self._wake)
            await connection.add_listener("hotline_sessions", self._wake_sessions)
            if self._reader.high < 0:
                await self._reader.start(connection, now=self._read_clock())
            self.started.set()
            while True:
                await self._read(connection)
                await self._tell()
                await self._next_hint()
        finally:
            connection.terminate()

    def _wake(self, *_: object) -> None:
        self._woken.set()

    def _wake_sessions(self, *_: object) -> None:
        self.sessions_changed.set()

    async def _next_hint(self) -> None:
        # What came in while we were reading wakes us at once.
        try:
            async with asyncio.timeout(POLL_EVERY_S):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    async def _read(self, connection: Any) -> None:
        now = self._read_clock()
        for change in await self._reader.read(connection, now=now):
            if change.entity in self._loaders:
                self._to_tell.setdefault(change.entity, {})[change.entity_id] = None
        self.read_at = now
        READ_AT.set(now.timestamp())

    async def _tell(self) -> None:
        """Load and publish what changed. What could not be loaded is kept for the next time."""
        if not self._to_tell:
            return
        if not len(self._hub):
            self._to_tell.clear()
            return
        async with self._db.reading() as tx:
            loaded = [(entity, await self._load(tx, entity, list(ids))) for entity, ids in self._to_tell.items()]
        self._to_tell.clear()
        for entity, states in loaded:
            self._hub.publish(entity, states)

    async def _load(self, tx: Tx, entity: str, ids: Sequence[str]) -> Sequence[Loaded]:
        try:
            return await self._loaders[entity](tx, ids)
        except TROUBLE:
            raise
        except Exception as failure:  # noqa: BLE001 one slice's mistake must not silence the others
            log.alarm(Log.STATE_NOT_LOADED, failure=failure, entity=entity, states=len(ids))
            return ()
