"""Transactions: what is cut off leaves nothing behind, and hints go out only after the commit."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from app.platform.db import Database


@pytest_asyncio.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, size=2)
    await opened.open()
    yield opened
    await opened.close()


async def test_a_transaction_cut_off_by_a_deadline_leaves_a_clean_connection(db: Database) -> None:
    async def cut_off() -> None:
        async with asyncio.timeout(0.1), db.transaction() as tx:
            await tx.execute("CREATE TABLE leftover (a int)")
            await tx.fetchval("SELECT pg_sleep(2)")

    for _ in range(4):
        with pytest.raises(TimeoutError):
            await cut_off()
    for _ in range(4):
        async with db.statements() as tx:
            assert await tx.fetchval("SELECT to_regclass('leftover')") is None


async def test_a_failed_transaction_is_rolled_back_and_sends_no_hint(db: Database, database_url: str) -> None:
    async def fail() -> None:
        async with db.transaction() as tx:
            await tx.execute("CREATE TABLE leftover (a int)")
            tx.hint("changes")
            raise RuntimeError

    heard: list[str] = []
    listener = await asyncpg.connect(database_url)
    try:
        await listener.add_listener("hotline_changes", lambda *_: heard.append("changes"))
        with pytest.raises(RuntimeError):
            await fail()
        async with db.transaction() as tx:
            assert await tx.fetchval("SELECT to_regclass('leftover')") is None
            tx.hint("changes")
        async with asyncio.timeout(5):
            while not heard:
                await listener.fetchval("SELECT 1")
        assert heard == ["changes"]
    finally:
        await listener.close()
