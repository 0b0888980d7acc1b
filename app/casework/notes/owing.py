"""Which talks still have no note: a volunteer may be free for the next caller before she has written up the last."""

from datetime import datetime
from typing import Final
from uuid import UUID

from app.casework.notes.drafts import KEPT
from app.casework.notes.schemas import OwedNote
from app.contacts.schemas import LineName
from app.platform.db import Tx

MOST: Final = 50
# A contact coded as no counselling has a note of its own; one that goes on with a colleague is the colleague's; and of
# one that was erased none is written again.
_OWED: Final = """
    SELECT c.id, c.line_id, l.name_zh, l.name_en, c.answered_at,
      EXISTS (SELECT FROM note_draft d WHERE d.contact_id = c.id AND d.person_id = $1 AND d.saved_at > $3) AS has_draft
    FROM contact c LEFT JOIN line l ON l.id = c.line_id
    WHERE c.person_id = $1 AND c.answered_at IS NOT NULL AND c.state IN ('wrapping_up', 'closed')
      AND c.erased_at IS NULL AND NOT EXISTS (SELECT FROM note n WHERE n.contact_id = c.id)
    ORDER BY c.answered_at LIMIT $2
"""


async def owed_notes(tx: Tx, person_id: UUID, *, now: datetime) -> list[OwedNote]:
    """The talks this person has answered and not written up, the oldest first; at most fifty."""
    rows = await tx.fetch(_OWED, person_id, MOST, now - KEPT)
    return [
        OwedNote(
            contact_id=row["id"],
            line=None
            if row["line_id"] is None
            else LineName(id=row["line_id"], name_zh=row["name_zh"], name_en=row["name_en"]),
            answered_at=row["answered_at"],
            has_draft=row["has_draft"],
        )
        for row in rows
    ]
