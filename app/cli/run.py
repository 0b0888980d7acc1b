"""`app run [--demo]`: everything in one command on one machine, until Ctrl-C. The data stay."""

import asyncio
import contextlib
import hashlib
import socket
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Sequence
from pathlib import Path

import httpx2

from app.cli import emulator_process
from app.cli.addresses import at_this_address, bind, reachable_host
from app.cli.apply import read_files
from app.cli.database import opened
from app.cli.emulator_process import Emulator, EmulatorProcess, emulator_of, numbers_of, with_emulator
from app.cli.failures import CommandFailed
from app.cli.running import (
    WebServer,
    allow_many_sockets,
    kept_up,
    leave_alone_what_stays,
    until_signalled,
    working,
)
from app.cli.schema_state import schema_at
from app.cli.seed import DemoLogin, seed_demo
from app.cli.welcome import boxed, welcome
from app.lines import queries
from app.lines.apply import apply_documents
from app.lines.reading import RefusedError
from app.main import build_app
from app.platform.clock import now
from app.platform.crypto import sealer_of
from app.platform.db import Database
from app.platform.keyring import keyring_of
from app.platform.logging import configure_logging
from app.settings import Settings, read_settings

DEMO_LINES = Path(__file__).resolve().parent.parent.parent / "deploy" / "lines"
PHONE_PORT_ABOVE = 10
READY_WITHIN_S = 60.0


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("run", help="run everything on this machine: database, web, worker (and --demo)")
    parser.add_argument(
        "--demo", action="store_true", help="with the example lines, demo people and a carrier emulator to dial from"
    )
    parser.add_argument(
        "--phone-port", type=int, metavar="PORT", help="where the demo phone listens; HOTLINE_PORT + 10 if not given"
    )
    parser.add_argument(
        "--time-scale", type=float, default=1.0, metavar="N", help="make the demo's telephones N times as fast (1)"
    )
    parser.set_defaults(func=run)


async def run(args: Namespace) -> int:
    """0 after Ctrl-C or SIGTERM; raises CommandFailed with a sentence."""
    return await until_signalled(_run(args))


async def _run(args: Namespace) -> int:
    settings = at_this_address(read_settings())
    allow_many_sockets()
    with contextlib.ExitStack() as files:
        listener = files.enter_context(bind(settings.host, settings.port, setting="HOTLINE_PORT"))
        if not args.demo:
            configure_logging(pretty=settings.log_pretty)
            await _run_all(settings, listener, None)
            return 0
        files.enter_context(emulator_process.claimed(settings.data_dir))
        emulator = emulator_of(settings, args.phone_port or settings.port + PHONE_PORT_ABOVE, args.time_scale)
        bind(emulator.host, emulator.port, setting="--phone-port").close()
        settings = with_emulator(settings, emulator)
        print("正在启动…… Starting ...", flush=True)
        configure_logging(pretty=settings.log_pretty, stream=files.enter_context(_log_file(settings).open("a")))
        await _run_all(settings, listener, emulator)
    return 0


async def _run_all(settings: Settings, listener: socket.socket, emulator: Emulator | None) -> None:
    """From the database up to the worker, each when what is below it is ready; ended in the opposite order."""
    async with contextlib.AsyncExitStack() as stack:
        carrier = None if emulator is None else await stack.enter_async_context(emulator_process.running(emulator))
        url, database = await stack.enter_async_context(opened(settings))
        if not (await schema_at(url)).up_to_date:
            from app.cli.migrate import migrate  # noqa: PLC0415 slow to load, and rarely needed

            await migrate(url)
        logins = [] if carrier is None else await _prepare_demo(settings, url, carrier)
        web = WebServer(build_app(settings, url), listener)
        worker, _ = await stack.enter_async_context(working(settings, url))
        await stack.enter_async_context(kept_up(database))
        async with asyncio.TaskGroup() as group:
            group.create_task(web.run_until_cancelled())
            group.create_task(worker.run())
            if carrier is not None:
                group.create_task(carrier.keep())
            await _until_ready(web, settings)
            leave_alone_what_stays()
            print(_welcome(settings, emulator, logins), flush=True)


async def _prepare_demo(settings: Settings, url: str, carrier: EmulatorProcess) -> list[DemoLogin]:
    """The example lines, the demo people on their shifts, and the emulator's numbers."""
    db = Database(url, size=2)
    await db.open()
    try:
        await _apply_demo_lines(db, settings.data_dir / "demo-lines.sha256")
        logins = await seed_demo(db, now=now(), sealer=sealer_of(keyring_of(settings)))
        await carrier.give_numbers(await numbers_of(db, web_url=settings.public_base_url))
    finally:
        await db.close()
    return logins


async def _apply_demo_lines(db: Database, stamp: Path) -> None:
    """Apply the example lines, unless these very files were applied: what somebody tries out since then stays."""
    files = sorted(DEMO_LINES.glob("*.yaml"))
    stamped, digest = _stamped(stamp, files)
    async with db.transaction() as tx:
        if stamped and await queries.lines(tx):
            return
        try:
            await apply_documents(tx, read_files(files), now=now())
        except RefusedError as refused:
            raise CommandFailed(f"The lines in {DEMO_LINES} were refused:\n{refused}") from refused
    await asyncio.to_thread(stamp.write_text, digest)


def _stamped(stamp: Path, files: Sequence[Path]) -> tuple[bool, str]:
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    return stamp.exists() and stamp.read_text() == digest, digest


async def _until_ready(web: WebServer, settings: Settings) -> None:
    """Wait until the service itself says that it can take calls, whatever port it is asked on."""
    await web.until_started()
    address = f"http://{reachable_host(settings.host)}:{settings.port}/readyz"
    deadline = asyncio.get_running_loop().time() + READY_WITHIN_S
    async with httpx2.AsyncClient() as client:
        while asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(httpx2.HTTPError):
                answer = await client.get(address, timeout=5)
                # Without lines nothing can be taken, and that is no reason not to run: they may be applied now.
                if answer.status_code == 200 or answer.json()["troubles"] == ["no_lines"]:
                    return
            await asyncio.sleep(0.05)
    raise CommandFailed(f"The service has not become ready in {READY_WITHIN_S:.0f} seconds: see {address} and the log.")


def _welcome(settings: Settings, emulator: Emulator | None, logins: Sequence[DemoLogin]) -> str:
    if emulator is None:
        return boxed(["热线服务已就绪 · The hotline is ready", settings.public_base_url])
    return welcome(
        web_url=settings.public_base_url,
        phone_url=emulator.base_url,
        data_dir=settings.data_dir,
        log_file=_log_file(settings),
        logins=logins,
    )


def _log_file(settings: Settings) -> Path:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return settings.data_dir / "hotline.log"
