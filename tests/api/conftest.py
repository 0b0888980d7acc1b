"""One town for the tests of a module: the whole service over HTTP, signed in as whoever is needed."""

import uuid
from collections.abc import AsyncIterator

import pytest_asyncio

from tests.conftest import DatabaseServer
from tests.journeys.town import Town, running_town


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def town(database_server: DatabaseServer) -> AsyncIterator[Town]:
    """Everything running, with one worker, telephones at forty times their speed."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    url = await database_server.clone(name)
    async with running_town(url, time_scale=40.0) as running:
        yield running
    await database_server.drop(name)
