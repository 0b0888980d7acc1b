"""`app work`: one background process: timers, commands to the carrier, sweeps. Any number may run, and any may die."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from app.cli.database import opened
from app.cli.migrate import require_up_to_date
from app.cli.running import kept_up, until_signalled, working
from app.platform.logging import configure_logging
from app.settings import read_settings


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("work", help="run a background worker: timers, commands to the carrier, sweeps")
    parser.set_defaults(func=run)


async def run(_args: Namespace) -> int:
    """0 after Ctrl-C or SIGTERM."""
    return await until_signalled(_work())


async def _work() -> int:
    settings = read_settings()
    configure_logging(pretty=settings.log_pretty)
    async with opened(settings) as (url, database):
        await require_up_to_date(url)
        async with working(settings, url) as work, kept_up(database):
            await work
    return 0
