"""The routes of a note that has locked: what is added to it, and what is hidden in it after all."""

from contextlib import suppress
from uuid import UUID

from fastapi import APIRouter

from app.casework.notes.access import asked_for
from app.casework.notes.amending import amend, amended_before, hide_after_all
from app.casework.notes.api import Gate, Opened, Writing
from app.casework.notes.drafts import forget_amendment, hold_amendment
from app.casework.notes.known import known_of
from app.casework.notes.schemas import Amend, HideAfterAll, Note
from app.contacts.api import Db
from app.domain.errors import HeldAsDraft, TaggerMissing
from app.platform.edges import Now

router = APIRouter(prefix="/api", tags=["notes"])


@router.post("/notes/{note_id}/amendments", status_code=201)
async def post_amendment(
    principal: Writing, note_id: UUID, body: Amend, db: Db, gate: Gate, opened: Opened, now: Now
) -> Note:
    """Add a dated amendment to one's own note that has locked. Held as a draft, and said so, as a note is."""
    contact = await asked_for(db, principal, note_id=note_id, to_write=True, now=now)
    contact_id, by = contact.contact_id, principal.person_id
    async with db.transaction() as tx:
        repeated = await amended_before(tx, contact, body, by=by, now=now)
        known = await known_of(tx, opened.sealer, contact_id)
    if repeated is not None:
        return repeated
    found = None
    if body.checked:
        with suppress(TaggerMissing):
            found = await gate.find(body.text, known)
    if found is None:
        async with db.transaction() as tx:
            await hold_amendment(tx, opened.sealer, contact_id, by, body.text, now=now)
        raise HeldAsDraft
    async with db.transaction() as tx:
        note = await amend(tx, gate, contact, body, found, by=by, now=now)
        await forget_amendment(tx, opened.sealer, contact_id, by, now=now)
    return note


@router.post("/notes/{note_id}/hidden")
async def post_hidden(principal: Writing, note_id: UUID, body: HideAfterAll, db: Db, gate: Gate, now: Now) -> Note:
    """Hide a text wherever it stands in one's own note that has locked: versions, amendments, levels, its review."""
    contact = await asked_for(db, principal, note_id=note_id, to_write=True, now=now)
    async with db.transaction() as tx:
        return await hide_after_all(tx, gate, contact, body, by=principal.person_id, now=now)
