"""Who belongs to which pool, and what they are certified for."""

from datetime import datetime
from uuid import UUID

import asyncpg

from app.domain.errors import Invalid
from app.platform.changes import record_change
from app.platform.db import Tx
from app.roster.rostering import renew


async def join_pool(tx: Tx, person_id: UUID, pool_id: str, *, now: datetime) -> bool:
    """Let somebody be rostered in a pool. False: they were in it. Raises Invalid: no such person or pool."""
    known = await tx.fetchval(
        "SELECT EXISTS (SELECT FROM person WHERE id = $1) AND EXISTS (SELECT FROM pool WHERE id = $2)",
        person_id, pool_id,
    )  # fmt: skip
    if not known:
        raise Invalid("There is no such person or pool. 没有此人或该志愿者池。")
    status: str = await tx.execute(
        "INSERT INTO pool_member (person_id, pool_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", person_id, pool_id
    )
    await record_change(tx, "presence", person_id, at=now)
    return status == "INSERT 0 1"


async def leave_pool(tx: Tx, person_id: UUID, pool_id: str, *, now: datetime) -> bool:
    """End a membership; shifts in the pool count for nothing from now. False: there was none."""
    status: str = await tx.execute("DELETE FROM pool_member WHERE person_id = $1 AND pool_id = $2", person_id, pool_id)
    await record_change(tx, "presence", person_id, at=now)
    await renew(tx, person_id, now=now)
    return status == "DELETE 1"


async def hold_credential(tx: Tx, person_id: UUID, skill: str, *, expires_at: datetime | None = None) -> None:
    """Enter a skill, or a certificate with its last moment; entering it again renews it. Counts from going ready.

    Raises Invalid: no such person.
    """
    try:
        await tx.execute(
            """INSERT INTO credential (person_id, skill, expires_at) VALUES ($1, $2, $3)
               ON CONFLICT (person_id, skill) DO UPDATE SET expires_at = excluded.expires_at""",
            person_id, skill, expires_at,
        )  # fmt: skip
    except asyncpg.ForeignKeyViolationError as unknown:
        raise Invalid("There is no such person. 没有此人。") from unknown
