"""Offering: holding a contact out to one volunteer, and finding the best contact for a volunteer who frees.

Event-driven SQL with no global join and no leader (performance.md, Routing; the policy's words are in
app.domain.routing). P3 is kept by compare-and-set on both rows and by partial unique indexes; SKIP LOCKED is used on
volunteers only, because on contacts it lets a later caller overtake an earlier one.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.carriers.steps import Ask
from app.contacts.moving import hang_up, move
from app.contacts.rows import ContactRow, OfferRow, live_offers, lock_contact, read_leg
from app.contacts.rules_in_force import policy_of
from app.contacts.steps import step_to_json
from app.domain.contact import ContactEvent, ContactState
from app.domain.leg import LegState
from app.lines.book import LineBook
from app.lines.phrases import Phrase
from app.lines.policy import LinePolicy
from app.platform.changes import record_change
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.outbox import enqueue
from app.platform.timers import cancel_timer, set_timer
from app.roster.presence_moves import Outcome, mark_offer_over, mark_offered

log = get_log()

NOT_AGAIN_FOR = timedelta(seconds=20)
"""How long a contact isn't offered again to someone who just let it ring or declined it. An offer that was taken back
says nothing about her."""

MOST_RACES = 8
ACCEPT_KEY = "1"

# One statement, for it is the hot path (performance.md, Routing): her best contact over the queues she serves, at most
# one row read of each; its lock, which waits for whoever was first and then looks again; both rows compared and set;
# offer, timer and feed. The locks are taken in the order contact, volunteer. It does nothing when a race is lost.
# (max(…) rather than NOT EXISTS: as an anti-join the planner would read every offer there ever was.)
_OFFER_BEST = """
    WITH line AS MATERIALIZED (SELECT $5::text::jsonb AS rings),
    volunteer AS MATERIALIZED (
      SELECT pools, skills FROM presence
      WHERE person_id = $1 AND activity = 'ready' AND (shift_ends_at IS NULL OR shift_ends_at > $3)),
    best AS MATERIALIZED (
      SELECT c.id, key.line_id FROM (
          SELECT DISTINCT k.id, k.line_id FROM volunteer v
          JOIN line_pool lp ON lp.pool_id = ANY(v.pools) AND (SELECT rings FROM line) ? lp.line_id
          JOIN queue_key k ON k.line_id = lp.line_id AND k.stage >= lp.stage AND k.skills <@ v.skills) key,
        LATERAL (
          SELECT c.id, c.queue_rank FROM contact c
          WHERE c.queue_key_id = key.id AND c.state = 'waiting'
            AND coalesce((SELECT max(o.ended_at) FROM offer o WHERE o.contact_id = c.id AND o.person_id = $1)
                         <= $3::timestamptz - $4::interval, true)
          ORDER BY c.queue_rank, c.id LIMIT 1) c
      ORDER BY c.queue_rank, c.id LIMIT 1),
    held AS MATERIALIZED (
      SELECT c.id FROM contact c WHERE c.id = (SELECT id FROM best) AND c.state = 'waiting' FOR UPDATE),
    taken AS (
      UPDATE presence p SET activity = 'offered', offer_id = $2, since = $3, version = version + 1
      FROM held, best WHERE p.person_id = $1 AND p.activity = 'ready'
      RETURNING held.id, p.reach,
        $3::timestamptz + ((SELECT rings FROM line) ->> best.line_id)::integer * interval '1 s' AS ring_until),
    moved AS (
      UPDATE contact c SET state = 'offered', version = version + 1 FROM taken WHERE c.id = taken.id),
    offered AS (
      INSERT INTO offer (id, contact_id, person_id, kind, state, because, reach, leg_id, offered_at, ring_until)
      SELECT $2, id, $1, 'queue', 'offered', 'freed', reach, CASE reach WHEN 'phone' THEN $6::uuid END, $3, ring_until
      FROM taken),
    ring AS (
      INSERT INTO timer (id, kind, subject_id, due_at, created_at)
      SELECT gen_random_uuid(), 'ring', $2, ring_until, $3 FROM taken),
    told AS (
      INSERT INTO change (entity, entity_id, at)
      SELECT news.entity, news.id, $3 FROM taken, LATERAL (VALUES
        ('presence', $1::text), ('contact', taken.id::text), ('offer', $2::text)) news (entity, id))
    SELECT best.id AS seen, taken.id AS contact_id, taken.reach FROM best LEFT JOIN taken ON true
