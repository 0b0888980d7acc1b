"""Moving a contact through its life: the table decides (app.domain.contact), this writes it.

A contact that closes takes everything that hung on it along: timers, ringing offers, other legs, the sealed number.
"""

from datetime import datetime, timedelta
from typing import Any

from app.carriers.steps import Goodbye, Language, Spoken, Step
from app.contacts.facts import TALK_BEGAN
from app.contacts.rows import CONTACT_COLUMNS, ContactRow, LegRow, as_row
from app.contacts.steps import step_to_json
from app.domain import contact as life
from app.domain.contact import CALLER_IS_HERE, ContactEvent, ContactState, TerminalReason
from app.domain.leg import LegState
from app.domain.lifecycle import Moved
from app.platform.changes import record_change
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.outbox import cancel_commands, enqueue
from app.platform.timers import cancel_timers

log = get_log()

ERASE_AFTER = timedelta(seconds=90)
WHILE_THE_CALLER_IS_HERE = ["contact_step", "choice", "caller_alone", "intake", "diverted", "silent_prompt"]
"""The timers of a contact that mean nothing once its caller is gone."""

BEST_FIRST = ("answered", "voicemail", "callback", "failed", "closed_hours", "blocked", "abandoned")
"""The order of app.domain.contact.terminal_reason."""

WRITABLE = frozenset(
    {
        "answered_at", "bridge", "closed_at", "consents", "danger", "disposition", "ended_at", "ended_by",
        "enqueued_at", "language", "line_id", "line_version_id", "outside_answered", "person_id",
        "prefers_person_id", "prefers_pool_id", "priority", "queue_key_id", "queue_rank", "refused_as", "requeued",
        "silence_prompts", "skills", "stage", "stage_since", "terminal_reason", "waiting_since", "ways_tried",
    }
)  # fmt: skip


async def write_contact(tx: Tx, contact: ContactRow, *, at: datetime, **changes: Any) -> ContactRow:
    """Write columns of a locked contact, count its version up and tell the consoles."""
    unknown = changes.keys() - WRITABLE - {"state"}
    if unknown:
        raise ValueError(f"not columns that are written here: {sorted(unknown)}")
    names = list(changes)
    assignments = "".join(f"{name} = ${index}, " for index, name in enumerate(names, start=2))
    record = await tx.fetchrow(
        f"UPDATE contact SET {assignments}version = version + 1 WHERE id = $1 RETURNING {CONTACT_COLUMNS}",  # noqa: S608
        contact.id,
        *(changes[name] for name in names),
    )
    await record_change(tx, "contact", contact.id, at=at)
    return as_row(ContactRow, record)


async def move(tx: Tx, contact: ContactRow, event: ContactEvent, *, at: datetime, **changes: Any) -> ContactRow | None:
    """Let `event` happen to a locked contact; None when it came too late or has no place (then nothing is written)."""
    verdict = life.apply(ContactState(contact.state), event)
    if not isinstance(verdict, Moved):
        log.info(Log.EVENT_IGNORED, contact=contact.id, event_name=event.value, why=verdict.because)
        return None
    return await write_contact(tx, contact, at=at, state=verdict.state.value, **changes)


async def end_callers_part(
    tx: Tx, contact: ContactRow, event: ContactEvent, *, at: datetime, ended_by: str
) -> ContactRow | None:
    """The caller is gone, or we let them go: enter the one terminal reason (P1). None: it was entered before."""
    message, call_back = await tx.fetchrow(
        """SELECT EXISTS (SELECT FROM voicemail WHERE contact_id = $1),
                  EXISTS (SELECT FROM call_back WHERE contact_id = $1)""",
        contact.id,
    )
    reason = life.terminal_reason(
        ContactState(contact.state),
        event,
        was_answered=contact.answered_at is not None,
        outside_answered=contact.outside_answered,
        message_left=message,
        callback_requested=call_back,
        line_closed=contact.refused_as == "closed_hours",
    )
    if reason is None:
        return None
    if contact.refused_as is not None and reason is TerminalReason.ABANDONED:
        reason = TerminalReason(contact.refused_as)  # they heard why and hung up, which is not giving up waiting
    ended = await move(
        tx,
        contact,
        event,
        at=at,
        ended_at=at,
        ended_by=ended_by,
        terminal_reason=contact.terminal_reason or reason.value,
    )
    if ended is not None:
        await cancel_timers(tx, WHILE_THE_CALLER_IS_HERE, contact.id, now=at)
        if ended.state == ContactState.CLOSED:
            await close(tx, ended, at=at)
        log.info(Log.CALLER_GONE, contact=contact.id, state=contact.state, reason=ended.terminal_reason, by=ended_by)
    return ended


