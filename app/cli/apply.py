"""`app apply FILE... [--dry-run]`: make what line files say hold, from now on."""

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

import asyncpg

from app.cli.database import command_database
from app.cli.failures import CommandFailed
from app.cli.naming import enter
from app.domain.acts import Act
from app.lines.apply import apply_documents
from app.lines.difference import Difference
from app.lines.published_schema import published_text
from app.lines.reading import Problem, RefusedError, Source, read_document
from app.platform.clock import now
from app.settings import read_settings


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("apply", help="apply line files: numbers, texts, hours, pools and policies")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files like deploy/lines/ningbo.yaml")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of such files instead")
    parser.set_defaults(func=run)


async def run(args: Namespace) -> int:
    """Apply the files together, or none of them. 0: done; 1: refused, with every problem on stderr; 2: no files."""
    if args.schema:
        sys.stdout.write(published_text())
        return 0
    if not args.files:
        print("Say which files to apply, for example: app apply deploy/lines/*.yaml", file=sys.stderr)
        return 2
    try:
        difference = await _apply(read_files(args.files), dry_run=args.dry_run)
    except RefusedError as refused:
        print(refused, file=sys.stderr)
        print("Nothing was changed.", file=sys.stderr)
        return 1
    if args.dry_run and difference:
        print("This would change, and nothing has been changed:")
    print(difference.in_words())
    return 0


def read_files(paths: list[Path]) -> list[Source]:
    """Read every file; raises RefusedError with the problems of all of them."""
    sources: list[Source] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            sources.append(read_document(path.read_text(encoding="utf-8"), str(path)))
        except RefusedError as refused:
            problems += refused.problems
        except (OSError, UnicodeDecodeError) as failure:
            reason = failure.strerror if isinstance(failure, OSError) else "this is not UTF-8 text"
            problems.append(Problem(str(path), 1, "", reason or "can't be read"))
    if problems:
        raise RefusedError(problems)
    return sources


class _OnlyLookingError(Exception):
    """Takes a dry run's transaction back, and its findings out."""

    def __init__(self, difference: Difference) -> None:
        super().__init__()
        self.difference = difference


async def _apply(sources: list[Source], *, dry_run: bool) -> Difference:
    try:
        async with command_database(read_settings()) as db, db.transaction() as tx:
            moment = now()
            difference = await apply_documents(tx, sources, now=moment)
            for line_id in difference.lines:
                await enter(tx, Act.LINE_APPLIED, "line", line_id, now=moment, line_id=line_id)
            if dry_run:
                raise _OnlyLookingError(difference)
            return difference
    except _OnlyLookingError as looked:
        return looked.difference
    except asyncpg.UndefinedTableError as failure:
        raise CommandFailed("The database has no tables yet: run `app migrate` first.") from failure
