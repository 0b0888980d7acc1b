"""The end of a shift never cuts a call, and a lost heartbeat never ends one."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.platform.clock import fresh_id
from app.platform.timers import claim_due, complete
from app.roster.going import go_away, go_ready
from app.roster.heartbeats import heartbeat, lost
from app.roster.presence_moves import mark_engaged, mark_free, mark_offered, mark_wrapping_up
from app.roster.presence_state import load_presence
from app.roster.rostering import shift_end_due
from app.roster.rota import add_shift, cancel_shift
from tests.roster.conftest import HOUR, NOON, Town

END = NOON + 3 * HOUR
SILENT = NOON + timedelta(seconds=16)


async def activity(town: Town, person: UUID) -> str:
    async with town.db.reading() as tx:
        return (await load_presence(tx, person, now=NOON)).activity


async def notices(town: Town) -> list[str]:
    async with town.db.reading() as tx:
        return [row["kind"] for row in await tx.fetch("SELECT kind FROM notice ORDER BY at, id")]


async def ready(town: Town, **shift) -> UUID:
    person = await town.volunteer(**shift)
    async with town.db.transaction() as tx:
        await go_ready(tx, person, now=NOON)
    return person


async def engage(town: Town, person: UUID) -> UUID:
    contact = fresh_id()
    async with town.db.transaction() as tx:
        await mark_offered(tx, person, fresh_id(), now=NOON)
        await mark_engaged(tx, person, contact, now=NOON)
    return contact


async def run_timers(town: Town, at: datetime) -> int:
    async with town.db.transaction() as tx:
        due = await claim_due(tx, ["shift_end"], now=at)
        for timer in due:
            await shift_end_due(tx, timer, now=at)
            await complete(tx, timer, now=at)
    return len(due)


async def test_the_end_of_the_shift_takes_a_ready_volunteer_offline_with_a_notice(town: Town):
    person = await ready(town)
    assert await run_timers(town, END - HOUR) == 0
    assert await run_timers(town, END) == 1
    assert await activity(town, person) == "offline"
    assert await notices(town) == ["shift_ended_while_ready"]


async def test_a_call_and_its_wrap_up_outlast_the_shift_and_end_offline(town: Town):
    person = await ready(town)
    contact = await engage(town, person)
    await run_timers(town, END)
    assert await activity(town, person) == "engaged"
    async with town.db.transaction() as tx:
        await mark_wrapping_up(tx, person, contact, now=END + HOUR)
        assert not await mark_free(tx, person, now=END + HOUR)
    assert await activity(town, person) == "offline"


async def test_the_next_shift_takes_over_without_a_break(town: Town):
    person = await ready(town)
    async with town.db.transaction() as tx:
        await add_shift(tx, person, "teachers", END, END + HOUR, by=None, now=NOON)
    await run_timers(town, END)
    assert await activity(town, person) == "ready"
    await run_timers(town, END + HOUR)
    assert await activity(town, person) == "offline"


async def test_a_timer_that_comes_late_or_twice_changes_nothing_more(town: Town):
    person = await ready(town)
    await run_timers(town, END)
    async with town.db.transaction() as tx:
        version = (await load_presence(tx, person, now=END)).version
    assert await run_timers(town, END + HOUR) == 0
    async with town.db.transaction() as tx:
        assert (await load_presence(tx, person, now=END)).version == version


async def test_cancelling_the_shift_somebody_is_ready_on_takes_them_offline_but_not_out_of_a_call(town: Town):
    idle, busy = await ready(town), await ready(town, work_name="Heron")
    contact = await engage(town, busy)
    async with town.db.transaction() as tx:
        for row in await tx.fetch("SELECT id FROM shift"):
            await cancel_shift(tx, row["id"], version=1, now=NOON)
    assert (await activity(town, idle), await activity(town, busy)) == ("offline", "engaged")
    async with town.db.transaction() as tx:
        await mark_wrapping_up(tx, busy, contact, now=NOON)
        assert not await mark_free(tx, busy, now=NOON)


async def test_a_lost_heartbeat_takes_a_ready_volunteer_offline(town: Town):
    person = await ready(town)
    async with town.db.transaction() as tx:
        await heartbeat(tx, [person], now=NOON + timedelta(seconds=5))
        assert await lost(tx, SILENT) == []
        swept = await lost(tx, SILENT + timedelta(seconds=5))
    assert [(gone.person_id, gone.activity) for gone in swept] == [(person, "ready")]
    assert await activity(town, person) == "offline"


async def test_a_lost_heartbeat_in_a_talk_tells_the_supervisors_once_and_the_call_stays_up(town: Town):
    person = await ready(town)
    contact = await engage(town, person)
    for _ in range(2):
        async with town.db.transaction() as tx:
            assert [gone.contact_id for gone in await lost(tx, SILENT)] == [contact]
    assert await activity(town, person) == "engaged"
    assert await notices(town) == ["heartbeat_lost_in_talk"]


async def test_a_lost_heartbeat_in_a_ring_reports_the_offer_so_that_it_goes_on_to_the_next(town: Town):
    person, offer = await ready(town), fresh_id()
    async with town.db.transaction() as tx:
        await mark_offered(tx, person, offer, now=NOON)
        assert [gone.offer_id for gone in await lost(tx, SILENT)] == [offer]


async def test_a_heartbeat_tells_nobody_and_bumps_no_version(town: Town):
    person = await ready(town)
    async with town.db.transaction() as tx:
        before = await tx.fetchrow("SELECT version, (SELECT count(*) FROM change) AS told FROM presence")
        await heartbeat(tx, [person], now=SILENT)
        await heartbeat(tx, [person], now=NOON)  # a late one does not turn the clock back
        after = await tx.fetchrow("SELECT version, (SELECT count(*) FROM change) AS told FROM presence")
        assert before == after
        assert await tx.fetchval("SELECT heartbeat_at FROM presence") == SILENT


@pytest.mark.parametrize("reach", ["browser", "phone"])
async def test_only_a_browser_needs_a_heartbeat(town: Town, reach: str):
    person = await town.volunteer()
    async with town.db.transaction() as tx:
        await go_ready(tx, person, now=NOON, reach=reach)
        await lost(tx, SILENT)
    assert await activity(town, person) == ("ready" if reach == "phone" else "offline")


async def test_a_row_somebody_is_moving_is_left_to_them(town: Town):
    person = await ready(town)
    async with town.db.transaction() as mover:
        await go_away(mover, person, now=NOON)
        async with town.db.transaction() as sweeper:
            assert await lost(sweeper, SILENT) == []
    assert await activity(town, person) == "away"
