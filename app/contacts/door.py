"""At the door: callers who can't simply wait. Blocked, out of hours, too many waiting, a number no line has.

Each is in the ledger like everyone else (P1), hears what is so and what else there is, and a blocked caller may still
say that a life is in danger.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from app.carriers.events import InboundCall
from app.carriers.steps import Answer, Ask, DialOut, Goodbye, Spoken, Step, TakeMessage, Wait
from app.contacts.accepting import wait_step
from app.contacts.moving import desire, language_of, write_contact
from app.contacts.routing_rules import line_is_open, routing_policy
from app.contacts.rows import LEG_COLUMNS, ContactRow, LegRow, as_row, lock_contact
from app.contacts.rules_in_force import policy_of
from app.contacts.steps import step_from_json, step_to_json
from app.contacts.waiting import enter_queue, take_way
from app.domain.routing import Admit, Divert, Priority, admit
from app.lines.book import LineBook
from app.lines.phrases import Phrase
from app.lines.policy import LinePolicy
from app.lines.policy import say as say_without_line
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.outbox import cancel_commands
from app.platform.timers import set_timer

log = get_log()

INTAKE_AT_MOST = timedelta(seconds=90)
MOST_WAYS = 8
LISTENS_S = 4  # for keys of consent, where there is no menu


def first_step(contact_id: UUID, policy: LinePolicy) -> Step:
    """Greeting, consent and menu, language by language, then the wait."""
    intro = tuple(
        spoken
        for language in policy.languages
        for wording in (policy.greeting, policy.consent, *([policy.menu.say] if policy.menu else []))
        for spoken in wording.spoken(language)
    )
    if policy.menu is not None or policy.consent_keys:
        return Ask(name="menu", say=intro, timeout_s=listens_for(policy))
    return Wait(bridge=f"c-{contact_id}", label="caller", before=intro)


def listens_for(policy: LinePolicy) -> int:
    """How many seconds a key is waited for after the greeting, or after what was said to another key."""
    return LISTENS_S if policy.menu is None else policy.menu.timeout_s


async def register(
    tx: Tx,
    call: InboundCall,
    contact_id: UUID,
    leg_id: UUID,
    policy: LinePolicy | None,
    token: bytes | None,
    *,
    key_id: str,
    now: datetime,
) -> tuple[ContactRow, LegRow]:
    """Make contact and leg, and nothing else yet."""
    state = "intake" if policy is not None else "diverted"
    language = policy.default_language if policy is not None else "zh"
    await tx.execute(
        """INSERT INTO contact (id, line_id, line_version_id, number_dialled, subject_token, language, state, bridge,
             offered_at, refused_as, subject_key_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        contact_id, policy.line_id if policy else None, policy.version_id if policy else None,
        call.number_dialled, token, language, state, f"c-{contact_id}", now, None if policy else "failed",
        key_id,
    )  # fmt: skip
    record = await tx.fetchrow(
        f"""INSERT INTO leg (id, contact_id, role, provider, provider_call_id, label, state, desired, started_at)
            VALUES ($1, $2, 'caller', $3, $4, 'caller', 'answered', '{{}}', $5) RETURNING {LEG_COLUMNS}""",  # noqa: S608
        leg_id, contact_id, call.provider, call.provider_call_id, now,
    )  # fmt: skip
    contact = await lock_contact(tx, contact_id)
    if contact is None:  # cannot be: it was inserted above, in this transaction
        raise LookupError(contact_id)
    return contact, as_row(LegRow, record)


async def unknown_number(tx: Tx, contact: ContactRow, leg: LegRow, *, now: datetime) -> Answer:
    log.warning(Log.UNKNOWN_NUMBER_CALLED, contact=contact.id)
    step = Goodbye(say=(*say_without_line(Phrase.UNKNOWN_NUMBER, "zh"), *say_without_line(Phrase.UNKNOWN_NUMBER, "en")))
    await desire(tx, leg, step)
    await set_timer(tx, "diverted", contact.id, due_at=now + INTAKE_AT_MOST, now=now)
    return Answer(leg.id, contact.id, step)


