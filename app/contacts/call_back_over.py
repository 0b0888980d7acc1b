"""How calling back ends: reached, not reached, given up, or owed still, because our side or the carrier failed.

A call-back is over once the carrier has had a call of it (failure 27). Where it never had one, or the caller picked up
and nobody of ours could be put through, what was promised is still owed: the number is kept, the supervisors are told,
and whoever dials again is told whether the telephone may have rung before.
"""

from datetime import datetime, timedelta
from typing import Final

from app.carriers.steps import Wait
from app.contacts.diverting import CALL_BACK_OVER
from app.contacts.moving import end_callers_part, hang_up
from app.contacts.rows import ContactRow, legs_of, lock_contact
from app.contacts.rules_in_force import policy_of
from app.contacts.steps import step_from_json
from app.domain.callback import CallbackEvent, CallbackState, apply
from app.domain.contact import ContactEvent
from app.domain.lifecycle import Moved
from app.lines.book import LineBook
from app.platform.changes import record_change
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.outbox import never_done
from app.platform.timers import Timer, set_timer
from app.roster.notices import give_notice

log = get_log()

OWED_FOR = timedelta(hours=24)  # where the line's file cannot be read; it says so itself, where it can
TIME_TO_TRY_AGAIN = timedelta(minutes=30)
"""At least so long is left for dialling again, also when it failed just before the hour that was promised."""

NOTICES: Final = {
    CallbackEvent.NEVER_PLACED: "call_back_not_placed",
    CallbackEvent.UNCLEAR: "call_back_unclear",
    CallbackEvent.LET_DOWN: "call_back_let_down",
}


async def give_up_call_back(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """Handler of the `call_back_over` timer: nobody took it in time. A promise that was not kept is told to a
    supervisor, and the number is not kept for ever."""
    origin = await lock_contact(tx, timer.subject_id)
    state = await tx.fetchval("SELECT state FROM call_back WHERE contact_id = $1 FOR UPDATE", timer.subject_id)
    if origin is None or state is None:
        return
    verdict = apply(CallbackState(state), CallbackEvent.GIVEN_UP)
    if not isinstance(verdict, Moved):
        return  # somebody is dialling it, or it is over
    await tx.execute(
        "UPDATE call_back SET state = $2, ended_at = $3, version = version + 1 WHERE contact_id = $1",
        origin.id, verdict.state.value, now,
    )  # fmt: skip
    await tx.execute("DELETE FROM vault.sealed_number WHERE contact_id = $1", origin.id)
    await give_notice(tx, "call_back_given_up", contact_id=origin.id, line_id=origin.line_id, now=now)
    await record_change(tx, "call_back", origin.id, at=now)
    log.warning(Log.CALL_BACK_GIVEN_UP, contact=origin.id)


async def wants_to_talk(tx: Tx, contact: ContactRow) -> bool:
    """Whether somebody has picked up a call back and pressed 1, and waits for the volunteer."""
    return any(
        leg.role == "caller" and isinstance(step_from_json(leg.desired), Wait) for leg in await legs_of(tx, contact.id)
    )


async def drop_call_back(tx: Tx, book: LineBook, contact: ContactRow, *, let_down: bool, now: datetime) -> None:
    """The volunteer's lease is over and nobody has talked. There is nobody to go back to a queue: she is free for
    somebody else at once (P3), and what is still ringing is hung up."""
    legs = await legs_of(tx, contact.id)
    placed = any(leg.role == "caller" and leg.provider_call_id is not None for leg in legs)
    event = ContactEvent.CALLER_LEFT if placed and not let_down else ContactEvent.FAILED
    ended = await end_callers_part(tx, contact, event, at=now, ended_by="us")
    for leg in legs:
        await hang_up(tx, leg, at=now)
    if ended is not None:
        await note_call_back_over(tx, book, ended, now=now, let_down=let_down)


async def note_call_back_over(
    tx: Tx, book: LineBook, contact: ContactRow, *, now: datetime, let_down: bool = False
) -> None:
    """The call back has ended, one way or another. Where the carrier had a call of it, it is not dialled again."""
    event = CallbackEvent.LET_DOWN if let_down else await _how_it_ended(tx, contact)
    verdict = apply(CallbackState.DIALLING, event)
    assert isinstance(verdict, Moved)  # noqa: S101 the table has them all
    if verdict.state is CallbackState.REQUESTED:
        await _still_owed(tx, book, contact, event, now=now)
        return
    origin = await tx.fetchval(
        """UPDATE call_back SET state = $2, ended_at = $3, version = version + 1
           WHERE new_contact_id = $1 AND state = 'dialling' RETURNING contact_id""",
        contact.id, verdict.state.value, now,
    )  # fmt: skip
    if origin is not None:
        await tx.execute("DELETE FROM vault.sealed_number WHERE contact_id = $1", origin)
        await record_change(tx, "call_back", origin, at=now)


async def _how_it_ended(tx: Tx, contact: ContactRow) -> CallbackEvent:
    if contact.answered_at is not None:
        return CallbackEvent.REACHED
    leg = await tx.fetchrow(
        "SELECT id, provider_call_id FROM leg WHERE contact_id = $1 AND role = 'caller'", contact.id
    )
    if leg is not None and leg["provider_call_id"] is not None:
        return CallbackEvent.NOT_REACHED
    if leg is None or await never_done(tx, leg["id"], "originate_leg"):
        return CallbackEvent.NEVER_PLACED
    return CallbackEvent.UNCLEAR


async def _still_owed(tx: Tx, book: LineBook, contact: ContactRow, event: CallbackEvent, *, now: datetime) -> None:
    """Back to where whoever is on shift sees it, until the hour that was promised; it may fail again, so the
    supervisors are told."""
    row = await tx.fetchrow(
        """UPDATE call_back SET state = 'requested', person_id = NULL, dialled_at = NULL, new_contact_id = NULL,
             may_have_rung = may_have_rung OR $2, version = version + 1
           WHERE new_contact_id = $1 AND state = 'dialling' RETURNING contact_id, consented_at""",
        contact.id, event is not CallbackEvent.NEVER_PLACED,
    )  # fmt: skip
    if row is None:
        return
    policy = await policy_of(tx, book, contact, now=now)
    owed_for = OWED_FOR if policy is None else timedelta(hours=policy.call_back_hours)
    due_at = max(now + TIME_TO_TRY_AGAIN, row["consented_at"] + owed_for)
    await set_timer(tx, CALL_BACK_OVER, row["contact_id"], due_at=due_at, now=now)
    await give_notice(
        tx, NOTICES[event], about=contact.person_id, contact_id=contact.id, line_id=contact.line_id, now=now
    )
    await record_change(tx, "call_back", row["contact_id"], at=now)
    log.warning(Log.CALL_BACK_STILL_OWED, contact=contact.id, because=event.value)
