"""The public state of notices: for supervisors' screens and the change feed."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from app.domain.errors import NotFound
from app.platform.db import Tx
from app.realtime.messages import SUPERVISORS, Loaded, line_topic
from app.roster.schemas import Notice, PersonName

# A notice about somebody concerns every line that one of their pools serves.
_SELECT: Final = """
    SELECT n.id, n.kind, n.about_person_id, p.work_name, n.contact_id, n.line_id, n.at, n.seen_at, n.version,
      ARRAY(SELECT n.line_id WHERE n.line_id IS NOT NULL
            UNION SELECT l.line_id FROM pool_member m JOIN line_pool l ON l.pool_id = m.pool_id
                  WHERE m.person_id = n.about_person_id) AS line_ids
    FROM notice n LEFT JOIN person p ON p.id = n.about_person_id
"""


def _notice(row: Any) -> Notice:
    about = row["about_person_id"]
    return Notice(
        id=row["id"],
        kind=row["kind"],
        about=None if about is None else PersonName(person_id=about, work_name=row["work_name"]),
        contact_id=row["contact_id"],
        line_id=row["line_id"],
        at=row["at"],
        seen_at=row["seen_at"],
        version=row["version"],
    )


async def load_notice(tx: Tx, notice_id: UUID) -> tuple[Notice, list[str]]:
    """One notice and the lines it concerns. Raises NotFound."""
    row = await tx.fetchrow(f"{_SELECT} WHERE n.id = $1", notice_id)
    if row is None:
        raise NotFound
    return _notice(row), row["line_ids"]


async def open_notices(tx: Tx, line_ids: Sequence[str], *, everything: bool, limit: int = 50) -> list[Notice]:
    """What nobody has seen yet on these lines, newest first. `everything`: also what concerns no line."""
    rows = await tx.fetch(
        f"""SELECT * FROM ({_SELECT} WHERE n.seen_at IS NULL) known
            WHERE line_ids && $1::text[] OR ($2 AND cardinality(line_ids) = 0) ORDER BY at DESC, id LIMIT $3""",  # noqa: S608
        list(line_ids), everything, limit,
    )  # fmt: skip
    return [_notice(row) for row in rows]


async def load_notices(tx: Tx, ids: Sequence[str]) -> list[Loaded]:
    """For the change feed: these notices with the topics that may see them."""
    rows = await tx.fetch(f"{_SELECT} WHERE n.id = ANY($1)", [UUID(i) for i in ids])
    return [
        (row["id"], row["version"], _notice(row), [SUPERVISORS, *(line_topic(line) for line in row["line_ids"])])
        for row in rows
    ]
