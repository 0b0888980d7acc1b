"""`app apply FILE... [--dry-run]`: make what line files say hold, from now on."""

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from app.lines.apply import apply_documents
from app.lines.difference import Difference
from app.lines.published_schema import published_text
from app.lines.reading import Problem, RefusedError, Source, read_document
from app.platform.clock import now
from app.platform.db import Tx, prepare_connection
from app.platform.embedded_postgres import DatabaseUnavailable, ensure_database
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
    except asyncpg.UndefinedTableError:
        print("The database has no tables yet: run `app migrate` first.", file=sys.stderr)
        return 1
    except (OSError, asyncpg.PostgresError, DatabaseUnavailable) as failure:
        print(f"The database is out of reach: {failure}", file=sys.stderr)
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


async def _apply(sources: list[Source], *, dry_run: bool) -> Difference:
    async with _connection() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            difference = await apply_documents(Tx(connection), sources, now=now())
        except BaseException:
            await transaction.rollback()
            raise
        # Consoles hear of it by polling; a hint would save them a second.
        await (transaction.rollback() if dry_run else transaction.commit())
        return difference


@asynccontextmanager
async def _connection() -> AsyncIterator[asyncpg.Connection]:
    settings = read_settings()
    if settings.database_url is not None:
        async with _connected(settings.database_url.get_secret_value()) as connection:
            yield connection
        return
    running = await ensure_database(settings.data_dir)
    try:
        async with _connected(running.url) as connection:
            yield connection
    finally:
        await running.stop()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        await prepare_connection(connection)
        yield connection
    finally:
        await connection.close(timeout=5)
