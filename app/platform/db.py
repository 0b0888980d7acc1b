"""Transactions: everybody speaks asyncpg through `Tx`; SQLAlchemy describes the tables for Alembic (ADR 1).

Hints (NOTIFY) are never sent inside a business transaction: that destroys group commit (performance.md). They are
collected by the transaction, and after its commit one connection sends them, those of a few milliseconds together.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from app.platform.clock import HOUSE, HouseClock
from app.platform.timekeeping import Timekeeper
from app.platform.trouble import TROUBLE

HINTS_APART_S = 0.01
ACQUIRE_S = 4.0
# A process that is stopped in the middle of a transaction would hold its locks for ever: callers wait for these.
STOPPED_FOR_AT_MOST = "5s"


class Tx:
    """One transaction on one asyncpg connection. `hints` are the channels to wake after the commit."""

    __slots__ = ("connection", "execute", "executemany", "fetch", "fetchrow", "fetchval", "hints")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.hints: set[str] = set()
        self.execute = connection.execute
        self.executemany = connection.executemany
        self.fetch = connection.fetch
        self.fetchrow = connection.fetchrow
        self.fetchval = connection.fetchval

    def hint(self, channel: str) -> None:
        """Wake those who listen on `hotline_<channel>` once this has been committed."""
        self.hints.add(channel)


async def _reset_if_left_open(connection: Any) -> None:
    """Every use is one transaction, so there is nothing to reset and a round trip to save (performance.md).

    Except when a use was cut off in the middle, by a deadline or a database that hung: what it left is rolled back,
    and a connection that cannot even do that is thrown away by the pool.
    """
    if connection.is_in_transaction():
        await connection.reset(timeout=2)


async def prepare_connection(connection: Any) -> None:
    """Codecs of every connection: JSON columns are Python objects."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


class Hinter:
    """Sends hints from one connection of the pool, after commits: the first at once, then those of 10 ms together."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._pending: set[str] = set()
        self._wake = asyncio.Event()

    def send(self, channels: set[str]) -> None:
        """Remember the channels; returns at once."""
        self._pending |= channels
        self._wake.set()

    async def run(self) -> None:
        """Send for ever. A lost hint costs a poll's interval and nothing else, so failures are not retried."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            channels, self._pending = self._pending, set()
            try:
                async with self._pool.acquire(timeout=2) as connection:
                    await connection.execute(
                        "SELECT pg_notify('hotline_' || c, '') FROM unnest($1::text[]) c", sorted(channels)
                    )
            except TROUBLE:
                continue
            await asyncio.sleep(HINTS_APART_S)  # the first goes at once; what comes meanwhile goes together


class Database:
    """The pools of one process."""

    def __init__(self, url: str, *, size: int = 12, clock: HouseClock = HOUSE) -> None:
        self.url = url
        self._size = size
        self.pool: Any = None
        self._hinter: Hinter | None = None
        self._timekeeper = Timekeeper(clock)
        self._background: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Connect, and set our clock by the database's; OSError or asyncpg.PostgresError when it is not there."""
        self.pool = await asyncpg.create_pool(
            self.url,
            min_size=2,
            max_size=self._size,
            reset=_reset_if_left_open,
            init=prepare_connection,
            command_timeout=10,
            timeout=ACQUIRE_S,
            server_settings={
                "application_name": "hotline",
                "timezone": "UTC",
                "idle_in_transaction_session_timeout": STOPPED_FOR_AT_MOST,
            },
        )
        try:
            async with self.pool.acquire(timeout=ACQUIRE_S) as connection:
                await self._timekeeper.ask(connection)
        except BaseException:
            self.pool.terminate()
            raise
        self._hinter = Hinter(self.pool)
        loop = asyncio.get_running_loop()
        self._background = [loop.create_task(job) for job in (self._hinter.run(), self._timekeeper.run(self.pool))]

    async def close(self) -> None:
        """Give every connection back."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        if self.pool is not None:
            await self.pool.close()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        """A connection of the pool. Whoever is cut off in the middle gives none back, but ends it.

        Otherwise a database that has gone silent would hold the answer up: the pool waits for what was cut off.
        """
        connection = await self.pool.acquire(timeout=ACQUIRE_S)
        try:
            yield connection
        except (asyncio.CancelledError, TimeoutError):
            connection.terminate()
            raise
        finally:
            await self.pool.release(connection)

    @asynccontextmanager
    async def _transaction(self, **options: Any) -> AsyncIterator[Tx]:
        async with self._connection() as connection:
            transaction = connection.transaction(**options)
            await transaction.start()
            try:
                yield Tx(connection)
            except (asyncio.CancelledError, TimeoutError):
                raise  # the connection ends, and the transaction with it
            except BaseException:
                if not connection.is_closed():
                    await transaction.rollback()
                raise
            await transaction.commit()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """One transaction, committed when the block ends well; its hints are sent after that."""
        async with self._transaction() as tx:
            yield tx
        self.hint(tx.hints)

    @asynccontextmanager
    async def statements(self) -> AsyncIterator[Tx]:
        """A connection on which each statement is a transaction of its own: one round trip where one is enough."""
        async with self._connection() as connection:
            tx = Tx(connection)
            yield tx
        self.hint(tx.hints)

    def hint(self, channels: set[str]) -> None:
        """Wake listeners; for those who wrote outside `transaction`."""
        if channels and self._hinter is not None:
            self._hinter.send(channels)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """One consistent look at the data."""
        async with self._transaction(isolation="repeatable_read", readonly=True) as tx:
            yield tx
