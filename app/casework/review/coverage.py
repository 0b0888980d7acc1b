"""How far reviewing has come: what waits and since when, and what was reviewed of what was written, line by line."""

from datetime import datetime, timedelta
from typing import Any, Final

from app.casework.review.choosing import Sampling
from app.casework.review.queries import reach_of
from app.casework.review.schemas import Coverage, LineCoverage
from app.contacts.schemas import LineName
from app.people.access import Principal
from app.platform.db import Tx

DAYS: Final = timedelta(days=30)
_COVERAGE: Final = """
    WITH reviews AS (
      SELECT line_id, count(*) FILTER (WHERE state = 'waiting') AS waiting,
        count(*) FILTER (WHERE state = 'waiting' AND because = 'high_risk') AS waiting_high_risk,
        count(*) FILTER (WHERE state IN ('waiting', 'taken')
          AND chosen_at <= CASE because WHEN 'high_risk' THEN $4::timestamptz ELSE $5::timestamptz END) AS overdue,
        min(chosen_at) FILTER (WHERE state = 'waiting') AS oldest_waiting_at,
        count(*) FILTER (WHERE state = 'taken') AS taken, count(*) FILTER (WHERE state = 'returned') AS returned,
        count(*) FILTER (WHERE state = 'done') AS reviewed
      FROM note_review WHERE ($1 OR line_id = ANY($2)) AND (state <> 'done' OR finished_at > $3) GROUP BY line_id),
    notes AS (
      SELECT line_id, count(*) AS notes FROM note
      WHERE ($1 OR line_id = ANY($2)) AND submitted_at > $3 AND non_counselling IS NULL GROUP BY line_id)
    SELECT coalesce(r.line_id, n.line_id) AS line_id, l.name_zh, l.name_en, r.oldest_waiting_at,
      coalesce(r.waiting, 0) AS waiting, coalesce(r.waiting_high_risk, 0) AS waiting_high_risk,
      coalesce(r.overdue, 0) AS overdue, coalesce(r.taken, 0) AS taken, coalesce(r.returned, 0) AS returned,
      coalesce(r.reviewed, 0) AS reviewed, coalesce(n.notes, 0) AS notes
    FROM reviews r FULL JOIN notes n ON coalesce(n.line_id, '') = coalesce(r.line_id, '')
    LEFT JOIN line l ON l.id = coalesce(r.line_id, n.line_id) ORDER BY 1 NULLS LAST
"""
_COUNTED: Final = ("waiting", "waiting_high_risk", "overdue", "taken", "returned", "reviewed", "notes")


async def coverage_of(tx: Tx, principal: Principal, sampling: Sampling, *, now: datetime) -> Coverage:
    """The figures of the asker's lines."""
    rows = await tx.fetch(
        _COVERAGE, *reach_of(principal), now - DAYS, now - sampling.high_risk_within, now - sampling.within
    )
    oldest = [row["oldest_waiting_at"] for row in rows if row["oldest_waiting_at"] is not None]
    return Coverage(
        oldest_waiting_at=min(oldest, default=None),
        lines=[_line(row) for row in rows],
        **{name: sum(row[name] for row in rows) for name in _COUNTED},
    )


def _line(row: Any) -> LineCoverage:
    line_id = row["line_id"]
    return LineCoverage(
        line=None
        if line_id is None
        else LineName(id=line_id, name_zh=row["name_zh"] or "", name_en=row["name_en"] or ""),
        oldest_waiting_at=row["oldest_waiting_at"],
        **{name: row[name] for name in _COUNTED},
    )
