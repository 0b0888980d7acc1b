"""A small town for the roster's tests: two pools, one line, and volunteers made on demand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest_asyncio

from app.platform.clock import fresh_id
from app.platform.db import Database, Tx
from app.roster.membership import join_pool
from app.roster.rota import add_shift

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
HOUR = timedelta(hours=1)


@dataclass
class Town:
    """The database of one test, with what the tests do to it over and over."""

    db: Database

    async def person(self, work_name: str = "Reed") -> UUID:
        """An account."""
        person_id = fresh_id()
        async with self.db.transaction() as tx:
            await tx.execute(
                "INSERT INTO person (id, login, work_name, password_hash, created_at) VALUES ($1, $2, $3, '', $4)",
                person_id, f"{work_name.lower()}-{person_id.hex[-8:]}", work_name, NOON,
            )  # fmt: skip
        return person_id

    async def volunteer(
        self, work_name: str = "Reed", *, pool: str = "teachers", since: datetime = NOON - HOUR, hours: float = 4
    ) -> UUID:
        """A member of `pool`, rostered from `since`."""
        person_id = await self.person(work_name)
        async with self.db.transaction() as tx:
            await join_pool(tx, person_id, pool, now=NOON)
            await add_shift(tx, person_id, pool, since, since + hours * HOUR, by=None, now=min(NOON, since))
        return person_id


async def furnish(tx: Tx) -> None:
    """Two pools of one organisation on one line, a third pool on no line."""
    await tx.execute("INSERT INTO organisation (id, name_zh, name_en) VALUES ('edu', '教育局', 'Education bureau')")
    await tx.execute(
        """INSERT INTO pool (id, organisation_id, name_zh, name_en) VALUES
           ('teachers', 'edu', '甬老师', 'Teachers'), ('hospital', 'edu', '康宁医院', 'Hospital'),
           ('elsewhere', 'edu', '别处', 'Elsewhere')"""
    )
    await tx.execute(
        "INSERT INTO line (id, organisation_id, name_zh, name_en) VALUES ('night', 'edu', '心理热线', 'Night line'),"
        " ('youth', 'edu', '成长热线', 'Youth line')"
    )
    await tx.execute(
        "INSERT INTO line_pool (line_id, pool_id, stage) VALUES ('night', 'teachers', 0), ('night', 'hospital', 1),"
        " ('youth', 'hospital', 0)"
    )


@pytest_asyncio.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    """A furnished database."""
    db = Database(database_url, size=6)
    await db.open()
    try:
        async with db.transaction() as tx:
            await furnish(tx)
        yield Town(db)
    finally:
        await db.close()