async def blocked_caller(tx: Tx, contact: ContactRow, leg: LegRow, policy: LinePolicy, *, now: datetime) -> Answer:
    """A blocked caller hears why, and may still say that a life is in danger: no block holds against that."""
    await write_contact(tx, contact, at=now, refused_as="blocked")
    log.info(Log.CALL_BLOCKED, contact=contact.id)
    say = policy.say(Phrase.BLOCKED, policy.default_language)
    if policy.menu is None or policy.menu.danger_key is None:
        step: Step = Goodbye(say=say)
    else:
        step = Ask(name="blocked", say=(*say, *policy.menu.say.spoken(policy.default_language)), timeout_s=4)
    await desire(tx, leg, step)
    await set_timer(tx, "intake", contact.id, due_at=now + INTAKE_AT_MOST, now=now)
    return Answer(leg.id, contact.id, step)


async def receive_slowly(
    tx: Tx, contact: ContactRow, leg: LegRow, policy: LinePolicy, book: LineBook, *, now: datetime
) -> Step:
    """The greeting, and the queue or the way that is right at this hour."""
    opened = line_is_open(policy, now)
    waiting = await tx.fetchval("SELECT count(*) FROM contact WHERE line_id = $1 AND state = 'waiting'", policy.line_id)
    admitted = admit(
        line_open=opened, waiting=waiting, priority=Priority(contact.priority), policy=routing_policy(policy)
    )
    match admitted:
        case Admit():
            await desire(tx, leg, first_step(contact.id, policy))
            # Volunteers ring while the greeting is spoken: whoever accepts in it cuts it short.
            await enter_queue(tx, contact, book, policy, now=now)
        case Divert(because=because):
            if not opened:
                contact = await write_contact(tx, contact, at=now, refused_as="closed_hours")
            await _other_ways(tx, contact, leg, policy, book, closed=not opened, because=because.value, now=now)
    return await decided_step(tx, leg.id, policy.greeting.spoken(language_of(contact)), now=now)


async def decided_step(tx: Tx, leg_id: UUID, greeting: tuple[Spoken, ...], *, now: datetime) -> Step:
    """What a call that has just come in is answered with. The carrier need not be told again: it is asking now."""
    await cancel_commands(tx, leg_id, ["steer_leg"], now=now)
    decided = step_from_json(await tx.fetchval("SELECT desired FROM leg WHERE id = $1", leg_id))
    step = _greeted(decided, greeting)
    if step is not decided:
        await tx.execute("UPDATE leg SET desired = $2 WHERE id = $1", leg_id, step_to_json(step))
    return step


async def _other_ways(
    tx: Tx,
    contact: ContactRow,
    leg: LegRow,
    policy: LinePolicy,
    book: LineBook,
    *,
    closed: bool,
    because: str,
    now: datetime,
) -> None:
    """Closed, or too many waiting: the line's ways in their order, until one can be taken."""
    rules = routing_policy(policy)
    for way in (rules.closed if closed else rules.full)[:MOST_WAYS]:
        contact, gone = await take_way(tx, contact, book, policy, way, because=because, now=now)
        if gone:
            return
        if contact.line_id != policy.line_id:
            sibling = await policy_of(tx, book, contact, now=now)
            if sibling is not None:
                await write_contact(tx, contact, at=now, refused_as=None)
                await desire(tx, leg, wait_step(contact))
                await enter_queue(tx, await _fresh(tx, contact), book, sibling, now=now)
                return
    await desire(tx, leg, Goodbye(say=policy.say(Phrase.TROUBLE, policy.default_language)))
    await set_timer(tx, "intake", contact.id, due_at=now + INTAKE_AT_MOST, now=now)


async def _fresh(tx: Tx, contact: ContactRow) -> ContactRow:
    return await lock_contact(tx, contact.id) or contact


def _greeted(step: Step, greeting: tuple[Spoken, ...]) -> Step:
    """The step with the greeting before it, unless it begins with it already."""
    match step:
        case Ask(say=say) | Goodbye(say=say) | TakeMessage(say=say) | DialOut(say=say):
            return step if say[: len(greeting)] == greeting else replace(step, say=(*greeting, *say))
        case Wait(before=before):
            return step if before[: len(greeting)] == greeting else replace(step, before=(*greeting, *before))
        case _:
            return step
