"""The call flow: what the carrier's webhooks ask of us, each in one transaction committed before the answer (P1).

What a leg hears next is its desired step, so a repeated, late or out-of-order request is answered from the state of
things and changes nothing (failures 17, 20). Events are entered in the ledger once; their second coming is ignored.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.carriers.events import BridgeEvent, InboundCall, LegEvent, LegProgress, MessageTaken
from app.carriers.steps import Answer, Goodbye, Spoken, Step, WaitSound
from app.contacts import bridging, keys
from app.contacts.arrival import Reception, arrive
from app.contacts.hearing import keep_message
from app.contacts.leaving import caller_left, leg_ended
from app.contacts.legs import (
    dialled_out,
    end_stray,
    is_stray,
    note_on_the_way,
    note_progress,
    stray_ended,
)
from app.contacts.moving import better_reason
from app.contacts.own_telephone import volunteer_pressed
from app.contacts.rows import ContactRow, LegRow, leg_by_call, lock_leg_with_contact
from app.contacts.silence import announcement
from app.contacts.sounds import wait_sound
from app.contacts.steps import step_from_json, step_to_json
from app.domain.contact import ContactState, TerminalReason
from app.domain.errors import NotFound
from app.lines.phrases import Phrase
from app.lines.policy import say as say_without_line
from app.platform.db import Database, Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.outbox import cancel_commands

log = get_log()

ARRIVES_WITHIN_S = (0.05, 0.2, 0.5, 1.0, 2.0)

ON_THE_WAY = frozenset({LegEvent.DIALLED, LegEvent.RINGING})


async def heard_before(tx: Tx, leg: LegRow, dedupe_key: str, kind: str, call_id: str, *, now: datetime) -> bool:
    """Enter an event in the ledger; True when it was there already."""
    entered = await tx.fetchval(
        """INSERT INTO ledger (provider, dedupe_key, kind, provider_call_id, contact_id, leg_id, received_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (provider, dedupe_key) DO NOTHING RETURNING true""",
        leg.provider, dedupe_key, kind, call_id, leg.contact_id, leg.id, now,
    )  # fmt: skip
    return not entered


class Calls:
    """Implements the port's CallFlow on the database."""

    def __init__(self, db: Database, reception: Reception, *, read_clock: Callable[[], datetime]) -> None:
        self._db = db
        self._reception = reception
        self._now = read_clock

    async def call_arrived(self, call: InboundCall) -> Answer:
        """A new call: it is in the ledger when this returns."""
        return await arrive(self._db, call, self._reception, now=self._now())

    async def next_step(self, leg_id: UUID, *, provider_call_id: str, after: str, dedupe_key: str) -> Answer:
        """The carrier finished the last step and asks for the next."""
        now = self._now()
        async with self._db.transaction() as tx:
            contact, leg = await self._locked(tx, leg_id)
            repeated = await heard_before(tx, leg, dedupe_key, "leg.asks", provider_call_id, now=now)
            if after == "answered" and is_stray(leg.provider_call_id, leg.state, provider_call_id):
                log.warning(Log.STRAY_CALL_ENDED, contact=contact.id, call=provider_call_id)
                return Answer(leg_id, contact.id, Goodbye())
            if after == "answered":
                leg = await dialled_out(tx, contact, leg, provider_call_id, now=now)
            elif not repeated:
                await self._step_ended(tx, contact, leg, after, now=now)
            return await self._answer(tx, leg_id, now=now)

    async def _step_ended(self, tx: Tx, contact: ContactRow, leg: LegRow, after: str, *, now: datetime) -> None:
        book = self._reception.book
        if leg.role != "caller":
            return
        if after.startswith("dial_out:"):
            await keys.outside_ended(tx, book, contact, leg, after.removeprefix("dial_out:"), now=now)
        elif after == "take_message":
            await keys.nothing_recorded(tx, book, contact, leg, now=now)

    async def digits_pressed(
        self, leg_id: UUID, *, provider_call_id: str, ask: str, digits: str, dedupe_key: str
    ) -> Answer:
        """A key was pressed (or none: empty) in answer to the Ask named `ask`."""
        now = self._now()
        async with self._db.transaction() as tx:
            contact, leg = await self._locked(tx, leg_id)
            if not await heard_before(tx, leg, dedupe_key, f"digits.{ask}", provider_call_id, now=now):
                if leg.role == "caller":
                    await keys.caller_pressed(tx, self._reception.book, contact, leg, ask, digits, now=now)
                else:
                    await volunteer_pressed(tx, self._reception.book, contact, leg, ask, digits, now=now)
            return await self._answer(tx, leg_id, now=now)

    async def wait_sound(self, leg_id: UUID) -> WaitSound:
        """What a waiting or held leg should hear now."""
        async with self._db.reading() as tx:
            return await wait_sound(tx, self._reception.book, leg_id, now=self._now())

    async def announcement(self, leg_id: UUID) -> tuple[Spoken, ...]:
        """What a silent caller hears over the talk."""
        async with self._db.reading() as tx:
            return await announcement(tx, self._reception.book, leg_id, now=self._now())

    async def leg_progressed(self, progress: LegProgress) -> None:
        """A status callback. The end of a call that is hung up at once may overtake its arrival: it waits for it."""
        for pause_s in ARRIVES_WITHIN_S if progress.leg_id is None else ():
            try:
                return await self._progressed(progress)
            except NotFound:
                await asyncio.sleep(pause_s)
        return await self._progressed(progress)

    async def _progressed(self, progress: LegProgress) -> None:
        now = self._now()
        if progress.leg_id is not None and progress.event in ON_THE_WAY:
            async with self._db.statements() as tx:
                if not await note_on_the_way(tx, progress, now=now):
                    raise NotFound
            return
        async with self._db.transaction() as tx:
            leg_id = progress.leg_id
            if leg_id is None:
                known = await leg_by_call(tx, progress.provider, progress.provider_call_id)
                leg_id = known.id if known is not None else None
            if leg_id is None:
                raise NotFound
            contact, leg = await self._locked(tx, leg_id)
            kind, call_id = f"leg.{progress.event}", progress.provider_call_id
            if await heard_before(tx, leg, progress.dedupe_key, kind, call_id, now=now):
                return
            stray = is_stray(leg.provider_call_id, leg.state, progress.provider_call_id)
            if stray and progress.command_id is not None:
                if progress.event is LegEvent.ENDED:
                    await stray_ended(tx, leg, progress.provider_call_id, now=now)
                else:
                    await end_stray(tx, contact.id, progress.provider_call_id, now=now)
            elif await note_progress(tx, contact, leg, progress, now=now):
                await leg_ended(tx, self._reception.book, contact, leg, now=now)

    async def bridge_changed(self, event: BridgeEvent) -> None:
        """A conference callback."""
        now = self._now()
        async with self._db.transaction() as tx:
            await bridging.bridge_changed(tx, self._reception.book, event, now=now)

    async def message_taken(self, message: MessageTaken) -> Answer:
        """A recording ended."""
        now = self._now()
        async with self._db.transaction() as tx:
            contact, leg = await self._locked(tx, message.leg_id)
            if not await heard_before(tx, leg, message.dedupe_key, "message.taken", message.provider_call_id, now=now):
                await keep_message(tx, contact.id, recording_id=message.recording_id, seconds=message.seconds, now=now)
                await better_reason(tx, contact, TerminalReason.VOICEMAIL, at=now)
                say = say_without_line(Phrase.VOICEMAIL_TAKEN, "en" if contact.language == "en" else "zh")
                await tx.execute("UPDATE leg SET desired = $2 WHERE id = $1", leg.id, step_to_json(Goodbye(say=say)))
            return await self._answer(tx, message.leg_id, now=now)

    async def unreadable(
        self, *, provider: str, provider_call_id: str, what: str, leg_id: UUID | None = None
    ) -> Answer | None:
        """Keep the caller if there is one; the alarm is a log line and a counter."""
        log.alarm(Log.WEBHOOK_UNREADABLE, provider=provider, call=provider_call_id, what=what)
        now = self._now()
        async with self._db.transaction() as tx:
            if leg_id is None:
                known = await leg_by_call(tx, provider, provider_call_id)
                leg_id = known.id if known is not None else None
            try:
                return None if leg_id is None else await self._answer(tx, leg_id, now=now)
            except NotFound:
                return None

    async def caller_lost(self, leg_id: UUID) -> None:
        """The carrier's own list says that this caller's call is over (the reconciler asks, failure 7)."""
        now = self._now()
        async with self._db.transaction() as tx:
            contact, leg = await self._locked(tx, leg_id)
            if leg.state == "ended":
                return
            await tx.execute(
                "UPDATE leg SET state = 'ended', ended_at = $2, cause = 'normal', in_bridge = false WHERE id = $1",
                leg.id, now,
            )  # fmt: skip
            if leg.role == "caller":
                await caller_left(tx, self._reception.book, contact, now=now, by="carrier")
            else:
                await leg_ended(tx, self._reception.book, contact, leg, now=now)

    async def _locked(self, tx: Tx, leg_id: UUID) -> tuple[ContactRow, LegRow]:
        found = await lock_leg_with_contact(tx, leg_id)
        if found is None:
            raise NotFound
        return found

    async def _answer(self, tx: Tx, leg_id: UUID, *, now: datetime) -> Answer:
        contact, leg = await self._locked(tx, leg_id)
        # It is asking now: telling it once more would cut off what it is about to say, and lose a key pressed in it.
        await cancel_commands(tx, leg_id, ["steer_leg"], now=now)
        return Answer(leg_id, contact.id, step_now(contact, leg))


def step_now(contact: ContactRow, leg: LegRow) -> Step:
    """What a leg should do now: its desired step, unless its contact is over and it has nothing left to do."""
    over = contact.state in (ContactState.WRAPPING_UP, ContactState.CLOSED)
    step = step_from_json(leg.desired)
    if over and not isinstance(step, Goodbye):
        return Goodbye()
    return step
