"""The house of these tests."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.casework.care.care_house import CareHouse, open_care_house


@pytest_asyncio.fixture
async def care(database_url: str) -> AsyncIterator[CareHouse]:
    """The routes, with people and lines."""
    async with open_care_house(database_url) as opened:
        yield opened
