"""A review room for each test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

pytest.register_assert_rewrite("tests.casework.notes.writing_room", "tests.casework.review.review_room")

from tests.casework.notes.writing_room import open_room  # noqa: E402 after the rewriting was asked for
from tests.casework.review.review_room import ReviewRoom  # noqa: E402


@pytest_asyncio.fixture
async def room(database_url: str) -> AsyncIterator[ReviewRoom]:
    """Writers and reviewers on two lines; of notes that are not of high risk none is drawn unless a test says so."""
    async with open_room(database_url) as opened:
        made = ReviewRoom(opened)
        await made.lines("harbour", "lamp")
        made.draw(0)
        yield made
