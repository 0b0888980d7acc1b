"""The town of a journey; when the journey is over, everything in it must come to rest."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.journeys.town import Town, running_town


@pytest_asyncio.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    """Everything running, telephones at forty times their speed. Ends with the invariants of settled.py."""
    async with running_town(database_url, time_scale=40.0) as running:
        yield running
        await running.assert_settled()
