"""What the embedded PostgreSQL says when it cannot be had: one sentence, what is wrong and what to do."""

import contextlib
import json
from pathlib import Path

import asyncpg
import pytest

from app.platform.embedded_postgres import ensure_database
from tests.faults.embedded_clients import ask, failure_of


async def test_a_folder_made_by_a_version_that_is_not_here_says_so(data_dir: Path) -> None:
    await (await ensure_database(data_dir, durable=False)).stop()
    (data_dir / "postgres" / "PG_VERSION").write_text("13\n")
    failure = await failure_of(data_dir)
    assert "PostgreSQL 13" in failure
    assert "HOTLINE_DATA_DIR" in failure


async def test_missing_passwords_say_so(data_dir: Path) -> None:
    await (await ensure_database(data_dir, durable=False)).stop()
    (data_dir / "database-passwords.json").unlink()
    assert str(data_dir / "database-passwords.json") in await failure_of(data_dir)


async def test_wrong_passwords_say_so(data_dir: Path) -> None:
    database = await ensure_database(data_dir, durable=False)
    passwords = data_dir / "database-passwords.json"
    right = passwords.read_text()
    passwords.write_text(json.dumps({"postgres": "wrong", "hotline": "wrong"}))
    assert str(passwords) in await failure_of(data_dir)
    passwords.write_text(right)
    assert await ask(database.url, "SELECT 1") == 1, "the failure did not take the server down"
    await database.stop()


async def test_a_damaged_cluster_says_what_the_server_said(data_dir: Path) -> None:
    await (await ensure_database(data_dir, durable=False)).stop()
    (data_dir / "postgres" / "global" / "pg_control").unlink()
    failure = await failure_of(data_dir)
    assert "pg_control" in failure
    assert str(data_dir / "database.log") in failure


async def test_a_data_folder_below_a_file_says_so(data_dir: Path) -> None:
    data_dir.write_text("a file")
    failure = await failure_of(data_dir / "deeper")
    assert str(data_dir / "deeper") in failure
    assert "HOTLINE_DATA_DIR" in failure


async def test_files_of_another_kind_are_not_overwritten(data_dir: Path) -> None:
    letter = data_dir / "postgres" / "letter.txt"
    letter.parent.mkdir(parents=True)
    letter.write_text("mine")
    assert str(letter.parent) in await failure_of(data_dir)
    assert letter.read_text() == "mine"


async def test_the_servers_log_quotes_nobody(data_dir: Path) -> None:
    database = await ensure_database(data_dir, durable=False)
    await ask(database.url, "CREATE TABLE number (digits text UNIQUE)")
    for _ in range(2):
        with contextlib.suppress(asyncpg.UniqueViolationError):
            await ask(database.url, "INSERT INTO number VALUES ('+447700900123') RETURNING 1")
    with pytest.raises(asyncpg.PostgresError):
        await ask(database.url, "SELECT '+447700900123'::uuid")
    await database.stop()
    said = (data_dir / "database.log").read_text()
    assert "ready to accept connections" in said
    assert "7700900123" not in said