async def better_reason(tx: Tx, contact: ContactRow, reason: TerminalReason, *, at: datetime) -> ContactRow:
    """What was done for the caller, heard of after their call's end: the carrier's reports race. The best counts."""
    if contact.terminal_reason is None or BEST_FIRST.index(reason) >= BEST_FIRST.index(contact.terminal_reason):
        return contact
    return await write_contact(tx, contact, at=at, terminal_reason=reason.value)


async def close(tx: Tx, contact: ContactRow, *, at: datetime) -> None:
    """Nothing more will come of this contact: forget the number, unless a call-back still needs it.

    Nor while it is not yet known to casework that a talk began: the vault keeps the number then, and forgets this one.
    """
    await tx.execute("UPDATE contact SET closed_at = $2 WHERE id = $1", contact.id, at)
    await tx.execute(
        """DELETE FROM vault.sealed_number s WHERE contact_id = $1
           AND NOT EXISTS (SELECT FROM call_back b WHERE b.contact_id = s.contact_id
                           AND b.state IN ('requested', 'dialling'))
           AND NOT EXISTS (SELECT FROM timer t WHERE t.kind = $2 AND t.subject_id = s.contact_id
                           AND t.done_at IS NULL)""",
        contact.id, TALK_BEGAN,
    )  # fmt: skip


async def say_goodbye(tx: Tx, leg: LegRow, say: tuple[Spoken, ...], *, at: datetime) -> None:
    """Let a leg hear something and hang it up."""
    await steer(tx, leg, Goodbye(say=say), at=at)


async def desire(tx: Tx, leg: LegRow, step: Step) -> None:
    """What the carrier is told when it next asks about this leg."""
    await tx.execute("UPDATE leg SET desired = $2, version = version + 1 WHERE id = $1", leg.id, step_to_json(step))


async def steer(tx: Tx, leg: LegRow, step: Step, *, at: datetime, if_outside: bool = False) -> None:
    """Give a leg a new desired step and make the carrier fetch it now.

    `if_outside`: a leg that has come into the bridge by itself meanwhile is not taken out of it and put back.
    """
    await desire(tx, leg, step)
    payload = {"if_outside": True} if if_outside else {}
    await enqueue(tx, "steer_leg", contact_id=leg.contact_id, leg_id=leg.id, payload=payload, now=at)


async def hang_up(tx: Tx, leg: LegRow, *, at: datetime) -> None:
    """End a leg, whether the carrier has named it yet or not; one that was never dialled is over at once.

    Until the carrier has done it the leg may still be answered, and ask: then it is let go, and joins nobody (P3).
    """
    if leg.state == LegState.PLANNED and leg.provider_call_id is None:
        await cancel_commands(tx, leg.id, ["originate_leg"], now=at)
        status: str = await tx.execute(
            """UPDATE leg SET state = 'ended', ended_at = $2, cause = 'cancelled', version = version + 1
               WHERE id = $1 AND state = 'planned' AND NOT EXISTS (
                 SELECT FROM command WHERE leg_id = $1 AND kind = 'originate_leg' AND done_at IS NULL)""",
            leg.id, at,
        )  # fmt: skip
        if status != "UPDATE 0":
            return
    await desire(tx, leg, Goodbye())
    await enqueue(tx, "hang_up_leg", contact_id=leg.contact_id, leg_id=leg.id, now=at)


def language_of(contact: ContactRow) -> Language:
    """The language this caller is spoken to in."""
    return "en" if contact.language == "en" else "zh"


def caller_is_here(contact: ContactRow) -> bool:
    """Whether the caller's leg is up, so that someone or something must be with them."""
    return ContactState(contact.state) in CALLER_IS_HERE
