"""Ways on for a caller whom no volunteer can take: outside number, voicemail, call-back, an honest message.

Each gives the caller's leg its step; what the caller does with it comes back through app.contacts.calls. A way that
can't be taken (a placeholder number, a call-back without a number) answers None and the next one is tried.
"""

from datetime import datetime, timedelta

from app.carriers.steps import Ask, DialOut, Goodbye, Spoken, Step, TakeMessage
from app.contacts.moving import language_of, move, steer
from app.contacts.offering import withdraw_offers
from app.contacts.rows import ContactRow, legs_of
from app.domain.callback import may_request
from app.domain.contact import ContactEvent
from app.domain.routing import Way, WayOn
from app.lines.phrases import Phrase
from app.lines.policy import (
    LinePolicy,
    ToCallBack,
    ToHonestMessage,
    ToOutsideNumber,
    ToVoicemail,
)
from app.platform.changes import record_change
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import cancel_timer, set_timer

log = get_log()

CALL_BACK_AFTER = timedelta(minutes=1)
CALL_BACK_OVER = "call_back_over"
"""The timer that gives a call-back up which nobody has taken (app.contacts.calling_back)."""


async def divert(tx: Tx, contact: ContactRow, policy: LinePolicy, way: WayOn, *, now: datetime) -> ContactRow | None:
    """Lead a locked contact's caller along `way`; None when that way can't be taken."""
    step = step_for(contact, policy, way)
    if step is None:
        return None
    diverted = await move(tx, contact, ContactEvent.DIVERTED, at=now, queue_key_id=None)
    if diverted is None:
        return None
    await withdraw_offers(tx, contact.id, now=now)
    await cancel_timer(tx, "contact_step", contact.id, now=now)
    # The carrier may never tell us how the way ended: then the contact goes on by itself (P2).
    await set_timer(tx, "diverted", contact.id, due_at=now + timedelta(minutes=10), now=now)
    for leg in await legs_of(tx, contact.id):
        if leg.role == "caller":
            await steer(tx, leg, step, at=now)
    return diverted


def step_for(contact: ContactRow, policy: LinePolicy, way: WayOn) -> Step | None:
    """What the caller's leg does on this way; None when it can't be taken."""
    language = language_of(contact)
    for configured in (*policy.ways.no_answer, *policy.ways.closed, *policy.ways.full):
        if configured.way != way.way.value:
            continue
        match configured:
            case ToOutsideNumber(number=number, say=say) if number.id == way.target:
                if number.placeholder:
                    return None
                spoken = say.spoken(language) if say else policy.say(Phrase.TRANSFERRING, language)
                return DialOut(number=number.number, say=spoken, caller_id=contact.number_dialled)
            case ToVoicemail(say=say, max_s=longest):
                return TakeMessage(say=say.spoken(language), max_s=longest)
            case ToCallBack(say=say):
                return call_back_question(contact, policy, before=say.spoken(language) if say else ())
            case ToHonestMessage(say=say):
                return Goodbye(say=say.spoken(language))
            case _:  # another number's entry; sibling lines and pools are app.contacts.waiting's
                continue
    return Goodbye(say=policy.say(Phrase.GOODBYE, language)) if way.way is Way.HONEST_MESSAGE else None


def agreement_key(policy: LinePolicy) -> str:
    """The key that agrees to a call-back: the menu's own, and never the one that says "I am in danger"."""
    menu = policy.menu
    if menu is not None and menu.call_back_key is not None:
        return menu.call_back_key
    return "9" if menu is None or menu.danger_key != "9" else "8"


def call_back_question(contact: ContactRow, policy: LinePolicy, *, before: tuple[Spoken, ...] = ()) -> Ask | None:
    """Ask for the caller's agreement to be called back; None when we have no number to call (failure 25)."""
    if not may_request(consented=True, number_known=contact.subject_token is not None):
        return None
    language = language_of(contact)
    return Ask(name="call_back", say=(*before, *policy.say(Phrase.CALL_BACK_ASK, language, key=agreement_key(policy))))


async def request_call_back(tx: Tx, contact: ContactRow, policy: LinePolicy, *, now: datetime) -> bool:
    """Note that the caller agreed to be called back; False: it was noted before (one a contact, failure 27)."""
    status: str = await tx.execute(
        """INSERT INTO call_back (contact_id, state, consented_at, due_at) VALUES ($1, 'requested', $2, $3)
           ON CONFLICT (contact_id) DO NOTHING""",
        contact.id, now, now + CALL_BACK_AFTER,
    )  # fmt: skip
    if status.endswith(" 0"):
        return False
    over_at = now + timedelta(hours=policy.call_back_hours)
    await set_timer(tx, CALL_BACK_OVER, contact.id, due_at=over_at, now=now)
    await record_change(tx, "call_back", contact.id, at=now)
    log.info(Log.CALL_BACK_REQUESTED, contact=contact.id)
    return True
