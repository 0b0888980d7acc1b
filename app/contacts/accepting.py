"""Accepting an offer: a compare-and-set, then a lease until audio joins (P3; failures 1, 2, 3, 13).

Two volunteers may answer in the same instant; the contact's lock, the offer's state and two partial unique indexes let
exactly one through, and the other is told at once. Whoever has accepted but is never heard loses the lease, and the
caller goes back to the head of the queue.
"""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from app.carriers.steps import Join, Wait
from app.contacts.call_back_over import drop_call_back, wants_to_talk
from app.contacts.facts import talk_began
from app.contacts.moving import move, steer, write_contact
from app.contacts.offering import (
    end_offer,
    originate_volunteer_leg,
    wake_volunteer,
    withdraw_offers,
)
from app.contacts.rows import ContactRow, LegRow, OfferRow, legs_of, lock_contact, read_offer
from app.contacts.rules_in_force import policy_of
from app.contacts.steps import step_from_json, step_to_json
from app.contacts.transferring import transfer_not_taken
from app.contacts.waiting import advance, requeue
from app.domain import offer as offers
from app.domain.contact import ContactEvent, ContactState
from app.domain.errors import NotFound, OfferGone, StaleVersion
from app.domain.lifecycle import Moved
from app.domain.offer import OfferEvent, OfferState
from app.lines.book import LineBook
from app.platform.changes import record_change
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import cancel_timer, set_timer
from app.roster.presence_moves import mark_engaged

log = get_log()

LEASE = timedelta(seconds=25)


async def accept_offer(
    tx: Tx, book: LineBook, offer_id: UUID, person_id: UUID, *, now: datetime, version: int | None = None
) -> ContactRow:
    """Take the call. Raises OfferGone when somebody was first or it has closed; accepting twice is accepting once."""
    offer = await _own_offer(tx, offer_id, person_id)
    contact = await lock_contact(tx, offer.contact_id)
    offer = await _own_offer(tx, offer_id, person_id)  # again, now that nobody can change it
    if contact is None:
        raise NotFound
    if offer.state == OfferState.ACCEPTED or (
        offer.state == OfferState.BRIDGED and contact.state != ContactState.CLOSED
    ):
        return contact  # asked again, perhaps when audio has joined already
    if version is not None and version != offer.version and offer.state == OfferState.OFFERED:
        raise StaleVersion
    verdict = offers.apply(OfferState(offer.state), OfferEvent.ACCEPTED)
    if not isinstance(verdict, Moved) or offer.ring_until + timedelta(seconds=5) < now:
        raise OfferGone
    if not await mark_engaged(tx, person_id, contact.id, now=now):
        raise OfferGone
    await tx.execute(
        """UPDATE offer SET state = 'accepted', answered_at = $2, version = version + 1
           WHERE id = $1 AND state = 'offered'""",
        offer.id, now,
    )  # fmt: skip
    await cancel_timer(tx, "ring", offer.id, now=now)
    await set_timer(tx, "join", offer.id, due_at=now + LEASE, now=now)
    await record_change(tx, "offer", offer.id, at=now)
    if offer.kind == "queue":
        contact = await _take_from_queue(tx, contact, offer, now=now)
    policy = await policy_of(tx, book, contact, now=now)
    if policy is None:
        raise OfferGone
    if offer.leg_id is None:
        leg_id = fresh_id()
        await originate_volunteer_leg(tx, contact, leg_id, person_id, offer.id, reach="browser", policy=policy, now=now)
        await tx.execute("UPDATE offer SET leg_id = $2 WHERE id = $1", offer.id, leg_id)
    else:
        leg_id = offer.leg_id
    await tx.execute("UPDATE leg SET desired = $2 WHERE id = $1", leg_id, step_to_json(join_step(contact, leg_id)))
    log.info(Log.OFFER_ACCEPTED, contact=contact.id, offer=offer.id, person=person_id)
    return contact


async def _own_offer(tx: Tx, offer_id: UUID, person_id: UUID) -> OfferRow:
    offer = await read_offer(tx, offer_id)
    if offer is None or offer.person_id != person_id:
        raise NotFound
    return offer


async def _take_from_queue(tx: Tx, contact: ContactRow, offer: OfferRow, *, now: datetime) -> ContactRow:
    connecting = await move(
        tx, contact, ContactEvent.ACCEPTED, at=now, person_id=offer.person_id, queue_key_id=None, ways_tried=[]
    )
    if connecting is None:
        raise OfferGone
    await withdraw_offers(tx, contact.id, but=offer.id, now=now)
    await cancel_timer(tx, "contact_step", contact.id, now=now)
    for leg in await legs_of(tx, contact.id):
        if leg.role == "caller" and not leg.in_bridge and step_from_json(leg.desired) != wait_step(contact):
            # Still in the greeting or at a menu, which may last longer than a lease: into the bridge now.
            await steer(tx, leg, wait_step(contact), at=now, if_outside=True)
    return connecting


def join_step(contact: ContactRow, leg_id: UUID) -> Join:
    """The volunteer's step: into the caller's bridge."""
    return Join(bridge=bridge_of(contact), label=f"v-{leg_id}")


