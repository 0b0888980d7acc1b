"""`app work`: one background process: timers, commands to the carrier, sweeps. Any number may run, and any may die.

With HOTLINE_WORK_PORT it answers /healthz and /metrics there: what a worker counts for itself is seen nowhere else.
"""

import asyncio
import socket
from argparse import ArgumentParser, Namespace, _SubParsersAction
from contextlib import ExitStack

from app.cli.addresses import bind
from app.cli.database import opened
from app.cli.running import WebServer, kept_up, leave_alone_what_stays, until_signalled, working
from app.cli.schema_state import require_up_to_date
from app.cli.worker_listener import worker_app
from app.platform.logging import configure_logging
from app.settings import Settings, read_settings


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("work", help="run a background worker: timers, commands to the carrier, sweeps")
    parser.set_defaults(func=run)


async def run(_args: Namespace) -> int:
    """0 after Ctrl-C or SIGTERM."""
    settings = read_settings()
    configure_logging(pretty=settings.log_pretty)
    with ExitStack() as stack:
        listener = None
        if settings.work_port is not None:
            listener = stack.enter_context(bind(settings.host, settings.work_port, setting="HOTLINE_WORK_PORT"))
        return await until_signalled(_work(settings, listener))


async def _work(settings: Settings, listener: socket.socket | None) -> int:
    async with opened(settings) as (url, database):
        await require_up_to_date(url)
        async with working(settings, url) as (worker, db), kept_up(database), asyncio.TaskGroup() as group:
            if listener is not None:
                group.create_task(WebServer(worker_app(worker, db, settings), listener).run_until_cancelled())
            group.create_task(worker.run())
            leave_alone_what_stays()
    return 0
