"""Several processes that free the same volunteers at the same time, started together."""

import asyncio
import sys
import time

import asyncpg

from tests.bench.freeing import GATE
from tests.bench.stage import ROOT


async def free_together(url: str, processes: int, *, at_once: int) -> tuple[list[int], float]:
    """Let so many processes free every volunteer there is, at once; the offers each made, and the seconds it took."""
    gate = await asyncpg.connect(url)
    try:
        await gate.execute("SELECT pg_advisory_lock($1)", GATE)
        children = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.bench.freeing", url, str(seed), str(at_once)),
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
            )
            for seed in range(processes)
        ]
        async with asyncio.timeout(60):
            while await gate.fetchval(_WAITING) < processes:  # noqa: ASYNC110 another process's state
                await asyncio.sleep(0.05)
        began = time.perf_counter()
        await gate.execute("SELECT pg_advisory_unlock($1)", GATE)
        said = await asyncio.gather(*(child.communicate() for child in children))
        assert all(child.returncode == 0 for child in children)
        return [int(out.split()[-1]) for out, _ in said], time.perf_counter() - began
    finally:
        await gate.close()


_WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
