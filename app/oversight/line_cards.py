"""The figures of a line, counted honestly (field.md section 4).

- Waiting begins when the greeting is over and the caller is in the queue; answered is when audio joined.
- Service level is shown over both denominators: of those answered, and of all who were offered to the volunteers and
  whose first 20 seconds are over. Those who hung up within five seconds of waiting stand apart and are in neither.
- Today is the line's own day: it begins at midnight in the zone of its calendar.
- Only callers who rang us are counted; the calls we make back are in none of the ledger's columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from app.contacts.schemas import LineName
from app.domain.calendars import Open, is_open
from app.domain.walltime import instant_of
from app.lines.book import LineBook
from app.oversight.schemas import LineCard, Today
from app.platform.db import Tx
from app.roster.presence_row import COUNTING_ZONE


@dataclass(frozen=True, slots=True)
class Measures:
    """What counts as answered in time, and as hung up too soon to count as waiting."""

    in_time: timedelta = timedelta(seconds=20)
    short: timedelta = timedelta(seconds=5)


STANDARD: Final = Measures()

_CARDS: Final = """
    WITH wanted AS (SELECT * FROM unnest($1::text[], $2::timestamptz[]) AS w(line_id, midnight))
    SELECT l.id, l.name_zh, l.name_en, live.*, today.*, volunteers.*
    FROM wanted w
    JOIN line l ON l.id = w.line_id
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE c.state IN ('waiting', 'offered', 'connecting')) AS waiting,
        max($3 - coalesce(c.enqueued_at, c.offered_at)) FILTER (WHERE c.state IN ('waiting', 'offered', 'connecting'))
          AS longest_wait,
        count(*) FILTER (WHERE c.state IN ('talking', 'caller_alone')) AS talking
      FROM contact c WHERE c.line_id = w.line_id AND c.state <> 'closed') live
    CROSS JOIN LATERAL (
      SELECT count(*) AS offered,
        count(*) FILTER (WHERE d.answered) AS answered,
        count(*) FILTER (WHERE d.reason = 'abandoned' AND NOT d.short) AS abandoned,
        count(*) FILTER (WHERE d.reason = 'abandoned' AND d.short) AS short_abandoned,
        count(*) FILTER (WHERE d.reason = 'voicemail') AS voicemail,
        count(*) FILTER (WHERE d.reason = 'callback') AS callback,
        count(*) FILTER (WHERE d.reason = 'closed_hours') AS closed_hours,
        count(*) FILTER (WHERE d.reason = 'blocked') AS blocked,
        count(*) FILTER (WHERE d.reason = 'failed') AS failed,
        count(*) FILTER (WHERE d.answered_after <= $4) AS in_time,
        count(*) FILTER (WHERE d.answered_after IS NOT NULL) AS answered_here,
        count(*) FILTER (WHERE d.queued AND NOT d.short
                           AND (d.answered_after IS NOT NULL OR d.over OR d.waited > $4)) AS decided,
        extract(epoch FROM avg(d.answered_after))::float8 AS asa_s
      FROM (
        SELECT c.terminal_reason = 'answered' OR c.answered_at IS NOT NULL AS answered,
          CASE WHEN c.answered_at IS NULL THEN c.terminal_reason END AS reason,
          c.terminal_reason IS NOT DISTINCT FROM 'abandoned' AND c.answered_at IS NULL
            AND coalesce(c.ended_at, c.closed_at, $3) - coalesce(c.enqueued_at, c.offered_at) < $5 AS short,
          c.answered_at - coalesce(c.enqueued_at, c.offered_at) AS answered_after,
          c.enqueued_at IS NOT NULL AS queued,
          c.terminal_reason IS NOT NULL OR c.ended_at IS NOT NULL AS over,
          $3 - c.enqueued_at AS waited
        FROM contact c
        WHERE c.line_id = w.line_id AND c.offered_at >= w.midnight AND c.offered_at <= $3
          AND c.direction = 'inbound') d) today
    CROSS JOIN LATERAL (
      SELECT count(*) AS ready FROM presence p
      WHERE p.activity = 'ready' AND p.pools && ARRAY(SELECT lp.pool_id FROM line_pool lp
                                                      WHERE lp.line_id = w.line_id)) volunteers
    ORDER BY l.id
"""


async def line_cards(
    tx: Tx, book: LineBook, line_ids: Sequence[str], *, now: datetime, measures: Measures = STANDARD
) -> list[LineCard]:
    """The cards of these lines, by id; one statement."""
    rows = await tx.fetch(
        _CARDS,
        list(line_ids), [midnight(book, line_id, now) for line_id in line_ids], now, measures.in_time, measures.short,
    )  # fmt: skip
    return [_card(row, book, now) for row in rows]


def midnight(book: LineBook, line_id: str, now: datetime) -> datetime:
    """When the line's day began."""
    policy = book.policy(line_id, now)
    zone = COUNTING_ZONE if policy is None else policy.calendar.zone
    return instant_of(now.astimezone(zone).date(), time(0), zone)


def _card(row: Any, book: LineBook, now: datetime) -> LineCard:
    policy = book.policy(row["id"], now)
    opening = None if policy is None else is_open(policy.calendar, now)
    longest = row["longest_wait"]
    counted = {name: row[name] for name in Today.model_fields if name in row.keys()}  # noqa: SIM118 a record, no dict
    return LineCard(
        line=LineName(id=row["id"], name_zh=row["name_zh"], name_en=row["name_en"]),
        open=isinstance(opening, Open),
        opens_at=None if opening is None or isinstance(opening, Open) else opening.opens_at,
        closes_at=opening.until if isinstance(opening, Open) else None,
        waiting=row["waiting"],
        longest_wait_s=None if longest is None else max(0, int(longest.total_seconds())),
        talking=row["talking"],
        ready=row["ready"],
        today=Today(
            **counted,
            service_level_answered=_rate(row["in_time"], row["answered_here"]),
            service_level_offered=_rate(row["in_time"], row["decided"]),
        ),
    )


def _rate(part: int, whole: int) -> float | None:
    return None if whole == 0 else round(part / whole, 4)
