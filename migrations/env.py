"""How migrations run: one at a time over all processes, and never queueing long in front of a working service.

- One process migrates; the others wait for its advisory lock and then find nothing left to do. The lock has a
  connection of its own, outside any transaction, so that an index may still be built concurrently.
- Each step is a transaction that waits at most LOCK_TIMEOUT for a table: a waiting ALTER would make every later query
  on that table wait behind it, and callers with them. Such a step fails, and is tried again at a quieter moment.
- The database is the one handed in as `config.attributes["database_url"]`, else HOTLINE_DATABASE_URL.
"""

import asyncio
import os
from typing import Any

import asyncpg
from alembic import context
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.tables import metadata

MIGRATION_LOCK = 0x686F746C696E65  # "hotline"
LOCK_TIMEOUT = "5s"


def database_url() -> str:
    """The database to migrate; SystemExit with a sentence when nobody named one."""
    url = context.config.attributes.get("database_url") or os.environ.get("HOTLINE_DATABASE_URL")
    if not url:
        raise SystemExit("Set HOTLINE_DATABASE_URL, or run `python -m app migrate` to migrate the embedded database.")
    return str(url)


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Compare our own schemas only: an extension or a managed service may keep tables in others."""
    return kind != "schema" or name in {None, *(table.schema for table in metadata.tables.values())}


def run(connection: Connection) -> None:
    """Run what is to be done (an upgrade, a comparison) on `connection`."""

    lock_timeout = context.config.attributes.get("lock_timeout", LOCK_TIMEOUT)

    def limit_lock_waits(begun: Connection) -> None:
        begun.exec_driver_sql(f"SET LOCAL lock_timeout = '{lock_timeout}'")

    event.listen(connection, "begin", limit_lock_waits)
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_schemas=True,
        include_name=include_name,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate(url: str) -> None:
    """Take the lock, then run."""
    lock = await asyncpg.connect(url)
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    try:
        await lock.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        async with engine.connect() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()
        await lock.close()


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database; there is no SQL script of them.")
asyncio.run(migrate(database_url()))
