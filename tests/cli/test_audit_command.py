"""`app audit verify`, as a person meets it, and what the command line itself leaves in the audit."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from app.domain.acts import Act
from app.platform.audit import record_act
from app.platform.db import Database
from tests.cli.command_line import command
from tests.conftest import DatabaseServer, with_database
from tests.lines.conftest import WHOLE_FILE
from tests.seal_everything import seal_everything

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEYS = {"HOTLINE_PSEUDONYM_KEY": "MTEx" * 10 + "MTE=", "HOTLINE_SEAL_KEY": "MTEx" * 10 + "MTE="}


async def _sealed(url: str) -> None:
    db = Database(url, size=2)
    await db.open()
    for day in range(2):
        async with db.transaction() as tx:
            at = NOW + timedelta(days=day)
            await record_act(tx, Act.NOTE_SEEN, by=None, target_kind="note", target_id="n", now=at)
    assert await seal_everything(db, at=NOW + timedelta(days=1)) == 2
    await db.close()


async def test_a_chain_that_holds_is_said_to_and_a_broken_one_names_its_first_entry(
    database_url: str, database_server: DatabaseServer
) -> None:
    settings = {"HOTLINE_DATABASE_URL": database_url, **KEYS}
    await _sealed(database_url)

    held = await command("audit", "verify", **settings)
    end = held.out.split()[-1]
    known = await command("audit", "verify", "--from", "2026-03-02", "--expect", end, **settings)
    unknown = await command("audit", "verify", "--expect", "00" * 32, **settings)
    name = database_url.partition("@/")[2].partition("?")[0]
    thief = await asyncpg.connect(with_database(database_server.running.superuser_url, name))
    await thief.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER; UPDATE audit_entry SET act = 'x' WHERE id = 2")
    await thief.close()
    broken = await command("audit", "verify", **settings)

    assert (held.status, held.err) == (0, "")
    assert held.out.startswith("2 entries are what was sealed, up to entry 2 of 2026-03-02.")
    assert (known.status, known.out.startswith("1 entries")) == (0, True)
    assert (unknown.status, unknown.trace) == (1, False)
    assert (broken.status, broken.trace) == (1, False)
    assert broken.err.startswith("Entry 2: ")


async def test_a_day_that_is_no_day_is_refused_with_a_sentence(database_url: str) -> None:
    said = await command("audit", "verify", "--from", "yesterday", HOTLINE_DATABASE_URL=database_url)

    assert (said.status, said.trace) == (2, False)
    assert "YYYY-MM-DD" in said.err


async def test_p7_what_is_changed_at_the_command_line_is_in_the_audit(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "line.yaml"
    file.write_text(WHOLE_FILE)

    applied = await command("apply", str(file), HOTLINE_DATABASE_URL=database_url)

    assert applied.status == 0, applied.err
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch("SELECT act, target_kind, line_id, person_id FROM audit_entry")
    await connection.close()
    assert {(row["act"], row["target_kind"], row["person_id"]) for row in rows} == {("line_applied", "line", None)}
    assert all(row["line_id"] for row in rows)
