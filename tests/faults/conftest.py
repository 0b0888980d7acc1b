"""Fixtures of the fault tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.crew import Crew, running_crew
from tests.faults.embedded_clients import own_folder
from tests.journeys.town import Town, running_town


@pytest.fixture
def data_dir(server_place: Path) -> Iterator[Path]:
    """A data folder that does not exist yet, where the server's user can reach it; its server is gone afterwards."""
    with own_folder(server_place) as parent:
        yield parent / ".hotline"


@pytest_asyncio.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    """The web process, the carrier and the telephones, without a worker."""
    async with running_town(database_url, time_scale=40.0, workers=0) as running:
        yield running


@pytest_asyncio.fixture
async def crew(town: Town) -> AsyncIterator[Crew]:
    """Workers as processes of their own; at the end none of them has raised an alarm."""
    async with running_crew(town) as running:
        yield running
