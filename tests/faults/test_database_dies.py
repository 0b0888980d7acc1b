"""PostgreSQL is killed (`kill -9`) while callers wait: every process recovers by itself, and says the truth meanwhile.

The carrier's telephones run at their true speed here, so that a caller hears on while the database is away.
"""

import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from app.platform.embedded_postgres import RunningDatabase, ensure_database
from tests.conftest import prepare_template
from tests.faults.crew import running_crew
from tests.faults.under_way import idle_timers, lags
from tests.journeys.town import Town, running_town
from tests.journeys.waiting_for import until

TIMERS = 20


@pytest_asyncio.fixture
async def server(data_dir: Path) -> AsyncIterator[RunningDatabase]:
    """A server of the test's own, with the tables."""
    running = await ensure_database(data_dir)
    await prepare_template(running.url)
    yield running
    await running.stop()


async def _readyz(town: Town) -> tuple[int, list[str]]:
    async with httpx2.AsyncClient(base_url=town.base_url, timeout=10) as client:
        answer = await client.get("/readyz")
    return answer.status_code, answer.json()["troubles"]


@pytest.mark.slow
async def test_after_the_database_was_killed_timers_fire_and_the_caller_who_waited_is_answered(
    server: RunningDatabase, data_dir: Path
) -> None:
    async with running_town(server.url, time_scale=1.0, workers=0) as town, running_crew(town) as crew:
        reed, wren = await town.volunteer("reed"), await town.volunteer("wren")
        workers = await crew.workers(2)

        async def ready() -> bool:
            return await _readyz(town) == (200, [])

        await until(ready, what="everything is well")
        await reed.ready()
        sid = await town.call()
        offer = await reed.offer()  # she lets it ring: the timer that ends it is due while the database is away
        await wren.ready()
        await idle_timers(town, TIMERS, every_s=0.2)

        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        killed = time.monotonic()

        async def says_so() -> bool:
            status, troubles = await _readyz(town)
            return status == 503 and "database_unreachable" in troubles

        await until(says_so, what="/readyz says that the database is away", within_s=10)
        again = await ensure_database(data_dir)  # adopted or started anew, as the service does
        try:
            away_s = time.monotonic() - killed
            late = await lags(town, TIMERS)
            assert min(late) >= 0
            assert max(late) < away_s + 5
            for worker in workers:
                await crew.beats(worker)
            await until(ready, what="/readyz says that all is well again", within_s=20)
            assert (await wren.offer())["contact_id"] == offer["contact_id"]
            await wren.answer()
            await town.hang_up(sid)
            await town.ends_as(sid, "answered")
            await wren.wrap_up()
            await town.assert_settled()
        finally:
            await again.stop()
