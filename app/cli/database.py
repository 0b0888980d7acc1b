"""The database a command works on: the one HOTLINE_DATABASE_URL names, else the embedded one in the data folder."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from app.cli.failures import CommandFailed
from app.platform.db import Database
from app.platform.embedded_postgres import RunningDatabase, ensure_database
from app.settings import Settings

CONNECT_WITHIN_S = 10


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[str, RunningDatabase | None]]:
    """Yields the database's URL and, if it is the embedded one, its server, which is let go of afterwards.

    Raises DatabaseUnavailable or CommandFailed with one sentence.
    """
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        await _try(url)
        yield url, None
        return
    running = await ensure_database(settings.data_dir)
    try:
        yield running.url, running
    finally:
        await running.stop()


@asynccontextmanager
async def command_database(settings: Settings) -> AsyncIterator[Database]:
    """The same, with its pools open."""
    async with opened(settings) as (url, _):
        database = Database(url, size=2)
        await database.open()
        try:
            yield database
        finally:
            await database.close()


async def _try(url: str) -> None:
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_WITHIN_S)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        # The URL itself is not repeated: it holds a password.
        reason = str(failure) or f"no answer within {CONNECT_WITHIN_S} seconds"
        raise CommandFailed(
            f"The database that HOTLINE_DATABASE_URL names cannot be used ({reason}): check that it runs, and its "
            "host, port, user, password and database name; or unset HOTLINE_DATABASE_URL for the embedded one."
        ) from failure
    await connection.close()
