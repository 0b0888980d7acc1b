"""`app apply FILE... [--dry-run]`, as a person at the keyboard meets it."""

from argparse import ArgumentParser
from pathlib import Path

import asyncpg
import pytest

from app.cli import apply as command
from app.cli.failures import CommandFailed
from app.lines.published_schema import published_text
from app.platform.db import Database
from tests.lines.conftest import VERSION, WHOLE_FILE, line_file


async def run(*words: str) -> int:
    parser = ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["apply", *words])
    code: int = await args.func(args)
    return code


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Path:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", database_url)
    written = tmp_path / "lamp.yaml"
    written.write_text(WHOLE_FILE)
    return written


async def lines_in(db: Database) -> list[str]:
    async with db.reading() as tx:
        return [row["id"] for row in await tx.fetch("SELECT id FROM line")]


async def test_a_dry_run_says_what_would_change_and_changes_nothing(
    file: Path, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(str(file), "--dry-run") == 0

    said = capsys.readouterr().out
    assert said.startswith("This would change, and nothing has been changed:")
    assert "lamp: new line 灯 / Lamp" in said
    assert "lamp: new version from 2026-01-01 00:00 until further notice" in said
    assert await lines_in(db) == []


async def test_applying_says_what_changed_and_then_that_nothing_does(
    file: Path, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(str(file)) == 0
    assert "lamp: number 96000" in capsys.readouterr().out
    assert await lines_in(db) == ["lamp"]

    assert await run(str(file)) == 0
    assert capsys.readouterr().out == "Nothing changes: this is what is in force.\n"

    file.write_text(line_file(VERSION.replace("ring_seconds: 20", "ring_seconds: 25")))
    assert await run(str(file), "--dry-run") == 0
    assert "queue.ring_seconds: 20 → 25" in capsys.readouterr().out


async def test_a_refused_file_is_told_with_file_line_and_reason(
    file: Path, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    text = WHOLE_FILE.replace("organisation: lighthouse", "organisation: harbour")
    file.write_text(text.replace("pool: night", "pool: nobody"))

    assert await run(str(file)) == 1

    told = capsys.readouterr().err.splitlines()
    assert len(told) == 3
    assert all(line.startswith(f"{file}:") for line in told[:2])
    assert "there is no organisation harbour" in told[0]
    assert "there is no pool nobody" in told[1]
    assert told[2] == "Nothing was changed."
    assert await lines_in(db) == []


async def test_files_that_are_not_there_or_not_text_are_all_told(
    file: Path, db: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\xff")

    assert await run(str(tmp_path / "none.yaml"), str(tmp_path / "picture.yaml"), str(file)) == 1

    told = capsys.readouterr().err
    assert "none.yaml:1: No such file or directory" in told
    assert "picture.yaml:1: this is not UTF-8 text" in told
    assert await lines_in(db) == []


async def test_without_files_it_says_how_to_call_it(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run() == 2
    assert "app apply deploy/lines/*.yaml" in capsys.readouterr().err


async def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert await run("--schema") == 0
    assert capsys.readouterr().out == published_text()


async def test_a_database_without_tables_is_told_in_a_sentence(file: Path, connection: asyncpg.Connection) -> None:
    await connection.execute("DROP TABLE pool, line_version, line, organisation CASCADE")
    with pytest.raises(CommandFailed, match="run `app migrate` first"):
        await run(str(file))
