"""A database for the tests of the call path that need no telephones."""

from collections.abc import AsyncIterator

import pytest_asyncio

from app.platform.db import Database


@pytest_asyncio.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """An open database with nothing in it."""
    opened = Database(database_url, size=4)
    await opened.open()
    yield opened
    await opened.close()
