"""The carrier emulator as a process of its own, beside a demonstration: started, waited for, kept up, ended.

The product is told of it through the settings of the real carrier and through nothing else.
"""

import asyncio
import contextlib
import fcntl
import os
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from pydantic import SecretStr

from app.cli.addresses import reachable_host
from app.cli.failures import CommandFailed
from app.lines import queries
from app.platform.db import Database
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.settings import Settings
from app.simulator.options import TOKEN_VARIABLE

log = get_log()

ACCOUNT_SID = "AC" + "0" * 31 + "1"
READY_WITHIN_S = 30.0
END_WITHIN_S = 5.0
AGAIN_AFTER_S = 1.0


@dataclass(frozen=True, slots=True)
class Emulator:
    """What the emulator is started with."""

    folder: Path
    host: str
    port: int
    auth_token: str
    time_scale: float

    @property
    def base_url(self) -> str:
        """Where its page and its API are."""
        return f"http://{reachable_host(self.host)}:{self.port}"

    @property
    def log_file(self) -> Path:
        """What it says."""
        return self.folder / "emulator.log"

    @property
    def command(self) -> Sequence[str]:
        """The process to start."""
        return (
            *(sys.executable, "-m", "app.simulator", "--host", self.host, "--port", str(self.port)),
            *("--public-base-url", self.base_url, "--account-sid", ACCOUNT_SID),
            *("--time-scale", str(self.time_scale)),
        )


def emulator_of(settings: Settings, port: int, time_scale: float) -> Emulator:
    """An emulator with a signing token of this run."""
    return Emulator(settings.data_dir, settings.host, port, secrets.token_hex(16), time_scale)


def with_emulator(settings: Settings, emulator: Emulator) -> Settings:
    """The settings of a service whose carrier is the emulator, whatever carrier the environment names."""
    return settings.model_copy(
        update={
            "demo": True,
            "twilio_account_sid": ACCOUNT_SID,
            "twilio_auth_token": SecretStr(emulator.auth_token),
            "twilio_auth_token_previous": SecretStr(""),
            "twilio_api_base_url": emulator.base_url,
            "twilio_api_key_sid": "",
            "twilio_api_key_secret": SecretStr(""),
        }
    )


async def numbers_of(db: Database, *, web_url: str) -> list[dict[str, str]]:
    """The numbers of the applied lines, set up at the carrier as deploy/twilio/README.md says."""
    async with db.reading() as tx:
        names = {line.id: line for line in await queries.lines(tx)}
        rows = await queries.numbers(tx)
    return [
        {
            "number": row.number,
            "voice_url": f"{web_url}/webhooks/twilio/voice",
            "status_callback": f"{web_url}/webhooks/twilio/status",
            "label_zh": f"{names[row.line_id].name_zh} {row.shown or ''}".strip(),
            "label_en": f"{names[row.line_id].name_en} {row.shown or ''}".strip(),
        }
        for row in rows
    ]


class EmulatorProcess:
    """The process, kept up while `keep` runs. It is started at once: it gets ready while others do."""

    def __init__(self, emulator: Emulator, process: asyncio.subprocess.Process) -> None:
        self._emulator = emulator
        self._process = process
        self._numbers: list[dict[str, str]] = []

    @classmethod
    async def start(cls, emulator: Emulator) -> "EmulatorProcess":
        """Start it; it may be waited for with `give_numbers`."""
        return cls(emulator, await _start(emulator))

    async def give_numbers(self, numbers: list[dict[str, str]]) -> None:
        """Wait until it answers and give it the numbers; raises CommandFailed when it does not start."""
        self._numbers = numbers
        deadline = asyncio.get_running_loop().time() + READY_WITHIN_S
        async with httpx2.AsyncClient() as client:
            while asyncio.get_running_loop().time() < deadline:
                if self._process.returncode is not None:
                    raise CommandFailed(
                        f"The carrier emulator did not start: read the end of {self._emulator.log_file}."
                    )
                with contextlib.suppress(httpx2.HTTPError):
                    answer = await client.post(f"{self._emulator.base_url}/emulator/numbers", json=numbers, timeout=5)
                    if answer.status_code == 200:
                        return
                await asyncio.sleep(0.05)
        raise CommandFailed(
            f"The carrier emulator has not answered for {READY_WITHIN_S:.0f} seconds: read {self._emulator.log_file}."
        )

    async def keep(self) -> None:
        """Start it again whenever it ends; for ever, until cancelled."""
        while True:
            status = await self._process.wait()
            log.warning(Log.EMULATOR_ENDED, status=status)
            await asyncio.sleep(AGAIN_AFTER_S)
            self._process = await _start(self._emulator)
            with contextlib.suppress(CommandFailed):
                await self.give_numbers(self._numbers)

    async def end(self) -> None:
        """End it, the hard way after END_WITHIN_S."""
        await _end(self._process)
        _pid_file(self._emulator.folder).unlink(missing_ok=True)


@asynccontextmanager
async def running(emulator: Emulator) -> AsyncIterator[EmulatorProcess]:
    """The emulator's process, ended with the block."""
    started = await EmulatorProcess.start(emulator)
    try:
        yield started
    finally:
        await started.end()


async def _start(emulator: Emulator) -> asyncio.subprocess.Process:
    with emulator.log_file.open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            *emulator.command,
            env={**os.environ, TOKEN_VARIABLE: emulator.auth_token},  # a command line is everybody's to read
            stdin=asyncio.subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,  # a Ctrl-C in the terminal is for us: we end it after the calls on it have ended
        )
    _pid_file(emulator.folder).write_text(str(process.pid))
    return process


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(END_WITHIN_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """This data folder's demonstration is ours; an emulator that a killed one left behind is ended.

    Raises CommandFailed while another runs in the same folder. The system frees the claim of a process that dies.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandFailed(
                f"Another demonstration runs on the data in {folder}: stop it, or choose another HOTLINE_DATA_DIR."
            ) from None
        _end_left_over(folder)
        yield


def _end_left_over(folder: Path) -> None:
    file = _pid_file(folder)
    try:
        pid = int(file.read_text())
        process = Path(f"/proc/{pid}")
        said = (process / "cmdline").read_bytes()
        if b"app.simulator" in said and ACCOUNT_SID.encode() in said:  # and not somebody who got its old number
            os.kill(pid, signal.SIGKILL)
            deadline = time.monotonic() + END_WITHIN_S
            # Its ports are given back when the last of its threads is gone, which is later than its command line.
            while not _dead(process) and time.monotonic() < deadline:
                time.sleep(0.01)
    except (OSError, ValueError):
        pass  # no file, no such process, or it has just ended
    file.unlink(missing_ok=True)


def _dead(process: Path) -> bool:
    state = (process / "stat").read_text().rpartition(")")[2].split()[0]
    return state in "ZX" and len(list((process / "task").iterdir())) == 1


def _pid_file(folder: Path) -> Path:
    return folder / "emulator.pid"
