"""The migrations and the tables say the same, by the database's own account of them."""

import importlib.util
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import schema
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.tables import metadata
from tests.conftest import DatabaseServer

REPOSITORY = Path(__file__).resolve().parent.parent.parent

COLUMNS = """
    SELECT table_schema, table_name, column_name, data_type, udt_name, is_nullable, column_default, is_identity
    FROM information_schema.columns
    WHERE table_schema IN ('public', 'vault') AND table_name <> 'alembic_version'
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE connamespace::regnamespace::text IN ('public', 'vault') AND conrelid <> 0
      AND conrelid::regclass::text <> 'alembic_version'
"""
INDEXES = """
    SELECT schemaname, tablename, indexdef FROM pg_indexes
    WHERE schemaname IN ('public', 'vault') AND tablename <> 'alembic_version'
"""


@pytest_asyncio.fixture
async def made_from_tables(database_server: DatabaseServer) -> AsyncIterator[str]:
    """The URL of a database with what metadata.create_all makes."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    url = await database_server.clone(name, template="hotline")
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            await connection.execute(schema.CreateSchema("vault"))
            await connection.run_sync(metadata.create_all)
        yield url
    finally:
        await engine.dispose()
        await database_server.drop(name)


async def _account_of(url: str) -> dict[str, set[tuple[object, ...]]]:
    connection = await asyncpg.connect(url)
    try:
        return {
            name: {tuple(row) for row in await connection.fetch(query)}
            for name, query in (("columns", COLUMNS), ("constraints", CONSTRAINTS), ("indexes", INDEXES))
        }
    finally:
        await connection.close()


async def test_an_upgraded_empty_database_is_what_the_tables_describe(database_url: str, made_from_tables: str) -> None:
    upgraded, made = await _account_of(database_url), await _account_of(made_from_tables)
    assert upgraded["columns"]
    for kind, rows in made.items():
        # When this fails the tables have changed: run make migration m="what changes".
        assert upgraded[kind] == rows, f"{kind} differ"


def test_there_is_one_migration_head() -> None:
    script = ScriptDirectory.from_config(Config(REPOSITORY / "alembic.ini"))
    assert len(script.get_heads()) == 1


def test_every_migration_can_be_taken_back() -> None:
    for file in (REPOSITORY / "migrations" / "versions").glob("*.py"):
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert callable(module.downgrade), file.name
