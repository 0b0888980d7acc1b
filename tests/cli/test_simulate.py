"""A day of Ningbo and a weekend of Tianjin, played on one demonstration at once: both ledgers close."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.database import command_database
from app.settings import Settings
from tests.cli.command_line import command, free_port, long_command, said_until
from tests.faults.embedded_clients import own_folder
from tests.journeys.still_open import still_open

pytestmark = pytest.mark.slow

SPEED = "2880"  # a day takes half a minute


@pytest.fixture
def settings(server_place: Path) -> Iterator[dict[str, str]]:
    """The environment of a demonstration of its own."""
    with own_folder(server_place) as folder:
        yield {"HOTLINE_DATA_DIR": str(folder / "data"), "HOTLINE_PORT": free_port()}


async def test_a_day_of_ningbo_and_a_weekend_of_tianjin_end_with_ledgers_that_close(settings: dict[str, str]) -> None:
    phone = ("--phone-port", free_port())
    async with long_command("run", "--demo", *phone, "--time-scale", SPEED, **settings) as service:
        await said_until(service, "Ctrl-C")
        fast = (*phone, "--speed", SPEED)
        ningbo, tianjin = await asyncio.gather(
            command("simulate", "day", *fast, "--line", "ningbo-", **settings),
            command(
                *("simulate", "weekend", *fast, "--line", "天津", "--calls-a-day", "15", "--seed", "2"), **settings
            ),
        )
        nowhere = await command("simulate", "night", *fast, "--line", "Atlantis", **settings)
        open_contacts = await _still_open(settings)
    assert (nowhere.status, nowhere.err.strip()) == (2, "No line has Atlantis in its name.")
    for said, line in ((ningbo, "ningbo-24h"), (tianjin, "tianjin-aid")):
        assert said.status == 0, said.out + said.err + open_contacts
        assert "The ledger closes" in said.out
        assert line in said.out


async def _still_open(settings: dict[str, str]) -> str:
    """What is known of a contact that keeps a ledger from closing, while the service still runs."""
    async with command_database(Settings(data_dir=Path(settings["HOTLINE_DATA_DIR"]))) as db, db.reading() as tx:
        return await still_open(tx)


async def test_p11_a_simulation_starts_a_demonstration_where_none_runs_and_ends_it(settings: dict[str, str]) -> None:
    phone = ("--phone-port", free_port())
    said = await command(
        *("simulate", "night", *phone, "--speed", "600", "--hours", "0.5", "--line", "962525", "--calls-a-day", "240"),
        **settings,
    )
    assert said.status == 0, said.out + said.err
    assert "The ledger closes" in said.out
    assert not (Path(settings["HOTLINE_DATA_DIR"]) / "postgres" / "postmaster.pid").exists()
