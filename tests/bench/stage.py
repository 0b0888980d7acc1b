"""What the measurements share: a durable database on disk, the lines of a small town, ready volunteers, figures."""

import asyncio
import base64
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.platform.clock import fresh_id, now
from app.platform.db import Database
from app.platform.embedded_postgres import ensure_database
from tests.journeys.town import LINE_FILE

ROOT = Path(__file__).resolve().parents[2]
KEY = base64.b64encode(bytes(range(32))).decode()
AUTH_TOKEN = "bench-token"
ACCOUNT = "AC" + "0" * 32


@dataclass(frozen=True)
class Figure:
    """One figure: what was measured, and the most it may be (`at_least`: the least). Without a limit it informs."""

    name: str
    value: float
    limit: float | None = None
    unit: str = "x"
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@asynccontextmanager
async def durable_database() -> AsyncIterator[str]:
    """A fresh database with fsync on, on this checkout's disk; its asyncpg URL."""
    place = Path(tempfile.mkdtemp(prefix="hotline-bench-", dir="/var/tmp"))
    place.chmod(0o755)
    running = await ensure_database(place / "data")
    try:
        environment = {**os.environ, "HOTLINE_DATABASE_URL": running.url}
        subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "head"],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
        )
        yield running.url
    finally:
        await running.stop()
        shutil.rmtree(place, ignore_errors=True)


async def settle_lines(database_url: str) -> None:
    """Apply the small town's lines."""
    db = Database(database_url, size=4)
    await db.open()
    try:
        async with db.transaction() as tx:
            await apply_documents(tx, [read_document(LINE_FILE, "harbour.yaml")], now=now())
    finally:
        await db.close()


async def ready_volunteers(connection: Any, count: int, *, pool: str = "day", skills: list[str] | None = None) -> None:
    """That many volunteers, ready, straight into the tables."""
    moment = now()
    people = [fresh_id() for _ in range(count)]
    await connection.executemany(
        """INSERT INTO person (id, login, work_name, password_hash, demo, created_at)
           VALUES ($1, $2, '甲', 'x', true, $3)""",
        [(person, f"v{person.hex}", moment) for person in people],
    )
    await connection.executemany(
        """INSERT INTO presence (person_id, activity, reach, since, ready_since, pools, skills, heartbeat_at)
           VALUES ($1, 'ready', 'browser', $2, $2, ARRAY[$3], $4, $2)""",
        # One after another, as people go ready: nobody is idle since the same microsecond as two thousand others.
        [(person, moment - timedelta(milliseconds=n), pool, skills or []) for n, person in enumerate(people)],
    )
    await connection.execute("ANALYZE")


async def clear_calls(connection: Any) -> None:
    """Everybody ready again, nobody calling."""
    await connection.execute(
        """TRUNCATE ledger, leg, offer, timer, command, change, vault.sealed_number, call_back, voicemail, transfer,
             contact CASCADE"""  # and whatever casework hangs on a contact
    )
    await connection.execute(
        """UPDATE presence SET activity = 'ready', offer_id = NULL, contact_id = NULL,
             ready_since = coalesce(ready_since, since)"""
    )
    await connection.execute("VACUUM ANALYZE presence")


@asynccontextmanager
async def plain_connection(database_url: str) -> AsyncIterator[Any]:
    """One asyncpg connection."""
    connection = await asyncpg.connect(database_url)
    try:
        yield connection
    finally:
        await connection.close()


@contextmanager
def process(arguments: list[str], environment: dict[str, str]) -> Iterator[psutil.Process]:
    """A process of ours for as long as the block lasts."""
    child = subprocess.Popen(
        arguments, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10)
        if child.poll() is None:
            child.kill()
            child.wait()


async def wait_for_port(port: int, *, within_s: float = 30.0) -> None:
    """Until somebody listens there."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    raise AssertionError(f"nothing listens on port {port}")


def cpu_of(of: psutil.Process) -> float:
    """CPU seconds a process has used."""
    times = of.cpu_times()
    return float(times.user + times.system)


def percentile(values: list[float], share: float) -> float:
    """The value below which that share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median_of(run: Callable[[], float], rounds: int) -> float:
    """The median of some runs."""
    return statistics.median(run() for _ in range(rounds))


def table(figures: list[Figure]) -> str:
    """The figures as a table."""
    return "\n".join(_row(figure) for figure in figures)


def _row(figure: Figure) -> str:
    verdict = "" if figure.limit is None else "ok" if figure.holds else "MISSED"
    limit = "" if figure.limit is None else f"{'≥' if figure.at_least else '≤'} {figure.limit:g}"
    return f"{verdict:7}{figure.name:70}{figure.value:10.2f} {figure.unit:5}{limit}".rstrip()


def write_json(figures: list[Figure], path: Path) -> None:
    """The figures for a machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = [{**f.__dict__, "holds": f.holds} for f in figures]
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2))
