"""Migrations run once however many processes ask, leave nothing behind when taken back, and wait for no one long."""

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import pytest_asyncio
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.casework.files.flags import FLAG_ENDS
from app.casework.notes.filing import EVERY_NOTE, NOTES_REFILED
from app.cli.failures import CommandFailed
from app.cli.migrate import ALEMBIC_INI, migrate
from app.cli.schema_state import newest_migration, require_up_to_date, schema_at
from app.platform.clock import now
from tests.conftest import DatabaseServer

ERASED_AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest_asyncio.fixture
async def empty_database(database_server: DatabaseServer) -> AsyncIterator[str]:
    """The URL of a database without tables."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield await database_server.clone(name, template="hotline")
    await database_server.drop(name)


def _config(url: str) -> Config:
    config = Config(ALEMBIC_INI)
    config.attributes["database_url"] = url
    return config


async def test_autogeneration_finds_nothing_to_add_after_an_upgrade(database_url: str) -> None:
    await asyncio.to_thread(command.check, _config(database_url))


def test_the_newest_migration_by_its_number_is_the_newest_by_what_each_comes_after() -> None:
    assert newest_migration() == ScriptDirectory.from_config(Config(ALEMBIC_INI)).get_current_head()


async def test_several_processes_migrate_at_once_and_the_tables_are_made_once(empty_database: str) -> None:
    assert (await schema_at(empty_database)).current is None
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app", "migrate"), env={**os.environ, "HOTLINE_DATABASE_URL": empty_database}
        )
        for _ in range(3)
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    assert (await schema_at(empty_database)).up_to_date


async def test_a_command_refuses_a_database_without_tables_and_says_what_to_run(empty_database: str) -> None:
    with pytest.raises(CommandFailed, match="python -m app migrate"):
        await require_up_to_date(empty_database)


async def test_a_database_of_a_newer_version_is_refused_with_a_sentence(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()
    with pytest.raises(CommandFailed, match="made by another version"):
        await migrate(database_url)


async def test_taking_every_migration_back_leaves_no_table(database_url: str) -> None:
    await asyncio.to_thread(command.downgrade, _config(database_url), "base")
    connection = await asyncpg.connect(database_url)
    left = await connection.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname IN ('public', 'vault') AND tablename <> 'alembic_version'"
    )
    await connection.close()
    assert left == []


async def test_contacts_that_were_erased_before_they_were_marked_are_marked_as_far_as_that_is_known(
    database_url: str,
) -> None:
    await asyncio.to_thread(command.downgrade, _config(database_url), "0019")
    connection = await asyncpg.connect(database_url)
    with_a_file, alone, under_way, whole, admin, erasure = (uuid.uuid4() for _ in range(6))
    await connection.execute(
        "INSERT INTO person (id, login, work_name, password_hash, created_at) VALUES ($1, 'a', 'a', 'x', now())", admin
    )
    await connection.executemany(
        "INSERT INTO contact (id, number_dialled, state, offered_at) VALUES ($1, '96000', 'closed', now())",
        [[contact] for contact in (with_a_file, alone, under_way, whole)],
    )
    await connection.executemany(
        """INSERT INTO erasure (id, target_kind, target_id, legal_basis, requested_by, requested_at, finished_at)
           VALUES ($1, $2, $3, 'subject_request', $4, now(), $5)""",
        [
            (erasure, "subject", uuid.uuid4(), admin, ERASED_AT),
            (uuid.uuid4(), "contact", alone, admin, ERASED_AT),
            (uuid.uuid4(), "contact", under_way, admin, None),
        ],
    )
    await connection.executemany(
        """INSERT INTO tombstone (erasure_id, record_class, record_table, record_id, erased_at, erased_by, legal_basis)
           VALUES ($1, 'contacts', $2, $3, $4, $5, 'subject_request')""",
        [
            (erasure, "subject_link", str(with_a_file), ERASED_AT, admin),
            (erasure, "note_version", f"{uuid.uuid4()} 1", ERASED_AT, admin),
        ],
    )
    await asyncio.to_thread(command.upgrade, _config(database_url), "head")

    marked = dict(await connection.fetch("SELECT id, erased_at FROM contact"))

    await connection.close()
    assert marked == {with_a_file: ERASED_AT, alone: ERASED_AT, under_way: None, whole: None}


async def test_notes_that_are_there_are_filed_anew_by_the_worker(database_url: str) -> None:
    await asyncio.to_thread(command.downgrade, _config(database_url), "0021")
    connection = await asyncpg.connect(database_url)
    timers = "SELECT kind, subject_id FROM timer"
    await asyncio.to_thread(command.upgrade, _config(database_url), "0022")
    of_no_notes = await connection.fetch(timers)
    await asyncio.to_thread(command.downgrade, _config(database_url), "0021")
    writer, contact = uuid.uuid4(), uuid.uuid4()
    await connection.execute(
        "INSERT INTO person (id, login, work_name, password_hash, created_at) VALUES ($1, 'a', 'a', 'x', now())", writer
    )
    await connection.execute(
        "INSERT INTO contact (id, number_dialled, state, offered_at) VALUES ($1, '96000', 'closed', now())", contact
    )
    await connection.execute(
        """INSERT INTO note (id, contact_id, scope, person_id, codes_version, submitted_at, changed_at, locks_at)
           VALUES ($1, $1, $1, $2, '1', now(), now(), now())""",
        contact, writer,
    )  # fmt: skip
    await connection.execute("INSERT INTO note_search (note_id, at, words) VALUES ($1, now(), '')", contact)

    await asyncio.to_thread(command.upgrade, _config(database_url), "0022")

    of_one = await connection.fetch(timers)
    await connection.close()
    assert of_no_notes == []
    assert [tuple(row) for row in of_one] == [(NOTES_REFILED, EVERY_NOTE)]


async def test_somebody_is_asked_about_flags_that_were_placed_before_flags_asked(database_url: str) -> None:
    await asyncio.to_thread(command.downgrade, _config(database_url), "0022")
    connection = await asyncpg.connect(database_url)
    placer, subject, long, short, lapsed, lifted = (uuid.uuid4() for _ in range(6))
    day, placed_at = timedelta(days=1), now().replace(microsecond=0) - timedelta(days=3)
    await connection.execute(
        "INSERT INTO person (id, login, work_name, password_hash, created_at) VALUES ($1, 'a', 'a', 'x', now())", placer
    )
    await connection.execute("INSERT INTO subject (id, created_at) VALUES ($1, now())", subject)
    await connection.executemany(
        """INSERT INTO subject_flag (id, subject_id, code, codes_version, placed_by, placed_at, expires_at, lifted_at)
           VALUES ($1, $2, 'minor', '1', $3, $4, $5, $6)""",
        [
            (long, subject, placer, placed_at, placed_at + 90 * day, None),
            (short, subject, placer, placed_at, placed_at + 6 * day, None),
            (lapsed, subject, placer, placed_at, placed_at + 2 * day, None),
            (lifted, subject, placer, placed_at, placed_at + 90 * day, placed_at + day),
        ],
    )
    await asyncio.to_thread(command.upgrade, _config(database_url), "0023")

    timers = await connection.fetch("SELECT subject_id, due_at FROM timer WHERE kind = $1", FLAG_ENDS)

    await connection.close()
    assert {tuple(row) for row in timers} == {(long, placed_at + 83 * day), (short, placed_at + 3 * day)}


async def test_a_migration_gives_up_on_a_table_in_long_use_instead_of_queueing_in_front_of_callers(
    database_url: str,
) -> None:
    connection = await asyncpg.connect(database_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
    try:
        with pytest.raises(CommandFailed, match="in use by a long transaction"):
            await migrate(database_url, lock_timeout="200ms")
    finally:
        await transaction.rollback()
        await connection.close()
