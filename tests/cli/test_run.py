"""`app run --demo` as a person meets it: ready as printed, whole again after a kill, and gone after Ctrl-C."""

import asyncio
import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.cli.command_line import command, free_port, long_command, said_until
from tests.faults.embedded_clients import own_folder

pytestmark = pytest.mark.slow

READY = "is ready"
END = "Ctrl-C"


@dataclass(frozen=True)
class Place:
    """Where a demonstration runs."""

    data_dir: Path
    port: str
    phone_port: str

    @property
    def settings(self) -> dict[str, str]:
        """Its environment."""
        return {"HOTLINE_DATA_DIR": str(self.data_dir), "HOTLINE_PORT": self.port}

    @property
    def arguments(self) -> tuple[str, ...]:
        """Its command."""
        return ("run", "--demo", "--phone-port", self.phone_port)

    @property
    def web(self) -> str:
        """Its console."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def phone(self) -> str:
        """Its demo phone."""
        return f"http://127.0.0.1:{self.phone_port}"

    def pid(self, file: str) -> int:
        """The first number of a pid file in the data folder."""
        return int((self.data_dir / file).read_text().split()[0])


@pytest.fixture
def place(server_place: Path) -> Iterator[Place]:
    """A folder and ports of its own."""
    with own_folder(server_place) as folder:
        yield Place(folder / "data", free_port(), free_port())


def alive(pid: int) -> bool:
    """Whether a process runs (and is no zombie)."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


async def test_a_demonstration_starts_survives_a_kill_and_leaves_nothing_running(place: Place) -> None:
    async with long_command(*place.arguments, **place.settings) as first, httpx2.AsyncClient() as client:
        said = await said_until(first, END)
        assert place.web in said
        assert place.phone in said
        await _someone_can_sign_in(client, place, said)
        numbers = (await client.get(f"{place.phone}/emulator/numbers")).json()
        assert len(numbers) >= 10
        assert all(number["voice_url"] == f"{place.web}/webhooks/twilio/voice" for number in numbers)
        left_over = place.pid("emulator.pid")
        first.kill()
        await first.wait()
        assert alive(left_over), "the emulator is a process of its own: this test is about what becomes of it"

    async with long_command(*place.arguments, **place.settings) as second, httpx2.AsyncClient() as client:
        said = await said_until(second, END)
        elsewhere = {**place.settings, "HOTLINE_PORT": free_port()}
        beside = await command(*place.arguments, **elsewhere)
        assert beside.status == 2
        assert beside.err.startswith("Another demonstration runs")
        assert READY in said
        assert not alive(left_over)
        await _someone_can_sign_in(client, place, said)
        emulator, database = place.pid("emulator.pid"), place.pid("postgres/postmaster.pid")
        assert alive(emulator)
        assert alive(database)
        second.send_signal(signal.SIGINT)
        _, err = await second.communicate()
        assert second.returncode == 0, err.decode()
        assert err == b""
        assert not alive(emulator)
        assert not alive(database)
    assert (place.data_dir / "postgres" / "PG_VERSION").exists()
    log = (place.data_dir / "hotline.log").read_text().splitlines()
    assert [line for line in log if '"level": "error"' in line] == []


async def test_a_demonstration_interrupted_while_it_starts_leaves_nothing_running(place: Place) -> None:
    async with long_command(*place.arguments, **place.settings) as process:
        await said_until(process, "Starting")
        async with asyncio.timeout(60):
            while not (place.data_dir / "postgres" / "postmaster.pid").exists():  # noqa: ASYNC110 another's file
                await asyncio.sleep(0.01)
        emulator = place.pid("emulator.pid")
        process.send_signal(signal.SIGTERM)
        _, err = await process.communicate()
        assert process.returncode == 0, err.decode()
    assert not alive(emulator)
    assert not (place.data_dir / "postgres" / "postmaster.pid").exists()


async def test_the_carrier_emulator_is_started_again_when_it_dies(place: Place) -> None:
    async with long_command(*place.arguments, **place.settings) as process, httpx2.AsyncClient() as client:
        await said_until(process, END)
        before = place.pid("emulator.pid")
        os.kill(before, signal.SIGKILL)
        async with asyncio.timeout(60):
            while not await _has_numbers(client, place):  # noqa: ASYNC110 another process's port
                await asyncio.sleep(0.05)
        assert place.pid("emulator.pid") != before
        process.send_signal(signal.SIGINT)
        await process.communicate()
        assert process.returncode == 0


async def _has_numbers(client: httpx2.AsyncClient, place: Place) -> bool:
    try:
        return bool((await client.get(f"{place.phone}/emulator/numbers")).json())
    except httpx2.HTTPError:
        return False


async def _someone_can_sign_in(client: httpx2.AsyncClient, place: Place, said: str) -> None:
    ready = (await client.get(f"{place.web}/readyz")).json()
    assert (ready["status"], ready["troubles"]) == ("ready", [])
    password = re.search(r"password: (\S+)", said)
    login = re.search(r"(demo-\w+) +\S+ volunteer", said)
    assert password is not None
    assert login is not None
    answer = await client.post(
        f"{place.web}/api/session",
        json={"login": login[1], "password": password[1]},
        headers={"Origin": place.web},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["demo"] is True
