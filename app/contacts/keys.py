"""What a caller's key means: the menu, consent, the call-back question; and what comes after a way that led nowhere.

A key never takes anything away: a wrong or missing one goes on with what the caller was doing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from app.carriers.steps import Ask, Goodbye, Spoken
from app.contacts import calling_back
from app.contacts.accepting import wait_step
from app.contacts.diverting import agreement_key, call_back_question, request_call_back
from app.contacts.door import listens_for
from app.contacts.leaving import caller_left
from app.contacts.moving import better_reason, desire, language_of, move, write_contact
from app.contacts.offering import wake_volunteer, withdraw_offers
from app.contacts.routing_rules import routing_policy, way_from_name
from app.contacts.rows import ContactRow, LegRow, lock_contact
from app.contacts.rules_in_force import policy_of
from app.contacts.steps import step_to_json
from app.contacts.waiting import advance, change_skills, enter_queue, rank, requeue, take_way
from app.domain.contact import ContactEvent, ContactState, TerminalReason
from app.domain.routing import Priority, WayOn
from app.lines.book import LineBook
from app.lines.phrases import Phrase
from app.lines.policy import LinePolicy
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import cancel_timer, set_timer

log = get_log()

SOMEBODY_IS_THERE = frozenset({ContactState.CONNECTING, ContactState.TALKING})


async def caller_pressed(
    tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, ask: str, digits: str, *, now: datetime
) -> None:
    """The caller answered the question `ask` with a key, or with none."""
    policy = await policy_of(tx, book, contact, now=now)
    if policy is None or contact.state in (ContactState.CLOSED, ContactState.WRAPPING_UP):
        return
    match ask:
        case "menu" if digits in policy.consent_keys:
            await _consented(tx, contact, leg, policy, digits, now=now)
        case "menu" | "choice":
            await _menu(tx, book, contact, leg, policy, digits, now=now)
        case "call_back":
            await _call_back(tx, book, contact, leg, policy, digits, now=now)
        case "blocked":
            await _blocked(tx, book, contact, leg, policy, digits, now=now)
        case "alone":
            await caller_stayed(tx, book, contact, now=now)
        case calling_back.FIRST_ASK | calling_back.SECOND_ASK:
            await calling_back.called_back(tx, contact, leg, ask, digits, policy, now=now)
        case _:
            await desire(tx, leg, wait_step(contact))


async def _consented(
    tx: Tx, contact: ContactRow, leg: LegRow, policy: LinePolicy, digits: str, *, now: datetime
) -> None:
    """A key in the greeting has agreed to something, or refused it: it is kept as said by key, and the caller may
    press another. Their place in the queue is theirs already, and whoever answers meanwhile cuts it short."""
    to, said = policy.consent_keys[digits]
    contact = await write_contact(tx, contact, at=now, consents={**contact.consents, to.value: said.value})
    log.info(Log.CONSENT_BY_KEY, contact=contact.id, consent=to.value, said=said.value)
    language = language_of(contact)
    noted = policy.say(Phrase.CONSENT_NOTED, language)
    if contact.state in SOMEBODY_IS_THERE:
        await desire(tx, leg, replace(wait_step(contact), before=noted))
        return
    if contact.state == ContactState.DIVERTED:
        return  # led on while they listened: that way stands
    menu = () if policy.menu is None else policy.menu.say.spoken(language)
    await desire(tx, leg, Ask(name="menu", say=(*noted, *menu), timeout_s=listens_for(policy)))


async def _menu(
    tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, policy: LinePolicy, digits: str, *, now: datetime
) -> None:
    menu = policy.menu
    before: tuple[Spoken, ...] = ()
    if menu is not None and digits and digits == menu.danger_key:
        if contact.state == ContactState.DIVERTED:
            await _danger_after_all(tx, book, contact, leg, policy, now=now)
            return
        contact = await _in_danger(tx, contact, policy, now=now)
    elif menu is not None and digits and digits == menu.call_back_key and contact.state not in SOMEBODY_IS_THERE:
        question = call_back_question(contact, policy)
        if question is not None:
            if contact.state == ContactState.INTAKE:
                contact = await enter_queue(tx, contact, book, policy, now=now)
            await desire(tx, leg, question)
            return
        before = policy.say(Phrase.CALL_BACK_NO_NUMBER, language_of(contact))
    elif menu is not None and digits in menu.language_keys:
        language = menu.language_keys[digits]
        skills = policy.skills.wanted(language=language, danger=contact.danger)
        contact = await change_skills(tx, contact, policy, skills, now=now, language=language)
        before = policy.say(Phrase.LANGUAGE_CHOSEN, language_of(contact))
    if contact.state == ContactState.DIVERTED:
        return  # led on while they listened: that way stands
    await desire(tx, leg, replace(wait_step(contact), before=before))
    if contact.state == ContactState.INTAKE:
        await cancel_timer(tx, "intake", contact.id, now=now)
        await enter_queue(tx, contact, book, policy, now=now)
    elif digits and contact.state == ContactState.WAITING:
        await advance(tx, contact, book, policy, now=now)


async def _in_danger(tx: Tx, contact: ContactRow, policy: LinePolicy, *, now: datetime) -> ContactRow:
    """First in every queue from now on; the volunteer sees it before answering."""
    log.warning(Log.CALLER_IN_DANGER, contact=contact.id)
    urgent = replace(contact, danger=True, priority=int(Priority.URGENT))
    skills = policy.skills.wanted(language=language_of(contact), danger=True)
    first = rank(urgent, policy, now=now)
    return await change_skills(
        tx, contact, policy, skills, now=now, danger=True, priority=int(Priority.URGENT), queue_rank=first
    )


async def _call_back(
    tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, policy: LinePolicy, digits: str, *, now: datetime
) -> None:
    if contact.state in SOMEBODY_IS_THERE:
        await desire(tx, leg, wait_step(contact))
        return
    if policy.menu is not None and digits and digits == policy.menu.danger_key:
        await _danger_after_all(tx, book, contact, leg, policy, now=now)
        return
    if digits == agreement_key(policy):
        if contact.state != ContactState.DIVERTED:
            await cancel_timer(tx, "contact_step", contact.id, now=now)
            moved = await move(tx, contact, ContactEvent.DIVERTED, at=now, queue_key_id=None)
            contact = moved or contact
            await _withdraw(tx, contact, now=now)
        await request_call_back(tx, contact, policy, now=now)
        await desire(tx, leg, Goodbye(say=policy.say(Phrase.CALL_BACK_PROMISED, language_of(contact))))
        return
    if contact.state == ContactState.DIVERTED:
        await _next_way(tx, book, contact, leg, policy, now=now)
    else:
        await desire(tx, leg, wait_step(contact))


async def _danger_after_all(
    tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, policy: LinePolicy, *, now: datetime
) -> None:
    """Asked about a call-back, the caller says that a life is in danger: into the queue, before everyone."""
    contact = await _in_danger(tx, contact, policy, now=now)
    await desire(tx, leg, wait_step(contact))
    if contact.state == ContactState.DIVERTED:
        await requeue(tx, contact, book, ContactEvent.REQUEUED, now=now)
    elif contact.state == ContactState.WAITING:
        await advance(tx, contact, book, policy, now=now)


async def _withdraw(tx: Tx, contact: ContactRow, *, now: datetime) -> None:
    for person_id in await withdraw_offers(tx, contact.id, now=now):
        await wake_volunteer(tx, person_id, now=now)


async def _blocked(
    tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, policy: LinePolicy, digits: str, *, now: datetime
) -> None:
    if policy.menu is not None and digits and digits == policy.menu.danger_key:
        contact = await write_contact(tx, contact, at=now, refused_as=None)
        contact = await _in_danger(tx, contact, policy, now=now)
        await cancel_timer(tx, "intake", contact.id, now=now)
        await desire(tx, leg, wait_step(contact))
        await enter_queue(tx, contact, book, policy, now=now)
        return
    await desire(tx, leg, Goodbye(say=policy.say(Phrase.GOODBYE, language_of(contact))))


async def caller_stayed(tx: Tx, book: LineBook, contact: ContactRow, *, now: datetime) -> None:
    """The volunteer is gone and the caller is still here: back to the head of the queue."""
    if contact.state != ContactState.CALLER_ALONE:
        return
    await cancel_timer(tx, "caller_alone", contact.id, now=now)
    await tx.execute(
        "UPDATE leg SET desired = $2 WHERE contact_id = $1 AND role = 'caller' AND state <> 'ended'",
        contact.id, step_to_json(wait_step(contact)),
    )  # fmt: skip
    await requeue(tx, contact, book, ContactEvent.REQUEUED, now=now)


async def outside_ended(
    tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, outcome: str, *, now: datetime
) -> None:
    """An outside number was dialled for the caller: it was answered and is over, or it was not."""
    policy = await policy_of(tx, book, contact, now=now)
    if outcome == "answered":
        await better_reason(tx, contact, TerminalReason.ANSWERED, at=now)
    if policy is None or contact.state != ContactState.DIVERTED:
        return
    if outcome == "answered":
        await write_contact(tx, contact, at=now, outside_answered=True)
        await desire(tx, leg, Goodbye(say=policy.say(Phrase.GOODBYE, language_of(contact))))
        return
    await _next_way(tx, book, contact, leg, policy, now=now)


async def nothing_recorded(tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, *, now: datetime) -> None:
    """The caller was asked for a message and left none."""
    policy = await policy_of(tx, book, contact, now=now)
    if policy is not None and contact.state == ContactState.DIVERTED:
        await _next_way(tx, book, contact, leg, policy, now=now)


async def _next_way(
    tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, policy: LinePolicy, *, now: datetime
) -> None:
    """The way taken led nowhere: the next one of the same list, at last the honest message."""
    rules = routing_policy(policy)
    ways = rules.closed if contact.refused_as == "closed_hours" else rules.no_answer
    tried = {way_from_name(name) for name in contact.ways_tried}
    for way in ways:
        if way in tried:
            continue
        contact, gone = await take_way(tx, contact, book, policy, way, because="way_failed", now=now)
        if gone:
            return
    last = WayOn(way_from_name("honest_message:").way)
    if last not in tried:
        _, gone = await take_way(tx, contact, book, policy, last, because="way_failed", now=now)
        if gone:
            return
    await desire(tx, leg, Goodbye(say=policy.say(Phrase.GOODBYE, language_of(contact))))


async def intake_over(tx: Tx, book: LineBook, contact: ContactRow, *, now: datetime) -> None:
    """The carrier never came back from the menu: the caller waits all the same, or has gone."""
    policy = await policy_of(tx, book, contact, now=now)
    if contact.state != ContactState.INTAKE:
        return
    if contact.refused_as is not None or policy is None:
        await caller_left(tx, book, contact, now=now, by="carrier")
        return
    contact = await lock_contact(tx, contact.id) or contact
    await enter_queue(tx, contact, book, policy, now=now)
    await set_timer(tx, "intake", contact.id, due_at=now + timedelta(minutes=10), now=now)
