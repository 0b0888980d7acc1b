"""What a file lists of its notes: that there is one, by whom, how it was coded. The note is read at its contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.platform.db import Tx


@dataclass(frozen=True, slots=True)
class ListedNote:
    """A contact's note, in one line. `scope`: within what the placeholders of its texts are numbered."""

    id: UUID
    contact_id: UUID
    scope: UUID
    by: UUID
    written_by: str
    topics: list[str]
    non_counselling: str | None
    danger_asked: str | None
    submitted_at: datetime
    locked: bool


async def notes_of_contacts(
    tx: Tx, contact_ids: Sequence[UUID], *, own_of: UUID | None = None, now: datetime
) -> list[ListedNote]:
    """The notes of these contacts; with `own_of` those alone that this person wrote."""
    rows = await tx.fetch(
        """SELECT n.id, n.contact_id, n.scope, n.person_id AS by, p.work_name AS written_by, n.topics,
             n.non_counselling, n.danger_asked, n.submitted_at, n.locked_at IS NOT NULL OR n.locks_at <= $3 AS locked
           FROM note n JOIN person p ON p.id = n.person_id
           WHERE n.contact_id = ANY($1) AND ($2::uuid IS NULL OR n.person_id = $2)""",
        list(contact_ids), own_of, now,
    )  # fmt: skip
    return [ListedNote(**dict(row)) for row in rows]
