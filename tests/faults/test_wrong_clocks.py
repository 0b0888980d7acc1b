"""Machines whose clocks are an hour wrong, and are stepped while they work: timers come when they are due (P9)."""

import asyncio
import signal
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx2
import pytest

from app.platform.clock import now
from tests.cli.command_line import free_port
from tests.faults.crew import Crew
from tests.faults.under_way import idle_timers, lags
from tests.journeys.town import Town
from tests.journeys.waiting_for import until

HOUR_S = 3600.0
LATE_AT_MOST_S = 1.0


@pytest.mark.slow
async def test_p9_workers_and_servers_whose_clocks_are_wrong_or_stepped_keep_the_databases_time(
    town: Town, crew: Crew
) -> None:
    port = free_port()
    ahead, behind, _ = await asyncio.gather(
        crew.start("work", machine_ahead_s=HOUR_S),
        crew.start("work", machine_ahead_s=-HOUR_S),
        crew.start("serve", machine_ahead_s=-HOUR_S, HOTLINE_PORT=port),
    )
    for worker in (ahead, behind):
        await crew.beats(worker)
        [line] = worker.has_said("machine_clock_wrong")
        assert abs(abs(line["ahead_s"]) - HOUR_S) < 60

    # Timers due in the future, and the clocks stepped to the other side while they wait.
    await idle_timers(town, 20, every_s=0.1)
    for worker in (ahead, behind):
        worker.process.send_signal(signal.SIGUSR1)
    late = await lags(town, 20)
    assert min(late) >= 0  # none before its time
    assert max(late) < LATE_AT_MOST_S

    async def steps_were_noticed() -> bool:
        return all(len(worker.has_said("machine_clock_wrong")) == 2 for worker in (ahead, behind))

    await until(steps_were_noticed, what="both say that their machine's clock was stepped")

    # Who goes by which clock: the beats in the database, and what a server tells the consoles.
    beats = await town.rows("SELECT beat_at FROM worker_beat")
    assert all(abs(row["beat_at"] - now()) < timedelta(seconds=5) for row in beats)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

        async def ready() -> httpx2.Response | None:
            try:
                answer = await client.get("/readyz")
            except httpx2.ConnectError:
                return None
            return answer if answer.status_code == 200 else None

        answer = await until(ready, what="the server is ready")
    assert abs(answer.json()["machine_clock_ahead_s"] + HOUR_S) < 60
    assert abs(parsedate_to_datetime(answer.headers["date"]) - now()) < timedelta(seconds=5)
