"""A process that uses the embedded database, to be killed by the tests: `python embedded_client.py FOLDER [UID GID]`.

It prints one JSON line when the database is ready (or the sentence of its failure) and stops when its input closes.
"""

import asyncio
import concurrent.futures.thread  # noqa: F401 loaded early: after giving up root, Python's own folders may be closed
import json
import os
import signal
import sys
from pathlib import Path

import asyncpg

from app.platform.embedded_postgres import DatabaseUnavailable, ensure_database


async def use(folder: Path) -> None:
    try:
        database = await ensure_database(folder, durable=False)
    except DatabaseUnavailable as failure:
        print(json.dumps({"failure": str(failure)}), flush=True)
        return
    connection = await asyncpg.connect(database.url)
    version = await connection.fetchval("SHOW server_version_num")
    await connection.close()
    said = {"pid": database.pid, "started": database.started_by_us, "url": database.url, "version": int(version)}
    print(json.dumps(said), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(json.dumps({"ended": await database.stop()}), flush=True)


if __name__ == "__main__":
    # As in a terminal, also where the tests run in the background, which has them ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if len(sys.argv) > 2:
        os.setgroups([])
        os.setgid(int(sys.argv[3]))
        os.setuid(int(sys.argv[2]))
    asyncio.run(use(Path(sys.argv[1])))
