"""Key rotation under load loses no link: calls arrive all the while, and the command is killed in the middle."""

import asyncio
import base64
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from app.casework.vault.resealing import sealed_under
from app.casework.vault.rotating import pseudonyms_under, remaining_under
from app.platform.clock import now
from app.platform.db import Database
from tests.casework.vault.rotation_yard import CHANGING, FIRST, NEW, OLD, SECOND, Yard, number_of, yard
from tests.cli.command_line import environment
from tests.journeys.waiting_for import until

REPOSITORY = Path(__file__).resolve().parent.parent.parent
QUIET, HELD, FORGOTTEN, EVERYBODY = range(80), range(120), range(120, 150), range(190)  # the rest are new
SEAL = b"s" * 32  # as in rotation_yard


@pytest_asyncio.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, size=10)
    await opened.open()
    yield opened
    await opened.close()


async def begin(*arguments: str, **settings: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", "keys", *arguments),
        cwd=REPOSITORY,
        env=environment(settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )


async def killed_half_way(process: asyncio.subprocess.Process, db: Database) -> None:
    """kill -9 once it has let some of those go over who do not ring, and not all."""
    tokens = [NEW.subject_token(number_of(n)) for n in QUIET]

    async def gone_over() -> int:
        async with db.transaction() as tx:
            return int(await tx.fetchval("SELECT count(*) FROM contact WHERE subject_token = ANY($1)", tokens))

    await until(gone_over, what="the command has begun", within_s=60)
    os.kill(process.pid, signal.SIGKILL)
    await process.communicate()
    assert 0 < await gone_over() < len(tokens), "it had finished before it was killed: give it more to do"


def written(key: bytes) -> str:
    return base64.b64encode(key).decode()


def settings_of(url: str) -> dict[str, str]:
    return {
        "HOTLINE_DATABASE_URL": url,
        "HOTLINE_PSEUDONYM_KEY": written(SECOND),
        "HOTLINE_PSEUDONYM_KEY_ID": "p2",
        "HOTLINE_PSEUDONYM_KEYS_OTHER": f"p1:{written(FIRST)}",
        "HOTLINE_SEAL_KEY": written(SEAL),
    }


@pytest.mark.slow
async def test_key_rotation_under_load_loses_no_link(db: Database, database_url: str) -> None:
    before = await yard(db, OLD, lines=True)
    files: dict[int, UUID | None] = {}
    for n in [*HELD, *FORGOTTEN]:
        contact_id, files[n] = await before.talks(number_of(n))
        if n in FORGOTTEN:
            await before.forgets(contact_id)
    changing = await yard(db, CHANGING)
    stop, killed = asyncio.Event(), asyncio.Event()
    heard: list[tuple[int, UUID | None]] = []

    async def calls(first: int) -> None:
        """Known callers ring again, whatever the command is doing with them, and new ones ring for the first time."""
        n = first
        while not stop.is_set():
            n = (n + 7) % len(EVERYBODY)
            if n not in QUIET or killed.is_set():
                heard.append((n, (await changing.talks(number_of(n)))[1]))

    callers = [asyncio.ensure_future(calls(first)) for first in (0, 63, 126)]
    command = await begin("rotate-pseudonyms", **settings_of(database_url))
    await killed_half_way(command, db)
    killed.set()
    again = await begin("rotate-pseudonyms", **settings_of(database_url))
    said, _ = await again.communicate()
    assert again.returncode == 0, said.decode()
    await until(_every_one(heard), what="everybody has rung again meanwhile", within_s=120)
    stop.set()
    await asyncio.gather(*callers)

    for n, file in heard:  # each caller led to one file, the one of before where there was one
        assert file is not None
        assert files.setdefault(n, file) == file, n
    last = await begin("rotate-pseudonyms", **settings_of(database_url))
    said, _ = await last.communicate()
    async with db.transaction() as tx:
        left = await remaining_under(tx, "p1", now=now())
    assert (left.callers, left.with_file) == (0, 0), said.decode()
    retired = await begin("retire", "pseudonym", "p1", **settings_of(database_url))
    said, _ = await retired.communicate()
    assert retired.returncode == 0, said.decode()
    await _everybody_is_who_they_were(await yard(db, NEW), files)


def _every_one(heard: list[tuple[int, UUID | None]]):  # type: ignore[no-untyped-def] # a condition for `until`
    async def asked() -> bool:
        return {n for n, _ in heard} == {*EVERYBODY}

    return asked


async def _everybody_is_who_they_were(after: Yard, files: dict[int, UUID | None]) -> None:
    async with after.db.transaction() as tx:
        assert set(await pseudonyms_under(tx)) == {"p2"}
    for n, file in files.items():
        assert (await after.talks(number_of(n)))[1] == file, n
    subjects = await after.rows("SELECT count(*) AS n FROM subject")
    assert subjects[0]["n"] == len(files)


@pytest.mark.slow
async def test_sealing_anew_that_is_killed_goes_on_where_it_was(db: Database, database_url: str) -> None:
    before = await yard(db, OLD, lines=True)
    for n in range(20):
        await before.talks(number_of(n))
    async with db.transaction() as tx:  # enough for several batches
        await tx.execute(
            """INSERT INTO contact (id, number_dialled, state, offered_at)
               SELECT gen_random_uuid(), '', 'closed', now() FROM generate_series(1, 3000)"""
        )
        ids = [row["id"] for row in await tx.fetch("SELECT id FROM contact WHERE state = 'closed'")]
        sealer = before.reception.sealer
        await tx.executemany(
            "INSERT INTO vault.sealed_number VALUES ($1, $2, now()) ON CONFLICT DO NOTHING",
            [(each, sealer.seal(b"+447700900001", f"vault.sealed_number/{each}/sealed")) for each in ids],
        )
    settings = settings_of(database_url) | {
        "HOTLINE_SEAL_KEY": written(b"t" * 32),
        "HOTLINE_SEAL_KEY_ID": "k2",
        "HOTLINE_SEAL_KEYS_OTHER": f"k1:{written(SEAL)}",
    }

    command = await begin("reseal", **settings)

    async def some() -> bool:
        return (await sealed_under(db))["k2"] > 0

    await until(some, what="the command has begun", within_s=60)
    os.kill(command.pid, signal.SIGKILL)
    await command.communicate()
    assert (await sealed_under(db))["k1"] > 0, "it had finished before it was killed: give it more to do"
    again = await begin("reseal", **settings)
    said, _ = await again.communicate()

    assert again.returncode == 0, said.decode()
    assert set(await sealed_under(db)) == {"k2"}
