"""What the tests of the embedded PostgreSQL share: folders that clean up after themselves, and processes to kill."""

import asyncio
import contextlib
import json
import os
import pwd
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.platform.embedded_postgres import DatabaseUnavailable, ensure_database, postmaster

REPOSITORY = Path(__file__).resolve().parents[2]
CLIENT = Path(__file__).with_name("embedded_client.py")
NOBODY = pwd.getpwnam("nobody")


@contextlib.contextmanager
def own_folder(where: Path, mode: int = 0o755) -> Iterator[Path]:
    """A folder under `where`; any server in it, and any data it led to elsewhere, are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-faults-", dir=where))
    folder.chmod(mode)
    try:
        yield folder
    finally:
        for pointer in folder.rglob("database-location"):
            home = Path(pointer.read_text().strip()).parent
            _end_servers(home)
            shutil.rmtree(home)
        _end_servers(folder)
        shutil.rmtree(folder)


def _end_servers(folder: Path) -> None:
    for file in folder.rglob("postmaster.pid"):
        pid = int(file.read_text().split()[0])
        if postmaster.is_ours(pid, file.parent):
            os.kill(pid, signal.SIGQUIT)
            while postmaster.is_ours(pid, file.parent):
                postmaster.reap()


class Client:
    """Another process that uses the database."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, folder: Path, *, user: pwd.struct_passwd | None = None, **env: str) -> "Client":
        who = [str(user.pw_uid), str(user.pw_gid)] if user else []
        inherited = os.environ.get("PYTHONPATH", "")
        python_path = os.pathsep.join(filter(None, [env.pop("PYTHONPATH", ""), str(REPOSITORY), inherited]))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(CLIENT), str(folder), *who),
            env={**os.environ, "PYTHONPATH": python_path, **env},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        return cls(process)

    async def says(self) -> dict[str, Any]:
        assert self.process.stdout
        async for line in self.process.stdout:
            if line.startswith(b"{"):
                said: dict[str, Any] = json.loads(line)
                return said
        raise AssertionError("the client ended without a word")

    async def stop(self) -> bool:
        """True if the client was the last and ended the server."""
        assert self.process.stdin
        self.process.stdin.close()
        said = await self.says()
        await self.process.wait()
        return bool(said["ended"])

    async def die(self) -> None:
        self.process.kill()
        await self.process.wait()


async def until(holds: Callable[[], bool]) -> None:
    """Wait until `holds`, at most half a minute."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 another process tells us nothing
            await asyncio.sleep(0.02)


async def ask(url: str, query: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def keep_a_row(url: str) -> None:
    await ask(url, "CREATE TABLE kept AS SELECT '心理热线' AS word")


def assert_is_one_sentence(failure: str) -> None:
    assert "\n" not in failure
    assert failure.endswith(".")
    assert ". " not in failure
    assert failure[0].isupper() or failure[0] == "/"


async def failure_of(folder: Path) -> str:
    with pytest.raises(DatabaseUnavailable) as caught:
        await ensure_database(folder, durable=False)
    assert_is_one_sentence(str(caught.value))
    return str(caught.value)
