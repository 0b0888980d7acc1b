"""Closing the consoles whose sessions have ended, while others connect."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

from app.console.live import Live
from app.people.sessions import begin_session, hash_of
from app.platform.clock import fresh_id, now
from app.platform.db import Database, Tx
from app.realtime.hub import Hub, Subscriber
from app.realtime.wire import Frame


class _Deaf:
    """A way out that counts whether it was cut."""

    def __init__(self) -> None:
        self.cut = False

    def write(self, frame: Frame) -> bool:
        """Take it."""
        return True

    def abort(self) -> None:
        """Cut it."""
        self.cut = True


class _Connected(Database):
    """Somebody connects in the very moment in which sessions are asked for."""

    late: Any = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """As ever, and then she is there."""
        async with super().reading() as tx:
            yield tx
            self.late()


class _Socket:
    def __init__(self) -> None:
        self.code: int | None = None

    async def close(self, code: int) -> None:
        """Remember it."""
        self.code = code


async def test_a_console_that_connects_while_sessions_are_checked_is_not_signed_out(database_url: str) -> None:
    db = _Connected(database_url, size=2)
    await db.open()
    try:
        person = fresh_id()
        async with db.transaction() as tx:
            await tx.execute(
                """INSERT INTO person (id, login, work_name, password_hash, created_at)
                   VALUES ($1, 'heron', '甲', '', $2)""",
                person, now(),
            )  # fmt: skip
            first, second = [hash_of(await begin_session(tx, person, now=now())) for _ in range(2)]
        live = Live(db, Hub(), SimpleNamespace(sessions_changed=None))  # type: ignore[arg-type] # it only listens
        ended = Subscriber(_Deaf(), person, b"no such session", ())
        good, late = Subscriber(_Deaf(), person, first, ()), Subscriber(_Deaf(), person, second, ())
        sockets = {subscriber: _Socket() for subscriber in (ended, good, late)}
        live.sockets = {ended: sockets[ended], good: sockets[good]}  # type: ignore[dict-item] # all they do is close
        db.late = lambda: live.sockets.update({late: sockets[late]})  # type: ignore[dict-item]
        assert await live.close_ended_sessions() == 1
        assert [sockets[subscriber].code for subscriber in (ended, good, late)] == [4401, None, None]
    finally:
        await db.close()
