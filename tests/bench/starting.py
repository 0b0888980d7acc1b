"""Issue promises 4 and 5: how soon a later `make run` is ready, and how much memory all of it takes when idle.

Memory is the sum of PSS (shared pages counted once, by shares) over every process of it: make, service with web and
worker, carrier emulator, PostgreSQL and its children.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psutil

from tests.bench.stage import ROOT, Figure

PORT = 8396
ROUNDS = 5
READY_WITHIN_S = 300
IDLE_S = 5


async def measure(_database_url: str) -> list[Figure]:
    """The first start makes the data folder; those after it are timed; the last one is weighed."""
    place = Path(tempfile.mkdtemp(prefix="hotline-bench-run-", dir="/var/tmp"))
    place.chmod(0o755)
    took, weight = [], 0.0
    try:
        for _ in range(ROUNDS + 1):
            began = time.perf_counter()
            with _make_run(place / "data") as made:
                await _until_ready(made)
                took.append(time.perf_counter() - began)
                if len(took) > ROUNDS:
                    await asyncio.sleep(IDLE_S)
                    weight = sum(_pss(process) for process in _processes(made, place / "data"))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return [
        Figure("make run, with everything set up: seconds until ready", statistics.median(took[1:]), 6, "s"),
        Figure("make run, idle: memory of all its processes (PSS)", weight / 1e6, 500, "MB"),
    ]


@contextmanager
def _make_run(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`make run` on this data folder, ended as by Ctrl-C."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    made = subprocess.Popen(
        ["make", "run"],
        cwd=ROOT,
        env={**kept, "HOTLINE_DATA_DIR": str(data), "HOTLINE_PORT": str(PORT)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield made
    finally:
        for child in psutil.Process(made.pid).children() if made.poll() is None else []:
            child.send_signal(signal.SIGINT)
        try:
            made.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(made.pid, signal.SIGKILL)
            made.wait()


async def _until_ready(made: "subprocess.Popen[bytes]") -> None:
    async with asyncio.timeout(READY_WITHIN_S), httpx2.AsyncClient() as client:
        while True:
            assert made.poll() is None, "make run has ended by itself"
            with contextlib.suppress(httpx2.HTTPError):
                if (await client.get(f"http://127.0.0.1:{PORT}/readyz", timeout=5)).status_code == 200:
                    return
            await asyncio.sleep(0.02)


def _processes(made: "subprocess.Popen[bytes]", data: Path) -> list[psutil.Process]:
    """Everything that was started: our children, and the database, which is nobody's child."""
    postmaster = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
    roots = [psutil.Process(made.pid), psutil.Process(postmaster)]
    return list({process for root in roots for process in (root, *root.children(recursive=True))})


def _pss(process: psutil.Process) -> int:
    return int(process.memory_full_info().pss)
