"""The public state of presences: for the desk, the wallboard and the change feed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.domain.errors import NotFound
from app.platform.db import Tx
from app.realtime.messages import SUPERVISORS, Loaded, line_topic, person_topic
from app.roster.presence_row import today
from app.roster.schemas import Presence

# Whoever never went ready has no row yet and is shown as offline, with the version the row will be made with.
_SELECT: Final = """
    SELECT p.id AS person_id, p.work_name, coalesce(r.activity, 'offline') AS activity,
      coalesce(r.reach, 'browser') AS reach, coalesce(r.reason, '') AS reason, coalesce(r.since, $2) AS since,
      coalesce(r.pools, '{}') AS pools, r.shift_ends_at, coalesce(r.missed_in_row, 0) AS missed_in_row,
      CASE WHEN r.answered_on = $3 THEN r.answered_today ELSE 0 END AS answered_today, r.contact_id, r.offer_id,
      coalesce(r.version, 1) AS version,
      EXISTS (SELECT FROM shift s JOIN pool_member m ON m.person_id = s.person_id AND m.pool_id = s.pool_id
              WHERE s.person_id = p.id AND s.cancelled_at IS NULL AND s.starts_at <= $2 AND s.ends_at > $2) AS on_shift,
      ARRAY(SELECT DISTINCT l.line_id FROM pool_member m JOIN line_pool l ON l.pool_id = m.pool_id
            WHERE m.person_id = p.id) AS line_ids
    FROM person p LEFT JOIN presence r ON r.person_id = p.id
"""


def _presence(row: Any) -> Presence:
    return Presence(**{key: row[key] for key in Presence.model_fields})


async def load_presence(tx: Tx, person_id: UUID, *, now: datetime) -> Presence:
    """One volunteer's presence. Raises NotFound: no such person."""
    row = await tx.fetchrow(f"{_SELECT} WHERE p.id = $1", person_id, now, today(now))
    if row is None:
        raise NotFound
    return _presence(row)


async def load_presences(tx: Tx, ids: Sequence[str], *, now: datetime) -> list[Loaded]:
    """For the change feed: these persons' presences with the topics that may see them."""
    rows = await tx.fetch(f"{_SELECT} WHERE p.id = ANY($1)", [UUID(i) for i in ids], now, today(now))
    return [(row["person_id"], row["version"], _presence(row), _topics(row)) for row in rows]


def _topics(row: Any) -> list[str]:
    lines = [line_topic(line_id) for line_id in row["line_ids"]]
    return [person_topic(row["person_id"]), SUPERVISORS, *lines]


async def presences_of_lines(tx: Tx, line_ids: Sequence[str], *, now: datetime) -> list[Presence]:
    """For the wallboard: everybody in a pool of these lines who is doing something or is on shift now."""
    rows = await tx.fetch(
        f"""SELECT * FROM ({_SELECT}) known
            WHERE (activity <> 'offline' OR on_shift) AND line_ids && $1::text[] ORDER BY work_name, person_id""",  # noqa: S608
        list(line_ids), now, today(now),
    )  # fmt: skip
    return [_presence(row) for row in rows]
