"""Legs: which of the carrier's reports to believe, and what the carrier calls them (failures 7, 18, 20, 27).

A leg is one call of the carrier. Where a worker died in the midst of placing it, or was stopped and went on, a second
call may ring for the same leg: a stray. The first that made itself known is the leg's; a stray is hung up as soon as
it is heard of, joins nobody, and its reports do not move the leg.
"""

from datetime import datetime
from uuid import UUID

from app.carriers.events import LegEvent as Reported
from app.carriers.events import LegProgress
from app.contacts.moving import ERASE_AFTER, write_contact
from app.contacts.rows import ContactRow, LegRow
from app.domain import leg as legs
from app.domain.leg import LegEvent, LegState
from app.domain.lifecycle import Moved
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.outbox import enqueue

log = get_log()

HANG_UP_CALL = "hang_up_call"
EVENTS = {
    Reported.DIALLED: LegEvent.DIALLING,
    Reported.RINGING: LegEvent.RINGING,
    Reported.ANSWERED: LegEvent.ANSWERED,
    Reported.ENDED: LegEvent.ENDED,
}


_NOTE = """
    WITH leg AS (SELECT id, contact_id, role, state, provider_call_id FROM leg WHERE id = $1),
    heard AS (
      INSERT INTO ledger (provider, dedupe_key, kind, provider_call_id, contact_id, leg_id, received_at)
      SELECT $2, $3, $4, $5, contact_id, id, $6 FROM leg ON CONFLICT (provider, dedupe_key) DO NOTHING RETURNING true),
    moved AS (
      UPDATE leg SET state = $7, last_seq = greatest(last_seq, $8), provider_call_id = coalesce(provider_call_id, $5),
        version = version + 1
      WHERE id = $1 AND state = ANY($9) AND last_seq < $10 AND EXISTS (SELECT FROM heard)
        AND coalesce(provider_call_id, $5) = $5)
    SELECT contact_id, state, provider_call_id FROM leg
"""


async def note_on_the_way(tx: Tx, progress: LegProgress, *, now: datetime) -> bool:
    """Dialling and ringing, in one statement: nobody's state but the leg's own depends on them. False: no such leg."""
    event = EVENTS[progress.event]
    reached = legs.REACHES[event]
    before = [state.value for state in LegState if isinstance(legs.apply(state, event), Moved)]
    row = await tx.fetchrow(
        _NOTE,
        progress.leg_id, progress.provider, progress.dedupe_key, f"leg.{progress.event}", progress.provider_call_id,
        now, reached.value, -1 if progress.seq is None else progress.seq, before,
        2**31 - 1 if progress.seq is None else progress.seq,
    )  # fmt: skip
    stray = row is not None and is_stray(row["provider_call_id"], row["state"], progress.provider_call_id)
    if stray and progress.command_id is not None:
        await end_stray(tx, row["contact_id"], progress.provider_call_id, now=now)
    return row is not None


def is_stray(known_as: str | None, state: str, provider_call_id: str) -> bool:
    """Whether a call that we placed for a leg is not the leg's: another is, or the leg was over before it had one."""
    if known_as is None:
        return state == LegState.ENDED
    return bool(provider_call_id) and known_as != provider_call_id


async def end_stray(tx: Tx, contact_id: UUID, provider_call_id: str, *, now: datetime) -> None:
    """Hang up a call that is nobody's leg, at once: it waits for none of the leg's own commands."""
    log.warning(Log.STRAY_CALL_ENDED, contact=contact_id, call=provider_call_id)
    payload = {"provider_call_id": provider_call_id}
    await enqueue(tx, HANG_UP_CALL, contact_id=contact_id, leg_id=None, payload=payload, now=now)


async def note_progress(tx: Tx, contact: ContactRow, leg: LegRow, progress: LegProgress, *, now: datetime) -> bool:
    """Write a report down if it is to be believed; True when it ended the leg."""
    await _name(tx, leg, progress.provider_call_id)
    last = None if leg.last_seq < 0 else leg.last_seq
    verdict = legs.accepts(last, progress.seq, LegState(leg.state), EVENTS[progress.event])
    if not isinstance(verdict, Moved):
        return False
    ended = verdict.state is LegState.ENDED
    await tx.execute(
        """UPDATE leg SET state = $2, last_seq = greatest(last_seq, $3), version = version + 1,
             answered_at = CASE WHEN $2 = 'answered' THEN coalesce(answered_at, $4) ELSE answered_at END,
             ended_at = CASE WHEN $5 THEN $4 ELSE ended_at END, cause = CASE WHEN $5 THEN $6 ELSE cause END,
             in_bridge = in_bridge AND NOT $5
           WHERE id = $1""",
        leg.id, verdict.state.value, -1 if progress.seq is None else progress.seq, now, ended,
        progress.cause or "normal",
    )  # fmt: skip
    if ended:
        await erase_later(tx, leg, progress.provider_call_id, now=now)
    log.info(Log.LEG_MOVED, leg=leg.id, contact=contact.id, state=verdict.state.value, cause=progress.cause)
    if not ended:
        await write_contact(tx, contact, at=now)
    return ended


async def stray_ended(tx: Tx, leg: LegRow, provider_call_id: str, *, now: datetime) -> None:
    """A stray is over: what the carrier keeps of it is erased like any call's."""
    payload = {"provider_call_id": provider_call_id}
    await enqueue(
        tx, "erase_leg", contact_id=leg.contact_id, leg_id=leg.id, payload=payload, now=now, due_at=now + ERASE_AFTER
    )


async def erase_later(tx: Tx, leg: LegRow, provider_call_id: str | None, *, now: datetime) -> None:
    """The carrier's record of a call is deleted when it has been finalised (20009 before that: then again)."""
    if provider_call_id or leg.provider_call_id:
        await enqueue(tx, "erase_leg", contact_id=leg.contact_id, leg_id=leg.id, now=now, due_at=now + ERASE_AFTER)


async def _name(tx: Tx, leg: LegRow, provider_call_id: str) -> None:
    if leg.provider_call_id is None and provider_call_id:
        await tx.execute(
            "UPDATE leg SET provider_call_id = $2 WHERE id = $1 AND provider_call_id IS NULL", leg.id, provider_call_id
        )


async def dialled_out(tx: Tx, contact: ContactRow, leg: LegRow, provider_call_id: str, *, now: datetime) -> LegRow:
    """A leg that we dialled has been answered."""
    await _name(tx, leg, provider_call_id)
    if LegState(leg.state) in (LegState.PLANNED, LegState.DIALLING, LegState.RINGING):
        await tx.execute(
            "UPDATE leg SET state = 'answered', answered_at = $2, version = version + 1 WHERE id = $1", leg.id, now
        )
        await write_contact(tx, contact, at=now)
    return leg


async def leg_was_dialled(tx: Tx, leg_id: UUID, provider_call_id: str, *, now: datetime) -> None:
    """The worker's order was taken: the carrier's id of the new call."""
    before = await tx.fetchrow(
        """WITH before AS (SELECT id, contact_id, state, provider_call_id FROM leg WHERE id = $1 FOR UPDATE)
           UPDATE leg SET provider_call_id = coalesce(leg.provider_call_id, $2),
             state = CASE WHEN leg.state = 'planned' THEN 'dialling' ELSE leg.state END
           FROM before WHERE leg.id = before.id
           RETURNING before.contact_id, before.state, before.provider_call_id""",
        leg_id, provider_call_id,
    )  # fmt: skip
    if before is not None and is_stray(before["provider_call_id"], before["state"], provider_call_id):
        await end_stray(tx, before["contact_id"], provider_call_id, now=now)
