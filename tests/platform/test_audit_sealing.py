"""The audit is append-only by the database itself, and sealed in a chain that no late entry and no thief can enter."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from app.domain.acts import Act
from app.platform.audit import record_act
from app.platform.audit_sealing import BATCH, LINGER, AuditSealer, seal_up_to
from app.platform.audit_verifying import is_in_the_chain, verify
from app.platform.clock import now
from app.platform.db import Database, Tx
from tests.conftest import DatabaseServer, with_database
from tests.seal_everything import seal_everything

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + LINGER


async def enter(tx: Tx, *, at: datetime = NOW, target: str = "n") -> None:
    await record_act(tx, Act.NOTE_SEEN, by=UUID(int=1), target_kind="note", target_id=target, now=at, facts={"a": [1]})


async def entered(db: Database, many: int, *, at: datetime = NOW) -> None:
    for _ in range(many):
        async with db.transaction() as tx:
            await enter(tx, at=at)


async def sealed(db: Database) -> int:
    async with db.reading() as tx:
        return int(await tx.fetchval("SELECT count(*) FROM audit_seal"))


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "audit_day"])
@pytest.mark.parametrize("change", ["UPDATE", "DELETE FROM {}", "DELETE FROM {} WHERE false", "TRUNCATE {}"])
async def test_p7_nobody_changes_or_removes_an_entry_not_even_the_tables_owner(
    db: Database, database_server: DatabaseServer, database_url: str, table: str, change: str
) -> None:
    await entered(db, 1)
    column = "act" if table == "audit_entry" else "hash"
    statement = f"UPDATE {table} SET {column} = {column}" if change == "UPDATE" else change.format(table)  # noqa: S608

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        async with db.transaction() as tx:
            await tx.execute(statement)
    owner = await asyncpg.connect(_as_superuser(database_server, database_url))
    try:
        # Replication's mode passes over ordinary triggers; these are always on.
        await owner.execute("SET session_replication_role = replica")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await owner.execute(statement)
    finally:
        await owner.close()


async def test_what_is_entered_is_sealed_once_it_is_closed_and_verifies(db: Database) -> None:
    await entered(db, 3)
    sealer = AuditSealer()

    assert await sealer.sweep(db, now=NOW) == 0  # an id below could still be on its way
    assert await seal_everything(db, at=NOW, sealer=sealer) == 3
    assert await sealer.sweep(db, now=LATER) == 0
    verdict = await verify(db)
    assert (verdict.entries, verdict.unsealed, verdict.broken) == (3, 0, None)
    assert verdict.last is not None
    assert await is_in_the_chain(db, verdict.last.hash.hex())
    assert not await is_in_the_chain(db, "00" * 32)
    assert not await is_in_the_chain(db, "no hash at all")


async def test_an_empty_audit_holds(db: Database) -> None:
    await seal_everything(db, at=LATER)

    assert await verify(db) == (await verify(db, since=NOW.date()))
    assert (await verify(db)).last is None


async def test_an_entry_that_commits_late_is_waited_for_and_nothing_is_sealed_past_it(db: Database) -> None:
    sealer = AuditSealer()
    slow = await asyncpg.connect(db.url)
    try:
        transaction = slow.transaction()
        await transaction.start()
        await slow.execute(
            "INSERT INTO audit_entry (at, act, target_kind, target_id, facts) VALUES ($1, 'late', 'note', 'x', '{}')",
            NOW,
        )
        await entered(db, 3)  # their ids are higher, and they are visible at once
        for round_ in range(4):
            assert await sealer.sweep(db, now=NOW + round_ * LINGER) == 0
        await transaction.commit()
    finally:
        await slow.close()

    assert await seal_everything(db, at=NOW + 5 * LINGER, sealer=sealer) == 4
    assert (await verify(db)).broken is None


async def test_an_entry_that_was_rolled_back_leaves_a_gap_and_holds_nobody_up(db: Database) -> None:
    await entered(db, 1)
    with contextlib.suppress(ZeroDivisionError):
        async with db.transaction() as tx:
            await enter(tx)
            raise ZeroDivisionError
    await entered(db, 1)

    await seal_everything(db, at=LATER)

    verdict = await verify(db)
    assert (verdict.entries, verdict.broken) == (2, None)


async def test_many_entries_are_sealed_in_batches(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            """INSERT INTO audit_entry (at, act, target_kind, target_id)
               SELECT $1, 'note_seen', 'note', n::text FROM generate_series(1, $2) n""",
            NOW, 2 * BATCH + 7,
        )  # fmt: skip

    await seal_everything(db, at=LATER)

    assert await sealed(db) == 2 * BATCH + 7
    assert (await verify(db)).entries == 2 * BATCH + 7


async def test_several_workers_seal_at_once_and_every_entry_is_sealed_once(db: Database) -> None:
    await entered(db, 30)
    sealers = [AuditSealer() for _ in range(3)]
    await asyncio.gather(*(sealer.sweep(db, now=NOW) for sealer in sealers))

    await asyncio.gather(*(seal_everything(db, at=LATER, sealer=sealer) for sealer in sealers))

    assert await sealed(db) == 30
    assert (await verify(db)).broken is None


async def test_a_worker_that_dies_while_it_seals_has_sealed_nothing_and_the_next_one_does(db: Database) -> None:
    await entered(db, 5)
    with contextlib.suppress(ZeroDivisionError):
        async with db.transaction() as tx:
            assert await seal_up_to(tx, 5, now=NOW) == 5
            raise ZeroDivisionError

    await seal_everything(db, at=LATER)

    assert (await verify(db)).entries == 5


async def test_a_day_that_is_over_is_summed_up_and_the_next_one_begins_with_its_hash(db: Database) -> None:
    await entered(db, 2)
    await entered(db, 3, at=NOW + timedelta(days=2))

    await seal_everything(db, at=LATER)

    async with db.reading() as tx:
        (day,) = await tx.fetch("SELECT * FROM audit_day")
        assert day["hash"] == await tx.fetchval("SELECT hash FROM audit_seal WHERE entry_id = $1", day["last_entry_id"])
    assert (day["day"], day["entries"]) == (NOW.date(), 2)
    since = await verify(db, since=(NOW + timedelta(days=2)).date())
    assert (since.entries, since.broken) == (3, None)


def _as_superuser(server: DatabaseServer, url: str) -> str:
    return with_database(server.running.superuser_url, url.partition("@/")[2].partition("?")[0])


@pytest.mark.parametrize(
    ("crime", "caught_at", "words"),
    [
        ("UPDATE audit_entry SET person_id = NULL WHERE id = 4", 4, "not what was sealed"),
        ("UPDATE audit_entry SET facts = '{}' WHERE id = 4", 4, "not what was sealed"),
        ("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE id = 1", 1, "not what was sealed"),
        ("DELETE FROM audit_entry WHERE id = 5", 5, "removed"),
        ("DELETE FROM audit_entry WHERE id = 8", 8, "removed"),
        ("DELETE FROM audit_seal WHERE entry_id = 5", 5, "put in after"),
        ("WITH a AS (DELETE FROM audit_entry WHERE id = 3) DELETE FROM audit_seal WHERE entry_id = 3", 4, "sealed"),
        ("WITH a AS (DELETE FROM audit_entry WHERE id > 5) DELETE FROM audit_seal WHERE entry_id > 5", 6, "other end"),
        ("UPDATE audit_seal SET hash = sha256('x') WHERE entry_id = 2", 2, "not what was sealed"),
        ("UPDATE audit_seal SET day = day + 1 WHERE entry_id = 2", 2, "not what was sealed"),
        ("UPDATE audit_day SET hash = sha256('x')", 6, "another end"),
    ],
)  # fmt: skip
async def test_p7_whoever_gets_past_the_guard_is_found_out_and_the_first_broken_entry_named(
    db: Database, database_server: DatabaseServer, database_url: str, crime: str, caught_at: int, words: str
) -> None:
    await entered(db, 6)
    await entered(db, 2, at=NOW + timedelta(days=1))
    await seal_everything(db, at=LATER)
    assert (await verify(db)).broken is None

    thief = await asyncpg.connect(_as_superuser(database_server, database_url))
    for table in ("audit_entry", "audit_seal", "audit_day"):
        await thief.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await thief.execute(crime)
    await thief.close()

    broken = (await verify(db)).broken
    assert broken is not None
    assert (broken.entry_id, words in broken.because) == (caught_at, True), broken


async def test_p7_an_entry_slipped_in_among_sealed_ones_is_found(db: Database) -> None:
    await entered(db, 1)
    async with db.transaction() as tx:
        await tx.fetchval("SELECT nextval(pg_get_serial_sequence('audit_entry', 'id'))")  # a gap, as a rollback leaves
    await entered(db, 2)
    await seal_everything(db, at=LATER)

    async with db.transaction() as tx:
        await tx.execute(
            """INSERT INTO audit_entry (id, at, act, target_kind, target_id) OVERRIDING SYSTEM VALUE
               VALUES (2, $1, 'note_seen', 'note', 'x')""",
            now(),
        )

    broken = (await verify(db)).broken
    assert broken is not None
    assert broken.entry_id == 2
