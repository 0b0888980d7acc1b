"""Closing the wrap-ups that nobody comes back to, so that no contact, and no sealed number, stays open for ever.

Nobody is cut short while she writes (failure 9): what counts is how long nothing has been heard of her console, and a
draft is saved from there. The contact is left without a code; she may still write its note, or code it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from app.contacts.moving import close, move
from app.contacts.rows import lock_contact
from app.domain.contact import ContactEvent, ContactState
from app.platform.db import Database, Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import cancel_timer
from app.roster.notices import give_notice
from app.roster.presence_moves import left_wrapping_up, mark_left_for_good

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
    if contact is None or contact.person_id != person_id or contact.state != ContactState.WRAPPING_UP:
        return False  # it went on with somebody else, who closes it
    closed = await move(tx, contact, ContactEvent.WRAPPED_UP, at=now)
    if closed is not None:
        await close(tx, closed, at=now)
        await cancel_timer(tx, "wrap_up", contact.id, now=now)
    await give_notice(tx, "wrap_up_closed", about=person_id, contact_id=contact.id, line_id=contact.line_id, now=now)
    return True