"""


async def make_offer(
    tx: Tx,
    contact: ContactRow,
    policy: LinePolicy,
    person_id: UUID,
    reach: str,
    *,
    because: str,
    now: datetime,
    kind: str = "queue",
) -> UUID | None:
    """Hold a locked contact out to one volunteer: console or telephone rings. None: she was not ready after all."""
    offer_id = fresh_id()
    if not await mark_offered(tx, person_id, offer_id, now=now):
        return None
    if kind == "queue" and contact.state == ContactState.WAITING:
        moved = await move(tx, contact, ContactEvent.OFFER_MADE, at=now)
        if moved is None:  # cannot be: it is locked and waiting; leave the volunteer ready
            await mark_offer_over(tx, person_id, offer_id, "withdrawn", now=now)
            return None
    else:
        await record_change(tx, "contact", contact.id, at=now)
    until = now + timedelta(seconds=policy.queue.ring_seconds)
    leg_id = fresh_id() if reach == "phone" else None
    await tx.execute(
        """INSERT INTO offer (id, contact_id, person_id, kind, state, because, reach, leg_id, offered_at, ring_until)
           VALUES ($1, $2, $3, $4, 'offered', $5, $6, $7, $8, $9)""",
        offer_id, contact.id, person_id, kind, because, reach, leg_id, now, until,
    )  # fmt: skip
    if leg_id is not None:
        await originate_volunteer_leg(tx, contact, leg_id, person_id, offer_id, reach=reach, policy=policy, now=now)
    await set_timer(tx, "ring", offer_id, due_at=until, now=now)
    await record_change(tx, "offer", offer_id, at=now)
    log.info(Log.OFFER_MADE, contact=contact.id, offer=offer_id, person=person_id, because=because)
    return offer_id


async def originate_volunteer_leg(
    tx: Tx,
    contact: ContactRow,
    leg_id: UUID,
    person_id: UUID,
    offer_id: UUID,
    *,
    reach: str,
    policy: LinePolicy,
    now: datetime,
) -> None:
    """Ring the volunteer's browser or telephone; its step is asked for when it answers.

    A telephone asks for a key, so that a voicemail box never accepts; a browser's step is written by whoever accepts.
    """
    say = policy.say(Phrase.VOLUNTEER_OFFER, "zh", key=ACCEPT_KEY)
    first = step_to_json(Ask(name="offer-1", say=say, timeout_s=6)) if reach == "phone" else {}
    await tx.execute(
        """INSERT INTO leg (id, contact_id, role, person_id, offer_id, provider, label, state, desired, started_at)
           VALUES ($1, $2, 'volunteer', $3, $4, coalesce((SELECT provider FROM leg WHERE contact_id = $2
             AND role = 'caller'), 'twilio'), $5, 'planned', $6, $7)""",
        leg_id, contact.id, person_id, offer_id, f"v-{leg_id}", first, now,
    )  # fmt: skip
    await enqueue(
        tx,
        "originate_leg",
        contact_id=contact.id,
        leg_id=leg_id,
        payload={
            "reach": reach,
            "person_id": str(person_id),
            "timeout_s": policy.queue.ring_seconds,
            "caller_id": contact.number_dialled,
        },
        now=now,
    )


async def offer_next_contact(tx: Tx, book: LineBook, person_id: UUID, *, now: datetime) -> bool:
    """A volunteer is free: offer her the caller who is first among the queues she serves. False: nobody waits.

    Every race lost is a caller whom somebody else was offered. After many, another transaction goes on.
    """
    # As one text: an array costs the driver a look at each of its values, and this is the hot path.
    rings = json.dumps({line.line_id: line.queue.ring_seconds for line in book.running(now)})
    for _ in range(MOST_RACES):
        offer_id, leg_id = fresh_id(), fresh_id()
        row = await tx.fetchrow(_OFFER_BEST, person_id, offer_id, now, NOT_AGAIN_FOR, rings, leg_id)
        if row is None:
            return False
        if row["contact_id"] is not None:
            tx.hints |= {"changes", "timers"}
            await _ring_phone(tx, book, row, leg_id, person_id, offer_id, now=now)
            log.info(Log.OFFER_MADE, contact=row["contact_id"], offer=offer_id, person=person_id, because="freed")
            return True
    await wake_volunteer(tx, person_id, now=now)
    return False


async def _ring_phone(
    tx: Tx, book: LineBook, offered: Mapping[str, Any], leg_id: UUID, person_id: UUID, offer_id: UUID, *, now: datetime
) -> None:
    """Dial her own telephone, if that is how she wants to be reached."""
    if offered["reach"] != "phone":
        return
    contact = await lock_contact(tx, offered["contact_id"])
    policy = None if contact is None else await policy_of(tx, book, contact, now=now)
    if contact is not None and policy is not None:
        await originate_volunteer_leg(tx, contact, leg_id, person_id, offer_id, reach="phone", policy=policy, now=now)


async def end_offer(tx: Tx, offer: OfferRow, state: str, outcome: Outcome, *, now: datetime) -> bool:
    """Close a live offer and let its volunteer go; False: it was over already."""
    status: str = await tx.execute(
        """UPDATE offer SET state = $2, ended_at = $3, version = version + 1
           WHERE id = $1 AND state IN ('offered', 'accepted')""",
        offer.id, state, now,
    )  # fmt: skip
    if status == "UPDATE 0":
        return False
    await mark_offer_over(tx, offer.person_id, offer.id, outcome, now=now)
    await cancel_timer(tx, "ring", offer.id, now=now)
    await cancel_timer(tx, "join", offer.id, now=now)
    leg = None if offer.leg_id is None else await read_leg(tx, offer.leg_id)
    if leg is not None and leg.state != LegState.ENDED:
        await hang_up(tx, leg, at=now)
    await record_change(tx, "offer", offer.id, at=now)
    log.info(Log.OFFER_ENDED, offer=offer.id, contact=offer.contact_id, person=offer.person_id, state=state)
    return True


async def withdraw_offers(tx: Tx, contact_id: UUID, *, but: UUID | None = None, now: datetime) -> list[UUID]:
    """Stop every ring for this contact (failure 13); returns the volunteers who are free again."""
    return [
        offer.person_id
        for offer in await live_offers(tx, contact_id)
        if offer.id != but and await end_offer(tx, offer, "withdrawn", "withdrawn", now=now)
    ]


async def wake_volunteer(tx: Tx, person_id: UUID, *, now: datetime) -> None:
    """Look for this volunteer's next caller in a transaction of its own: she holds no contact's lock then."""
    await set_timer(tx, "volunteer_free", person_id, due_at=now, now=now)
