"""Within what the placeholders of a contact's texts are numbered: one scope for all of them, whatever is linked later.

The note and the rationales of its level are read side by side, so the first that was numbered decides for those that
follow: 〔姓名1〕 of the one is never somebody else in the other.
"""

from uuid import UUID

from app.casework.files.opening import subject_of_contact
from app.platform.db import Tx


async def take_turns(tx: Tx, contact_id: UUID) -> None:
    """One text of a contact after another: two first ones at once would both find none. Before the contact's lock."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('note'), hashtext($1))", str(contact_id))


async def scope_of(tx: Tx, contact_id: UUID) -> UUID:
    """As its note has it, else the first rationale that was numbered; else its file, else the contact itself."""
    scope: UUID | None = await tx.fetchval(
        """SELECT coalesce((SELECT scope FROM note WHERE contact_id = $1),
             (SELECT scope FROM risk_level WHERE contact_id = $1 AND scope <> id ORDER BY version LIMIT 1))""",
        contact_id,
    )
    return scope or await subject_of_contact(tx, contact_id) or contact_id
