"""The public state of shifts: for the desk, the rota and the change feed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.domain.errors import NotFound
from app.platform.db import Tx
from app.realtime.messages import SUPERVISORS, Loaded, line_topic, person_topic
from app.roster.schemas import Shift

_SELECT: Final = """
    SELECT s.id, s.person_id, p.work_name, s.pool_id, o.name_zh AS pool_name_zh, o.name_en AS pool_name_en,
      s.starts_at, s.ends_at, s.source, s.cancelled_at IS NOT NULL AS cancelled, s.version
    FROM shift s JOIN person p ON p.id = s.person_id JOIN pool o ON o.id = s.pool_id
"""


def _shift(row: Any) -> Shift:
    return Shift(**{key: row[key] for key in Shift.model_fields})


async def load_shift(tx: Tx, shift_id: UUID) -> Shift:
    """One shift, cancelled or not. Raises NotFound."""
    row = await tx.fetchrow(f"{_SELECT} WHERE s.id = $1", shift_id)
    if row is None:
        raise NotFound
    return _shift(row)


async def load_shifts_between(tx: Tx, pool_ids: Sequence[str], *, since: datetime, until: datetime) -> list[Shift]:
    """The shifts of these pools that touch [since, until), by start."""
    rows = await tx.fetch(
        f"""{_SELECT} WHERE s.cancelled_at IS NULL AND s.pool_id = ANY($1) AND s.starts_at < $3 AND s.ends_at > $2
            ORDER BY s.starts_at, p.work_name, s.id""",
        list(pool_ids), since, until,
    )  # fmt: skip
    return [_shift(row) for row in rows]


async def load_own_shifts(tx: Tx, person_id: UUID, *, now: datetime, days: int = 14) -> list[Shift]:
    """A volunteer's own shifts, the present one first, for the next days."""
    rows = await tx.fetch(
        f"""{_SELECT} WHERE s.cancelled_at IS NULL AND s.person_id = $1 AND s.ends_at > $2 AND s.starts_at < $3
            ORDER BY s.starts_at, s.id""",
        person_id, now, now + timedelta(days=days),
    )  # fmt: skip
    return [_shift(row) for row in rows]


async def load_shifts(tx: Tx, ids: Sequence[str]) -> list[Loaded]:
    """For the change feed: these shifts with the topics that may see them."""
    rows = await tx.fetch(
        f"""SELECT k.*, ARRAY(SELECT l.line_id FROM line_pool l WHERE l.pool_id = k.pool_id) AS line_ids
            FROM ({_SELECT} WHERE s.id = ANY($1)) k""",  # noqa: S608
        [UUID(i) for i in ids],
    )
    return [
        (
            row["id"],
            row["version"],
            _shift(row),
            [person_topic(row["person_id"]), SUPERVISORS, *(line_topic(line_id) for line_id in row["line_ids"])],
        )
        for row in rows
    ]
