"""A review room for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.casework.notes.writing_room import open_room
from tests.casework.review.review_room import ReviewRoom


@pytest_asyncio.fixture
async def room(database_url: str) -> AsyncIterator[ReviewRoom]:
    """Writers and reviewers on two lines; of notes that are not of high risk none is drawn unless a test says so."""
    async with open_room(database_url) as opened:
        made = ReviewRoom(opened)
        await made.lines("harbour", "lamp")
        made.draw(0)
        yield made
