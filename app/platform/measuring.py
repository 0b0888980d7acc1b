"""The promises as numbers, read from the database whenever somebody looks (P10; design.md section 2).

From the database rather than counted on the way: the worker's doings, other processes' and those of a process that died
are in it too, and every process that is asked gives the same answer. What must be 0 says so in its help text.
"""

import asyncio
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from prometheus_client import Gauge

from app.platform.clock import HOUSE
from app.platform.db import Database
from app.platform.problems import OUT_OF_REACH

ANSWER_WITHIN_S: Final = 3.0
TIMER_LATE_AFTER: Final = timedelta(seconds=5)
SETTLED_AFTER: Final = timedelta(seconds=30)
LOOK_BACK: Final = timedelta(hours=24)

REACHABLE = Gauge("hotline_database_reachable", "1 when the database answered just now; the rest is NaN if not (P10)")
LIVE = Gauge("hotline_contacts", "Contacts by state", ["state"])

MEASURES: Final[Mapping[str, Gauge]] = {
    "without_reason": Gauge(
        "hotline_contacts_without_reason", "Callers gone for 30 s whose contact has no terminal reason; must be 0 (P1)"
    ),
    "unreceived": Gauge(
        "hotline_ledger_calls_without_contact", "Calls of the last day in the ledger that have no contact; 0 (P1)"
    ),
    "unheard": Gauge("hotline_calls_never_heard_of", "Calls of the last day that only the carrier knew; 0 (P1)"),
    "stranded": Gauge("hotline_contacts_without_next_step", "Waiting contacts with no live timer; must be 0 (P2)"),
    "longest_wait": Gauge("hotline_longest_wait_seconds", "How long the caller who waits longest has waited (P2)"),
    "double": Gauge(
        "hotline_double_holders", "Volunteers in two calls, and callers two volunteers hold; must be 0 (P3)"
    ),
    "late": Gauge("hotline_timers_late", "Timers that are due by more than five seconds; must be 0 (P9)"),
    "worst_lag": Gauge("hotline_timer_lag_worst_seconds", "The latest any timer was, in the workers' last beats (P9)"),
    "clock_ahead": Gauge(
        "hotline_clock_ahead_seconds", "This machine's clock minus the database's, by which we go (P9)"
    ),
    "beat_age": Gauge("hotline_worker_silent_seconds", "Since any worker last gave a sign of life (P10)"),
    "audit_unsealed": Gauge(
        "hotline_audit_unsealed_seconds", "Age of the oldest audit entry that is not in the hash chain yet (P7)"
    ),
    "retention_failed": Gauge(
        "hotline_retention_failed", "Record classes whose last nightly round failed; must be 0 (field.md section 2)"
    ),
    "retention_age": Gauge("hotline_retention_age_seconds", "Since the last nightly round of retention ended"),
    "commands_due": Gauge("hotline_commands_due", "Commands to the carrier that are due and not done (P10)"),
}

_MEASURE: Final = """
    WITH arrived AS (
      SELECT c.id, c.state, c.terminal_reason, g.ended_at AS left_at
      FROM ledger l LEFT JOIN contact c ON c.id = l.contact_id
        LEFT JOIN leg g ON g.contact_id = c.id AND g.role = 'caller' AND g.state = 'ended'
      WHERE l.received_at > $1::timestamptz - $4::interval AND l.kind = 'call.arrived')
    SELECT
      (SELECT count(*) FROM arrived WHERE terminal_reason IS NULL
         AND (state = 'closed' OR left_at < $1::timestamptz - $3::interval)) AS without_reason,
      (SELECT count(*) FROM arrived WHERE id IS NULL) AS unreceived,
      (SELECT count(*) FROM ledger
         WHERE received_at > $1::timestamptz - $4::interval AND kind = 'call.unheard') AS unheard,
      (SELECT count(*) FROM contact c WHERE state IN ('waiting', 'offered') AND NOT EXISTS (
         SELECT FROM timer t WHERE t.kind = 'contact_step' AND t.subject_id = c.id AND t.done_at IS NULL)) AS stranded,
      (SELECT coalesce(extract(epoch FROM $1::timestamptz - min(enqueued_at)), 0)::float8 FROM contact
         WHERE state IN ('waiting', 'offered')) AS longest_wait,
      (SELECT count(*) FROM (SELECT FROM leg l JOIN contact c ON c.id = l.contact_id
         WHERE l.role = 'volunteer' AND l.in_bridge AND c.state <> 'closed'
         GROUP BY l.person_id HAVING count(DISTINCT l.contact_id) > 1) AS volunteers
      ) + (SELECT count(*) FROM (SELECT FROM offer WHERE state = 'accepted'
         GROUP BY contact_id HAVING count(*) > 1) AS contacts) AS double,
      (SELECT count(*) FROM timer WHERE done_at IS NULL AND due_at < $1::timestamptz - $2::interval) AS late,
      (SELECT coalesce(max(timer_lag_ms), 0) / 1000.0::float8 FROM worker_beat
         WHERE beat_at > $1::timestamptz - $3::interval) AS worst_lag,
      (SELECT extract(epoch FROM $1::timestamptz - max(beat_at))::float8 FROM worker_beat) AS beat_age,
      (SELECT count(*) FROM (SELECT DISTINCT ON (record_class) failed_as FROM retention_run
         ORDER BY record_class, started_at DESC) AS last WHERE failed_as IS NOT NULL) AS retention_failed,
      (SELECT extract(epoch FROM $1::timestamptz - max(finished_at))::float8 FROM retention_run) AS retention_age,
      (SELECT count(*) FROM command WHERE done_at IS NULL AND due_at <= $1::timestamptz) AS commands_due,
      (SELECT coalesce(extract(epoch FROM $1::timestamptz - min(at)), 0)::float8 FROM audit_entry
         WHERE id > (SELECT coalesce(max(entry_id), -1) FROM audit_seal)) AS audit_unsealed
"""


async def measure(db: Database, now: datetime) -> bool:
    """Set every gauge to what is so at `now`. False: the database did not answer, and they are NaN."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S), db.transaction() as tx:
            states = await tx.fetch("SELECT state, count(*) AS n FROM contact WHERE state <> 'closed' GROUP BY state")
            row: Any = await tx.fetchrow(_MEASURE, now, TIMER_LATE_AFTER, SETTLED_AFTER, LOOK_BACK)
    except OUT_OF_REACH:
        REACHABLE.set(0)
        LIVE.clear()
        for gauge in MEASURES.values():
            gauge.set(math.nan)  # an old number would be a lie
        return False
    REACHABLE.set(1)
    LIVE.clear()
    for state in states:
        LIVE.labels(state["state"]).set(state["n"])
    ahead = HOUSE.machine_ahead()
    for name, found in {**row, "clock_ahead": None if ahead is None else ahead.total_seconds()}.items():
        MEASURES[name].set(math.nan if found is None else found)
    return True
