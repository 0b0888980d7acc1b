"""Who may go ready, and how one leaves again."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.domain.errors import AlreadyEngaged, NotPossibleNow, NotRostered, StaleVersion, WrapUpFirst
from app.domain.presence import Activity
from app.platform.clock import fresh_id
from app.roster.going import go_away, go_offline, go_ready, set_by_supervisor
from app.roster.membership import hold_credential, join_pool, leave_pool
from app.roster.presence_moves import mark_engaged, mark_offered, mark_wrapping_up
from app.roster.presence_state import load_presence
from app.roster.rota import add_shift, let_in
from app.roster.schemas import Presence
from tests.roster.conftest import HOUR, NOON, Town


async def look(town: Town, person: UUID, at=NOON) -> Presence:
    async with town.db.reading() as tx:
        return await load_presence(tx, person, now=at)


async def test_somebody_on_shift_goes_ready_in_the_pools_of_the_shift(town: Town):
    person = await town.volunteer()
    async with town.db.transaction() as tx:
        await hold_credential(tx, person, "crisis", expires_at=NOON + HOUR)
        await hold_credential(tx, person, "youth", expires_at=NOON - HOUR)
        assert await go_ready(tx, person, now=NOON, version=1, reach="phone")
        skills = await tx.fetchval("SELECT skills FROM presence WHERE person_id = $1", person)
    seen = await look(town, person)
    assert (seen.activity, seen.pools, seen.reach, seen.on_shift) == ("ready", ["teachers"], "phone", True)
    assert seen.shift_ends_at == NOON + 3 * HOUR
    assert skills == ["crisis"]


async def test_somebody_off_shift_is_told_when_the_next_one_begins(town: Town):
    person = await town.volunteer(since=NOON + 6 * HOUR)
    async with town.db.transaction() as tx:
        with pytest.raises(NotRostered, match=r"2026-11-24 from 18:00 to 22:00 \(Asia/Shanghai\) in Teachers") as told:
            await go_ready(tx, person, now=NOON)
    assert "您的下一班：2026-11-24 18:00–22:00，甬老师" in str(told.value)
    shift = told.value.next_shift
    assert shift is not None
    assert told.value.why == "before_next_shift"
    assert datetime.fromisoformat(shift["starts_at"]) == NOON + 6 * HOUR
    assert datetime.fromisoformat(shift["ends_at"]) == NOON + 10 * HOUR
    assert shift["pool_name_zh"] == "甬老师"
    async with town.db.transaction() as tx:
        with pytest.raises(NotRostered, match="No further shift") as none:
            await go_ready(tx, await town.person(), now=NOON)
    assert (none.value.why, none.value.next_shift) == ("no_shift_ahead", None)


async def test_a_shift_is_half_open_so_its_last_moment_is_the_next_ones_first(town: Town):
    person = await town.volunteer(since=NOON, hours=1)
    async with town.db.transaction() as tx:
        with pytest.raises(NotRostered):
            await go_ready(tx, person, now=NOON + HOUR)
    async with town.db.transaction() as tx:
        assert await go_ready(tx, person, now=NOON)


async def test_whoever_a_supervisor_lets_in_goes_ready_until_then(town: Town):
    person, supervisor = await town.person(), await town.person("Heron")
    async with town.db.transaction() as tx:
        await join_pool(tx, person, "teachers", now=NOON)
        await let_in(tx, person, "teachers", 2, by=supervisor, now=NOON)
        assert await go_ready(tx, person, now=NOON)
    assert (await look(town, person)).shift_ends_at == NOON + 2 * HOUR


async def test_a_shift_in_a_pool_she_has_left_counts_for_nothing(town: Town):
    person = await town.volunteer()
    async with town.db.transaction() as tx:
        await go_ready(tx, person, now=NOON)
        await leave_pool(tx, person, "teachers", now=NOON)
    assert (await look(town, person)).activity == "offline"
    async with town.db.transaction() as tx:
        with pytest.raises(NotRostered):
            await go_ready(tx, person, now=NOON)


async def test_whose_certificates_have_all_expired_stays_off_the_line(town: Town):
    person = await town.volunteer()
    async with town.db.transaction() as tx:
        await hold_credential(tx, person, "crisis", expires_at=NOON)
        with pytest.raises(NotRostered, match="expired") as told:
            await go_ready(tx, person, now=NOON)
    assert told.value.why == "certificates_expired"
    async with town.db.transaction() as tx:
        await hold_credential(tx, person, "crisis", expires_at=NOON + HOUR)
        assert await go_ready(tx, person, now=NOON)


async def test_two_shifts_that_meet_count_as_one_and_both_pools_when_they_overlap(town: Town):
    person = await town.volunteer(since=NOON - HOUR, hours=2)
    async with town.db.transaction() as tx:
        await join_pool(tx, person, "hospital", now=NOON)
        await add_shift(tx, person, "teachers", NOON + HOUR, NOON + 3 * HOUR, by=None, now=NOON)
        await add_shift(tx, person, "hospital", NOON - HOUR, NOON + HOUR / 2, by=None, now=NOON)
        await go_ready(tx, person, now=NOON)
        due = await tx.fetchval("SELECT due_at FROM timer WHERE kind = 'shift_end' AND done_at IS NULL")
    seen = await look(town, person)
    assert (seen.shift_ends_at, seen.pools) == (NOON + 3 * HOUR, ["hospital", "teachers"])
    assert due == NOON + HOUR / 2, "to be looked at again when the first of them ends"


async def test_p8_a_stale_version_is_refused(town: Town):
    person = await town.volunteer()
    async with town.db.transaction() as tx:
        await go_ready(tx, person, now=NOON, version=1)
        with pytest.raises(StaleVersion):
            await go_away(tx, person, now=NOON, version=1)


async def test_leaving_while_an_offer_rings_hands_the_offer_back(town: Town):
    person, offer = await town.volunteer(), fresh_id()
    async with town.db.transaction() as tx:
        await go_ready(tx, person, now=NOON)
        await mark_offered(tx, person, offer, now=NOON)
        gone = await go_away(tx, person, now=NOON, reason="tea")
    assert (gone.activity, gone.offer_id) == (Activity.AWAY, offer)
    seen = await look(town, person)
    assert (seen.activity, seen.reason, seen.offer_id) == ("away", "tea", None)


async def test_nobody_leaves_a_live_call_not_even_by_a_supervisor(town: Town):
    person, contact = await town.volunteer(), fresh_id()
    async with town.db.transaction() as tx:
        await go_ready(tx, person, now=NOON)
        await mark_offered(tx, person, fresh_id(), now=NOON)
        await mark_engaged(tx, person, contact, now=NOON)
        for leave in (go_away, go_offline, go_ready):
            with pytest.raises(AlreadyEngaged):
                await leave(tx, person, now=NOON)
        with pytest.raises(AlreadyEngaged):
            await set_by_supervisor(tx, person, "offline", reason="late", now=NOON)
    assert (await look(town, person)).contact_id == contact


async def test_going_ready_twice_keeps_ones_place_and_going_away_from_a_ring_needs_no_shift(town: Town):
    person = await town.volunteer()
    async with town.db.transaction() as tx:
        await go_ready(tx, person, now=NOON)
        await go_ready(tx, person, now=NOON + timedelta(minutes=5))
        assert await tx.fetchval("SELECT ready_since FROM presence") == NOON
        await mark_offered(tx, person, fresh_id(), now=NOON)
        assert not await go_ready(tx, person, now=NOON), "it rings already"


async def test_a_supervisor_sends_somebody_offline_and_it_is_on_record(town: Town):
    person = await town.volunteer()
    async with town.db.transaction() as tx:
        await go_ready(tx, person, now=NOON)
        gone = await set_by_supervisor(tx, person, "offline", reason="rest", now=NOON)
        assert gone.activity is Activity.OFFLINE
        assert await tx.fetchval("SELECT kind FROM notice") == "set_by_supervisor"


async def test_a_supervisor_cuts_no_wrap_up_short(town: Town):
    person, contact = await town.volunteer(), fresh_id()
    async with town.db.transaction() as tx:
        await go_ready(tx, person, now=NOON)
        await mark_offered(tx, person, fresh_id(), now=NOON)
        await mark_engaged(tx, person, contact, now=NOON)
        await mark_wrapping_up(tx, person, contact, now=NOON)
        with pytest.raises(NotPossibleNow):
            await set_by_supervisor(tx, person, "away", reason="", now=NOON)


async def test_nobody_leaves_a_wrap_up_undone_for_nobody_else_could_close_the_contact(town: Town):
    person, contact = await town.volunteer(), fresh_id()
    async with town.db.transaction() as tx:
        await go_ready(tx, person, now=NOON)
        await mark_offered(tx, person, fresh_id(), now=NOON)
        await mark_engaged(tx, person, contact, now=NOON)
        await mark_wrapping_up(tx, person, contact, now=NOON)
        for leave in (go_ready, go_away, go_offline):
            with pytest.raises(WrapUpFirst):
                await leave(tx, person, now=NOON)
