"""The reconciler: the carrier's own list of calls against our legs (P1; failures 7, 22).

A call of ours that the carrier says is over ends here too, when its end webhook never came; a call that the carrier
had and we never heard of is an alarm and a notice, because somebody rang and may not have been received.
"""

from datetime import datetime, timedelta

from prometheus_client import Counter

from app.carriers.port import Carrier, CarrierCall
from app.contacts.calls import Calls
from app.lines.book import LineBook
from app.platform.db import Database
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.roster.notices import give_notice

log = get_log()

LOOK_BACK = timedelta(hours=6)
SETTLED = timedelta(seconds=30)
OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})

MISSING = Counter("hotline_reconciler_missing_calls_total", "Calls the carrier had and the ledger has not (P1)")
CLOSED = Counter("hotline_reconciler_closed_legs_total", "Legs whose end webhook never came")


async def reconcile(db: Database, carrier: Carrier, calls: Calls, book: LineBook, *, now: datetime) -> tuple[int, int]:
    """Compare once; (legs ended here, calls we never heard of). Reads of a provider lag: young calls are left alone."""
    async with db.reading() as tx:
        live = await tx.fetch(
            """SELECT id, provider_call_id, started_at FROM leg
               WHERE state <> 'ended' AND provider = $1 AND provider_call_id IS NOT NULL AND started_at < $2""",
            carrier.name, now - SETTLED,
        )  # fmt: skip
    oldest = min([row["started_at"] for row in live], default=now - LOOK_BACK)
    theirs = {call.provider_call_id: call for call in await carrier.calls_since(min(oldest, now - LOOK_BACK))}
    ended = 0
    for row in live:
        call = theirs.get(row["provider_call_id"])
        if call is not None and call.status in OVER:
            log.warning(Log.RECONCILED_CALL_LOST, leg=row["id"])
            await calls.caller_lost(row["id"])
            CLOSED.inc()
            ended += 1
    return ended, await _unheard(db, list(theirs.values()), carrier.name, book, now=now)


async def _unheard(db: Database, calls: list[CarrierCall], provider: str, book: LineBook, *, now: datetime) -> int:
    inbound = [
        call for call in calls
        if call.inbound and (call.started_at is None or call.started_at < now - SETTLED)
    ]  # fmt: skip
    async with db.transaction() as tx:
        known = {
            row["provider_call_id"]
            for row in await tx.fetch(
                "SELECT provider_call_id FROM ledger WHERE provider = $1 AND provider_call_id = ANY($2)",
                provider, [call.provider_call_id for call in inbound],
            )
        }  # fmt: skip
        missed = [call for call in inbound if call.provider_call_id not in known]
        for call in missed:
            await tx.execute(
                """INSERT INTO ledger (provider, dedupe_key, kind, provider_call_id, received_at)
                   VALUES ($1, $2, 'call.unheard', $3, $4) ON CONFLICT DO NOTHING""",
                provider, f"reconciled:{call.provider_call_id}", call.provider_call_id, now,
            )  # fmt: skip
            await give_notice(tx, "call_never_reached_us", line_id=book.by_number(call.number_dialled), now=now)
            MISSING.inc()
            log.alarm(Log.RECONCILED_CALL_UNKNOWN, call=call.provider_call_id)
    return len(missed)
