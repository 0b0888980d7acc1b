"""The feed misses no row, in whatever order transactions commit."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest_asyncio

from app.realtime.change_reader import ChangeReader
from tests.journeys.waiting_for import until

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
INSERT = "INSERT INTO change (entity, entity_id, at) VALUES ('contact', $1, now())"


@pytest_asyncio.fixture
async def writers(database_url: str) -> AsyncIterator[list[asyncpg.Connection]]:
    opened = [await asyncpg.connect(database_url) for _ in range(3)]
    yield opened
    for connection in opened:
        await connection.close(timeout=5)


async def names(reader: ChangeReader, connection: asyncpg.Connection, at: datetime = NOW) -> list[str]:
    return [change.entity_id for change in await reader.read(connection, now=at)]


async def test_a_row_that_commits_after_its_successors_is_read_once_it_is_there(connection, writers):
    early, late, _ = writers
    reader = ChangeReader()
    await reader.start(connection, now=NOW)
    first = late.transaction()
    await first.start()
    await late.execute(INSERT, "drew its number first")
    await early.execute(INSERT, "committed first")

    assert await names(reader, connection) == ["committed first"]
    assert reader.open_gaps == 1
    assert await names(reader, connection, NOW + timedelta(hours=1)) == [], "it may take as long as it likes"
    assert reader.open_gaps == 1

    await early.execute(INSERT, "in between")
    await first.commit()
    assert await names(reader, connection) == ["drew its number first", "in between"]
    assert await names(reader, connection) == []
    assert reader.open_gaps == 0


async def test_a_row_that_was_not_visible_when_reading_began_is_read_too(connection, writers):
    early, late, _ = writers
    first = late.transaction()
    await first.start()
    await late.execute(INSERT, "slow")
    await early.execute(INSERT, "before the start")
    reader = ChangeReader()
    await reader.start(connection, now=NOW)
    await first.commit()
    assert await names(reader, connection) == ["slow"]


async def test_a_number_that_was_rolled_back_is_given_up_when_nobody_can_bring_it_any_more(connection, writers):
    early, late, _ = writers
    reader = ChangeReader()
    await reader.start(connection, now=NOW)
    lost = late.transaction()
    await lost.start()
    await late.execute(INSERT, "never")
    await early.execute(INSERT, "committed")
    await names(reader, connection)
    await lost.rollback()
    await names(reader, connection, NOW + timedelta(seconds=4))
    assert reader.open_gaps == 1, "it lingers for a moment"

    async def given_up() -> bool:
        """Not before the transactions have ended that other tests had in flight on this server."""
        assert await names(reader, connection, NOW + timedelta(seconds=6)) == []
        return reader.open_gaps == 0

    await until(given_up, what="the number is given up", within_s=60)


async def test_nothing_is_missed_or_doubled_under_many_writers_that_commit_in_any_order(connection, pool):
    reader = ChangeReader()
    await reader.start(connection, now=NOW)
    chance = random.Random(7)  # noqa: S311 it picks the order of commits
    committed: set[str] = set()

    async def write(name: str) -> None:
        async with pool.acquire() as writer:
            transaction = writer.transaction()
            await transaction.start()
            await writer.execute(INSERT, name)
            for _ in range(chance.randrange(6)):
                await writer.fetchval("SELECT 1")
            if chance.random() < 0.2:
                await transaction.rollback()
            else:
                await transaction.commit()
                committed.add(name)

    async def write_all() -> None:
        await asyncio.gather(*(write(str(n)) for n in range(400)))

    read: list[str] = []
    writing = asyncio.ensure_future(write_all())
    while not writing.done():
        read += await names(reader, connection)
    await writing
    read += await names(reader, connection)
    assert len(read) == len(set(read)), "nothing twice"
    assert set(read) == committed
