"""`make migration m="what changes"`: write the next migration from the difference between the tables and the last one.

It runs on an empty database of its own that is thrown away, so nobody's data decide what a migration says. With
`--first` it writes the first migration anew, for as long as no deployment has it. Read what it wrote: a renamed column
looks like one that went and one that came.
"""

import argparse
import asyncio
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.operations.ops import ExecuteSQLOp, MigrationScript

from app.platform.embedded_postgres import ensure_database

REPOSITORY = Path(__file__).resolve().parent.parent
VERSIONS = REPOSITORY / "migrations" / "versions"
FIRST = ("0001", "The first tables")


def write(message: str, *, first: bool) -> None:
    """Write the migration and tidy it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        folder.chmod(0o711)  # as root the server runs as another user
        drafts = folder / "drafts"
        drafts.mkdir()
        if not first:
            shutil.copytree(VERSIONS, drafts, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        asyncio.run(_with_database(folder / "database", drafts, message, first=first))
        for draft in drafts.glob("*.py"):
            if first or not (VERSIONS / draft.name).exists():
                _tidy(draft)
                shutil.move(draft, VERSIONS / draft.name)
                print(f"Wrote {VERSIONS / draft.name}: read it before you commit it.")  # noqa: T201


def _tidy(draft: Path) -> None:
    lines = draft.read_text().splitlines(keepends=True)
    draft.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")))
    settings = ("--config", REPOSITORY / "pyproject.toml", "--quiet", draft)
    for tidy in (["check", "--fix", "--exit-zero"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, *settings], check=True, capture_output=True)


async def _with_database(folder: Path, drafts: Path, message: str, *, first: bool) -> None:
    database = await ensure_database(folder, durable=False)
    try:
        await asyncio.to_thread(_write, database.url, drafts, message, first=first)
    finally:
        await database.stop()


def _write(url: str, drafts: Path, message: str, *, first: bool) -> None:
    config = Config(REPOSITORY / "alembic.ini", stdout=io.StringIO())
    config.set_main_option("version_locations", str(drafts))
    config.attributes["database_url"] = url
    if first:
        revision, message = FIRST
        directives = _prepare_empty
    else:
        command.upgrade(config, "head")
        revision = f"{1 + max(int(file.name.split('_')[0]) for file in drafts.glob('*.py')):04}"
        directives = None
    command.revision(
        config, message, autogenerate=True, rev_id=revision, process_revision_directives=directives, version_path=drafts
    )


def _prepare_empty(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
    """What autogeneration does not see: the tables need their schema, and the exclusion constraint an extension."""
    up, down = scripts[0].upgrade_ops, scripts[0].downgrade_ops
    assert up is not None  # noqa: S101 a new script always has them
    assert down is not None  # noqa: S101
    up.ops[:0] = [ExecuteSQLOp("CREATE EXTENSION IF NOT EXISTS btree_gist"), ExecuteSQLOp("CREATE SCHEMA vault")]
    down.ops.append(ExecuteSQLOp("DROP SCHEMA vault"))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="write a migration from the tables")
    parser.add_argument("message", nargs="?", default="", help="what changes, in a few words")
    parser.add_argument("--first", action="store_true", help="write the first migration anew")
    given = parser.parse_args()
    if not given.message and not given.first:
        parser.error('say what changes: make migration m="notices have a reason"')
    write(given.message, first=given.first)


if __name__ == "__main__":
    main()
