"""A change of the pseudonym key loses no caller: not whose number is held, and not who rings again without."""

from datetime import timedelta
from typing import Any

import pytest_asyncio

from app.casework.vault.keeping import Vault
from app.casework.vault.rotating import (
    drop_pseudonyms_of,
    pseudonyms_under,
    remaining_under,
    rotate_pseudonyms,
)
from app.contacts.blocking import block_caller
from app.contacts.public_state import PublicState
from app.contacts.rows import lock_contact
from app.domain.screening import BlockReason
from app.lines.book import LineBook
from app.platform.crypto import Sealer
from app.platform.db import Database
from tests.casework.files.case_desk import NOW
from tests.casework.vault.rotation_yard import CHANGING, COMING, NEW, OLD, VAULT, Yard, number_of, yard


@pytest_asyncio.fixture
async def before(db: Database) -> Yard:
    """A process that knows the first key alone."""
    return await yard(db, OLD, lines=True)


async def rotate(db: Database, *, vault: Vault = VAULT) -> Any:
    changing = await yard(db, CHANGING)
    return await rotate_pseudonyms(db, vault, changing.recognising, read_clock=lambda: NOW)


async def left(db: Database, key_id: str = "p1") -> tuple[int, int]:
    async with db.transaction() as tx:
        found = await remaining_under(tx, key_id, now=NOW)
    return found.callers, found.with_file


async def returning(db: Database, contact_id: object) -> bool:
    state = PublicState(CHANGING, LineBook())
    async with db.reading() as tx:
        (contact,) = await state.contacts(tx, [contact_id])  # type: ignore[list-item]
    return contact.returning


async def test_callers_whose_number_is_held_go_over_at_once(db: Database, before: Yard) -> None:
    files = {n: (await before.talks(number_of(n)))[1] for n in range(8)}

    result = await rotate(db)

    assert (result.moved, await left(db)) == (8, (0, 0))
    async with db.transaction() as tx:
        await drop_pseudonyms_of(tx, "p1")
        assert await pseudonyms_under(tx) == {"p2": 8}
    after = await yard(db, NEW)
    for n, file in files.items():
        assert (await after.talks(number_of(n)))[1] == file


async def test_a_second_time_there_is_nothing_to_do(db: Database, before: Yard) -> None:
    await before.talks(number_of(1))
    await rotate(db)

    assert (await rotate(db)).moved == 0


async def test_who_rings_again_after_their_number_was_forgotten_goes_over_then(db: Database, before: Yard) -> None:
    first, file = await before.talks(number_of(1))
    await before.forgets(first)
    await rotate(db)
    assert await left(db) == (1, 1)

    changing = await yard(db, CHANGING)
    again, same = await changing.talks(number_of(1))

    assert same == file
    assert await returning(db, again)
    assert await left(db) == (0, 0)


async def test_somebody_who_never_talked_is_recognised_too(db: Database, before: Yard) -> None:
    first = await before.rings(number_of(1))
    await before.forgets(first)

    again = await (await yard(db, CHANGING)).rings(number_of(1))

    assert await returning(db, again)
    assert not await returning(db, first)


async def test_a_block_holds_over_the_change(db: Database, before: Yard) -> None:
    first = await before.rings(number_of(1))
    async with db.transaction() as tx:
        await block_caller(tx, first, line_id=None, reason=BlockReason.PRANK, hours=5, by=await _somebody(tx), now=NOW)
    await before.forgets(first)

    again = await (await yard(db, CHANGING)).rings(number_of(1))

    (row,) = await before.rows("SELECT refused_as FROM contact WHERE id = $1", again)
    assert row["refused_as"] == "blocked"
    assert await left(db) == (0, 0)


async def _somebody(tx: Any) -> Any:
    from app.platform.clock import fresh_id

    person_id = fresh_id()
    await tx.execute(
        "INSERT INTO person (id, login, work_name, password_hash, created_at) VALUES ($1, 'a', 'a', '', $2)",
        person_id, NOW,
    )  # fmt: skip
    return person_id


