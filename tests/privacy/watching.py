"""Where the needles of the call path could come to rest, watched while the town works (tests/privacy/needles.py)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import httpx2
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.privacy.needles import Haystack, look_into_database


def watch_pages(haystack: Haystack, volunteer: Volunteer) -> None:
    """From now on every answer that this console gets is kept, problem details included."""

    async def keep(response: httpx2.Response) -> None:
        await response.aread()
        place = "a problem detail" if response.is_error else "a page"
        haystack.add(place, f"{response.headers} {response.text}")

    volunteer.client.event_hooks["response"].append(keep)


@asynccontextmanager
async def watched_socket(haystack: Haystack, town: Town, volunteer: Volunteer) -> AsyncIterator[None]:
    """Her console's socket is open, and every frame is kept."""
    cookies = "; ".join(f"{name}={value}" for name, value in volunteer.client.cookies.items())
    url = f"{town.base_url.replace('http', 'ws', 1)}/api/live"
    async with connect(url, additional_headers={"Cookie": cookies}, origin=town.base_url, proxy=None) as socket:

        async def keep() -> None:
            with suppress(ConnectionClosed):
                async for frame in socket:
                    haystack.add("a socket frame", frame)

        keeping = asyncio.get_running_loop().create_task(keep())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


async def look_everywhere(haystack: Haystack, town: Town, connection: asyncpg.Connection, database_log: Path) -> None:
    """What is left of the evening: database, logs, metrics, and the addresses that went to and fro."""
    await look_into_database(haystack, connection)
    haystack.add("our log", *(dict(line) for line in town.lines.ours))
    haystack.add("a library's log", *town.lines.others)
    haystack.add("the database's log", *database_log.read_text(errors="replace").splitlines())
    async with httpx2.AsyncClient() as client:
        for path in ("/metrics", "/readyz", "/healthz"):
            haystack.add(path, (await client.get(f"{town.base_url}{path}")).text)
    carrier = town.carrier
    haystack.add("an address we gave the carrier", *(sent.url for sent in carrier.webhooks.sent))
    haystack.add("an address of the carrier's API", *carrier.asked)
    haystack.add("the carrier's alerts", *(problem.public() for problem in carrier.problems.kept))
    for call in (*carrier.calls.values(), *carrier.erased.values()):
        spoken = (f"{heard.text}" for heard in call.heard)
        haystack.add("what a telephone heard", *spoken)
        if call.status_callback is not None:
            haystack.add("an address we gave the carrier", call.status_callback.url)
