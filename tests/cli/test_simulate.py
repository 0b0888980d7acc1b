"""A day of Ningbo and a weekend of Tianjin, played on one demonstration at once: both ledgers close."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command_line import command, free_port
from tests.faults.embedded_clients import own_folder

pytestmark = pytest.mark.slow

SPEED = "2880"  # a day takes half a minute


@pytest.fixture
def settings(server_place: Path) -> Iterator[dict[str, str]]:
    """The environment of a demonstration of its own."""
    with own_folder(server_place) as folder:
        yield {"HOTLINE_DATA_DIR": str(folder / "data"), "HOTLINE_PORT": free_port()}


async def test_a_simulation_starts_a_demonstration_where_none_runs_and_ends_it(settings: dict[str, str]) -> None:
    phone = ("--phone-port", free_port())
    said = await command(
        *("simulate", "night", *phone, "--speed", "600", "--hours", "0.5", "--line", "962525", "--calls-a-day", "240"),
        **settings,
    )
    assert said.status == 0, said.out + said.err
    assert "The ledger closes" in said.out
    assert not (Path(settings["HOTLINE_DATA_DIR"]) / "postgres" / "postmaster.pid").exists()
