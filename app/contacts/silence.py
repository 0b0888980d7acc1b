"""A caller who makes no sound: gentle prompts over the talk, then an end that says so (issue 2; field.md section 6).

Nothing here happens by itself (P6). A person presses for each prompt and for the end; the line's policy says how many
prompts come first and how far apart, so that nobody is hung up on for having needed a minute. No key is listened for:
in a bridge the volunteer hears a pressed key, and that is an answer.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.carriers.steps import Spoken
from app.contacts.leaving import end_talk
from app.contacts.moving import write_contact
from app.contacts.rows import ContactRow, LegRow, legs_of
from app.contacts.rules_in_force import policy_for
from app.contacts.transferring import require_talk
from app.domain.contact import ContactState
from app.domain.errors import NotFound, NotPossibleNow
from app.lines.book import LineBook
from app.lines.phrases import Phrase
from app.platform.changes import record_change
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.outbox import enqueue
from app.platform.timers import Timer, set_timer

log = get_log()

SILENT_PROMPT: Final = "silent_prompt"
"""The timer that runs from one prompt until the next may be given."""
SILENT: Final = "silent"
"""The disposition of such a call."""


async def prompt_silent(tx: Tx, book: LineBook, contact: ContactRow, *, by: UUID, now: datetime) -> ContactRow:
    """Let the caller hear the gentle prompt. Raises NotYours, or NotPossibleNow: too soon, too often, or on hold."""
    nuisance = (await require_talk(tx, book, contact, by, now)).nuisance
    caller = await _caller(tx, contact)
    if contact.silence_prompts >= nuisance.silent_prompts:
        raise NotPossibleNow(
            "The caller has heard the prompt as often as the line allows. 提示语已播放到本热线允许的次数。"
        )
    waits = await tx.fetchval(
        "SELECT true FROM timer WHERE kind = $1 AND subject_id = $2 AND done_at IS NULL AND due_at > $3",
        SILENT_PROMPT, contact.id, now,
    )  # fmt: skip
    if waits:
        raise NotPossibleNow(
            "The caller has heard the prompt a moment ago; please give them time. "
            "刚刚播放过提示语，请给来电者一点时间。"
        )
    payload = {"bridge": contact.bridge, "label": caller.label}
    await enqueue(tx, "announce", contact_id=contact.id, leg_id=caller.id, payload=payload, now=now)
    again = now + timedelta(seconds=nuisance.silent_prompt_every_s)
    await set_timer(tx, SILENT_PROMPT, contact.id, due_at=again, now=now)
    log.info(Log.CALLER_PROMPTED, contact=contact.id, person=by, prompts=contact.silence_prompts + 1)
    return await write_contact(tx, contact, at=now, silence_prompts=contact.silence_prompts + 1)


async def end_silent(tx: Tx, book: LineBook, contact: ContactRow, *, by: UUID, now: datetime) -> ContactRow:
    """End the talk with a goodbye that says why, coded as silent until the volunteer codes it otherwise.

    Raises NotYours, or NotPossibleNow before the caller has heard every prompt.
    """
    nuisance = (await require_talk(tx, book, contact, by, now)).nuisance
    if contact.silence_prompts < nuisance.silent_prompts:
        raise NotPossibleNow("Please let the caller hear every prompt first. 请先让来电者听完每一次提示语。")
    contact = await write_contact(tx, contact, at=now, disposition=SILENT)
    ended = await end_talk(tx, book, contact, now=now, goodbye=Phrase.SILENT_GOODBYE)
    if ended is None:
        raise NotPossibleNow
    log.info(Log.SILENT_CALL_ENDED, contact=contact.id, person=by)
    return ended


async def announcement(tx: Tx, book: LineBook, leg_id: UUID, *, now: datetime) -> tuple[Spoken, ...]:
    """What the carrier plays to a silent caller; nothing when the talk is over by now. Raises NotFound."""
    contact = await tx.fetchrow(
        """SELECT c.line_id, c.line_version_id, c.state, c.language
           FROM leg l JOIN contact c ON c.id = l.contact_id WHERE l.id = $1""",
        leg_id,
    )
    if contact is None:
        raise NotFound
    policy = await policy_for(tx, book, contact["line_id"], contact["line_version_id"], now=now)
    if policy is None or contact["state"] != ContactState.TALKING:
        return ()
    return policy.say(Phrase.SILENT, "en" if contact["language"] == "en" else "zh")


async def may_prompt_again(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """Enough time has gone by: the consoles are told."""
    await record_change(tx, "contact", timer.subject_id, at=now)


async def _caller(tx: Tx, contact: ContactRow) -> LegRow:
    for leg in await legs_of(tx, contact.id):
        if leg.role == "caller" and leg.in_bridge:
            if leg.on_hold:
                raise NotPossibleNow("Please take the caller back from hold first. 请先结束等待，恢复通话。")
            return leg
    raise NotPossibleNow("The caller is not in the talk at the moment. 来电者目前不在通话中。")
