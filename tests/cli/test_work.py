"""`app work` with a port of its own: whether it goes round, and what only a worker counts (P10)."""

import socket

import httpx2
import pytest

from tests.cli.command_line import command, free_port, long_command
from tests.journeys.waiting_for import until

KEYS = dict.fromkeys(("HOTLINE_PSEUDONYM_KEY", "HOTLINE_SEAL_KEY"), "A" * 43 + "=")
COUNTED_BY_A_WORKER = ("hotline_timer_lag_seconds", "hotline_commands_open", "hotline_worker_beat_timestamp_seconds")


@pytest.mark.slow
async def test_p10_a_workers_own_counters_can_be_scraped_where_it_is_given_a_port(database_url: str) -> None:
    port = free_port()
    settings = {"HOTLINE_DATABASE_URL": database_url, "HOTLINE_WORK_PORT": port, **KEYS}
    async with long_command("work", **settings), httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

        async def goes_round() -> bool:
            try:
                return bool((await client.get("/healthz")).status_code == 200)
            except httpx2.HTTPError:
                return False

        await until(goes_round, what="the worker goes round", within_s=60.0)
        metrics = (await client.get("/metrics")).text
        assert [name for name in COUNTED_BY_A_WORKER if f"\n{name}" not in metrics] == []
        beat = next(line for line in metrics.splitlines() if line.startswith("hotline_worker_beat_timestamp_seconds "))
        assert float(beat.split()[1]) > 0
        assert "hotline_database_reachable 1.0" in metrics
        assert (await client.get("/api/desk")).status_code == 404  # nothing else is served there


async def test_a_port_in_use_is_said_before_a_worker_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = await command(
            "work", HOTLINE_WORK_PORT=port, HOTLINE_DATABASE_URL="postgresql://x@127.0.0.1:1/x", **KEYS
        )
    assert said.status != 0
    assert f"Port {port}" in said.err
    assert "HOTLINE_WORK_PORT" in said.err
    assert not said.trace
