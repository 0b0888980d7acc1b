"""Contacts in which nobody was counselled, coded with one press: the wrap-up's disposition and the record in one."""

from datetime import datetime, timedelta
from uuid import UUID

from app.casework.levels.deciding import must_be_decided
from app.casework.notes.access import Asked
from app.casework.notes.coding import code_book
from app.casework.notes.drafts import forget_draft
from app.casework.notes.filing import file_note
from app.casework.notes.numbering import scope_of, take_turns
from app.casework.notes.submitting import NOTE_LOCKS
from app.casework.review.choosing import choose_high_risk
from app.contacts.moving import write_contact
from app.contacts.talking import own_contact, wrap_up
from app.domain.acts import Act
from app.domain.errors import Invalid, NotPossibleNow
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.timers import set_timer


async def code_non_counselling(
    tx: Tx, contact: Asked, code: str, *, by: UUID, locks_after: timedelta, now: datetime
) -> bool:
    """Code the contact and close its wrap-up; whether she is ready for her next caller now.

    Raises Invalid for another code or while a level is owed, NotPossibleNow during the talk or when a note has been
    written, StaleVersion when the contact has been coded otherwise meanwhile.
    """
    if code not in code_book().codes("non_counselling"):
        raise Invalid("This is not a code of a non-counselling contact. 不是非咨询来电的代码。")
    await take_turns(tx, contact.contact_id)
    held = await own_contact(tx, contact.contact_id, by)
    # A level that is being set at this moment would not see this record, nor we the level (review/choosing.py).
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('note'), hashtext($1))", str(held.id))
    row = await tx.fetchrow("SELECT id, non_counselling FROM note WHERE contact_id = $1 FOR UPDATE", held.id)
    if row is not None and row["non_counselling"] is None:
        raise NotPossibleNow("A note has been written on this contact. 该来电已有个案记录。")
    await must_be_decided(tx, held.id)
    coded, ready = await wrap_up(tx, held, by=by, disposition=code, now=now)
    if coded.disposition is None:  # closed long ago, and never coded
        await write_contact(tx, coded, at=now, disposition=code)
    if row is not None and row["non_counselling"] == code:
        return ready
    note_id: UUID = fresh_id() if row is None else row["id"]
    await tx.execute(
        """INSERT INTO note (id, contact_id, line_id, scope, person_id, non_counselling, codes_version, submitted_at,
             changed_at, locks_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
           ON CONFLICT (id) DO UPDATE SET non_counselling = excluded.non_counselling, changed_at = excluded.changed_at,
             version = note.version + 1""",
        note_id, held.id, held.line_id, await scope_of(tx, held.id), by, code, code_book().version, now,
        now + locks_after,
    )  # fmt: skip
    if row is None:
        await set_timer(tx, NOTE_LOCKS, note_id, due_at=now + locks_after, now=now)
    await forget_draft(tx, held.id, by, now=now)
    await file_note(tx, note_id)
    await choose_high_risk(tx, held.id, now=now)
    await record_act(
        tx, Act.NOTE_CODED, by=by, target_kind="note", target_id=note_id, line_id=held.line_id, facts={"code": code},
        now=now,
    )  # fmt: skip
    return ready
