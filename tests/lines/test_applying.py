"""Applying files: what changes, what stays, and that history is never rewritten."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from app.domain.calendars import Open, is_open
from app.lines.apply import apply_documents
from app.lines.beginning import begin_due_versions
from app.lines.book import keys_for
from app.lines.reading import RefusedError, read_document
from app.platform.db import Database
from tests.lines.conftest import LINES, NOW, VERSION, apply, book_of, line_file, shanghai

SLOWER = VERSION.replace("ring_seconds: 20", "ring_seconds: 25")


async def rows(db: Database, sql: str) -> list[tuple[object, ...]]:
    async with db.reading() as tx:
        return [tuple(row) for row in await tx.fetch(sql)]


async def versions(db: Database) -> list[tuple[object, ...]]:
    return await rows(db, "SELECT valid_from, valid_until, checksum FROM line_version ORDER BY line_id, valid_from")


async def test_a_new_line_is_known_by_its_number_with_its_pools_in_order(db: Database) -> None:
    difference = await apply(db, line_file())

    book = await book_of(db)
    assert book.by_number("96000") == "lamp"
    policy = book.policy("lamp", NOW)
    assert policy is not None
    assert [(pool.pool_id, pool.overflow_after_s) for pool in policy.pools] == [("day", 30), ("night", None)]
    assert await rows(db, "SELECT pool_id, stage FROM line_pool ORDER BY stage") == [("day", 0), ("night", 1)]
    assert "lamp: new line 灯 / Lamp" in difference.in_words()


async def test_applying_the_same_file_again_changes_nothing(db: Database) -> None:
    await apply(db, line_file())
    before = await versions(db), await rows(db, "SELECT version FROM setting_version")

    again = await apply(db, line_file(), now=NOW + timedelta(days=3))

    assert not again
    assert (await versions(db), await rows(db, "SELECT version FROM setting_version")) == before
    assert again.in_words() == "Nothing changes: this is what is in force."


async def test_writing_out_a_default_or_ordering_keys_otherwise_changes_nothing(db: Database) -> None:
    await apply(db, line_file())

    same = VERSION.replace("queue: {ring_seconds: 20}", "wrap_up_seconds: 120\n  queue: {strategy: longest_idle}")

    assert not await apply(db, line_file(same), now=NOW + timedelta(days=1))


async def test_a_changed_version_ends_the_one_in_force_and_begins_now(db: Database) -> None:
    await apply(db, line_file())
    first = (await versions(db))[0]
    later = NOW + timedelta(days=2)

    difference = await apply(db, line_file(SLOWER), now=later)

    kept, new = await versions(db)
    assert kept == (first[0], later, first[2])
    assert new[:2] == (later, None)
    assert "queue.ring_seconds: 20 → 25" in difference.in_words()
    book = await book_of(db)
    before, after = book.policy("lamp", later - timedelta(seconds=1)), book.policy("lamp", later)
    assert before is not None
    assert after is not None
    assert (before.queue.ring_seconds, after.queue.ring_seconds) == (20, 25)


async def test_a_change_of_mind_applied_twice_settles(db: Database) -> None:
    await apply(db, line_file())
    await apply(db, line_file(SLOWER), now=NOW + timedelta(days=1))

    assert not await apply(db, line_file(SLOWER), now=NOW + timedelta(days=2))
    assert await apply(db, line_file(), now=NOW + timedelta(days=3))
    assert len(await versions(db)) == 3


async def test_a_planned_version_begins_by_itself_and_takes_its_pools_along(db: Database) -> None:
    planned = SLOWER.replace("2026-01-01 00:00", "2026-12-01 00:00").replace(
        "[{pool: day, overflow_after_s: 30}, {pool: night}]", "[{pool: night}]"
    )
    await apply(db, line_file(VERSION, planned))
    begins = shanghai(2026, 12, 1)

    async with db.transaction() as tx:
        assert await begin_due_versions(tx, begins - timedelta(seconds=1)) == []
    assert await rows(db, "SELECT pool_id FROM line_pool ORDER BY stage") == [("day",), ("night",)]
    async with db.transaction() as tx:
        assert await begin_due_versions(tx, begins) == ["lamp"]
    async with db.transaction() as tx:
        assert await begin_due_versions(tx, begins) == []
    assert await rows(db, "SELECT pool_id, stage FROM line_pool") == [("night", 0)]
    policy = (await book_of(db)).policy("lamp", begins)
    assert policy is not None
    assert policy.queue.ring_seconds == 25


async def test_a_planned_version_may_be_taken_back_and_the_one_before_it_goes_on(db: Database) -> None:
    planned = SLOWER.replace("2026-01-01 00:00", "2026-12-01 00:00")
    await apply(db, line_file(VERSION, planned))

    difference = await apply(db, line_file(VERSION), now=NOW + timedelta(days=1))

    assert "the version planned from 2026-12-01 00:00 is taken back" in difference.in_words()
    [(start, end, _)] = await versions(db)
    assert (start, end) == (shanghai(2026, 1, 1), None)


async def test_the_past_of_a_new_line_is_kept_and_that_of_a_known_line_is_not_rewritten(db: Database) -> None:
    past = VERSION.replace("2026-01-01 00:00", "2025-01-01 00:00")
    await apply(db, line_file(past, SLOWER))
    before = await versions(db)
    assert len(before) == 2

    other_past = past.replace("ring_seconds: 20", "ring_seconds: 30")
    difference = await apply(db, line_file(other_past, SLOWER), now=NOW + timedelta(days=1))

    assert not difference
    assert "history is not rewritten" in difference.in_words()
    assert await versions(db) == before


async def test_a_version_without_a_beginning_begins_when_it_is_applied(db: Database) -> None:
    undated = VERSION.replace('- valid_from: "2026-01-01 00:00"\n  ', "- ")

    await apply(db, line_file(undated))
    again = await apply(db, line_file(undated), now=NOW + timedelta(hours=1))

    [(start, end, _)] = await versions(db)
    assert (start, end) == (NOW, None)
    assert not again


async def test_a_line_may_be_ended_and_its_waiting_callers_keep_their_pools(db: Database) -> None:
    await apply(db, line_file())
    ending = VERSION.replace("\n  languages", '\n  valid_until: "2026-12-24 00:00"\n  languages', 1)

    await apply(db, line_file(ending))

    book = await book_of(db)
    assert book.policy("lamp", shanghai(2026, 12, 23, 23, 59)) is not None
    assert book.policy("lamp", shanghai(2026, 12, 24)) is None
    async with db.transaction() as tx:
        assert await begin_due_versions(tx, shanghai(2026, 12, 25)) == []
    assert await rows(db, "SELECT count(*) FROM line_pool") == [(2,)]


async def test_a_number_moves_between_two_lines_only_when_both_files_say_so(db: Database) -> None:
    await apply(db, line_file(), line_file(line="candle", number="96001", organisation=False))

    with pytest.raises(RefusedError, match="96000 belongs to the line lamp already"):
        await apply(db, line_file(line="candle", number="96000", organisation=False))
    await apply(db, line_file(number="96002"), line_file(line="candle", number="96000", organisation=False))

    book = await book_of(db)
    assert [book.by_number(number) for number in ("96000", "96001", "96002")] == ["candle", None, "lamp"]


async def test_a_refused_file_takes_the_good_ones_with_it_and_changes_nothing(db: Database) -> None:
    bad = line_file(VERSION.replace("pool: night", "pool: nobody"), line="candle", number="96001", organisation=False)

    with pytest.raises(RefusedError) as refused:
        await apply(db, line_file(), bad)

    assert [problem.reason for problem in refused.value.problems] == ["there is no pool nobody"]
    assert await rows(db, "SELECT id FROM organisation UNION SELECT id FROM line") == []


async def test_two_who_apply_at_once_take_turns(db: Database) -> None:
    await apply(db, line_file())
    texts = [line_file(VERSION.replace("ring_seconds: 20", f"ring_seconds: {n}")) for n in (21, 22, 23)]

    await asyncio.gather(*(apply(db, text, now=NOW + timedelta(minutes=n)) for n, text in enumerate(texts, 1)))

    spans = [(start, end) for start, end, _ in await versions(db)]
    assert spans[-1][1] is None
    assert all(end == following for (_, end), (following, _) in pairwise(spans))


async def test_the_book_is_read_again_only_when_something_changed(db: Database) -> None:
    await apply(db, line_file())
    book = await book_of(db)

    async with db.reading() as tx:
        assert await book.refresh(tx) is False
    await apply(db, line_file(SLOWER), now=NOW + timedelta(days=1))
    async with db.reading() as tx:
        assert await book.refresh(tx) is True
    assert len(book.versions("lamp")) == 2


async def test_a_change_of_a_line_is_told_to_the_consoles(db: Database) -> None:
    await apply(db, line_file())

    assert ("line", "lamp") in await rows(db, "SELECT entity, entity_id FROM change")


async def test_a_queue_has_one_key_whatever_the_order_of_its_skills(db: Database) -> None:
    await apply(db, line_file())

    async with db.transaction() as tx:
        first = await keys_for(tx, "lamp", ["english", "crisis"], 0)
        same = await keys_for(tx, "lamp", ("crisis", "english", "crisis"), 0)
        other = await keys_for(tx, "lamp", ["english"], 0)
        later = await keys_for(tx, "lamp", ["english", "crisis"], 1)

    assert first == same
    assert len({first, other, later}) == 3


async def test_the_five_cities_are_applied_together_and_again_without_a_change(db: Database) -> None:
    sources = [read_document(file.read_text(), file.name) for file in sorted(LINES.glob("*.yaml"))]
    async with db.transaction() as tx:
        await apply_documents(tx, sources, now=NOW)
    async with db.transaction() as tx:
        assert not await apply_documents(tx, sources, now=NOW + timedelta(days=30))

    book = await book_of(db)
    running = book.running(NOW)
    assert len(running) == len(book.line_ids) == 13
    assert book.by_number("96111") == "changzhou-96111"
    assert book.by_number("+867754200330") == "guigang-aid"


async def test_what_runs_changes_in_the_moment_in_which_a_version_does_and_back_again(db: Database) -> None:
    source = read_document((LINES / "changzhou.yaml").read_text(), "changzhou.yaml")
    async with db.transaction() as tx:
        await apply_documents(tx, [source], now=NOW)
    book = await book_of(db)
    change, second = shanghai(2023, 1, 1, 0, 0), timedelta(seconds=1)

    def running(at: datetime) -> list[tuple[str, datetime]]:
        return [(policy.line_id, policy.valid_from) for policy in book.running(at)]

    youth = ("changzhou-12355", shanghai(2020, 1, 1, 0, 0))
    first, then = ("changzhou-96111", shanghai(2021, 1, 1, 0, 0)), ("changzhou-96111", change)
    for at, expected in [
        (change - second, [youth, first]),
        (change, [youth, then]),
        (NOW, [youth, then]),
        (shanghai(2020, 12, 31, 23, 59), [youth]),
        (change - second, [youth, first]),
        (shanghai(2019, 12, 31, 0, 0), []),
    ]:
        assert running(at) == expected


async def test_changzhou_had_its_evenings_in_2022_and_has_its_nights_in_2024(db: Database) -> None:
    source = read_document((LINES / "changzhou.yaml").read_text(), "changzhou.yaml")
    async with db.transaction() as tx:
        await apply_documents(tx, [source], now=NOW)
    book = await book_of(db)

    def open_at(*when: int) -> bool:
        at = shanghai(*when)
        policy = book.policy("changzhou-96111", at)
        assert policy is not None
        return isinstance(is_open(policy.calendar, at), Open)

    assert open_at(2022, 6, 1, 21)
    assert not open_at(2022, 6, 1, 23)
    assert not open_at(2022, 12, 31, 22)
    assert open_at(2023, 1, 1, 0)
    assert open_at(2024, 6, 1, 3)
