"""Running the web server and the worker inside a command: their start, their signals, their orderly end.

- SIGINT and SIGTERM cancel the command once. Everything is a context manager or a task of one group, so whatever had
  been started by then is stopped in reverse order, and a second signal changes nothing.
- The server gets a socket that is bound already: a port in use is found before anything else is started.
- The server ends its own way (sockets told, requests finished within GRACE_S) and only then does the rest.
"""

import asyncio
import contextlib
import ctypes
import gc
import resource
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from email.utils import format_datetime

import uvicorn
from fastapi import FastAPI

from app import wiring, worker
from app.cli.failures import CommandFailed
from app.platform.clock import now
from app.platform.db import Database
from app.platform.embedded_postgres import DatabaseUnavailable, RunningDatabase
from app.platform.key_checks import check_keyring
from app.platform.keyring import keyring_of
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.realtime.wire import LiveProtocol
from app.settings import Settings, SettingsWrong

log = get_log()

GRACE_S = 5
MOST_FILES = 65_536
# So many more made than let go: then cycles are looked for among the young; after five times, among those too that
# outlived it, which then are not many: a second's connections of two thousand consoles held everything up for 60 ms.
YOUNG_OBJECTS, LOOKS_BEFORE_OLDER, LOOKS_BEFORE_ALL = 10_000, 5, 20
NOT_STARTED = "The web server did not start; the lines of the log above this one say why."
FOR_A_PERSON = (CommandFailed, DatabaseUnavailable, SettingsWrong)


class WebServer(uvicorn.Server):
    """Uvicorn that leaves signals to the command and ends in order when its task is cancelled."""

    def __init__(self, app: FastAPI, listener: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                ws=LiveProtocol,
                ws_max_size=4096,  # bytes; a console says no more than a beat
                ws_per_message_deflate=False,  # costs three times the CPU a frame (performance.md, Console fan-out)
                ws_ping_interval=20,
                timeout_graceful_shutdown=GRACE_S,
                log_config=None,
                access_log=False,
                proxy_headers=False,  # signatures are checked against the public base URL, never against headers
                server_header=False,
                date_header=False,  # it would be the machine's clock; consoles count down by ours
                lifespan="on",
            )
        )
        self._listener = listener

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn's own; where that would end the whole process, with whatever runs in it, only this server ends."""
        try:
            await super().startup(sockets)
        except SystemExit:
            self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Uvicorn's own round, ten times a second; once a second the answers' Date is renewed."""
        over = await super().on_tick(counter)
        if counter % 10 == 0:
            date = format_datetime(now(), usegmt=True).encode()
            self.server_state.default_headers = [(b"date", date), *self.config.encoded_headers]
        return over

    async def run_until_cancelled(self) -> None:
        """Serve; raises CommandFailed when it cannot start or ends by itself."""
        serving = asyncio.ensure_future(self.serve([self._listener]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            self.should_exit = True
            await serving
            raise
        raise CommandFailed(NOT_STARTED)

    async def serve_alone(self) -> None:
        """Serve until cancelled, in a process that does nothing else."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.run_until_cancelled())
            await self.until_started()
            leave_alone_what_stays()

    async def until_started(self) -> None:
        """Wait until it accepts connections. Raises CommandFailed when it ends instead."""
        while not self.started:
            if self.should_exit:
                raise CommandFailed(NOT_STARTED)
            await asyncio.sleep(0.01)


def leave_alone_what_stays() -> None:
    """Call once a process is up: its modules, routes and schemas stay for good, and are not looked through any more.

    Looking for garbage among them cost a sixth of a webhook's time, and 50 to 100 ms in which nobody was answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, LOOKS_BEFORE_OLDER, LOOKS_BEFORE_ALL)
    _give_memory_back()


def _give_memory_back() -> None:
    """What starting took for a moment (files that were read, schemas that were built): 10 to 20 MB.

    The C library of Linux keeps it otherwise; others have no such call, and need none.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def allow_many_sockets() -> None:
    """Raise the limit of open files as far as it is allowed: each console holds one, and 1,024 is the usual default."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # some systems allow less than they say
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@asynccontextmanager
async def working(settings: Settings, url: str) -> AsyncIterator[tuple[worker.Worker, Database]]:
    """Yields one worker, ready to be run, and the database it works on, with its own pools."""
    db = Database(url, size=settings.database_pool_size)
    await db.open()
    try:
        parts = wiring.make_parts(settings, db)
        async with db.transaction() as tx:
            await check_keyring(tx, keyring_of(settings), now=now())
            await parts.book.refresh(tx)
        yield worker.Worker(db, parts, wiring.timer_handlers(parts)), db
    finally:
        await db.close()


async def require_known_keys(settings: Settings, url: str) -> None:
    """Raise SettingsWrong when a key is not the one that the database knows by its name, or is retired."""
    db = Database(url, size=2)
    await db.open()
    try:
        async with db.transaction() as tx:
            await check_keyring(tx, keyring_of(settings), now=now())
    finally:
        await db.close()


@asynccontextmanager
async def kept_up(database: RunningDatabase | None) -> AsyncIterator[None]:
    """The embedded server is brought back whenever it dies; nothing to do where the database is somebody else's."""
    if database is None:
        yield
        return
    keeping = asyncio.ensure_future(database.keep_running())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def until_signalled(command: Awaitable[int]) -> int:
    """Run the command until it ends or a signal ends it; 0 then, for being told to stop is no failure.

    Raises CommandFailed (or another of FOR_A_PERSON) instead of a group of failures.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(command)
    signalled = False

    def stop() -> None:
        nonlocal signalled
        if not signalled:
            signalled = True
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if signalled:
            return 0
        raise
    except FOR_A_PERSON:
        raise
    except Exception as failure:
        raise _for_a_person(failure) from failure


def _for_a_person(failure: Exception) -> Exception:
    first: BaseException = failure
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if isinstance(first, FOR_A_PERSON):
        return first
    log.alarm(Log.SERVICE_FAILED, failure=first)
    return CommandFailed(f"The service ended because of an error of its own ({type(first).__name__}); see its log.")