async def test_processes_that_go_by_different_keys_meanwhile_find_the_same_file(db: Database, before: Yard) -> None:
    _, file = await before.talks(number_of(1))
    coming, changing = await yard(db, COMING), await yard(db, CHANGING)

    for process in (changing, coming, changing, coming, coming, changing):
        contact_id, same = await process.talks(number_of(1))
        assert same == file
        assert await returning(db, contact_id)
    await rotate(db)
    assert await left(db) == (0, 0)


async def test_a_process_that_knows_the_old_key_alone_still_finds_the_file(db: Database, before: Yard) -> None:
    _, file = await before.talks(number_of(1))
    await (await yard(db, CHANGING)).talks(number_of(1))

    assert (await before.talks(number_of(1)))[1] == file
    await rotate(db)
    assert await left(db) == (0, 0)


async def test_a_contact_that_somebody_is_writing_to_keeps_no_caller_waiting_and_follows_later(
    db: Database, before: Yard
) -> None:
    first, file = await before.talks(number_of(1))
    await before.forgets(first)
    changing = await yard(db, CHANGING)
    async with db.transaction() as tx:
        await lock_contact(tx, first)
        again = await changing.rings(number_of(1))  # would wait for ever if it waited

    assert await returning(db, again)
    assert (await changing.talks(number_of(1)))[1] == file
    await rotate(db)
    (row,) = await before.rows("SELECT subject_key_id FROM contact WHERE id = $1", first)
    assert row["subject_key_id"] == "p2"


async def test_a_merge_can_still_be_taken_back_after_the_change(db: Database, before: Yard) -> None:
    _, one = await before.talks(number_of(1))
    _, two = await before.talks(number_of(2))
    async with db.transaction() as tx:  # as files/regrouping.py keeps it
        (token,) = await tx.fetchrow("SELECT token FROM subject_alias WHERE subject_id = $1", two)
        regrouping_id = await tx.fetchval(
            """INSERT INTO subject_regrouping (id, kind, from_subject, to_subject, done_by, done_at)
               VALUES (gen_random_uuid(), 'merge', $1, $2, $3, $4) RETURNING id""",
            two, one, await _somebody(tx), NOW,
        )  # fmt: skip
        await tx.execute("INSERT INTO subject_moved_alias VALUES ($1, $2, $3)", regrouping_id, token, two)

    await rotate(db)
    async with db.transaction() as tx:
        await drop_pseudonyms_of(tx, "p1")

    rows = await before.rows("SELECT token, was_with FROM subject_moved_alias")
    assert [(row["token"], row["was_with"]) for row in rows] == [(NEW.subject_token(number_of(2)), two)]


async def test_a_number_whose_sealing_key_is_gone_is_named_and_the_others_go_over(db: Database, before: Yard) -> None:
    await before.talks(number_of(1))
    other = Sealer({"k9": b"9" * 32}, "k9")

    result = await rotate(db, vault=Vault(other, timedelta(days=1), 1))

    assert (result.moved, set(result.unopened)) == (0, {"k1"})
    assert await left(db) == (1, 1)


async def test_failure_25_callers_without_a_number_stay_nobody(db: Database, before: Yard) -> None:
    await before.rings(None)
    await rotate(db)
    again = await (await yard(db, CHANGING)).rings(None)

    assert not await returning(db, again)
    assert await before.rows("SELECT 1 FROM pseudonym_successor") == []


async def test_with_one_key_arrival_asks_nothing_more(db: Database, before: Yard) -> None:
    await before.talks(number_of(1))
    statements: list[str] = []

    class Counting(Database):
        def statements(self) -> Any:
            statements.append("used")
            return super().statements()

    counting = Counting(db.url, size=2)
    await counting.open()
    try:
        await before.recognising.before_arrival(counting, number_of(1), now=NOW)
        assert statements == []
        await (await yard(db, CHANGING)).recognising.before_arrival(counting, number_of(1), now=NOW)
        assert statements == ["used"]
    finally:
        await counting.close()
