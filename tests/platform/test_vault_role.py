"""The vault belongs to a role of its own: the application puts numbers in and forgets them, and says so to read one."""

import asyncio
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from app.cli.failures import CommandFailed
from app.cli.migrate import ALEMBIC_INI, migrate
from app.platform.clock import fresh_id, now
from app.platform.db import Database
from app.platform.vault_role import as_vault
from tests.conftest import DatabaseServer, with_database


async def _a_sealed_number(db: Database) -> None:
    async with db.transaction() as tx:
        contact_id = fresh_id()
        await tx.execute(
            "INSERT INTO contact (id, number_dialled, state, offered_at) VALUES ($1, '', 'talking', $2)",
            contact_id, now(),
        )  # fmt: skip
        await tx.execute(
            "INSERT INTO vault.sealed_number (contact_id, sealed, created_at) VALUES ($1, $2, $3)",
            contact_id, b"sealed", now(),
        )  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT sealed FROM vault.sealed_number",
        "SELECT * FROM vault.sealed_number",
        "SELECT sealed FROM vault.identity",
        "UPDATE vault.sealed_number SET sealed = sealed",
        "UPDATE vault.identity SET expires_at = expires_at",
        "COPY vault.sealed_number TO STDOUT",
    ],
)
async def test_the_application_cannot_read_the_vault_in_passing(db: Database, statement: str) -> None:
    await _a_sealed_number(db)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction() as tx:
            await tx.execute(statement)


async def test_the_vaults_role_reads_the_vault_and_nothing_else_and_is_given_back(db: Database) -> None:
    await _a_sealed_number(db)

    async with db.transaction() as tx:
        async with as_vault(tx):
            assert await tx.fetchval("SELECT sealed FROM vault.sealed_number") == b"sealed"
        assert await tx.fetchval("SELECT current_user") == "hotline"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction() as tx, as_vault(tx):
            await tx.fetch("SELECT * FROM contact")
    async with db.transaction() as tx:
        assert await tx.fetchval("SELECT current_user") == "hotline"
        await tx.execute("DELETE FROM contact")  # what is sealed goes with its contact
        assert await tx.fetchval("SELECT count(contact_id) FROM vault.sealed_number") == 0


async def test_numbers_sealed_before_the_role_came_and_after_it_went_are_kept(db: Database, database_url: str) -> None:
    await _a_sealed_number(db)
    await asyncio.to_thread(_downgrade, database_url)
    async with db.transaction() as tx:
        assert await tx.fetchval("SELECT sealed FROM vault.sealed_number") == b"sealed"

    await migrate(database_url)

    async with db.transaction() as tx, as_vault(tx):
        assert await tx.fetchval("SELECT sealed FROM vault.sealed_number") == b"sealed"


def _downgrade(url: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(ALEMBIC_INI)
    config.attributes["database_url"] = url
    command.downgrade(config, "0004")


async def test_a_migration_without_the_role_changes_nothing_and_says_what_to_run(
    database_server: DatabaseServer,
) -> None:
    name = f"foreign_{fresh_id().hex[-12:]}"
    await database_server._as_superuser(f"CREATE ROLE {name} LOGIN PASSWORD 'foreign'")
    await database_server._as_superuser(f'CREATE DATABASE "{name}" OWNER {name}')
    url = urlunsplit(urlsplit(database_server.url(name))._replace(netloc=f"{name}:foreign@"))
    try:
        connection = await asyncpg.connect(with_database(database_server.running.superuser_url, name))
        await connection.execute("CREATE EXTENSION btree_gist")
        await connection.close()
        with pytest.raises(CommandFailed, match=rf"psql -v app={name} -f deploy/postgres/vault_role.sql"):
            await migrate(url)
    finally:
        await database_server.drop(name)
        await database_server._as_superuser(f"DROP ROLE {name}")
