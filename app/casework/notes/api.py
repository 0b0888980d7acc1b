"""The routes of a contact's record: note, draft, preview, codes, actions. Of one that has locked: locked_api.py.

Looking for identities is slow work for a long text and waits in no transaction: a route looks who asks, lets the texts
be looked through, and only then opens the transaction in which something is stored.
"""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from app.casework.notes.access import asked_for, enter_seen, refused_with_the_note
from app.casework.notes.code_lists import codes
from app.casework.notes.coding import code_book
from app.casework.notes.drafts import (
    browser_key,
    discard_draft,
    forget_submitted,
    hold_as_draft,
    read_draft,
    save_draft,
)
from app.casework.notes.known import known_of
from app.casework.notes.non_counselling import code_non_counselling
from app.casework.notes.note_actions import move_action
from app.casework.notes.owing import owed_notes
from app.casework.notes.previewing import PREVIEW_TYPE, preview_lines
from app.casework.notes.reading import read_note
from app.casework.notes.schemas import (
    AskPreview,
    CodeNonCounselling,
    Codes,
    Draft,
    DraftSaved,
    MoveAction,
    Note,
    OwedNote,
    PreviewLine,
    Record,
    SaveDraft,
    SubmitNote,
    UnreadableDraft,
)
from app.casework.notes.search_schemas import FoundNotes, SearchNotes
from app.casework.notes.searching import search
from app.casework.notes.submitting import Submission, check_body, stands_in_the_way, submit
from app.casework.notes.texts import find_all, texts_of
from app.casework.redacting import Redacting
from app.casework.review.choosing import Sampling
from app.contacts.api import Book, Db, State
from app.contacts.offering import offer_next_contact
from app.contacts.schemas import Contact, Version
from app.domain.acts import Act
from app.domain.errors import HeldAsDraft, NotFound, StaleVersion, TaggerMissing
from app.domain.permissions import Permission
from app.people.access import Principal, require
from app.people.door import Door, door
from app.platform.audit import record_act
from app.platform.db import Database
from app.platform.edges import Now

router = APIRouter(prefix="/api", tags=["notes"])

Writing = Annotated[Principal, Depends(require(Permission.NOTE_WRITE))]
Searching = Annotated[Principal, Depends(require(Permission.NOTE_SEARCH))]
MUST_ASK = ["danger_asked"]


def redacting_of(request: Request) -> Redacting:
    """The gate of this process."""
    gate: Redacting = request.app.state.redacting
    return gate


def locks_after(request: Request) -> timedelta:
    """How long a note may be changed."""
    return timedelta(hours=request.app.state.settings.note_locks_after_hours)


def sampling_of(request: Request) -> Sampling:
    """Which notes are reviewed."""
    rules: Sampling = request.app.state.sampling
    return rules


Rules = Annotated[Sampling, Depends(sampling_of)]
Gate = Annotated[Redacting, Depends(redacting_of)]
LocksAfter = Annotated[timedelta, Depends(locks_after)]
Opened = Annotated[Door, Depends(door)]


@router.get("/casework/codes")
async def code_lists(principal: Searching) -> Codes:
    """Every code list with its version, topics with their counterparts in the other sets."""
    del principal
    return codes()


@router.get("/contacts/{contact_id}/record")
async def record(principal: Searching, contact_id: UUID, db: Db, state: State, opened: Opened, now: Now) -> Record:
    """A contact with its note and one's own draft; for whoever has held it, and whoever is in charge of its line."""
    contact = await asked_for(db, principal, contact_id=contact_id, now=now)
    draft: Draft | UnreadableDraft | None = None
    async with db.transaction() as tx:
        note = await read_note(tx, contact_id, own=contact.own, now=now)
        if contact.own:
            draft = await read_draft(tx, opened.sealer, contact_id, principal.person_id, now=now)
        if note is not None:
            await enter_seen(tx, contact, note.id, by=principal.person_id, now=now)
        shown = await state.contacts(tx, [contact_id])
    return Record(
        contact=shown[0],
        note=note,
        draft=draft if isinstance(draft, Draft) else None,
        draft_key=browser_key(opened.pseudonymiser, contact_id, principal.person_id) if contact.own else None,
        draft_problem=draft if isinstance(draft, UnreadableDraft) else None,
        may_write=contact.own and not contact.erased and (note is None or not note.locked),
        erased=contact.erased,
        must_ask=MUST_ASK,
        codes_version=code_book().version,
    )


@router.put("/contacts/{contact_id}/draft")
async def put_draft(
    principal: Writing, contact_id: UUID, body: SaveDraft, db: Db, opened: Opened, now: Now
) -> DraftSaved:
    """Keep what is being written, sealed; 409 stale_version when another window has saved since."""
    await asked_for(db, principal, contact_id=contact_id, to_write=True, now=now)
    async with db.transaction() as tx:
        return await save_draft(
            tx, opened.sealer, contact_id, principal.person_id, body.body, version=body.version, now=now
        )


@router.delete("/contacts/{contact_id}/draft", status_code=204)
async def delete_draft(
    principal: Writing, contact_id: UUID, db: Db, now: Now, version: Version | None = None
) -> Response:
    """Throw one's own draft away, the version that was seen; 409 stale_version when another has been saved since."""
    await asked_for(db, principal, contact_id=contact_id, to_write=True, now=now)
    async with db.transaction() as tx:
        await discard_draft(tx, contact_id, principal.person_id, version=version, now=now)
    return Response(status_code=204)


