"""Health that tells the truth (P10): /healthz says the process lives, /readyz whether calls can be taken now.

Not ready: the database is away, no worker has beaten for a while, timers come late, or the lines were never read.
"""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from app.platform.clock import now as read_clock
from app.platform.db import Database
from app.platform.route_rules import public

router = APIRouter(include_in_schema=False)

WORKER_SILENT_AFTER = timedelta(seconds=10)
TIMER_LATE_AFTER = timedelta(seconds=5)

TIMERS_LATE = Gauge("hotline_timers_late", "Timers that are due by more than five seconds (P2)")
WITHOUT_STEP = Gauge("hotline_contacts_without_next_step", "Waiting contacts with no live timer; must be 0 (P2)")
LIVE = Gauge("hotline_contacts", "Contacts by state", ["state"])


@router.get("/healthz")
@public
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
@public
async def readyz(request: Request) -> Response:
    """Whether calls can be taken now, and if not, what stands in the way."""
    try:
        found = await _look(request.app.state.db, read_clock())
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return JSONResponse({"status": "not_ready", "troubles": ["database_unreachable"]}, status_code=503)
    troubles = [name for name, wrong in found.items() if wrong]
    status = "ready" if not troubles else "not_ready"
    return JSONResponse({"status": status, "troubles": troubles}, status_code=200 if not troubles else 503)


async def _look(db: Database, now: datetime) -> dict[str, bool]:
    async with db.transaction() as tx:
        row = await tx.fetchrow(
            """SELECT (SELECT max(beat_at) FROM worker_beat) AS beat,
                      (SELECT count(*) FROM timer WHERE done_at IS NULL AND due_at < $1) AS late,
                      EXISTS (SELECT FROM line_pool) AS lines""",
            now - TIMER_LATE_AFTER,
        )
    return {
        "worker_stalled": row["beat"] is None or row["beat"] < now - WORKER_SILENT_AFTER,
        "timers_late": row["late"] > 0,
        "no_lines": not row["lines"],
    }


@router.get("/metrics")
@public
async def metrics(request: Request) -> Response:
    """Everything that is counted, for Prometheus. Keep this path inside your network: it is numbers only (P5)."""
    await _measure(request.app.state.db)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _measure(db: Database) -> None:
    now = read_clock()
    try:
        async with db.transaction() as tx:
            rows = await tx.fetch("SELECT state, count(*) AS n FROM contact WHERE state <> 'closed' GROUP BY state")
            row: Any = await tx.fetchrow(
                """SELECT (SELECT count(*) FROM timer WHERE done_at IS NULL AND due_at < $1) AS late,
                     (SELECT count(*) FROM contact c WHERE state IN ('waiting', 'offered') AND NOT EXISTS (
                        SELECT FROM timer t WHERE t.kind = 'contact_step' AND t.subject_id = c.id
                          AND t.done_at IS NULL)) AS stranded""",
                now - TIMER_LATE_AFTER,
            )
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return
    LIVE.clear()
    for state in rows:
        LIVE.labels(state["state"]).set(state["n"])
    TIMERS_LATE.set(row["late"])
    WITHOUT_STEP.set(row["stranded"])
