"""`app serve [--workers N]`: the web server: webhooks, API, sockets, console.

With several processes this one holds the listening socket, which they inherit, and starts anew whichever ends.
"""

import asyncio
import socket
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction

from app.cli.addresses import at_this_address, bind
from app.cli.database import opened
from app.cli.running import WebServer, allow_many_sockets, kept_up, require_known_keys, until_signalled
from app.cli.schema_state import require_up_to_date
from app.main import build_app
from app.platform.log_events import Log
from app.platform.logging import configure_logging, get_log
from app.settings import read_settings

log = get_log()

AGAIN_AFTER_S = 1.0
END_WITHIN_S = 15.0


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("serve", help="run the web server: webhooks, API, sockets, console")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes to run (1 if not given)")
    parser.add_argument("--listener", type=int, metavar="FD", help="serve on this open socket: for a process of ours")
    parser.set_defaults(func=run)


async def run(args: Namespace) -> int:
    """0 after Ctrl-C or SIGTERM."""
    settings = at_this_address(read_settings())
    configure_logging(pretty=settings.log_pretty)
    allow_many_sockets()
    if args.listener is not None:
        with socket.socket(fileno=args.listener) as inherited:
            return await until_signalled(_serve(inherited))
    with bind(settings.host, settings.port, setting="HOTLINE_PORT") as listener:
        return await until_signalled(_serve(listener) if args.workers <= 1 else _keep_several(listener, args.workers))


async def _serve(listener: socket.socket) -> int:
    settings = at_this_address(read_settings())
    async with opened(settings) as (url, database):
        await require_up_to_date(url)
        await require_known_keys(settings, url)
        async with kept_up(database):
            await WebServer(build_app(settings, url), listener).serve_alone()
    return 0


async def _keep_several(listener: socket.socket, workers: int) -> int:
    async with opened(read_settings()) as (url, _):
        await require_up_to_date(url)  # one sentence now, rather than one of each process
        await require_known_keys(read_settings(), url)
        async with asyncio.TaskGroup() as group:
            for _worker in range(workers):
                group.create_task(_keep_one(listener))
    return 0


async def _keep_one(listener: socket.socket) -> None:
    while True:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app", "serve", "--listener", str(listener.fileno())),
            pass_fds=[listener.fileno()],
            start_new_session=True,  # a Ctrl-C in the terminal is for us, who tell them
        )
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            await _wait_or_kill(process)
            raise
        log.warning(Log.SERVER_ENDED, status=status)
        await asyncio.sleep(AGAIN_AFTER_S)


async def _wait_or_kill(process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(END_WITHIN_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
