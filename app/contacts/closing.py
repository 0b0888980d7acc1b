"""Closing the wrap-ups that nobody comes back to, so that no contact, and no sealed number, stays open for ever.

Nobody is cut short while she writes (failure 9): what counts is how long nothing has been heard of her console, and a
draft is saved from there. Before that a supervisor may close one whose time is over, with a reason. The contact is left
without a code; its note is still owed by whoever held it, and she may still code it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from app.contacts.moving import close, move
from app.contacts.rows import ContactRow, lock_contact
from app.domain.contact import ContactEvent, ContactState
from app.domain.errors import NotFound, NotPossibleNow, StaleVersion
from app.platform.db import Database, Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import cancel_timer
from app.roster.notices import give_notice
from app.roster.presence_moves import left_wrapping_up, mark_left_for_good, mark_wrap_up_closed

log = get_log()


async def close_what_was_left(db: Database, *, after: timedelta, now: datetime) -> int:
    """Close every wrap-up whose volunteer has not been heard of for so long; how many. Each in its own transaction."""
    async with db.reading() as tx:
        left = await left_wrapping_up(tx, silent_since=now - after)
    closed = 0
    for person_id, contact_id in left:
        async with db.transaction() as tx:
            closed += await _close(tx, person_id, contact_id, silent_since=now - after, now=now)
    return closed


async def _close(tx: Tx, person_id: UUID, contact_id: UUID, *, silent_since: datetime, now: datetime) -> bool:
    contact = await lock_contact(tx, contact_id)
    if not await mark_left_for_good(tx, person_id, contact_id, silent_since=silent_since, now=now):
        return False  # she came back, or was quicker
    log.warning(Log.WRAP_UP_CLOSED, contact=contact_id, person=person_id)
    if contact is None or not await _close_contact(tx, contact, person_id, now=now):
        return False
    await give_notice(tx, "wrap_up_closed", about=person_id, contact_id=contact.id, line_id=contact.line_id, now=now)
    return True


async def _close_contact(tx: Tx, contact: ContactRow, person_id: UUID, *, now: datetime) -> bool:
    """False: it went on with somebody else, who closes it."""
    if contact.person_id != person_id or contact.state != ContactState.WRAPPING_UP:
        return False
    closed = await move(tx, contact, ContactEvent.WRAPPED_UP, at=now)
    if closed is not None:
        await close(tx, closed, at=now)
        await cancel_timer(tx, "wrap_up", contact.id, now=now)
    return True


async def close_wrap_up_of(tx: Tx, person_id: UUID, contact_id: UUID, *, now: datetime) -> str | None:
    """A supervisor closes the wrap-up of this contact that a volunteer has left; the contact's line. Who asks, and why,
    is the caller's to enter. Raises StaleVersion: she is not at it any more; NotPossibleNow: its time is not over."""
    contact = await lock_contact(tx, contact_id)
    if contact is None:
        raise NotFound
    time_left = await tx.fetchval(
        """SELECT true FROM timer WHERE kind = 'wrap_up' AND subject_id = $1 AND done_at IS NULL AND due_at > $2""",
        contact_id, now,
    )  # fmt: skip
    if time_left and contact.person_id == person_id:
        raise NotPossibleNow("The time for this wrap-up is not over yet. 此次话后整理的时间还没到。")
    if not await mark_wrap_up_closed(tx, person_id, contact_id, now=now):
        raise StaleVersion
    await _close_contact(tx, contact, person_id, now=now)
    await give_notice(
        tx, "wrap_up_closed_for_her", about=person_id, contact_id=contact_id, line_id=contact.line_id, now=now
    )
    log.warning(Log.WRAP_UP_CLOSED, contact=contact_id, person=person_id)
    return contact.line_id
