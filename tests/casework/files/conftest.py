"""The database of a files' test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from app.platform.db import Database
from tests.casework.files.case_desk import Desk, open_desk
from tests.casework.files.file_house import FileHouse, open_file_house


@pytest_asyncio.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """Two organisations with a line each, and nothing else."""
    db = Database(database_url, size=6)
    await db.open()
    try:
        yield await open_desk(db)
    finally:
        await db.close()


@pytest_asyncio.fixture
async def house(database_url: str) -> AsyncIterator[FileHouse]:
    """The routes about files, with people."""
    async with open_file_house(database_url) as opened:
        yield opened
