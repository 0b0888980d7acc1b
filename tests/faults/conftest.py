"""Fixtures of the fault tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.embedded_clients import own_folder


@pytest.fixture
def data_dir(server_place: Path) -> Iterator[Path]:
    """A data folder that does not exist yet, where the server's user can reach it; its server is gone afterwards."""
    with own_folder(server_place) as parent:
        yield parent / ".hotline"
