"""The listener tells the hub of every committed change, with hints or without, across lost connections."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from uuid import uuid4

import asyncpg
import pytest_asyncio

from app.platform.changes import record_change
from app.platform.clock import now
from app.platform.db import Database, Tx
from app.realtime.hub import Hub, Subscriber
from app.realtime.listener import Listener
from app.realtime.messages import Loaded
from app.realtime.wire import Frame

PATIENCE_S = 10


class Ear:
    """A writer that lets a test wait for what it hears."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[dict] = asyncio.Queue()

    def write(self, frame: Frame) -> bool:
        self.heard.put_nowait(json.loads(frame.payload))
        return True

    def abort(self) -> None:
        raise AssertionError("nobody is slow here")

    async def next(self) -> tuple[str, str]:
        async with asyncio.timeout(PATIENCE_S):
            message = await self.heard.get()
        return message["t"], message["id"]


async def load_anything(tx: Tx, ids: Sequence[str]) -> list[Loaded]:
    return [(identity, await tx.fetchval("SELECT 1"), {}, ["line:night"]) for identity in ids]


async def load_badly(tx: Tx, ids: Sequence[str]) -> list[Loaded]:
    raise ValueError(ids)


@pytest_asyncio.fixture
async def ear(db: Database) -> AsyncIterator[Ear]:
    """What a console hears while a listener runs."""
    hub, ear = Hub(), Ear()
    subscriber = Subscriber(ear, uuid4(), b"", ["line:night", "line:night/contact", "line:night/notice"])
    hub.join(subscriber)
    subscriber.release()
    loaders = {"contact": load_anything, "presence": load_anything, "notice": load_badly}
    listener = Listener(db, hub, loaders, read_clock=now)
    running = asyncio.ensure_future(listener.run())
    async with asyncio.timeout(PATIENCE_S):
        await listener.started.wait()
    yield ear
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def change(db: Database, entity: str, identity: str) -> None:
    async with db.transaction() as tx:
        await record_change(tx, entity, identity, at=now())


async def test_a_committed_change_is_heard_and_one_rolled_back_is_not(db: Database, ear: Ear):
    with suppress(ZeroDivisionError):
        async with db.transaction() as tx:
            await record_change(tx, "contact", "never", at=now())
            raise ZeroDivisionError
    await change(db, "contact", "one")
    assert await ear.next() == ("contact", "one")


async def test_several_changes_of_one_entity_in_one_commit_are_told_as_one_state(db: Database, ear: Ear):
    async with db.transaction() as tx:
        for identity in ("one", "one", "two"):
            await record_change(tx, "presence", identity, at=now())
    assert [await ear.next(), await ear.next()] == [("presence", "one"), ("presence", "two")]
    assert ear.heard.empty()


async def test_a_change_without_a_hint_is_heard_by_polling(db: Database, ear: Ear, connection: asyncpg.Connection):
    async with db.transaction() as tx:
        await record_change(tx, "contact", "unannounced", at=now())
        tx.hints.clear()
    assert await ear.next() == ("contact", "unannounced")


async def test_a_lost_connection_is_replaced_and_what_happened_meanwhile_is_told(db: Database, ear: Ear):
    async with db.transaction() as tx:
        await tx.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'hotline listener'"
        )
        await record_change(tx, "contact", "meanwhile", at=now())
    assert await ear.next() == ("contact", "meanwhile")


async def test_a_state_that_cannot_be_loaded_does_not_silence_the_others(db: Database, ear: Ear):
    async with db.transaction() as tx:
        await record_change(tx, "notice", "broken", at=now())
        await record_change(tx, "contact", "whole", at=now())
    assert await ear.next() == ("contact", "whole")
    await change(db, "line", "nobody loads this")
    await change(db, "presence", "after")
    assert await ear.next() == ("presence", "after")
