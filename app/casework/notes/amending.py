"""After a note has locked: dated amendments, one after another, none of them ever changed.

But for what names somebody and was let stand by mistake: that is hidden wherever it stands, and nothing else.
"""

from datetime import datetime
from uuid import UUID

from app.casework.notes.access import Asked, enter_seen
from app.casework.notes.filing import file_note
from app.casework.notes.reading import read_note
from app.casework.notes.schemas import Amend, HideAfterAll, Note
from app.casework.notes.submitting import remember_unhidden
from app.casework.notes.taking_out import TakingOut
from app.casework.notes.texts import settle_all
from app.casework.redacting import Found, Redacting
from app.domain.acts import Act
from app.domain.case_note import is_locked
from app.domain.errors import Invalid, NotFound, NotPossibleNow
from app.domain.free_text import read_free_text
from app.domain.redaction.kinds import Kind
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import Timer

log = get_log()


async def amended_before(tx: Tx, contact: Asked, given: Amend, *, by: UUID, now: datetime) -> Note | None:
    """The note if this very amendment has been stored; raises NotPossibleNow while the note itself may be changed."""
    row = await tx.fetchrow(
        """SELECT id, locks_at, EXISTS (SELECT FROM note_amendment a WHERE a.note_id = n.id AND a.submission_id = $2)
             AS repeated FROM note n WHERE id = $1 FOR UPDATE""",
        contact.note_id, given.submission_id,
    )  # fmt: skip
    if row is None:
        raise NotFound
    if row["repeated"]:
        await enter_seen(tx, contact, row["id"], by=by, now=now)
        return await _read(tx, contact, now=now)
    _must_be_locked(row["locks_at"], now=now)
    if not given.text.strip():
        raise Invalid("An amendment says something. 请填写补充说明。", fields={"text": "is empty"})
    return None


async def amend(
    tx: Tx, redacting: Redacting, contact: Asked, given: Amend, found: Found, *, by: UUID, now: datetime
) -> Note:
    """Add an amendment; the note with all of them. Raises NotPossibleNow while the note itself may be changed."""
    stored = await amended_before(tx, contact, given, by=by, now=now)
    if stored is not None:
        return stored
    if not found.text.strip():  # nothing is left of what cannot be seen
        raise Invalid("An amendment says something. 请填写补充说明。", fields={"text": "is empty"})
    note_id, scope = await tx.fetchrow("SELECT id, scope FROM note WHERE id = $1", contact.note_id)
    cleaned = await settle_all(redacting, tx, {"text": found}, given.choices, scope=scope)
    await tx.execute(
        'INSERT INTO note_amendment (id, note_id, submission_id, "by", at, text) VALUES ($1, $2, $3, $4, $5, $6)',
        fresh_id(), note_id, given.submission_id, by, now, cleaned["text"].text,
    )  # fmt: skip
    await remember_unhidden(tx, contact, note_id, cleaned, by=by, now=now)
    await file_note(tx, note_id)
    await record_act(
        tx, Act.NOTE_AMENDED, by=by, target_kind="note", target_id=note_id, line_id=contact.line_id, now=now
    )
    return await _read(tx, contact, now=now)


async def hide_after_all(
    tx: Tx, redacting: Redacting, contact: Asked, given: HideAfterAll, *, by: UUID, now: datetime
) -> Note:
    """Hide a text in the note, its actions, amendments and versions, its review and its levels; the note without it.

    Raises NotPossibleNow while the note itself may be changed, Invalid where the text does not stand in it.
    """
    row = await tx.fetchrow("SELECT id, scope, locks_at, version FROM note WHERE id = $1 FOR UPDATE", contact.note_id)
    if row is None:
        raise NotFound
    _must_be_locked(row["locks_at"], now=now)
    written = read_free_text(given.text).strip()
    taking_out = TakingOut(tx, redacting, row["id"], {written: Kind.PERSON} if written else {}, scope=row["scope"])
    await taking_out.from_note(now=now)
    await taking_out.from_actions()
    await taking_out.from_amendments()
    await taking_out.from_versions(before=row["version"] + 1)
    await taking_out.from_rationales(contact.contact_id)
    await taking_out.from_feedback()
    if not taking_out.taken_out:
        raise Invalid(
            "This text does not stand in the note, or no longer; please look at the note again. "
            "记录里没有这段文字，或已经隐去，请再看一遍记录。",
            fields={"text": "is not in the note · 记录里没有"},
        )
    await file_note(tx, row["id"])
    await taking_out.enter(contact, by=by, now=now)
    return await _read(tx, contact, now=now)


def _must_be_locked(locks_at: datetime, *, now: datetime) -> None:
    if not is_locked(locks_at, now=now):
        raise NotPossibleNow("This note is still open; please change the note itself. 记录尚未锁定，请直接修改。")


async def _read(tx: Tx, contact: Asked, *, now: datetime) -> Note:
    note = await read_note(tx, contact.contact_id, own=contact.own, now=now)
    assert note is not None  # noqa: S101 it is locked by whoever asks
    return note


async def lock_note(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """The time for changes is over. That it is, everybody sees from `locks_at`; this enters when it was noticed."""
    locked = await tx.fetchval(
        "UPDATE note SET locked_at = $2 WHERE id = $1 AND locked_at IS NULL AND locks_at <= $2 RETURNING id",
        timer.subject_id, now,
    )  # fmt: skip
    if locked is not None:
        log.info(Log.NOTE_LOCKED, note=timer.subject_id)