@router.get("/notes/owed")
async def owed(principal: Writing, db: Db, now: Now) -> list[OwedNote]:
    """Talks of one's own that have no note yet, the oldest first."""
    async with db.statements() as tx:
        return await owed_notes(tx, principal.person_id, now=now)


@router.post(
    "/contacts/{contact_id}/note/preview",
    response_class=StreamingResponse,
    responses={200: {"model": PreviewLine, "content": {PREVIEW_TYPE: {}}, "description": "One PreviewLine a line"}},
)
async def preview(
    principal: Writing, contact_id: UUID, body: AskPreview, db: Db, gate: Gate, now: Now
) -> StreamingResponse:
    """What would be hidden, spot by spot. A long text is answered line by line: how far it is, and last the fields."""
    await asked_for(db, principal, contact_id=contact_id, to_write=True, now=now)
    return StreamingResponse(await preview_lines(gate, body), media_type=PREVIEW_TYPE)


@router.put("/contacts/{contact_id}/note")
async def put_note(
    principal: Writing,
    contact_id: UUID,
    body: SubmitNote,
    db: Db,
    gate: Gate,
    opened: Opened,
    after: LocksAfter,
    sampling: Rules,
    now: Now,
) -> Note:
    """Submit: de-identified here once more, and stored. Held as a draft, and said so, where that cannot be done.

    409 stale_version carries the stored note as `current`.
    """
    contact = await asked_for(db, principal, contact_id=contact_id, to_write=True, now=now)
    by = principal.person_id
    async with refused_with_the_note(db, contact, by=by, now=now):
        async with db.transaction() as tx:
            repeated = await stands_in_the_way(tx, contact, body, by=by, now=now)
            known = await known_of(tx, opened.sealer, contact_id)
        if repeated is not None:
            return repeated
        check_body(body.body)
        try:
            founds = await find_all(gate, texts_of(body.body), known)
        except TaggerMissing:
            await _hold(db, opened, contact_id, by, body, now)
            raise HeldAsDraft from None
        async with db.transaction() as tx:
            note = await submit(tx, gate, contact, Submission(body, founds, by, after), now=now)
            await sampling.choose(tx, contact_id, note.id, now=now)
            await forget_submitted(tx, opened.sealer, contact_id, by, body.body, version=body.draft_version, now=now)
        return note


async def _hold(db: Database, opened: Door, contact_id: UUID, by: UUID, body: SubmitNote, now: Now) -> None:
    async with db.transaction() as tx:
        await hold_as_draft(tx, opened.sealer, contact_id, by, body.body, now=now)


@router.post("/contacts/{contact_id}/non-counselling")
async def non_counselling(
    principal: Writing,
    contact_id: UUID,
    body: CodeNonCounselling,
    db: Db,
    book: Book,
    state: State,
    after: LocksAfter,
    now: Now,
) -> Contact:
    """Nobody was counselled: code it, wrap it up, and be free for the next caller."""
    contact = await asked_for(db, principal, contact_id=contact_id, to_write=True, now=now)
    by = principal.person_id
    async with db.transaction() as tx:
        ready = await code_non_counselling(tx, contact, body.code, by=by, locks_after=after, now=now)
    async with db.transaction() as tx:
        if ready:
            await offer_next_contact(tx, book, by, now=now)
    async with db.transaction() as tx:
        return (await state.contacts(tx, [contact_id]))[0]


@router.post("/notes/search")
async def search_notes(principal: Searching, body: SearchNotes, db: Db, now: Now) -> FoundNotes:
    """Find notes by words and filters: one's own, and those of the lines one is in charge of."""
    async with db.transaction() as tx:
        found = await search(tx, body, principal, now=now)
        # A line that there is, or none: whatever else was typed there may name somebody, and entries stay for ever.
        line_id = await tx.fetchval("SELECT id FROM line WHERE id = $1", body.line_id)
        facts = {"notes": [str(note.note_id) for note in found.notes]}
        await record_act(
            tx, Act.NOTES_SEARCHED, by=principal.person_id, target_kind="notes", target_id="search",
            line_id=line_id, facts=facts, now=now,
        )  # fmt: skip
    return found


@router.post("/notes/{note_id}/actions/{action_id}")
async def post_action(principal: Searching, note_id: UUID, action_id: UUID, body: MoveAction, db: Db, now: Now) -> Note:
    """Say that an action was done or has been confirmed; also for whoever is in charge of the line."""
    contact = await asked_for(db, principal, note_id=note_id, now=now)
    by = principal.person_id
    stale = moved = False
    async with db.transaction() as tx:
        try:
            moved = await move_action(tx, contact, action_id, body.state, version=body.version, by=by, now=now)
        except StaleVersion:
            stale = True
        note = await read_note(tx, contact.contact_id, own=contact.own, now=now)
        if note is None:
            raise NotFound
        if not moved:
            await enter_seen(tx, contact, note.id, by=by, now=now)
    if stale:
        raise StaleVersion(current=note.model_dump(mode="json"))
    return note
