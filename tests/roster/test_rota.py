"""The rota: what may be entered, and the week with its gaps."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.errors import Invalid, NotFound, StaleVersion
from app.platform.clock import fresh_id
from app.roster.membership import hold_credential, join_pool, leave_pool
from app.roster.notice_state import load_notice, open_notices
from app.roster.notices import give_notice, mark_seen
from app.roster.rota import ShiftOverlaps, add_shift, cancel_shift, let_in, week
from app.roster.shift_state import load_own_shifts, load_shift, load_shifts
from tests.roster.conftest import HOUR, NOON, Town


async def test_overlapping_shifts_of_one_person_in_one_pool_are_refused(town: Town):
    person = await town.volunteer(since=NOON, hours=4)
    async with town.db.transaction() as tx:
        await join_pool(tx, person, "hospital", now=NOON)
        with pytest.raises(ShiftOverlaps):
            await add_shift(tx, person, "teachers", NOON + 3 * HOUR, NOON + 5 * HOUR, by=None, now=NOON)
        await add_shift(tx, person, "teachers", NOON + 4 * HOUR, NOON + 5 * HOUR, by=None, now=NOON)
        await add_shift(tx, person, "hospital", NOON + HOUR, NOON + 2 * HOUR, by=None, now=NOON)


async def test_two_supervisors_entering_the_same_shift_at_once_enter_it_once(town: Town):
    person = await town.person()
    async with town.db.transaction() as tx:
        await join_pool(tx, person, "teachers", now=NOON)

    async def enter() -> bool:
        try:
            async with town.db.transaction() as tx:
                await add_shift(tx, person, "teachers", NOON, NOON + HOUR, by=None, now=NOON)
        except ShiftOverlaps:
            return False
        return True

    assert sorted(await asyncio.gather(*(enter() for _ in range(5)))) == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("starts", "ends", "why"),
    [
        (NOON, NOON, "ends after it starts"),
        (NOON, NOON + 25 * HOUR, "24 hours"),
        (NOON - 2 * HOUR, NOON - HOUR, "already be over"),
        (datetime(2026, 11, 25, 9), datetime(2026, 11, 25, 10), "time zone"),  # noqa: DTZ001 that is the point
    ],
)
async def test_a_shift_that_makes_no_sense_is_refused(town: Town, starts: datetime, ends: datetime, why: str):
    person = await town.volunteer()
    async with town.db.transaction() as tx:
        with pytest.raises(Invalid, match=why):
            await add_shift(tx, person, "teachers", starts, ends, by=None, now=NOON)


async def test_only_a_member_with_a_valid_certificate_is_rostered(town: Town):
    person = await town.person()
    tomorrow = NOON + 24 * HOUR
    async with town.db.transaction() as tx:
        with pytest.raises(Invalid, match="no such person"):
            await add_shift(tx, fresh_id(), "teachers", tomorrow, tomorrow + HOUR, by=None, now=NOON)
        with pytest.raises(Invalid, match="does not belong"):
            await add_shift(tx, person, "teachers", tomorrow, tomorrow + HOUR, by=None, now=NOON)
        assert await join_pool(tx, person, "teachers", now=NOON)
        assert not await join_pool(tx, person, "teachers", now=NOON)
        await hold_credential(tx, person, "crisis", expires_at=NOON + HOUR)
        with pytest.raises(Invalid, match="expired"):
            await add_shift(tx, person, "teachers", tomorrow, tomorrow + HOUR, by=None, now=NOON)
        await add_shift(tx, person, "teachers", NOON, NOON + HOUR, by=None, now=NOON)
        with pytest.raises(Invalid):
            await join_pool(tx, person, "nowhere", now=NOON)
        assert await leave_pool(tx, person, "teachers", now=NOON)
        assert not await leave_pool(tx, person, "teachers", now=NOON)


async def test_letting_in_ends_where_the_next_shift_begins_and_lasts_12_hours_at_most(town: Town):
    person = await town.volunteer(since=NOON + HOUR)
    async with town.db.transaction() as tx:
        shift = await load_shift(tx, await let_in(tx, person, "teachers", 5, by=person, now=NOON))
        assert (shift.ends_at, shift.source) == (NOON + HOUR, "let_in")
        for hours in (0, 12.5, float("nan")):
            with pytest.raises(Invalid):
                await let_in(tx, person, "teachers", hours, by=person, now=NOON)
        with pytest.raises(ShiftOverlaps):
            await let_in(tx, person, "teachers", 1, by=person, now=NOON)


async def test_cancelling_needs_the_version_one_saw(town: Town):
    person = await town.volunteer()
    async with town.db.transaction() as tx:
        shift = (await load_own_shifts(tx, person, now=NOON))[0]
        with pytest.raises(StaleVersion):
            await cancel_shift(tx, shift.id, version=2, now=NOON)
        await cancel_shift(tx, shift.id, version=1, now=NOON)
        assert await load_own_shifts(tx, person, now=NOON) == []
        with pytest.raises(NotFound):
            await cancel_shift(tx, shift.id, version=2, now=NOON)
        ((_, version, state, topics),) = await load_shifts(tx, [str(shift.id)])
    assert (version, state.cancelled) == (2, True)
    assert f"person:{person}" in topics
    assert "line:night" in topics
    assert "line:youth" not in topics


async def test_the_week_shows_shifts_across_midnight_and_where_seats_are_missing(town: Town):
    one = await town.volunteer("Reed", since=NOON, hours=24)
    two = await town.volunteer("Heron", since=NOON + HOUR, hours=2)
    async with town.db.reading() as tx:
        rota = await week(tx, date(2026, 11, 25), 1, ["teachers"])
        full = await week(tx, date(2026, 11, 24), 2, ["teachers", "hospital"])
    assert [shift.person_id for shift in rota.shifts] == [one], "it began the day before"
    midnight = datetime(2026, 11, 24, 16, tzinfo=UTC)
    assert [(gap.starts_at, gap.ends_at, gap.seats) for gap in rota.gaps] == [
        (midnight, NOON + 24 * HOUR, 1),
        (NOON + 24 * HOUR, midnight + 24 * HOUR, 0),
    ]
    assert {member.person_id for member in full.people} == {one, two}
    gaps = [(gap.starts_at - NOON, gap.ends_at - NOON, gap.seats) for gap in full.gaps if gap.pool_id == "teachers"]
    assert gaps[:3] == [
        (timedelta(hours=-12), timedelta(0), 0),
        (timedelta(0), HOUR, 1),
        (3 * HOUR, 24 * HOUR, 1),
    ]


async def test_a_notice_reaches_the_lines_of_the_one_it_is_about_and_is_seen_once(town: Town):
    person = await town.volunteer(pool="hospital")
    async with town.db.transaction() as tx:
        notice_id = await give_notice(tx, "away_after_missed", about=person, now=NOON)
        await give_notice(tx, "timers_late", now=NOON)
        notice, lines = await load_notice(tx, notice_id)
        assert notice.about is not None
        assert (notice.about.work_name, sorted(lines)) == ("Reed", ["night", "youth"])
        assert [n.id for n in await open_notices(tx, ["youth"], everything=False)] == [notice_id]
        assert len(await open_notices(tx, ["night", "youth"], everything=True)) == 2
        assert await mark_seen(tx, notice_id, by=person, now=NOON)
        assert not await mark_seen(tx, notice_id, by=person, now=NOON + HOUR)
        assert (await load_notice(tx, notice_id))[0].seen_at == NOON
        with pytest.raises(NotFound):
            await mark_seen(tx, fresh_id(), by=person, now=NOON)
