"""The clock of the database's host itself is stepped: nobody waits for the step besides, and nothing is lost (P2, P9).

The server's clock cannot be set from here; what such a step leaves behind can: rows that were made an hour from now.
"""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.contacts.waiting_since import set_waits_back
from app.domain.presence import Activity
from app.platform import clock, outbox, timers
from app.platform.clock import HouseClock, fresh_id, now
from app.platform.db import Database
from app.platform.setting_back import set_back
from app.roster import heartbeats
from tests.journeys.town import Town, running_town

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


async def _timer(db: Database, *, at: datetime, due_in: timedelta) -> UUID:
    subject = fresh_id()
    async with db.transaction() as tx:
        await timers.set_timer(tx, "ring", subject, due_at=at + due_in, now=at)
    return subject


async def _due(db: Database, subject: UUID) -> datetime:
    async with db.statements() as tx:
        due: datetime = await tx.fetchval("SELECT due_at FROM timer WHERE subject_id = $1", subject)
    return due


async def test_p9_a_timer_set_before_the_clock_went_back_keeps_its_time_and_no_other_is_touched(db: Database) -> None:
    moment = now()
    ring = await _timer(db, at=moment + HOUR, due_in=12 * SECOND)
    before = await _timer(db, at=moment - 5 * SECOND, due_in=12 * SECOND)
    shift = await _timer(db, at=moment + HOUR, due_in=8 * HOUR)  # eight hours by the calendar
    async with db.transaction() as tx:
        await outbox.enqueue(tx, "steer_leg", contact_id=None, leg_id=fresh_id(), now=moment + HOUR)
        assert await set_back(tx, now=moment) == 2
        assert await set_back(tx, now=moment) == 0
        assert len(await outbox.claim_due(tx, now=moment)) == 1
    assert await _due(db, ring) == moment + 12 * SECOND
    assert await _due(db, before) == moment + 7 * SECOND
    assert await _due(db, shift) == moment + 9 * HOUR


async def test_a_timer_that_is_moved_after_the_step_is_not_taken_for_one_from_before_it(db: Database) -> None:
    moment = now()
    subject = await _timer(db, at=moment + HOUR, due_in=12 * SECOND)
    async with db.transaction() as tx:
        await timers.set_timer(tx, "ring", subject, due_at=moment + 20 * SECOND, now=moment)
        assert await set_back(tx, now=moment) == 0
    assert await _due(db, subject) == moment + 20 * SECOND


async def test_callers_keep_their_order_and_newcomers_stand_behind_them(db: Database) -> None:
    moment = now()
    waiting = {fresh_id(): moment + HOUR - ago * SECOND for ago in (90, 30, 5)}
    async with db.transaction() as tx:
        for contact_id, since in waiting.items():
            await tx.execute(
                """INSERT INTO contact (id, number_dialled, state, bridge, offered_at, enqueued_at, waiting_since,
                     stage_since, queue_rank) VALUES ($1, '', 'waiting', '', $2, $2, $2, $2, $2)""",
                contact_id, since,
            )  # fmt: skip
        assert await set_waits_back(tx, now=moment) == 3
        assert await set_waits_back(tx, now=moment) == 0
        rows = await tx.fetch("SELECT id, queue_rank, enqueued_at FROM contact ORDER BY queue_rank")
    assert [row["id"] for row in rows] == list(waiting)
    assert [row["queue_rank"] for row in rows] == [moment - ago * SECOND for ago in (85, 25, 0)]


async def test_a_console_that_goes_after_the_clock_went_back_is_missed_in_time(database_url: str) -> None:
    async with running_town(database_url, workers=0) as town:
        reed = await town.volunteer("reed")
        await reed.ready()
        town.unheard.add(reed.person_id)
        moment = now()
        async with town.db.transaction() as tx:
            await tx.execute("UPDATE presence SET heartbeat_at = $1", moment + HOUR)
            await heartbeats.set_beats_back(tx, now=moment)
            assert await heartbeats.lost(tx, moment + 14 * SECOND) == []
            [gone] = await heartbeats.lost(tx, moment + 16 * SECOND)
        assert (gone.person_id, gone.activity) == (reed.person_id, Activity.READY)


@pytest.mark.slow
async def test_consoles_are_not_called_lost_when_the_clock_was_set_forward(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_town(database_url, workers=0) as town:
        reed = await town.volunteer("reed")
        await reed.ready()
        town.unheard.add(reed.person_id)
        async with town.db.transaction() as tx:
            await tx.execute("UPDATE presence SET heartbeat_at = heartbeat_at - interval '1 h'")
        stepped = HouseClock()
        moment = now()
        stepped.correct(moment - HOUR, asked_ns=stepped.counted_ns(), heard_ns=stepped.counted_ns())
        stepped.correct(moment, asked_ns=stepped.counted_ns(), heard_ns=stepped.counted_ns())
        assert stepped.steady_for() < SECOND
        assert clock.HOUSE.steady_for() == timedelta.max
        monkeypatch.setattr("app.worker.HOUSE", stepped)
        await _sweeps(town)
        assert (await reed.desk())["presence"]["activity"] == "ready"
        monkeypatch.undo()
        await _sweeps(town)
        assert (await reed.is_("offline"))["reason"] == "out_of_reach"


async def _sweeps(town: Town) -> None:
    from app import wiring
    from app.worker import Worker

    await Worker(town.db, town.parts, wiring.timer_handlers(town.parts)).sweep()
