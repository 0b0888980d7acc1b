"""Reading a note as it is stored, with its actions and amendments, in one statement."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.casework.notes.schemas import Amendment, Note, NoteAction
from app.domain.case_note import is_locked
from app.platform.db import Tx

_NOTE: Final = """
    SELECT n.*, p.work_name,
      (SELECT jsonb_agg(jsonb_build_object('id', a.id, 'text', a.text, 'state', a.state, 'version', a.version,
         'planned_by', pp.work_name, 'planned_at', a.planned_at, 'done_by', pd.work_name, 'done_at', a.done_at,
         'confirmed_by', pc.work_name, 'confirmed_at', a.confirmed_at) ORDER BY a.place, a.id)
       FROM note_action a LEFT JOIN person pp ON pp.id = a.planned_by LEFT JOIN person pd ON pd.id = a.done_by
       LEFT JOIN person pc ON pc.id = a.confirmed_by WHERE a.note_id = n.id) AS actions,
      (SELECT jsonb_agg(jsonb_build_object('id', m.id, 'by', q.work_name, 'at', m.at, 'text', m.text)
         ORDER BY m.at, m.id)
       FROM note_amendment m JOIN person q ON q.id = m.by WHERE m.note_id = n.id) AS amendments
    FROM note n JOIN person p ON p.id = n.person_id
"""
_PLAIN: Final = (
    "id", "contact_id", "line_id", "non_counselling", "subject_role", "age_band", "gender", "grade_band",
    "region", "topics", "danger_asked", "danger_reason", "codes_version", "submitted_at", "changed_at", "locks_at",
    "version",
)  # fmt: skip


async def read_note(tx: Tx, contact_id: UUID, *, own: bool, now: datetime) -> Note | None:
    """The note of a contact; None: nobody has written one yet."""
    row = await tx.fetchrow(f"{_NOTE} WHERE n.contact_id = $1", contact_id)
    return None if row is None else _note(row, own=own, now=now)


def _note(row: Any, *, own: bool, now: datetime) -> Note:
    return Note(
        by=row["work_name"],
        own=own,
        caller_role=row["called_as"],
        actions=[NoteAction(**action) for action in row["actions"] or ()],
        amendments=[Amendment(**amendment) for amendment in row["amendments"] or ()],
        locked=is_locked(row["locks_at"], now=now),
        **row["texts"],
        **{name: row[name] for name in _PLAIN},
    )
