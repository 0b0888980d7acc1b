"""A person who makes a mistake at the command line reads one sentence that says what to do, and no stack trace."""

import base64
import socket
from pathlib import Path

import asyncpg

from tests.cli.command_line import command, free_port

KEYS = {
    "HOTLINE_PSEUDONYM_KEY": base64.b64encode(b"p" * 32).decode(),
    "HOTLINE_SEAL_KEY": base64.b64encode(b"s" * 32).decode(),
}


async def test_help_names_every_command_and_what_it_does() -> None:
    said = await command("--help")
    assert said.status == 0
    for name in ("apply", "doctor", "migrate", "people", "redact", "run", "seed", "serve", "work"):
        assert f"    {name} " in said.out, name


async def test_an_unknown_command_is_refused_with_the_list_of_known_ones() -> None:
    said = await command("dance")
    assert said.status == 2
    assert "invalid choice: 'dance'" in said.err
    assert "migrate" in said.err
    assert not said.trace


async def test_a_wrong_setting_stops_the_start_with_one_sentence_naming_it() -> None:
    said = await command("serve", HOTLINE_PORT="eighty")
    assert said.status == 2
    assert said.err.startswith("HOTLINE_PORT is wrong")
    assert said.err.count("\n") == 1


async def test_a_wrong_key_is_named_and_never_repeated() -> None:
    said = await command("serve", HOTLINE_SEAL_KEY="my-secret-but-too-short")
    assert said.status == 2
    assert "HOTLINE_SEAL_KEY" in said.err
    assert "openssl rand -base64 32" in said.err
    assert "my-secret" not in said.err


async def test_a_port_in_use_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = await command("run", HOTLINE_PORT=port, HOTLINE_DATA_DIR=str(tmp_path / "data"))
    assert said.status == 2
    assert f"Port {port}" in said.err
    assert "HOTLINE_PORT" in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "data").exists()


async def test_a_database_out_of_reach_is_one_sentence_without_its_password() -> None:
    said = await command("migrate", HOTLINE_DATABASE_URL="postgresql://hotline:open-sesame@127.0.0.1:1/hotline")
    assert said.status == 2
    assert "HOTLINE_DATABASE_URL" in said.err
    assert "open-sesame" not in said.err
    assert not said.trace


async def test_a_database_url_that_is_none_is_one_sentence() -> None:
    said = await command("migrate", HOTLINE_DATABASE_URL="the usual one")
    assert said.status == 2
    assert "HOTLINE_DATABASE_URL" in said.err
    assert not said.trace


async def test_a_service_does_not_start_on_tables_it_does_not_know(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE alembic_version SET version_num = '0000'")
    await connection.close()
    for name in ("serve", "work"):
        said = await command(name, HOTLINE_DATABASE_URL=database_url, HOTLINE_PORT=free_port(), **KEYS)
        assert said.status == 2, name
        assert "python -m app migrate" in said.err
        assert not said.trace


async def test_a_service_on_a_database_of_its_own_asks_for_its_keys(database_url: str) -> None:
    said = await command("work", HOTLINE_DATABASE_URL=database_url)
    assert said.status == 2
    assert "HOTLINE_PSEUDONYM_KEY" in said.err or "HOTLINE_SEAL_KEY" in said.err
    assert not said.trace


async def test_migrate_says_when_there_is_nothing_to_do(database_url: str) -> None:
    said = await command("migrate", HOTLINE_DATABASE_URL=database_url)
    assert said.status == 0
    assert "up to date" in said.out
    assert (await command("migrate", "--check", HOTLINE_DATABASE_URL=database_url)).status == 0
