"""The timers of retention and erasure: one for the nightly round, one for each erasure under way."""

from datetime import datetime
from typing import Final
from uuid import UUID

from app.casework.retention.erasing import ERASURE, erasure_due
from app.casework.retention.periods import Periods
from app.casework.retention.rounds import fail, place_of, step
from app.domain.acts import Act
from app.domain.retention import next_run
from app.platform.audit import record_act
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import Handler, Timer, set_timer
from app.roster.notices import give_notice

log = get_log()

RETENTION: Final = "retention"
THE_ROUND: Final = UUID(int=1)
"""The subject of the one timer of this kind: there is one round at a time."""


def handlers(periods: Periods) -> dict[str, Handler]:
    """The handlers by timer kind."""
    return {RETENTION: _Retention(periods).due, ERASURE: erasure_due}


class _Retention:
    def __init__(self, periods: Periods) -> None:
        self._periods = periods

    async def due(self, tx: Tx, timer: Timer, *, now: datetime) -> None:
        """One batch of the round; the next one at once, or the next round at its time."""
        place = place_of(timer.payload)
        try:
            async with tx.connection.transaction():
                after = await step(tx, self._periods, place, now=now)
        except Exception as failure:  # noqa: BLE001 a class that fails must not keep the others, and is heard of
            log.alarm(Log.RETENTION_FAILED, failure=failure, record_class=place.record_class.value)
            await give_notice(tx, "retention_failed", now=now)
            after = await fail(tx, self._periods, place, type(failure).__name__, now=now)
        if after is not None:
            await set_timer(tx, RETENTION, THE_ROUND, due_at=now, now=now, payload=after.as_payload())
            return
        await record_act(
            tx, Act.RETENTION_RAN, by=None, target_kind="retention", target_id=place.round_id, now=now,
            facts=await _added_up(tx, place.round_id),
        )  # fmt: skip
        log.info(Log.RETENTION_RAN, round=place.round_id)
        await set_timer(tx, RETENTION, THE_ROUND, due_at=next_run(now), now=now)


async def _added_up(tx: Tx, round_id: UUID) -> dict[str, object]:
    row = await tx.fetchrow(
        """SELECT sum(looked_at)::int AS looked_at, sum(erased)::int AS erased, sum(held)::int AS held,
             count(failed_as)::int AS failed FROM retention_run WHERE round_id = $1""",
        round_id,
    )
    return dict(row)


async def plan_the_round(tx: Tx, *, now: datetime) -> None:
    """See to it that there is a next round; one that is planned or under way stays as it is."""
    if not await tx.fetchval("SELECT true FROM timer WHERE kind = $1 AND done_at IS NULL", RETENTION):
        await set_timer(tx, RETENTION, THE_ROUND, due_at=next_run(now), now=now)
