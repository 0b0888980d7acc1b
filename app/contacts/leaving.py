"""Somebody leaves: the caller, the volunteer, a third person, at any step (failures 3, 7, 13, 14).

The caller's going ends the caller's part and frees everyone else; a volunteer's going never ends it: the caller is
kept, told, and brought to the next volunteer. Only a volunteer's deliberate "hang up" ends a talk from our side.
"""

from datetime import datetime, timedelta

from app.carriers.steps import Ask, Goodbye
from app.contacts.accepting import lapse_lease, miss_offer
from app.contacts.call_back_over import note_call_back_over
from app.contacts.moving import close, end_callers_part, hang_up, language_of, move, steer
from app.contacts.offering import wake_volunteer, withdraw_offers
from app.contacts.rows import ContactRow, LegRow, legs_of, lock_contact
from app.contacts.rules_in_force import policy_of
from app.contacts.transferring import complete_by_leaving, end_transfer, target_left
from app.domain.contact import ContactEvent, ContactState
from app.lines.book import LineBook
from app.lines.phrases import Phrase
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import set_timer
from app.roster.presence_moves import mark_wrapping_up

log = get_log()

ALONE_ASKED_FOR = timedelta(seconds=20)


async def caller_left(
    tx: Tx,
    book: LineBook,
    contact: ContactRow,
    *,
    now: datetime,
    by: str = "caller",
    event: ContactEvent = ContactEvent.CALLER_LEFT,
) -> None:
    """The caller's leg has ended, or we could not keep it."""
    holder = contact.person_id
    # Before the state moves: an accepted offer is a lease, and its volunteer must not be left hanging (failure 13).
    freed = await withdraw_offers(tx, contact.id, now=now)
    ended = await end_callers_part(tx, contact, event, at=now, ended_by=by)
    for person_id in freed:
        await wake_volunteer(tx, person_id, now=now)
    if ended is None:
        return
    if ended.direction == "call_back":
        await note_call_back_over(tx, book, ended, now=now)
    await end_transfer(tx, contact.id, "cancelled", now=now)
    for leg in await legs_of(tx, contact.id):
        if leg.role != "caller":
            await hang_up(tx, leg, at=now)
    if ended.state == ContactState.WRAPPING_UP:
        await _begin_wrap_up(tx, book, ended, now=now)
        others = await tx.fetch(
            "SELECT person_id FROM presence WHERE contact_id = $1 AND activity = 'engaged'", contact.id
        )
        for other in others:
            if other["person_id"] != holder:
                await mark_wrapping_up(tx, other["person_id"], contact.id, now=now)


async def end_talk(
    tx: Tx, book: LineBook, contact: ContactRow, *, now: datetime, goodbye: Phrase = Phrase.GOODBYE
) -> ContactRow | None:
    """The volunteer ends the talk on purpose: the caller hears a goodbye, every leg ends, wrap-up begins."""
    ended = await end_callers_part(tx, contact, ContactEvent.ENDED_BY_VOLUNTEER, at=now, ended_by="volunteer")
    if ended is None:
        return None
    if ended.direction == "call_back":
        await note_call_back_over(tx, book, ended, now=now)
    await end_transfer(tx, contact.id, "cancelled", now=now)
    freed = await withdraw_offers(tx, contact.id, now=now)
    for person_id in freed:
        await wake_volunteer(tx, person_id, now=now)
    policy = await policy_of(tx, book, ended, now=now)
    for leg in await legs_of(tx, contact.id):
        if leg.role == "caller" and policy is not None:
            await steer(tx, leg, Goodbye(say=policy.say(goodbye, language_of(ended))), at=now)
        else:
            await hang_up(tx, leg, at=now)
    await _begin_wrap_up(tx, book, ended, now=now)
    return ended


async def _begin_wrap_up(tx: Tx, book: LineBook, contact: ContactRow, *, now: datetime) -> None:
    policy = await policy_of(tx, book, contact, now=now)
    if contact.person_id is not None:
        await mark_wrapping_up(tx, contact.person_id, contact.id, now=now)
    owed = await tx.fetchval(
        "SELECT true FROM presence WHERE person_id = $1 AND contact_id = $2 AND activity = 'wrapping_up'",
        contact.person_id, contact.id,
    )  # fmt: skip
    if not owed:  # she had written it up while the caller was alone: nobody would ever close it
        closed = await move(tx, contact, ContactEvent.WRAPPED_UP, at=now)
        if closed is not None:
            await close(tx, closed, at=now)
        return
    seconds = policy.wrap_up_seconds if policy is not None else 300
    await set_timer(tx, "wrap_up", contact.id, due_at=now + timedelta(seconds=seconds), now=now)


async def volunteer_left(tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, *, now: datetime) -> None:
    """A volunteer's leg has ended or left the bridge. The caller, if there is one, is not let go."""
    state = await tx.fetchval("SELECT state FROM offer WHERE id = $1", leg.offer_id) if leg.offer_id else None
    if state == "offered":
        await miss_offer(tx, book, leg.offer_id, now=now)  # type: ignore[arg-type] # a state was found by this id
        return
    if state == "accepted":
        await lapse_lease(tx, book, leg.offer_id, now=now, left=True)  # type: ignore[arg-type]
        return
    if contact.state != ContactState.TALKING:
        return
    if leg.person_id != contact.person_id:
        await target_left(tx, contact, leg, now=now)
        return
    if await complete_by_leaving(tx, contact, now=now):
        return
    alone = await move(tx, contact, ContactEvent.VOLUNTEER_LEFT, at=now)
    if alone is None or leg.person_id is None:
        return
    log.warning(Log.CALLER_LEFT_ALONE, contact=contact.id, person=leg.person_id)
    await mark_wrapping_up(tx, leg.person_id, contact.id, now=now)
    policy = await policy_of(tx, book, contact, now=now)
    for other in await legs_of(tx, contact.id):
        if other.role == "caller" and policy is not None:
            # Whoever only wants to hang up does so now; whoever stays is taken to the next volunteer.
            ask = Ask(name="alone", say=policy.say(Phrase.ALONE, language_of(contact)), timeout_s=3)
            await steer(tx, other, ask, at=now)
    await set_timer(tx, "caller_alone", contact.id, due_at=now + ALONE_ASKED_FOR, now=now)


async def leg_ended(tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, *, now: datetime) -> None:
    """What the end of a leg means for its contact."""
    contact = await lock_contact(tx, contact.id) or contact
    match leg.role:
        case "caller":
            await caller_left(tx, book, contact, now=now)
        case "volunteer":
            await volunteer_left(tx, book, contact, leg, now=now)
        case _:
            await target_left(tx, contact, leg, now=now)