def wait_step(contact: ContactRow) -> Wait:
    """The caller's step: into the bridge, with sound until somebody comes."""
    return Wait(bridge=bridge_of(contact), label="caller")


def bridge_of(contact: ContactRow) -> str:
    """The bridge's name; it says nothing of anybody."""
    return f"c-{contact.id}"


async def decline_offer(tx: Tx, book: LineBook, offer_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Say no: the caller is offered to the next volunteer at once. Raises OfferGone when it has closed."""
    offer = await _own_offer(tx, offer_id, person_id)
    contact = await lock_contact(tx, offer.contact_id)
    if contact is None or not await end_offer(tx, offer, "declined", "declined", now=now):
        raise OfferGone
    await wake_volunteer(tx, person_id, now=now)  # perhaps somebody else waits, whom she can take
    await offers_over(tx, book, contact, now=now)


async def miss_offer(tx: Tx, book: LineBook, offer_id: UUID, *, now: datetime, unreachable: bool = False) -> None:
    """It rang out, was hung up on, or the browser is gone: the next volunteer is asked."""
    offer = await read_offer(tx, offer_id)
    if offer is None:
        return
    contact = await lock_contact(tx, offer.contact_id)
    offer = await read_offer(tx, offer_id)
    if contact is None or offer is None or offer.state != OfferState.OFFERED:
        return
    if await end_offer(tx, offer, "missed", "unreachable" if unreachable else "missed", now=now):
        await wake_volunteer(tx, offer.person_id, now=now)
        await offers_over(tx, book, contact, now=now)


async def offers_over(tx: Tx, book: LineBook, contact: ContactRow, *, now: datetime) -> None:
    """One offer less: if it was the last, the contact waits again and the next decision is taken at once."""
    contact = await lock_contact(tx, contact.id) or contact
    if contact.state != ContactState.OFFERED:
        await transfer_not_taken(tx, contact, now=now)
        await write_contact(tx, contact, at=now)
        return
    ringing = await tx.fetchval(
        "SELECT count(*) FROM offer WHERE contact_id = $1 AND state IN ('offered', 'accepted') AND kind = 'queue'",
        contact.id,
    )
    policy = await policy_of(tx, book, contact, now=now)
    if ringing or policy is None:
        return
    waiting = await move(tx, contact, ContactEvent.OFFERS_GONE, at=now)
    if waiting is not None:
        await advance(tx, waiting, book, policy, now=now)


async def lapse_lease(tx: Tx, book: LineBook, offer_id: UUID, *, now: datetime, left: bool = False) -> None:
    """Accepted, but audio never joined: the volunteer's leg is dropped, the caller is first in line again."""
    offer = await read_offer(tx, offer_id)
    if offer is None:
        return
    contact = await lock_contact(tx, offer.contact_id)
    offer = await read_offer(tx, offer_id)
    if contact is None or offer is None or offer.state != OfferState.ACCEPTED:
        return
    calls_back = contact.direction == "call_back" and contact.answered_at is None
    let_down = calls_back and await wants_to_talk(tx, contact)
    # Where nobody was there to be talked with, nothing is wrong with her sound: she goes on as after any such offer.
    outcome: Literal["lapsed", "withdrawn"] = "withdrawn" if calls_back and not let_down else "lapsed"
    if not await end_offer(tx, offer, outcome, outcome, now=now):
        return
    log.warning(Log.LEASE_LAPSED, contact=contact.id, offer=offer.id, person=offer.person_id)
    if calls_back:
        await drop_call_back(tx, book, contact, let_down=let_down, now=now)
        await wake_volunteer(tx, offer.person_id, now=now)
        return
    if offer.kind == "queue":
        event = ContactEvent.VOLUNTEER_LEFT if left else ContactEvent.LEASE_LAPSED
        await requeue(tx, contact, book, event, now=now)
    else:
        await transfer_not_taken(tx, contact, now=now)
        await write_contact(tx, contact, at=now)


async def audio_joined(tx: Tx, contact: ContactRow, leg: LegRow, *, now: datetime) -> ContactRow | None:
    """Caller and volunteer hear each other: the lease is fulfilled, the contact is answered for good."""
    if leg.offer_id is not None:
        await tx.execute(
            """UPDATE offer SET state = 'bridged', bridged_at = $2, version = version + 1
               WHERE id = $1 AND state = 'accepted'""",
            leg.offer_id, now,
        )  # fmt: skip
        await cancel_timer(tx, "join", leg.offer_id, now=now)
        await record_change(tx, "offer", leg.offer_id, at=now)
    if contact.state != ContactState.CONNECTING:
        return None
    talking = await move(
        tx, contact, ContactEvent.AUDIO_JOINED, at=now, answered_at=contact.answered_at or now, prefers_person_id=None,
        prefers_pool_id=None,
    )  # fmt: skip
    if talking is not None:
        if contact.answered_at is None:
            await talk_began(tx, contact.id, now=now)
        log.info(Log.CALL_BRIDGED, contact=contact.id, person=leg.person_id)
    return talking
