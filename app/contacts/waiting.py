"""Waiting: entering the queue, and what happens next with someone who waits (app.domain.routing decides).

Every waiting or offered contact has a live `contact_step` timer at every moment (P2): whatever is lost on the way, a
message, a hint, a process, the next step comes by itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.contacts.diverting import divert
from app.contacts.moving import language_of, move, write_contact
from app.contacts.offering import make_offer
from app.contacts.routing_rules import line_is_open, routing_policy, way_name
from app.contacts.rows import ContactRow, lock_contact
from app.contacts.rules_in_force import policy_of
from app.contacts.situation import look, somebody_is_there
from app.domain.contact import ContactEvent, ContactState
from app.domain.routing import (
    Divert,
    KeepWaiting,
    MakeOffers,
    Overflow,
    Priority,
    Way,
    WayOn,
    decide,
)
from app.lines.book import LineBook, keys_for
from app.lines.policy import LinePolicy
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import set_timer

log = get_log()

LONGEST_STEP = timedelta(seconds=30)
SHORTEST_STEP = timedelta(seconds=1)
MOST_OVERFLOWS = 20


async def enter_queue(tx: Tx, contact: ContactRow, book: LineBook, policy: LinePolicy, *, now: datetime) -> ContactRow:
    """Begin to wait: place in the queue by arrival and head start, then the first decision at once."""
    skills = list(policy.skills.wanted(language=language_of(contact), danger=contact.danger))
    key = await keys_for(tx, policy.line_id, skills, contact.stage)
    waiting = await move(
        tx,
        contact,
        ContactEvent.INTAKE_DONE,
        at=now,
        enqueued_at=contact.enqueued_at or now,
        waiting_since=now,
        stage_since=now,
        skills=skills,
        queue_key_id=key,
        queue_rank=contact.queue_rank or rank(contact, policy, now=now),
    )
    if waiting is None:
        return contact
    if policy.queue.choice_every_s is not None and policy.menu is not None and policy.menu.call_back_key is not None:
        choice_at = now + timedelta(seconds=policy.queue.choice_every_s)
        await set_timer(tx, "choice", contact.id, due_at=choice_at, now=now)
    return await advance(tx, waiting, book, policy, now=now)


async def change_skills(
    tx: Tx, contact: ContactRow, policy: LinePolicy, skills: Sequence[str], *, now: datetime, **changes: Any
) -> ContactRow:
    """Ask for other skills: the contact moves to that queue with the place it had."""
    wanted = sorted(skills)
    key = contact.queue_key_id
    if key is not None:
        key = await keys_for(tx, policy.line_id, wanted, contact.stage)
    return await write_contact(tx, contact, at=now, skills=wanted, queue_key_id=key, **changes)


async def _relax(tx: Tx, contact: ContactRow, policy: LinePolicy, *, now: datetime) -> ContactRow:
    """Somebody who speaks another language is better than nobody: after a while only what is required counts, and at
    once when nobody on shift has what was asked for."""
    after, since = policy.skills.relax_after_s, contact.waiting_since
    if after is None or since is None or sorted(contact.skills) == sorted(policy.skills.required):
        return contact
    waited = now >= since + timedelta(seconds=after)
    if not waited and await somebody_is_there(tx, policy, contact.skills, now=now):
        return contact
    return await change_skills(tx, contact, policy, policy.skills.required, now=now)


def rank(contact: ContactRow, policy: LinePolicy, *, now: datetime) -> datetime:
    """The contact's place: since when it has waited, less its head start (smaller goes first)."""
    head_start = {
        Priority.NORMAL: 0,
        Priority.RETURNING: policy.queue.returning_head_start_s,
        Priority.URGENT: policy.queue.danger_head_start_s,
    }[Priority(contact.priority)]
    return (contact.enqueued_at or now) - timedelta(seconds=head_start)


async def requeue(
    tx: Tx, contact: ContactRow, book: LineBook, event: ContactEvent, *, now: datetime, prefers: UUID | None = None
) -> ContactRow | None:
    """Put a contact back towards the head of its queue: it lost its volunteer through no fault of its own (failure 2),
    or was handed on. What the caller asked for counts as on the first day (failure 26): the skills of their language
    even if they were relaxed meanwhile, the volunteer and the pool until somebody has talked with them."""
    policy = await policy_of(tx, book, contact, now=now)
    if policy is None:
        return None
    handed_on = event is ContactEvent.TRANSFERRED_COLD
    skills = list(policy.skills.wanted(language=language_of(contact), danger=contact.danger))
    key = await keys_for(tx, policy.line_id, skills, contact.stage)
    waiting = await move(
        tx,
        contact,
        event,
        at=now,
        person_id=None,
        prefers_person_id=prefers or contact.prefers_person_id,
        priority=contact.priority if handed_on else max(contact.priority, Priority.RETURNING),
        requeued=contact.requeued + 1,
        enqueued_at=contact.enqueued_at or now,
        waiting_since=now,
        stage_since=now,
        skills=skills,
        queue_key_id=key,
        queue_rank=_rank_again(contact, policy, handed_on=handed_on, now=now),
    )
    return None if waiting is None else await advance(tx, waiting, book, policy, now=now)


