"""Fixtures for every test: one embedded PostgreSQL a run, and a fresh database a test, cloned from a template.

A clone takes about 15 ms where the server fits in memory (/dev/shm) and 40 to 400 ms on a disk.

`database_url` is an asyncpg URL of a database nobody else sees; `connection`, `pool` and `db` are open on one like it.
The server is shared between the workers of a parallel run: the first starts it, the last ends it.
"""

import asyncio
import contextlib
import fcntl
import functools
import os
import shutil
import ssl
import sys
import uuid
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from app.platform.db import Database
from app.platform.embedded_postgres import DatabaseUnavailable, RunningDatabase, ensure_database
from tests.loopback_only import stay_on_this_machine

stay_on_this_machine()
# Asked for before any of them is imported, whatever is collected first: what failed is, when it runs once more.
pytest.register_assert_rewrite(
    *("tests.journeys.town", "tests.journeys.volunteer", "tests.faults.crew", "tests.faults.under_way"),
    *("tests.casework.notes.writing_room", "tests.casework.review.review_room"),
)
# Every client's context would load the certificate authorities anew, 50 ms of work, and loopback asks for none.
ssl.create_default_context = functools.cache(ssl.create_default_context)

REPOSITORY = Path(__file__).resolve().parent.parent
TEMPLATE = "template_hotline"
PREFIX = "hotline-tests-"
# As root the server runs as another user, who cannot enter pytest's own folders (0700): hence one of our own.
PLACES = (Path("/dev/shm"), Path("/tmp"))
ROOM_BYTES = 3_000_000_000

pytest_plugins = ["tests.browser"]
LONG_FIRST = ("journeys", "privacy", "cli", "api", "faults", "console", "contract")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders of long tests, so that the workers of a parallel run end together."""
    items.sort(key=lambda item: item.path.relative_to(REPOSITORY / "tests").parts[0] not in LONG_FIRST)


FAILED = pytest.StashKey[bool]()
"""Of a test that has failed: for fixtures that then tell what they saw."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Leave word for the fixtures whether the test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@dataclass(frozen=True)
class DatabaseServer:
    """The run's PostgreSQL, with URLs of any database on it."""

    running: RunningDatabase

    def url(self, database: str) -> str:
        """The asyncpg URL of `database` for the application's role."""
        return with_database(self.running.url, database)

    async def clone(self, name: str, *, template: str = TEMPLATE) -> str:
        """Make database `name` as a copy of `template`; its asyncpg URL."""
        await self._as_superuser(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER hotline STRATEGY FILE_COPY')
        return self.url(name)

    async def drop(self, name: str) -> None:
        """Drop database `name` with everyone on it."""
        await self._as_superuser(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def _as_superuser(self, statement: str) -> None:
        connection = await asyncpg.connect(self.running.superuser_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def with_database(url: str, database: str) -> str:
    """`url` pointing at another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


async def prepare_template(url: str) -> None:
    """Bring the empty database at `url` to the schema's head: by the migrations, or by the tables while none exist."""
    if any((REPOSITORY / "migrations" / "versions").glob("*.py")):
        await _migrate(url)
        return
    try:
        from app import tables
    except ModuleNotFoundError:
        return  # no schema yet: tests of the platform need none
    from sqlalchemy import schema
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            for name in sorted({table.schema for table in tables.metadata.tables.values() if table.schema}):
                await connection.execute(schema.CreateSchema(name, if_not_exists=True))
            await connection.run_sync(tables.metadata.create_all)
    finally:
        await engine.dispose()


async def _migrate(url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "alembic", "upgrade", "head"),
        cwd=REPOSITORY,
        env={**os.environ, "HOTLINE_DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, f"migrations failed:\n{said.decode()}"


@pytest_asyncio.fixture(scope="session")
async def database_server(server_place: Path) -> AsyncIterator[DatabaseServer]:
    """The run's server, ended and removed with the last worker that uses it."""
    await _end_abandoned_servers()
    folder = server_place / f"{PREFIX}{os.environ.get('PYTEST_XDIST_TESTRUNUID', uuid.uuid4().hex)[:16]}"
    folder.mkdir(mode=0o711, exist_ok=True)
    running = await ensure_database(folder, durable=False)
    try:
        await _make_template(running)
        yield DatabaseServer(running)
    finally:
        if await running.stop():
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server_place() -> Path:
    """A folder for servers' data: memory when it has room (containers often give it 64 MB), else the disk."""
    memory, disk = PLACES
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES else disk


async def _make_template(running: RunningDatabase) -> None:
    connection = await asyncpg.connect(running.superuser_url)
    try:
        await connection.execute("SELECT pg_advisory_lock(1)")  # the other workers of a parallel run wait here
        if await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", TEMPLATE):
            return
        await connection.execute("ALTER ROLE hotline CREATEDB")
        await connection.execute("DROP DATABASE IF EXISTS template_draft WITH (FORCE)")
        await connection.execute("CREATE DATABASE template_draft TEMPLATE hotline OWNER hotline")
        await prepare_template(with_database(running.url, "template_draft"))
        # Renamed only when complete, so that no worker clones half a schema.
        await connection.execute(f"ALTER DATABASE template_draft RENAME TO {TEMPLATE}")
    finally:
        await connection.close()


async def _end_abandoned_servers() -> None:
    """End what a killed run left behind: a server that nobody holds and nobody has stopped."""
    for folder in _abandoned_folders():
        with contextlib.suppress(DatabaseUnavailable):  # its run was only just ending, or another is quicker than we
            leftover = await ensure_database(folder, durable=False)
            if await leftover.stop():
                shutil.rmtree(folder, ignore_errors=True)


def _abandoned_folders() -> list[Path]:
    return [folder for place in PLACES for folder in place.glob(f"{PREFIX}*") if _abandoned(folder)]


def _abandoned(folder: Path) -> bool:
    try:
        with (folder / "database.users").open("rb+") as users, (folder / "database.lock").open("rb+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return (folder / "postgres" / "postmaster.pid").exists()
    except OSError:  # in use, still being made, or somebody else's
        return False


@pytest_asyncio.fixture
async def database_url(database_server: DatabaseServer) -> AsyncIterator[str]:
    """The asyncpg URL of a fresh database with the schema and nothing in it, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    url = await database_server.clone(name)
    yield url
    await database_server.drop(name)


@pytest_asyncio.fixture
async def connection(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a fresh database."""
    opened = await asyncpg.connect(database_url)
    yield opened
    await opened.close(timeout=5)


@pytest_asyncio.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """A pool of up to ten connections to a fresh database."""
    async with asyncpg.create_pool(database_url, min_size=1, max_size=10) as opened:
        yield opened
        opened.terminate()


@pytest_asyncio.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """A fresh database as the service has it open."""
    opened = Database(database_url, size=6)
    await opened.open()
    yield opened
    await opened.close()
