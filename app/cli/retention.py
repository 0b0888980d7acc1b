"""`app retention [--dry-run]`: look through the records now, as the nightly round does, and say what it comes to."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections import Counter
from dataclasses import replace

import asyncpg

from app.casework.retention.periods import Periods, periods_of
from app.casework.retention.rounds import Place, look, step
from app.casework.retention.rules import STAGES
from app.cli.database import command_database
from app.cli.failures import CommandFailed
from app.domain.retention import Period, RecordClass
from app.platform.clock import fresh_id, now
from app.platform.db import Database
from app.settings import read_settings


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("retention", help="erase records that have been kept long enough, and say how many")
    parser.add_argument("--dry-run", action="store_true", help="say what would go, and erase nothing")
    parser.set_defaults(func=run)


async def run(args: Namespace) -> int:
    """0: done, with a table on stdout. Raises SettingsWrong, CommandFailed."""
    settings = read_settings()
    periods = periods_of(settings)
    try:
        async with command_database(settings) as db:
            counted = await (_count(db, periods) if args.dry_run else _erase(db, periods))
    except asyncpg.UndefinedTableError as failure:
        raise CommandFailed("The database has no tables yet: run `app migrate` first.") from failure
    print(in_words(periods, counted))
    print("Nothing was erased: this was a dry run." if args.dry_run else "Done.")
    return 0


Counted = dict[RecordClass, Counter[str]]


async def _count(db: Database, periods: Periods) -> Counted:
    counted: Counted = {record_class: Counter() for record_class, _unit in STAGES}
    place: Place | None = Place(fresh_id())
    while place is not None:
        async with db.reading() as tx:
            found = await look(tx, periods, place, now=now(), erasing=False)
        counted[place.record_class] += Counter(due=found.looked_at, erased=found.erased, held=found.held)
        place = place.next_stage() if found.done else replace(place, after=found.last)
    return counted


async def _erase(db: Database, periods: Periods) -> Counted:
    first = Place(fresh_id())
    place: Place | None = first
    while place is not None:
        async with db.transaction() as tx:
            place = await step(tx, periods, place, now=now())
    async with db.reading() as tx:
        rows = await tx.fetch(
            "SELECT record_class, looked_at, erased, held FROM retention_run WHERE round_id = $1", first.round_id
        )
    return {
        RecordClass(row["record_class"]): Counter(due=row["looked_at"], erased=row["erased"], held=row["held"])
        for row in rows
    }


def in_words(periods: Periods, counted: Counted) -> str:
    """A table: class, how long it is kept, what was due, what went, what a hold keeps."""
    heads = ["class", "kept for", "due", "erased", "held"]
    rows = [heads]
    for record_class in RecordClass:
        found = counted.get(record_class, Counter())
        numbers = [str(found[name]) for name in ("due", "erased", "held")]
        rows.append([record_class.value, _length(periods.default.keep[record_class].period), *numbers])
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([f"Terms: {periods.version}", *table])


def _length(period: Period | None) -> str:
    if period is None:
        return "always"
    parts = ((period.years, "years"), (period.months, "months"), (period.days, "days"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
