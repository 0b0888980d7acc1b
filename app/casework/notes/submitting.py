"""Submitting a note: only what the gate let through is stored, once a submission, and never over somebody else's.

A note is one a contact (failure 24: passing a caller on does not make a second one), and carries a version: whoever
comes with an old one gets the stored note to hold against their own (failure 23, P8). The same submission sent twice,
on a slow connection, is one. Until the note locks its writers may change it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.casework.levels.deciding import must_be_decided
from app.casework.notes.access import Asked, enter_seen
from app.casework.notes.coding import code_book
from app.casework.notes.filing import file_note
from app.casework.notes.note_actions import write_actions
from app.casework.notes.numbering import scope_of, take_turns
from app.casework.notes.reading import read_note
from app.casework.notes.schemas import Note, NoteBody, SubmitNote
from app.casework.notes.taking_out import TakingOut, hidden_in, left_out, let_stand_in
from app.casework.notes.texts import settle_all, stored_texts
from app.casework.reaching import not_erased
from app.casework.redacting import Cleaned, Found, Redacting
from app.contacts.moving import write_contact
from app.contacts.rows import lock_contact
from app.domain.acts import Act
from app.domain.case_note import is_locked, missing
from app.domain.errors import Invalid, NotPossibleNow, StaleVersion
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import set_timer

log = get_log()

NOTE_LOCKS: Final = "note_locks"
"""The timer at whose end a note is changed by amendments alone."""
COUNSELLED: Final = "counselled"
_LISTS: Final[Mapping[str, Any]] = {
    "caller_role": "caller_roles",
    "subject_role": "subject_roles",
    "age_band": "age_bands",
    "gender": "genders",
    "grade_band": "grade_bands",
    "region": "regions",
}


@dataclass(frozen=True, slots=True)
class Submission:
    """What is submitted, by whom, with what was found in its texts."""

    given: SubmitNote
    founds: Mapping[str, Found]
    by: UUID
    locks_after: timedelta


def check_body(body: NoteBody) -> None:
    """Raise Invalid, naming every field, unless the note is complete and its codes are codes."""
    wrong = missing(danger_asked=body.danger_asked, danger_reason=body.danger_reason, facts=body.facts)
    book = code_book()
    for field, kind in _LISTS.items():
        code = getattr(body, field)
        if code is not None and code not in book.codes(kind):
            wrong[field] = "is not one of the codes · 不是有效的代码"
    if not all(book.is_topic(topic) for topic in body.topics):
        wrong["topics"] = "names a topic that there is not · 含有无效的主题代码"
    if not body.safety_plan.keys() <= book.codes("safety_plan"):
        wrong["safety_plan"] = "has a part that there is not · 含有无效的部分"
    if any(not action.text.strip() for action in body.actions):
        wrong["actions"] = "an action says what is to be done · 请写明行动内容"
    if wrong:
        raise Invalid("The note is not complete yet. 记录还不完整。", fields=wrong)


async def stands_in_the_way(tx: Tx, contact: Asked, given: SubmitNote, *, by: UUID, now: datetime) -> Note | None:
    """The stored note if this very submission has been stored; raises StaleVersion, or NotPossibleNow when locked."""
    row = await tx.fetchrow(
        """SELECT n.id, n.version, n.locks_at, EXISTS (SELECT FROM note_version v WHERE v.note_id = n.id
             AND v.submission_id = $2 AND v.by = $3) AS repeated
           FROM note n WHERE n.contact_id = $1""",
        contact.contact_id, given.submission_id, by,
    )  # fmt: skip
    if row is not None and row["repeated"]:
        await enter_seen(tx, contact, row["id"], by=by, now=now)
        return await read_note(tx, contact.contact_id, own=True, now=now)
    if given.version != (0 if row is None else row["version"]):
        current = await read_note(tx, contact.contact_id, own=True, now=now)
        raise StaleVersion(current=None if current is None else current.model_dump(mode="json"))
    if row is not None and is_locked(row["locks_at"], now=now):
        raise NotPossibleNow("This note has locked; please add an amendment. 记录已锁定，请以补充说明的方式修改。")
    return None


async def submit(tx: Tx, redacting: Redacting, contact: Asked, submission: Submission, *, now: datetime) -> Note:
    """Store the note, or what has changed of it; the note as it is stored. Raises Invalid while a level is owed."""
    given, by = submission.given, submission.by
    await take_turns(tx, contact.contact_id)
    await not_erased(tx, contact.contact_id)
    await _was_counselled(tx, contact, now=now)
    repeated = await stands_in_the_way(tx, contact, given, by=by, now=now)
    if repeated is not None:
        return repeated
    await must_be_decided(tx, contact.contact_id)
    scope = await scope_of(tx, contact.contact_id)
    cleaned = await settle_all(redacting, tx, submission.founds, given.choices, scope=scope)
    note_id = await tx.fetchval("SELECT id FROM note WHERE contact_id = $1", contact.contact_id) or fresh_id()
    version = await _write(tx, contact, note_id, scope, submission, cleaned, now=now)
    actions = await write_actions(tx, note_id, given.body.actions, cleaned, by=by, now=now)
    await _remember_version(tx, note_id, version, given, cleaned, actions, by=by, now=now)
    await remember_unhidden(tx, contact, note_id, cleaned, by=by, now=now)
    hidden = hidden_in(cleaned) | await left_out(tx, note_id, version, cleaned)
    taking_out = TakingOut(tx, redacting, note_id, hidden, scope=scope)
    await taking_out.from_versions(before=version)
    await taking_out.from_actions(but=[UUID(action["id"]) for action in actions])
    await taking_out.enter(contact, by=by, now=now)
    await file_note(tx, note_id)
    facts = {"version": version, "hidden": sum(span.hidden for each in cleaned.values() for span in each.spans)}
    await record_act(
        tx, Act.NOTE_SUBMITTED, by=by, target_kind="note", target_id=note_id, line_id=contact.line_id, facts=facts,
        now=now,
    )  # fmt: skip
    log.info(Log.NOTE_SUBMITTED, note=note_id, contact=contact.contact_id, person=by, version=version)
    stored = await read_note(tx, contact.contact_id, own=True, now=now)
    assert stored is not None  # noqa: S101 it was written above
    return stored


async def _was_counselled(tx: Tx, contact: Asked, *, now: datetime) -> None:
    """A note is written on somebody who was counselled after all: the contact is no longer coded as something else."""
    if contact.disposition in code_book().codes("non_counselling"):
        locked = await lock_contact(tx, contact.contact_id)
        if locked is not None and locked.disposition == contact.disposition:
            await write_contact(tx, locked, at=now, disposition=COUNSELLED)


async def _write(
    tx: Tx,
    contact: Asked,
    note_id: UUID,
    scope: UUID,
    submission: Submission,
    cleaned: Mapping[str, Cleaned],
    *,
    now: datetime,
) -> int:
    body = submission.given.body
    locks_at = now + submission.locks_after
    row = await tx.fetchrow(
        """INSERT INTO note (id, contact_id, line_id, scope, person_id, called_as, subject_role, age_band, gender,
             grade_band, region, topics, codes_version, danger_asked, danger_reason, texts, submitted_at, changed_at,
             locks_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, $18)
           ON CONFLICT (id) DO UPDATE SET called_as = excluded.called_as, subject_role = excluded.subject_role,
             age_band = excluded.age_band, gender = excluded.gender, grade_band = excluded.grade_band,
             region = excluded.region, topics = excluded.topics, codes_version = excluded.codes_version,
             danger_asked = excluded.danger_asked, danger_reason = excluded.danger_reason, texts = excluded.texts,
             changed_at = excluded.changed_at, non_counselling = NULL, version = note.version + 1
           RETURNING version""",
        note_id, contact.contact_id, contact.line_id, scope, submission.by, body.caller_role, body.subject_role,
        body.age_band, body.gender, body.grade_band, body.region, list(dict.fromkeys(body.topics)), code_book().version,
        body.danger_asked, body.danger_reason, stored_texts(cleaned), now, locks_at,
    )  # fmt: skip
    version: int = row["version"]
    if version == 1:
        await set_timer(tx, NOTE_LOCKS, note_id, due_at=locks_at, now=now)
    return version


async def _remember_version(
    tx: Tx,
    note_id: UUID,
    version: int,
    given: SubmitNote,
    cleaned: Mapping[str, Cleaned],
    actions: list[dict[str, Any]],
    *,
    by: UUID,
    now: datetime,
) -> None:
    codes = given.body.model_dump(mode="json", include={*_LISTS, "topics", "danger_asked", "danger_reason"})
    record = codes | {"texts": stored_texts(cleaned), "actions": actions, "let_stand": let_stand_in(cleaned)}
    await tx.execute(
        "INSERT INTO note_version (note_id, version, submission_id, by, at, record) VALUES ($1, $2, $3, $4, $5, $6)",
        note_id, version, given.submission_id, by, now, record,
    )  # fmt: skip


async def remember_unhidden(
    tx: Tx, contact: Asked, note_id: UUID, cleaned: Mapping[str, Cleaned], *, by: UUID, now: datetime
) -> None:
    """Enter what the person let stand: of which class and how often, in which field; never what it was."""
    rows = [(field, kind, count) for field, each in cleaned.items() for kind, count in each.unhidden.items()]
    if not rows:
        return
    await tx.executemany(
        "INSERT INTO note_unhidden (contact_id, person_id, at, field, kind, count) VALUES ($1, $2, $3, $4, $5, $6)",
        [(contact.contact_id, by, now, *row) for row in rows],
    )
    facts = {"kept": [{"field": field, "kind": kind, "count": count} for field, kind, count in rows]}
    await record_act(
        tx, Act.IDENTITY_LET_STAND, by=by, target_kind="note", target_id=note_id, line_id=contact.line_id,
        facts=facts, now=now,
    )  # fmt: skip
