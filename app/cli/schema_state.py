"""Whether the database's tables are what this code expects.

Without Alembic, whose loading is a quarter of a second of every start: migrations are files with numbers.
"""

from dataclasses import dataclass
from pathlib import Path

import asyncpg

from app.cli.failures import CommandFailed

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations" / "versions"


@dataclass(frozen=True, slots=True)
class Schema:
    """Which migration the database is at (None: at none yet), and the newest one there is."""

    current: str | None
    newest: str

    @property
    def up_to_date(self) -> bool:
        """Whether there is nothing to do."""
        return self.current == self.newest


def newest_migration() -> str:
    """The number of the newest migration, "" where there is none."""
    return max((file.name.partition("_")[0] for file in MIGRATIONS.glob("[0-9]*_*.py")), default="")


async def schema_at(url: str) -> Schema:
    """Where the database at `url` stands."""
    connection = await asyncpg.connect(url)
    try:
        current = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        current = None
    finally:
        await connection.close()
    return Schema(current, newest_migration())


async def require_up_to_date(url: str) -> None:
    """Raise CommandFailed unless the tables are what this code expects."""
    schema = await schema_at(url)
    if not schema.up_to_date:
        raise CommandFailed(
            f"The tables are at {schema.current or 'nothing'}, and {schema.newest} is expected: "
            "run `python -m app migrate`."
        )
