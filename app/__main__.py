"""`python -m app COMMAND`: every module of app/cli that has `add_parser` is a command, named after its file.

A person never sees a stack trace for something she can put right: such failures are one sentence and exit status 2.
"""

import argparse
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Sequence

import uvloop

from app import cli
from app.cli.failures import CommandFailed
from app.platform.embedded_postgres import DatabaseUnavailable
from app.platform.logging import configure_logging
from app.settings import SettingsWrong

STOPPED_BY_KEY = 130  # what a shell reports of a program ended by Ctrl-C
FOR_A_PERSON = (CommandFailed, DatabaseUnavailable, SettingsWrong)


def parser(only: str = "") -> argparse.ArgumentParser:
    """The command line with every command, or with `only` that one: a command need not load what others import."""
    found = argparse.ArgumentParser(
        prog="python -m app",
        description="A 24/7 psychological hotline: calls are routed to volunteers on shift, and nobody is lost.",
        epilog="Settings come from the environment (HOTLINE_...). `python -m app COMMAND --help` says more.",
    )
    subparsers = found.add_subparsers(title="commands", dest="command", metavar="COMMAND", required=True)
    names = [module.name for module in pkgutil.iter_modules(cli.__path__)]
    for name in [only] if only in names else names:
        module = importlib.import_module(f"{cli.__name__}.{name}")
        if hasattr(module, "add_parser"):
            module.add_parser(subparsers)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 well, 1 trouble found, 2 it could not be done."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    args = parser(given[0] if given else "").parse_args(given)
    configure_logging()  # to stderr: what a command prints may be read by another program
    configure_logging(quiet=True)  # those that run for long write more, and say so themselves
    try:
        result = args.func(args)
        if not inspect.iscoroutine(result):
            return int(result)
        return int(uvloop.run(result))  # with asyncio's own loop a webhook takes twice as long
    except FOR_A_PERSON as failure:
        print(failure, file=sys.stderr)  # noqa: T201 the command line speaks by printing
        return 2
    except KeyboardInterrupt:
        return STOPPED_BY_KEY


if __name__ == "__main__":
    sys.exit(main())
