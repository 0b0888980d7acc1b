"""Calling back: only who asked for it, dialled by exactly one volunteer, once (failure 27; yap#527).

The volunteer presses "call back" and is engaged at once; the caller's telephone is rung first, and only when whoever
picks up has pressed 1 does the volunteer's leg join: the phone may be shared, and a voicemail box presses nothing.
"""

from datetime import datetime, timedelta
from uuid import UUID

from app.carriers.steps import Ask, Goodbye, Join, Wait
from app.contacts.diverting import CALL_BACK_OVER
from app.contacts.moving import desire, language_of
from app.contacts.rows import ContactRow, LegRow, legs_of
from app.contacts.rules_in_force import policy_of
from app.contacts.steps import step_to_json
from app.domain.callback import CallbackEvent, CallbackState, apply
from app.domain.errors import Conflict, NotFound, NotPossibleNow, StaleVersion
from app.domain.leg import LegState
from app.domain.lifecycle import Moved
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
from app.roster.presence_moves import mark_engaged, mark_offered

log = get_log()

RING_S = 40
READY_KEY = "1"
FIRST_ASK, SECOND_ASK = "called_back", "called_back_again"
LISTENS_S = 4
ANSWER_WITHIN = timedelta(seconds=RING_S + 30)


async def dial_back(tx: Tx, book: LineBook, origin: ContactRow, *, by: UUID, version: int, now: datetime) -> UUID:
    """Take a call-back and dial it; the new contact's id. Raises StaleVersion or Conflict for whoever comes second."""
    row = await tx.fetchrow("SELECT state, version FROM call_back WHERE contact_id = $1 FOR UPDATE", origin.id)
    policy = await policy_of(tx, book, origin, now=now)
    if row is None or policy is None:
        raise NotFound
    if row["version"] != version:
        raise StaleVersion
    if not isinstance(apply(CallbackState(row["state"]), CallbackEvent.TAKEN), Moved):
        raise Conflict("Somebody else is calling back already. 已有他人在回拨。")
    skills = list(policy.skills.wanted(language=language_of(origin), danger=origin.danger))
    contact_id, leg_id, offer_id, volunteer_leg = fresh_id(), fresh_id(), fresh_id(), fresh_id()
    if not await mark_offered(tx, by, offer_id, now=now):
        raise NotPossibleNow(
            "Please go ready first: you are calling back as a volunteer on shift. "
            "请先上线接听：回拨须以在班志愿者的身份进行。"
        )
    await tx.execute(
        """INSERT INTO contact (id, line_id, line_version_id, number_dialled, direction, subject_token, language, state,
             bridge, offered_at, enqueued_at, person_id, danger, priority, skills, subject_key_id)
           VALUES ($1, $2, $3, $4, 'call_back', $5, $6, 'connecting', $7, $8, $8, $9, $10, $11, $12,
             (SELECT subject_key_id FROM contact WHERE id = $13))""",
        contact_id, origin.line_id, policy.version_id, origin.number_dialled, origin.subject_token, origin.language,
        f"c-{contact_id}", now, by, origin.danger, origin.priority, skills, origin.id,
    )  # fmt: skip
    until = now + ANSWER_WITHIN
    await tx.execute(
        """INSERT INTO offer (id, contact_id, person_id, kind, state, because, reach, leg_id, offered_at, ring_until,
             answered_at)
           VALUES ($1, $2, $3, 'queue', 'accepted', 'call_back', 'browser', $4, $5, $6, $5)""",
        offer_id, contact_id, by, volunteer_leg, now, until,
    )  # fmt: skip
    if not await mark_engaged(tx, by, contact_id, now=now):
        raise NotPossibleNow
    say = policy.say(Phrase.CALL_BACK_GREETING, language_of(origin))
    ask = Ask(name=FIRST_ASK, say=say, timeout_s=LISTENS_S)
    await tx.execute(
        """INSERT INTO leg (id, contact_id, role, provider, label, state, desired, started_at)
           VALUES ($1, $2, 'caller', coalesce((SELECT provider FROM leg WHERE contact_id = $3 AND role = 'caller'),
             'twilio'), 'caller', 'planned', $4, $5)""",
        leg_id, contact_id, origin.id, step_to_json(ask), now,
    )  # fmt: skip
    await tx.execute(
        """INSERT INTO leg (id, contact_id, role, person_id, offer_id, provider, label, state, started_at)
           VALUES ($1, $2, 'volunteer', $3, $4, (SELECT provider FROM leg WHERE id = $5), $6, 'planned', $7)""",
        volunteer_leg, contact_id, by, offer_id, leg_id, f"v-{volunteer_leg}", now,
    )  # fmt: skip
    await enqueue(
        tx,
        "originate_leg",
        contact_id=contact_id,
        leg_id=leg_id,
        payload={
            "reach": "caller",
            "number_of": str(origin.id),
            "timeout_s": RING_S,
            "caller_id": origin.number_dialled,
        },
        now=now,
    )
    await tx.execute(
        """UPDATE call_back SET state = 'dialling', person_id = $2, dialled_at = $3, new_contact_id = $4,
             version = version + 1 WHERE contact_id = $1""",
        origin.id, by, now, contact_id,
    )  # fmt: skip
    await set_timer(tx, "join", offer_id, due_at=until, now=now)
    await cancel_timer(tx, CALL_BACK_OVER, origin.id, now=now)
    await record_change(tx, "contact", contact_id, at=now)
    await record_change(tx, "call_back", origin.id, at=now)
    log.info(Log.CALL_BACK_DIALLED, contact=contact_id, person=by)
    return contact_id


async def called_back(
    tx: Tx, contact: ContactRow, leg: LegRow, ask: str, digits: str, policy: LinePolicy, *, now: datetime
) -> None:
    """Whoever picked up has pressed a key, or none: on 1 the volunteer's leg is rung in; hesitation is asked again."""
    if not digits and ask == FIRST_ASK:
        say = policy.say(Phrase.CALL_BACK_GREETING, language_of(contact))
        await desire(tx, leg, Ask(name=SECOND_ASK, say=say, timeout_s=LISTENS_S))
        return
    if digits != READY_KEY:
        await desire(tx, leg, Goodbye(say=policy.say(Phrase.GOODBYE, language_of(contact))))
        return
    await desire(tx, leg, Wait(bridge=contact.bridge or "", label="caller"))
    volunteer = next((other for other in await legs_of(tx, contact.id) if other.role == "volunteer"), None)
    if volunteer is None or volunteer.state != LegState.PLANNED:
        return
    await desire(tx, volunteer, Join(bridge=contact.bridge or "", label=volunteer.label))
    await enqueue(
        tx,
        "originate_leg",
        contact_id=contact.id,
        leg_id=volunteer.id,
        payload={
            "reach": "browser",
            "person_id": str(volunteer.person_id),
            "timeout_s": policy.queue.ring_seconds,
            "caller_id": contact.number_dialled,
        },
        now=now,
    )
