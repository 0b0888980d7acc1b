"""A dispatcher that dies holds nobody up for good (failure 8): another one, or the next, takes over where it was."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app import wiring
from app.worker import work
from tests.journeys.town import Town, running_town
from tests.journeys.waiting_for import until


@asynccontextmanager
async def _a_worker(town: Town) -> AsyncIterator[None]:
    """One worker, for as long as the block lasts; it is killed at its end, wherever it is."""
    task = asyncio.get_running_loop().create_task(work(town.db, town.parts, wiring.timer_handlers(town.parts)))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_failure_8_a_ring_that_outlives_its_worker_is_ended_by_the_next_one(database_url: str) -> None:
    """The caller does not hear a dead line either: what they wait with comes from the web process."""
    async with running_town(database_url, time_scale=40.0, workers=0) as town:
        reed, wren = await town.volunteer("reed"), await town.volunteer("wren")
        async with _a_worker(town):
            await reed.ready()
            await wren.ready()
            sid = await town.call()
            offer = await reed.offer()
        await town.later(16)
        await town.look(sid, "conference")
        assert [one["id"] for one in (await reed.desk())["offers"]] == [offer["id"]]  # nobody ends it
        async with _a_worker(town):
            assert (await wren.offer())["contact_id"] == offer["contact_id"]
            await wren.answer()
            await town.hang_up(sid)
            await town.ends_as(sid, "answered")
            await wren.wrap_up()
            await town.assert_settled()


async def test_failure_8_the_other_worker_goes_on_at_once_when_one_dies(database_url: str) -> None:
    async with running_town(database_url, time_scale=40.0, workers=1) as town:
        reed = await town.volunteer("reed")
        await reed.ready()
        async with _a_worker(town):
            await until(lambda: _beats(town, 2), what="two workers give signs of life")
            sid = await town.call()
            await reed.offer()
        await reed.answer()
        await town.hang_up(sid)
        await town.ends_as(sid, "answered")
        await reed.wrap_up()
        await town.assert_settled()


async def _beats(town: Town, count: int) -> bool:
    return len(await town.rows("SELECT FROM worker_beat")) == count
