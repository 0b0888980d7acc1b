"""`app audit verify`: compute the audit's hash chain anew, and name the first entry that is not what was sealed."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from datetime import date

import asyncpg

from app.cli.database import command_database
from app.cli.failures import CommandFailed
from app.platform.audit_verifying import Verdict, is_in_the_chain, verify
from app.settings import read_settings


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("audit", help="verify: is the audit what was sealed?")
    acts = parser.add_subparsers(dest="act", required=True)
    check = acts.add_parser("verify", help="compute the hash chain anew; exit status 1 names the first broken entry")
    check.add_argument("--from", dest="since", type=_day, metavar="YYYY-MM-DD", help="begin at this day (UTC)")
    check.add_argument(
        "--expect", metavar="HASH", help="a day's last hash, from the log (audit_day_sealed): it has to be in the chain"
    )
    check.set_defaults(func=run)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("a day is written YYYY-MM-DD") from None


async def run(args: Namespace) -> int:
    """0: the chain holds; 1: it does not."""
    try:
        async with command_database(read_settings()) as db:
            verdict = await verify(db, since=args.since)
            expected = args.expect is None or await is_in_the_chain(db, args.expect)
    except asyncpg.UndefinedTableError as missing:
        raise CommandFailed("The database has no tables yet: run `python -m app migrate`.") from missing
    if verdict.broken is not None:
        print(f"Entry {verdict.broken.entry_id}: {verdict.broken.because}.", file=sys.stderr)
        print(f"The {verdict.entries} entries before it are what was sealed.", file=sys.stderr)
        return 1
    if not expected:
        print("The hash that was expected is not in the chain: its end has been cut off or made anew.", file=sys.stderr)
        return 1
    print(in_words(verdict))
    return 0


def in_words(verdict: Verdict) -> str:
    """What was found, when all is well."""
    waiting = f" {verdict.unsealed} more wait to be sealed." if verdict.unsealed else ""
    if verdict.last is None:
        return f"Nothing has been sealed yet.{waiting}"
    return (
        f"{verdict.entries} entries are what was sealed, up to entry {verdict.last.entry_id} of {verdict.last.day}."
        f"{waiting}\nThe chain's end is {verdict.last.hash.hex()}"
    )
