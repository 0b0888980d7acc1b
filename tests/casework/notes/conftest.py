"""A writing room for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.casework.notes.writing_room import Room, open_room


@pytest_asyncio.fixture
async def room(database_url: str) -> AsyncIterator[Room]:
    """The web process with a finder of a few invented names."""
    async with open_room(database_url) as opened:
        yield opened
