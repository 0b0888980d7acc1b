"""The background process: timers, commands, sweeps. Any number may run and any may die (promises P2, P4, P9, P10).

Every loop polls at least once a second; hints only make it quicker. A loop that fails says so and goes on. What has
been claimed runs beside the loop (`platform/in_hand.py`): one that waits for a lock or the carrier holds up no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from prometheus_client import Counter, Gauge, Histogram

from app.casework.retention.due import plan_the_round
from app.casework.vault.keeping import forget_expired
from app.contacts.accepting import miss_offer
from app.contacts.closing import close_what_was_left
from app.contacts.commands import Commander
from app.contacts.reconciling import reconcile
from app.contacts.waiting import hasten_where_nobody_is_left
from app.contacts.waiting_since import set_waits_back
from app.domain.presence import Activity
from app.lines.beginning import begin_due_versions
from app.people.sessions import forget_old_sessions
from app.platform import outbox, timers
from app.platform.audit_sealing import AuditSealer
from app.platform.clock import HOUSE, fresh_id
from app.platform.clock import now as read_clock
from app.platform.db import Database
from app.platform.in_hand import InHand
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.outbox import Command
from app.platform.setting_back import set_back
from app.platform.timers import Handler
from app.platform.trouble import TROUBLE
from app.platform.wakeup import Wakeup
from app.roster import heartbeats
from app.wiring import Parts

log = get_log()

POLL_S = 1.0
SWEEP_EVERY_S = 3.0
MINUTE_S = 60.0
AUDIT_EVERY_S = 5.0
TIMERS_AT_ONCE = 8
COMMANDS_AT_ONCE = 32
NOT_SOONER_S = 0.02  # what is due and cannot be claimed is locked by somebody: look again, and do not spin
STEADY = timedelta(seconds=20)  # after a step of the database's clock: consoles beat every five
KEEP_DONE = timedelta(days=7)
KEEP_CHANGES = timedelta(hours=1)

TIMER_LAG = Histogram(
    "hotline_timer_lag_seconds", "How late timers were picked up (P2, P9)", buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 30)
)
COMMANDS_DONE = Counter("hotline_commands_total", "Commands carried out", ["kind"])
COMMANDS_OPEN = Gauge("hotline_commands_open", "Commands that are due and not done")
BEAT = Gauge("hotline_worker_beat_timestamp_seconds", "When this worker last went round (P10)")


class Worker:
    """The loops of one worker process."""

    def __init__(self, db: Database, parts: Parts, timer_handlers: Mapping[str, Handler]) -> None:
        self._db = db
        self.beat_at: datetime | None = None  # when it last went round
        self._parts = parts
        self._handlers = timer_handlers
        self._wakeup = Wakeup(db.url, ["timers", "commands"])
        self._id: UUID = fresh_id()
        self._worst_lag = timedelta(0)
        self._sealer = AuditSealer()
        self._commander = None
        if parts.carrier is not None:
            self._commander = Commander(db, parts.carrier, parts.reception, read_clock=read_clock)

    async def run(self) -> None:
        """Every loop, for ever."""
        log.info(Log.SERVICE_STARTED, part="worker", worker=self._id)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._wakeup.run())
            timers_in_hand = InHand(
                self._db, group, "timer", lease=timers.LEASE, at_once=TIMERS_AT_ONCE, read_clock=read_clock
            )
            commands_in_hand = InHand(
                self._db, group, "command", lease=outbox.LEASE, at_once=COMMANDS_AT_ONCE, read_clock=read_clock
            )
            group.create_task(timers_in_hand.keep())
            group.create_task(commands_in_hand.keep())
            group.create_task(self._loop(self._take_timers, timers_in_hand, "timers"))
            group.create_task(self._loop(self._take_commands, commands_in_hand, "commands"))
            group.create_task(self._every(self.sweep, SWEEP_EVERY_S))
            group.create_task(self._every(self.beat, 1.0))
            group.create_task(self._every(self.every_minute, MINUTE_S))
            group.create_task(self._every(self.seal_audit, AUDIT_EVERY_S))
            group.create_task(self._every(self.reconcile, float(self._parts.settings.reconcile_every_s)))

    async def _loop(self, take: Callable[[InHand], Awaitable[bool]], in_hand: InHand, channel: str) -> None:
        """Take until there is nothing due, then wait for a hint, the next due time, or the poll."""
        while True:
            await in_hand.until_room()
            try:
                if await take(in_hand):
                    continue
            except TROUBLE as failure:
                log.warning(Log.LOOP_FAILED, loop=channel, kind=type(failure).__name__)
            await self._wakeup.wait(channel, at_most_s=await self._until_next(channel))

    async def _until_next(self, channel: str) -> float:
        if channel != "timers":
            return POLL_S
        try:
            async with self._db.statements() as tx:
                due = await timers.next_due(tx, list(self._handlers))
        except TROUBLE:
            return POLL_S
        return POLL_S if due is None else min(POLL_S, max(NOT_SOONER_S, (due - read_clock()).total_seconds()))

    async def _every(self, work: Callable[[], Awaitable[None]], seconds: float) -> None:
        while True:
            try:
                await work()
            except TROUBLE as failure:
                log.warning(Log.LOOP_FAILED, loop=work.__name__, kind=type(failure).__name__)
            except Exception as failure:  # noqa: BLE001 one bad round must not end the loop, and is heard of
                log.alarm(Log.LOOP_FAILED, failure=failure, loop=work.__name__)
            await asyncio.sleep(seconds)

    async def _take_timers(self, in_hand: InHand) -> bool:
        """Begin with what is due; False when there was nothing."""
        now = read_clock()
        async with self._db.statements() as tx:
            due = await timers.claim_due(tx, list(self._handlers), now=now, at_most=in_hand.room)
        for timer in due:
            TIMER_LAG.observe(timer.lag.total_seconds())
            self._worst_lag = max(self._worst_lag, timer.lag)
            handler = self._handlers[timer.kind]
            work = partial(timers.run_timer, self._db, timer, handler, read_clock=read_clock)
            in_hand.take(timer.id, timer.attempt, work, claimed_at=now)
        return bool(due)

    async def _take_commands(self, in_hand: InHand) -> bool:
        """Begin with what is due; False when there was nothing."""
        if self._commander is None:
            return False
        now = read_clock()
        async with self._db.statements() as tx:
            due = await outbox.claim_due(tx, now=now, at_most=in_hand.room)
        for command in due:
            still_held = partial(in_hand.still_held, command.id, command.attempt)
            work = partial(self._carry_out, self._commander, command, still_held)
            in_hand.take(command.id, command.attempt, work, claimed_at=now)
        return bool(due)

    async def _carry_out(self, commander: Commander, command: Command, still_held: Callable[[], bool]) -> None:
        try:
            await commander.run(command, still_held=still_held)
            COMMANDS_DONE.labels(command.kind).inc()
        except TROUBLE as failure:
            log.warning(Log.COMMAND_FAILED, command=command.id, kind=command.kind, code=type(failure).__name__)
        except Exception as failure:  # noqa: BLE001 the lease brings it back; the others go on
            log.alarm(Log.COMMAND_FAILED, failure=failure, command=command.id, kind=command.kind)

    async def sweep(self) -> None:
        """Consoles that have gone: their offers go on to the next; a live call stays up. Pools that everybody has left:
        their callers go on to the next."""
        now = read_clock()
        async with self._db.transaction() as tx:
            await set_back(tx, now=now)
            await set_waits_back(tx, now=now)
            await heartbeats.set_beats_back(tx, now=now)
        async with self._db.transaction() as tx:
            # Where the clock was set forward nobody has had the time to beat: it is not the consoles that are gone.
            lost = await heartbeats.lost(tx, now) if HOUSE.steady_for() >= STEADY else []
        for gone in lost:
            if gone.activity is Activity.OFFERED and gone.offer_id is not None:
                async with self._db.transaction() as tx:
                    await miss_offer(tx, self._parts.book, gone.offer_id, now=now, unreachable=True)
        async with self._db.transaction() as tx:
            await hasten_where_nobody_is_left(tx, now=now)

    async def seal_audit(self) -> None:
        """What has been entered into the audit is linked into its chain."""
        await self._sealer.sweep(self._db, now=read_clock())

    async def beat(self) -> None:
        """A sign of life for /readyz, and the lines as they are now."""
        now = read_clock()
        async with self._db.reading() as tx:
            await self._parts.book.refresh(tx)
        async with self._db.transaction() as tx:
            await tx.execute(
                """INSERT INTO worker_beat (worker_id, started_at, beat_at, timer_lag_ms) VALUES ($1, $2, $2, $3)
                   ON CONFLICT (worker_id) DO UPDATE SET beat_at = $2, timer_lag_ms = $3""",
                self._id, now, int(self._worst_lag.total_seconds() * 1000),
            )  # fmt: skip
            COMMANDS_OPEN.set(
                await tx.fetchval("SELECT count(*) FROM command WHERE done_at IS NULL AND due_at <= $1", now)
            )
        self._worst_lag = timedelta(0)
        BEAT.set(now.timestamp())
        self.beat_at = now

    async def every_minute(self) -> None:
        """Dated versions begin, the nightly retention is planned, wrap-ups that nobody comes back to are closed, and
        what is long done is cleared away."""
        now = read_clock()
        async with self._db.transaction() as tx:
            await begin_due_versions(tx, now)
            await plan_the_round(tx, now=now)
        async with self._db.transaction() as tx:
            await tx.execute("DELETE FROM change WHERE at < $1", now - KEEP_CHANGES)
            await tx.execute("DELETE FROM timer WHERE done_at < $1", now - KEEP_DONE)
            await tx.execute("DELETE FROM command WHERE done_at < $1", now - KEEP_DONE)
            await tx.execute("DELETE FROM worker_beat WHERE beat_at < $1", now - KEEP_CHANGES)
            await forget_old_sessions(tx, now=now)
            await forget_expired(tx, now=now)
        if HOUSE.steady_for() >= STEADY:  # as for the consoles that are gone
            kept = timedelta(hours=self._parts.settings.wrap_up_kept_hours)
            await close_what_was_left(self._db, after=kept, now=now)

    async def reconcile(self) -> None:
        """Our legs against the carrier's own list."""
        if self._parts.carrier is None:
            return
        now: datetime = read_clock()
        await reconcile(self._db, self._parts.carrier, self._parts.calls, self._parts.book, now=now)


async def work(db: Database, parts: Parts, timer_handlers: Mapping[str, Handler]) -> None:
    """Run one worker until cancelled."""
    await Worker(db, parts, timer_handlers).run()
