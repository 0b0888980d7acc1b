"""Health that tells the truth (P10): /healthz says the process lives, /readyz whether calls can be taken now.

`machine_clock_ahead_s` of /readyz is how far this machine's own clock is ahead of the database's, by which everything
here goes (ADR 13): worth putting right, and no reason to take no calls. So is `audit_unsealed_s`, the age of the
oldest audit entry that is not in its hash chain yet.

Not ready: the database is away, no worker has beaten for a while, timers come late, this process no longer reads the
change feed (its consoles would show the past), or the lines were never read.

/metrics has a number for every promise of design.md section 2 (`measuring.py` reads those that the database knows):

- P1 hotline_contacts_without_reason, hotline_ledger_calls_without_contact, hotline_calls_never_heard_of
- P2 hotline_contacts_without_next_step, hotline_longest_wait_seconds, hotline_webhook_failed_total (the fallback
  acts)
- P3 hotline_double_holders
- P4: nothing is escalated yet; its metrics come with it
- P5 no number can show it: tests/privacy plants needles; hotline_webhook_refused_total counts who knocks unsigned
- P6 an instrument prompts and a person sets the level: no number can show it, the history in risk_level does
- P7 hotline_audit_unsealed_seconds
- P8 hotline_stale_refused_total
- P9 hotline_timers_late, hotline_timer_lag_worst_seconds, hotline_clock_ahead_seconds
- P10 hotline_database_reachable, hotline_worker_silent_seconds, hotline_commands_due,
  hotline_feed_read_timestamp_seconds
- P11 hotline_carrier_is_a_stand_in: 1 in a rehearsal, and an alarm anywhere else
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from app.platform.clock import HOUSE
from app.platform.clock import now as read_clock
from app.platform.db import Database
from app.platform.measuring import ANSWER_WITHIN_S, TIMER_LATE_AFTER, measure
from app.platform.problems import OUT_OF_REACH
from app.platform.route_rules import public

router = APIRouter(include_in_schema=False)

WORKER_SILENT_AFTER = timedelta(seconds=10)
FEED_STALLED_AFTER = timedelta(seconds=5)
THE_CARRIER_ITSELF = "https://api.twilio.com"

STAND_IN = Gauge(
    "hotline_carrier_is_a_stand_in", "1 when the carrier's API is not the carrier's own; 0 in service (P11)"
)


@router.get("/healthz")
@public
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
@public
async def readyz(request: Request) -> Response:
    """Whether calls can be taken now, and if not, what stands in the way."""
    now = read_clock()
    troubles = ["feed_stalled"] if _feed_stalled(request.app, now) else []
    unsealed: float | None = None
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            found = await _look(request.app.state.db, now)
    except OUT_OF_REACH:
        troubles.insert(0, "database_unreachable")
    else:
        troubles += found.troubles
        unsealed = found.unsealed_s
    status = "ready" if not troubles else "not_ready"
    ahead = HOUSE.machine_ahead()
    said = {
        "status": status,
        "troubles": troubles,
        "machine_clock_ahead_s": None if ahead is None else round(ahead.total_seconds(), 3),
        "audit_unsealed_s": None if unsealed is None else round(unsealed, 3),
    }
    return JSONResponse(said, status_code=200 if not troubles else 503)


def _feed_stalled(app: FastAPI, now: datetime) -> bool:
    read_at: datetime | None = app.state.listener.read_at
    return read_at is None or read_at < now - FEED_STALLED_AFTER


@dataclass(frozen=True, slots=True)
class _Found:
    troubles: list[str]
    unsealed_s: float


async def _look(db: Database, now: datetime) -> _Found:
    async with db.transaction() as tx:
        row = await tx.fetchrow(
            """SELECT (SELECT max(beat_at) FROM worker_beat) AS beat,
                      (SELECT count(*) FROM timer WHERE done_at IS NULL AND due_at < $1) AS late,
                      EXISTS (SELECT FROM line_pool) AS lines,
                      (SELECT coalesce(extract(epoch FROM $2::timestamptz - min(at)), 0)::float8 FROM audit_entry
                       WHERE id > (SELECT coalesce(max(entry_id), -1) FROM audit_seal)) AS unsealed""",
            now - TIMER_LATE_AFTER, now,
        )  # fmt: skip
    wrong = {
        "worker_stalled": row["beat"] is None or row["beat"] < now - WORKER_SILENT_AFTER,
        "timers_late": row["late"] > 0,
        "no_lines": not row["lines"],
    }
    return _Found([name for name, is_so in wrong.items() if is_so], row["unsealed"])


@router.get("/metrics")
@public
async def metrics(request: Request) -> Response:
    """Everything that is counted, for Prometheus. Keep this path inside your network: it is numbers only (P5)."""
    await measure(request.app.state.db, read_clock())
    STAND_IN.set(request.app.state.settings.twilio_api_base_url != THE_CARRIER_ITSELF)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
