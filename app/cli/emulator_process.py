"""The carrier emulator as a process of its own, beside a demonstration: started, waited for, kept up, ended.

The product is told of it through the settings of the real carrier and through nothing else.
"""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from pydantic import SecretStr

from app.cli.failures import CommandFailed
from app.cli.running import reachable_host
from app.lines import queries
from app.platform.db import Database
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.settings import Settings

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
            *("--public-base-url", self.base_url, "--account-sid", ACCOUNT_SID, "--auth-token", self.auth_token),
            *("--numbers", str(self.folder / "emulator-numbers.json")),
        )


def emulator_of(settings: Settings, port: int) -> Emulator:
    """An emulator with a signing token of this run."""
    return Emulator(settings.data_dir, settings.host, port, secrets.token_hex(16))


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


async def write_numbers(db: Database, emulator: Emulator, *, web_url: str) -> None:
    """Give the emulator the numbers of the applied lines, set up as deploy/twilio/README.md says."""
    async with db.reading() as tx:
        names = {line.id: line for line in await queries.lines(tx)}
        rows = await queries.numbers(tx)
    numbers = [
        {
            "number": row.number,
            "voice_url": f"{web_url}/webhooks/twilio/voice",
            "status_callback": f"{web_url}/webhooks/twilio/status",
            "label_zh": f"{names[row.line_id].name_zh} {row.shown or ''}".strip(),
            "label_en": f"{names[row.line_id].name_en} {row.shown or ''}".strip(),
        }
        for row in rows
    ]
    text = json.dumps(numbers, ensure_ascii=False, indent=1)
    await asyncio.to_thread((emulator.folder / "emulator-numbers.json").write_text, text, "utf-8")


@asynccontextmanager
async def running(emulator: Emulator) -> AsyncIterator[None]:
    """The emulator runs, and is started again if it dies, for as long as the block lasts."""
    await asyncio.to_thread(end_left_over, emulator.folder)
    process = await _start(emulator)
    keeper = asyncio.ensure_future(_keep(emulator, process))
    try:
        yield
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)


async def _keep(emulator: Emulator, process: asyncio.subprocess.Process) -> None:
    try:
        while True:
            status = await process.wait()
            log.warning(Log.EMULATOR_ENDED, status=status)
            await asyncio.sleep(AGAIN_AFTER_S)
            with contextlib.suppress(CommandFailed):
                process = await _start(emulator)
    finally:
        await _end(process)
        _pid_file(emulator.folder).unlink(missing_ok=True)


async def _start(emulator: Emulator) -> asyncio.subprocess.Process:
    with emulator.log_file.open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            *emulator.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,  # a Ctrl-C in the terminal is for us: we end it after the calls on it have ended
        )
    _pid_file(emulator.folder).write_text(str(process.pid))
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            await _until_it_answers(emulator, process)
    except BaseException as failure:
        await _end(process)
        if isinstance(failure, TimeoutError):
            raise CommandFailed(
                f"The carrier emulator has not answered for {READY_WITHIN_S:.0f} seconds: read {emulator.log_file}."
            ) from failure
        raise
    return process


async def _until_it_answers(emulator: Emulator, process: asyncio.subprocess.Process) -> None:
    async with httpx2.AsyncClient() as client:
        while True:
            if process.returncode is not None:
                raise CommandFailed(f"The carrier emulator did not start: read the end of {emulator.log_file}.")
            with contextlib.suppress(httpx2.HTTPError):
                answer = await client.get(f"{emulator.base_url}/emulator/state", timeout=2)
                if answer.status_code == 200:
                    return
            await asyncio.sleep(0.05)


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


def end_left_over(folder: Path) -> None:
    """End an emulator that a killed run left behind; never a process that only has its old number."""
    file = _pid_file(folder)
    try:
        pid = int(file.read_text())
        said = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if b"app.simulator" in said and str(folder).encode() in said:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    file.unlink(missing_ok=True)


def _pid_file(folder: Path) -> Path:
    return folder / "emulator.pid"