def _rank_again(contact: ContactRow, policy: LinePolicy, *, handed_on: bool, now: datetime) -> datetime:
    """The place of somebody who is put back: never behind the one they had, and no better for a second time."""
    queue = policy.queue
    head_start = queue.transferred_head_start_s if handed_on else queue.returning_head_start_s
    if contact.danger:
        head_start += queue.danger_head_start_s
    again = (contact.enqueued_at or now) - timedelta(seconds=head_start)
    return again if contact.queue_rank is None else min(contact.queue_rank, again)


async def advance(tx: Tx, contact: ContactRow, book: LineBook, policy: LinePolicy, *, now: datetime) -> ContactRow:
    """Decide what happens next with a locked waiting contact, do it, and set the timer for the step after that."""
    contact = await _relax(tx, contact, policy, now=now)
    for _ in range(MOST_OVERFLOWS):
        if contact.state not in (ContactState.WAITING, ContactState.OFFERED):
            return contact
        found = await look(tx, contact, policy, now=now)
        match decide(found.situation, routing_policy(policy), now=now):
            case MakeOffers(offers=offers, until=until):
                for offer in offers:
                    reach = found.reach[offer.person]
                    await make_offer(tx, contact, policy, offer.person, reach, because=offer.because.value, now=now)
                    contact = await lock_contact(tx, contact.id) or contact
                await _step_at(tx, contact, until + SHORTEST_STEP, now=now)
                return contact
            case KeepWaiting(until=until, because=because):
                log.info(Log.CONTACT_KEPT_WAITING, contact=contact.id, because=because.value)
                await _step_at(tx, contact, until, now=now)
                return contact
            case Overflow(to_stage=stage, because=because):
                key = await keys_for(tx, policy.line_id, contact.skills, stage)
                contact = await write_contact(tx, contact, at=now, stage=stage, stage_since=now, queue_key_id=key)
                log.info(Log.CONTACT_OVERFLOWED, contact=contact.id, stage=stage, because=because.value)
            case Divert(way=way, because=because):
                contact, gone = await take_way(tx, contact, book, policy, way, because=because.value, now=now)
                if gone:
                    return contact
                policy = await policy_of(tx, book, contact, now=now) or policy
    await _step_at(tx, contact, now + LONGEST_STEP, now=now)
    return contact


async def take_way(
    tx: Tx, contact: ContactRow, book: LineBook, policy: LinePolicy, way: WayOn, *, because: str, now: datetime
) -> tuple[ContactRow, bool]:
    """Lead a contact on by one of its line's ways; (contact, False): it waits on, here or on another line."""
    tried = [*contact.ways_tried, way_name(way)]
    contact = await write_contact(tx, contact, at=now, ways_tried=tried)
    log.info(Log.CONTACT_DIVERTED, contact=contact.id, way=way.way.value, because=because)
    if way.way is Way.SIBLING_LINE:
        return await _to_sibling(tx, contact, book, way.target, now=now), False
    if way.way is Way.POOL:
        return await _to_pool(tx, contact, policy, way.target, now=now), False
    diverted = await divert(tx, contact, policy, way, now=now)
    return (contact, False) if diverted is None else (diverted, True)


async def _to_sibling(tx: Tx, contact: ContactRow, book: LineBook, line_id: str, *, now: datetime) -> ContactRow:
    """Wait on another line, with the place one had, when that line is open; otherwise nothing changes."""
    policy = book.policy(line_id, now)
    if policy is None or not line_is_open(policy, now):
        return contact
    skills = list(policy.skills.wanted(language=language_of(contact), danger=contact.danger))
    key = await keys_for(tx, line_id, skills, 0)
    return await write_contact(
        tx, contact, at=now, line_id=line_id, line_version_id=policy.version_id, skills=skills, stage=0,
        stage_since=now, queue_key_id=key,
    )  # fmt: skip


async def _to_pool(tx: Tx, contact: ContactRow, policy: LinePolicy, pool_id: str, *, now: datetime) -> ContactRow:
    """Open the stages up to that pool's, if it is one of the line's."""
    stage = next((i for i, pool in enumerate(policy.pools) if pool.pool_id == pool_id), None)
    if stage is None or stage <= contact.stage:
        return contact
    key = await keys_for(tx, policy.line_id, contact.skills, stage)
    return await write_contact(tx, contact, at=now, stage=stage, stage_since=now, queue_key_id=key)


async def hasten_where_nobody_is_left(tx: Tx, *, now: datetime) -> None:
    """Decide at once about those who wait for pools that everybody has left, rather than at their next step."""
    status: str = await tx.execute(_HASTEN, now)
    if status != "UPDATE 0":
        tx.hint("timers")


_HASTEN: Final = """
    UPDATE timer t SET due_at = $1 FROM contact c
    WHERE t.kind = 'contact_step' AND t.subject_id = c.id AND t.done_at IS NULL AND t.due_at > $1
      AND c.state = 'waiting' AND NOT EXISTS (
        SELECT FROM presence p JOIN line_pool lp ON lp.pool_id = ANY(p.pools)
        WHERE lp.line_id = c.line_id AND lp.stage <= c.stage AND p.activity NOT IN ('offline', 'away')
          AND p.skills @> c.skills AND (p.shift_ends_at IS NULL OR p.shift_ends_at > $1))
"""


async def _step_at(tx: Tx, contact: ContactRow, at: datetime, *, now: datetime) -> None:
    due = min(max(at, now + SHORTEST_STEP), now + LONGEST_STEP)
    await set_timer(tx, "contact_step", contact.id, due_at=due, now=now)
