"""What goes wrong is logged by kind and place: a failure's message may quote a caller's number (P5)."""

import asyncio
import gc
import io
import logging
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
import structlog

from app.platform.clock import fresh_id
from app.platform.clock import now as read_clock
from app.platform.db import Database
from app.platform.log_events import Log
from app.platform.logging import LibraryLine, configure_logging, get_log
from app.platform.timers import claim_due, run_timer, set_timer
from tests.api.web import running_web

NEEDLE = "+447700900123"


class Broken(RuntimeError):  # noqa: N818 it breaks, that is all
    """A failure whose text holds a number."""

    def __init__(self) -> None:
        super().__init__(f"could not dial {NEEDLE}")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that this process logs as `app serve` would write it, libraries' lines included."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level, kept = root.handlers[:], root.level, structlog.get_config()
    configure_logging(stream=stream)
    structlog.configure(cache_logger_on_first_use=False)
    yield stream
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)
    structlog.configure(**kept)


def fail() -> None:
    raise Broken


def caught(act: Any) -> BaseException:
    """The failure of `act`."""
    with pytest.raises(BaseException) as failed:  # noqa: PT011 any of them
        act()
    return failed.value


def in_a_group() -> None:
    raise ExceptionGroup(NEEDLE, [Broken()])


def with_a_cause() -> None:
    try:
        fail()
    except Broken as broken:
        raise LookupError(NEEDLE) from broken


@pytest.mark.parametrize("act", [fail, in_a_group, with_a_cause])
def test_an_alarm_says_what_failed_and_not_what_it_said(written: io.StringIO, act: Any) -> None:
    get_log().alarm(Log.LOOP_FAILED, failure=caught(act), loop="rehearsal")
    line = written.getvalue()
    assert NEEDLE not in line
    assert type(caught(act)).__name__ in line
    assert "rehearsal" in line


@pytest.mark.parametrize("act", [fail, in_a_group, with_a_cause])
def test_neither_do_the_lines_of_libraries(written: io.StringIO, act: Any) -> None:
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=caught(act))
    line = written.getvalue()
    assert NEEDLE not in line
    assert "Exception in ASGI application" in line
    assert type(caught(act)).__name__ in line


async def test_nor_a_task_that_nobody_waited_for(written: io.StringIO) -> None:
    async def task() -> None:
        fail()

    left = asyncio.get_running_loop().create_task(task())
    await asyncio.wait([left])
    del left
    gc.collect()
    assert "Task exception was never retrieved" in written.getvalue()
    assert NEEDLE not in written.getvalue()


def test_a_library_line_keeps_its_first_line() -> None:
    record = logging.LogRecord("lib", logging.WARNING, "", 1, "slow: %s s\nsecond", (3,), None)
    assert LibraryLine().format(record) == "WARNING lib slow: 3 s"


async def test_a_request_that_fails_in_the_database_is_logged_without_the_row(
    database_url: str, written: io.StringIO
) -> None:
    async with running_web(database_url) as web:

        @web.app.get("/api/broken/{how}")
        async def broken(how: str) -> None:
            async with web.db.transaction() as tx:
                if how == "unreadable":
                    await tx.fetchval(f"SELECT '{NEEDLE}'::uuid")
                if how == "double":
                    for _ in range(2):
                        await tx.execute("INSERT INTO setting_version (name) VALUES ($1)", NEEDLE)
            raise Broken

        web.app.router.routes.insert(0, web.app.router.routes.pop())
        for how, status, kind in (
            ("unreadable", 422, "InvalidTextRepresentationError"),
            ("double", 500, "UniqueViolationError"),
            ("other", 500, "Broken"),
        ):
            answer = await web.client.get(f"/api/broken/{how}")
            assert (answer.status_code, NEEDLE in answer.text) == (status, False)
            assert kind in written.getvalue()
    assert NEEDLE not in written.getvalue()


async def test_a_timer_that_fails_is_logged_without_what_it_said(database_url: str, written: io.StringIO) -> None:
    async def handler(_tx: Any, _timer: Any, *, now: Any) -> None:
        raise asyncpg.UniqueViolationError(f"Key (caller)=({NEEDLE}) already exists.")

    db = Database(database_url, size=2)
    await db.open()
    async with db.transaction() as tx:
        await set_timer(tx, "rehearsal", fresh_id(), due_at=read_clock(), now=read_clock())
        (timer,) = await claim_due(tx, ["rehearsal"], now=read_clock())
    await run_timer(db, timer, handler, read_clock=read_clock)
    await db.close()
    assert "timer_failed" in written.getvalue()
    assert NEEDLE not in written.getvalue()
