"""`app migrate`: bring the database's tables to what this version of the code expects."""

import asyncio
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from app.cli.database import opened
from app.cli.failures import CommandFailed
from app.cli.schema_state import schema_at
from app.platform.vault_role import VaultRoleMissing
from app.settings import read_settings

ALEMBIC_INI = Path(__file__).resolve().parent.parent.parent / "alembic.ini"


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("migrate", help="bring the database's tables up to date")
    parser.add_argument("--check", action="store_true", help="only say whether they are; exit status 1 if not")
    parser.set_defaults(func=run)


async def run(args: Namespace) -> int:
    """0: the tables are up to date; 1: they are not, and --check was given."""
    async with opened(read_settings()) as (url, _):
        before = await schema_at(url)
        if before.up_to_date:
            print(f"The tables are up to date ({before.newest}).")
            return 0
        if args.check:
            print(f"The tables are at {before.current or 'nothing'}, {before.newest} is expected: run `app migrate`.")
            return 1
        await migrate(url)
        print(f"The tables went from {before.current or 'nothing'} to {before.newest}.")
    return 0


async def migrate(url: str, *, lock_timeout: str = "5s") -> None:
    """Run what migrations are missing; safe in several processes at once. Raises CommandFailed with one sentence."""
    config = Config(ALEMBIC_INI)
    config.attributes.update(database_url=url, lock_timeout=lock_timeout)
    try:
        await asyncio.to_thread(command.upgrade, config, "head")
    except CommandError as failure:
        raise CommandFailed(
            f"The tables cannot be migrated ({failure}): they were made by another version of this program. Start the "
            "newest version, or give it an empty database."
        ) from failure
    except VaultRoleMissing as failure:
        raise CommandFailed(str(failure)) from failure
    except DBAPIError as failure:
        if isinstance(failure.orig.__cause__ if failure.orig else None, asyncpg.LockNotAvailableError):
            raise CommandFailed(
                "A table is in use by a long transaction, so nothing was changed: try again at a quieter moment."
            ) from failure
        raise
