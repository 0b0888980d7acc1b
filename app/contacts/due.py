"""What each timer of the call path does when it is due. Each handler locks the contact first and believes no one:
what it finds there decides, because the timer may be old news."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from app.carriers.steps import Ask
from app.contacts.accepting import lapse_lease, miss_offer
from app.contacts.call_back_over import give_up_call_back
from app.contacts.diverting import CALL_BACK_OVER
from app.contacts.hearing import RECORDING_KEPT, keeping_over
from app.contacts.keys import caller_stayed, intake_over
from app.contacts.leaving import caller_left
from app.contacts.moving import language_of, steer
from app.contacts.offering import offer_next_contact
from app.contacts.rows import legs_of, lock_contact
from app.contacts.rules_in_force import policy_of
from app.contacts.silence import SILENT_PROMPT, may_prompt_again
from app.contacts.steps import step_from_json
from app.contacts.waiting import LONGEST_STEP, advance
from app.domain.contact import ContactState
from app.lines.book import LineBook
from app.lines.phrases import Phrase
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import Timer, set_timer
from app.roster.notices import give_notice

log = get_log()

Handler = Callable[..., Awaitable[None]]


def handlers(book: LineBook) -> dict[str, Handler]:
    """The handlers by timer kind, each `async (tx, timer, *, now)`."""
    due = _Due(book)
    return {
        "contact_step": due.contact_step,
        "ring": due.ring,
        "join": due.join,
        "volunteer_free": due.volunteer_free,
        "caller_alone": due.caller_alone,
        "choice": due.choice,
        "intake": due.intake,
        "diverted": due.diverted,
        "wrap_up": due.wrap_up,
        CALL_BACK_OVER: give_up_call_back,
        RECORDING_KEPT: keeping_over,
        SILENT_PROMPT: may_prompt_again,
    }


class _Due:
    def __init__(self, book: LineBook) -> None:
        self._book = book

    async def contact_step(self, tx: Tx, timer: Timer, *, now: datetime) -> None:
        """What happens next with someone who waits."""
        contact = await lock_contact(tx, timer.subject_id)
        policy = None if contact is None else await policy_of(tx, self._book, contact, now=now)
        if contact is None or contact.state not in (ContactState.WAITING, ContactState.OFFERED):
            return
        if policy is None:  # nobody may be forgotten over it (P2): looked at again, and somebody is told
            log.alarm(Log.LINE_VERSION_UNREADABLE, contact=contact.id, line=contact.line_id)
            await set_timer(tx, "contact_step", contact.id, due_at=now + LONGEST_STEP, now=now)
            return
        await advance(tx, contact, self._book, policy, now=now)

    async def ring(self, tx: Tx, timer: Timer, *, now: datetime) -> None:
        """Nobody answered in time."""
        await miss_offer(tx, self._book, timer.subject_id, now=now)

    async def join(self, tx: Tx, timer: Timer, *, now: datetime) -> None:
        """Accepted, but no audio."""
        await lapse_lease(tx, self._book, timer.subject_id, now=now)

    async def volunteer_free(self, tx: Tx, timer: Timer, *, now: datetime) -> None:
        """Somebody is free again: her next caller."""
        await offer_next_contact(tx, self._book, timer.subject_id, now=now)

    async def caller_alone(self, tx: Tx, timer: Timer, *, now: datetime) -> None:
        """The volunteer is gone and the carrier has not told us what the caller wants: they stay."""
        contact = await lock_contact(tx, timer.subject_id)
        if contact is None or contact.state != ContactState.CALLER_ALONE:
            return
        await caller_stayed(tx, self._book, contact, now=now)
        for leg in await legs_of(tx, contact.id):
            if leg.role == "caller":
                await steer(tx, leg, step_from_json(leg.desired), at=now)

    async def choice(self, tx: Tx, timer: Timer, *, now: datetime) -> None:
        """Somebody has waited a while: ask whether they would rather be called back, then let them wait on."""
        contact = await lock_contact(tx, timer.subject_id)
        policy = None if contact is None else await policy_of(tx, self._book, contact, now=now)
        if contact is None or policy is None or contact.state not in (ContactState.WAITING, ContactState.OFFERED):
            return
        again = now + timedelta(seconds=policy.queue.choice_every_s or 120)
        await set_timer(tx, "choice", contact.id, due_at=again, now=now)
        key = None if policy.menu is None else policy.menu.call_back_key
        if key is None or contact.subject_token is None or contact.state != ContactState.WAITING:
            return
        for leg in await legs_of(tx, contact.id):
            if leg.role == "caller" and leg.in_bridge:
                say = policy.say(Phrase.CHOICE_CALL_BACK, language_of(contact), key=key)
                await steer(tx, leg, Ask(name="choice", say=say, timeout_s=4), at=now)

    async def intake(self, tx: Tx, timer: Timer, *, now: datetime) -> None:
        """The greeting has lasted too long."""
        contact = await lock_contact(tx, timer.subject_id)
        if contact is not None:
            await intake_over(tx, self._book, contact, now=now)

    async def diverted(self, tx: Tx, timer: Timer, *, now: datetime) -> None:
        """A way on whose end the carrier never told: the reconciler has had its chances, so the caller is gone."""
        contact = await lock_contact(tx, timer.subject_id)
        if contact is not None and contact.state == ContactState.DIVERTED:
            await caller_left(tx, self._book, contact, now=now, by="carrier")

    async def wrap_up(self, tx: Tx, timer: Timer, *, now: datetime) -> None:
        """The time for writing is over. Nobody is cut short (failure 9): the supervisors are told."""
        contact = await lock_contact(tx, timer.subject_id)
        if contact is None or contact.state != ContactState.WRAPPING_UP:
            return
        log.info(Log.WRAP_UP_OVERDUE, contact=contact.id, person=contact.person_id)
        await give_notice(
            tx, "wrap_up_overdue", about=contact.person_id, contact_id=contact.id, line_id=contact.line_id, now=now
        )
