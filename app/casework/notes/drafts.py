"""Drafts: what somebody is writing, saved every few seconds, sealed, and given back to nobody but its writer (P8).

A draft is the only form in which raw text is kept, and only under the key. It is gone when its note is submitted, or a
day after it was last saved, whether or not a timer has come to it by then. The browser keeps its copy sealed too, under
a key that it gets with the record and holds in memory alone: what lies on the volunteer's disk opens for nobody but the
volunteer, signed in.

A version is never given twice, or one window could take what another began anew for what it knows.

What was submitted and cannot be stored, because nothing finds its identities, becomes a draft too: a note as the body,
an amendment beside it. Saving the one leaves the other.
"""

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.casework.notes.schemas import Draft, DraftSaved, NoteBody, UnreadableDraft
from app.domain.errors import StaleVersion
from app.platform.clock import fresh_id
from app.platform.crypto import CannotOpen, Pseudonymiser, Sealer
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import Timer, cancel_timer, set_timer

log = get_log()

KEPT: Final = timedelta(hours=24)
DRAFT_KEPT: Final = "note_draft_kept"
"""The timer at whose end a draft that has not been saved since is forgotten."""
_HALF_A_SIGN: Final = re.compile("[\ud800-\udfff]")
TAGGER_MISSING: Final = "tagger_missing"
"""Why a submission is held as a draft."""


class _Written(NoteBody):
    """What is sealed."""

    amendment: str = ""


def _aad(draft_id: UUID) -> str:
    return f"note_draft/{draft_id}/sealed"


def browser_key(pseudonymiser: Pseudonymiser, contact_id: UUID, person_id: UUID) -> str:
    """The key (32 bytes, base64) under which this person's browser seals its copy of this draft; never stored."""
    return base64.b64encode(pseudonymiser.keyed_hash("draft in the browser", f"{contact_id}/{person_id}")).decode()


async def save_draft(
    tx: Tx, sealer: Sealer, contact_id: UUID, person_id: UUID, body: NoteBody, *, version: int, now: datetime
) -> DraftSaved:
    """Keep what is being written; `version` is the one it was based on (0: the first). Raises StaleVersion."""
    found = await _locked(tx, contact_id, person_id, now=now)
    if (0 if found is None else found["version"]) != version:
        raise StaleVersion
    amendment = _opened(sealer, found).amendment
    held = found["held"] if amendment else None
    saved = await _write(tx, sealer, found, contact_id, person_id, _with(body, amendment), held=held, now=now)
    if saved is None:  # a second window was quicker
        raise StaleVersion
    return saved


async def hold_as_draft(
    tx: Tx, sealer: Sealer, contact_id: UUID, person_id: UUID, body: NoteBody, *, now: datetime
) -> None:
    """Keep a note that was submitted and cannot be stored: it is newer than any draft."""
    await _hold(tx, sealer, contact_id, person_id, lambda draft: _with(body, draft.amendment), now=now)


async def hold_amendment(
    tx: Tx, sealer: Sealer, contact_id: UUID, person_id: UUID, amendment: str, *, now: datetime
) -> None:
    """The same of an amendment."""
    await _hold(tx, sealer, contact_id, person_id, lambda draft: _with(draft, amendment), now=now)


async def _hold(
    tx: Tx, sealer: Sealer, contact_id: UUID, person_id: UUID, change: Callable[[_Written], _Written], *, now: datetime
) -> None:
    saved = None
    while saved is None:
        found = await _locked(tx, contact_id, person_id, now=now)
        written = change(_opened(sealer, found))
        saved = await _write(tx, sealer, found, contact_id, person_id, written, held=TAGGER_MISSING, now=now)
    log.alarm(Log.NOTE_HELD_AS_DRAFT, contact=contact_id, person=person_id)


def _with(body: NoteBody, amendment: str) -> _Written:
    return _Written.model_validate(body.model_dump() | {"amendment": amendment})


def _opened(sealer: Sealer, found: Any) -> _Written:
    """What the draft holds; nothing where there is none, or where its key is gone."""
    try:
        return _Written() if found is None else _read(sealer, found)
    except CannotOpen:
        return _Written()


def _read(sealer: Sealer, row: Any) -> _Written:
    return _Written.model_validate_json(sealer.open(row["sealed"], _aad(row["id"])))


async def _locked(tx: Tx, contact_id: UUID, person_id: UUID, *, now: datetime) -> Any:
    """The draft, which nobody else changes meanwhile; one whose day is over goes here if no timer has come to it."""
    found = await tx.fetchrow(
        """SELECT id, version, sealed, held, saved_at FROM note_draft
           WHERE contact_id = $1 AND person_id = $2 FOR UPDATE""",
        contact_id, person_id,
    )  # fmt: skip
    if found is not None and found["saved_at"] + KEPT <= now:
        await forget_draft(tx, contact_id, person_id, now=now)
        return None
    return found


async def _write(
    tx: Tx,
    sealer: Sealer,
    found: Any,
    contact_id: UUID,
    person_id: UUID,
    written: _Written,
    *,
    held: str | None,
    now: datetime,
) -> DraftSaved | None:
    draft_id: UUID = fresh_id() if found is None else found["id"]
    sealed = sealer.seal(_bytes(written), _aad(draft_id))
    version = await tx.fetchval(
        """INSERT INTO note_draft (id, contact_id, person_id, sealed, held, saved_at, version)
           VALUES ($1, $2, $3, $4, $5, $6, nextval('note_draft_version'))
           ON CONFLICT (contact_id, person_id) DO UPDATE SET sealed = excluded.sealed, held = excluded.held,
             saved_at = excluded.saved_at, version = excluded.version WHERE note_draft.id = excluded.id
           RETURNING version""",
        draft_id, contact_id, person_id, sealed, held, now,
    )  # fmt: skip
    if version is None:
        return None
    if found is None:  # once a draft; when it is due it looks how old the draft is by then
        await set_timer(tx, DRAFT_KEPT, draft_id, due_at=now + KEPT, now=now)
    return DraftSaved(version=version, saved_at=now, kept_until=now + KEPT, held=held)


def _bytes(written: _Written) -> bytes:
    """A draft refuses nothing, or it would be lost: half a sign, as a browser may send one, becomes the sign for it."""
    text = json.dumps(written.model_dump(exclude_defaults=True), ensure_ascii=False, default=str)
    return _HALF_A_SIGN.sub("\N{REPLACEMENT CHARACTER}", text).encode()


async def read_draft(
    tx: Tx, sealer: Sealer, contact_id: UUID, person_id: UUID, *, now: datetime
) -> Draft | UnreadableDraft | None:
    """One's own draft of this contact's note, or what is known of one whose key is not there."""
    row = await tx.fetchrow(
        "SELECT id, sealed, held, saved_at, version FROM note_draft WHERE contact_id = $1 AND person_id = $2",
        contact_id, person_id,
    )  # fmt: skip
    if row is None or row["saved_at"] + KEPT <= now:
        return None
    saved_at: datetime = row["saved_at"]
    saved = DraftSaved(version=row["version"], saved_at=saved_at, kept_until=saved_at + KEPT, held=row["held"])
    try:
        written = _read(sealer, row)
    except CannotOpen as why:
        return UnreadableDraft(**saved.model_dump(), key=why.key_id, detail=str(why))
    return Draft(
        **saved.model_dump(),
        body=NoteBody.model_validate(written.model_dump(exclude={"amendment"})),
        amendment=written.amendment,
    )


async def discard_draft(tx: Tx, contact_id: UUID, person_id: UUID, *, version: int | None, now: datetime) -> None:
    """Its writer throws it away; `version` is the one that was seen (None: any). Raises StaleVersion."""
    found = await _locked(tx, contact_id, person_id, now=now)
    if found is not None and version is not None and found["version"] != version:
        raise StaleVersion
    await forget_draft(tx, contact_id, person_id, now=now)


async def forget_submitted(
    tx: Tx, sealer: Sealer, contact_id: UUID, person_id: UUID, body: NoteBody, *, version: int | None, now: datetime
) -> None:
    """A note has been stored: its draft goes, but not what another window has written since.

    `version` is that of the draft as which it was written (None: any).
    """
    found = await _locked(tx, contact_id, person_id, now=now)
    if found is None:
        return
    if version in (None, found["version"]) or _opened(sealer, found) == _with(body, ""):
        await forget_draft(tx, contact_id, person_id, now=now)


async def forget_draft(tx: Tx, contact_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Nothing of it is left."""
    draft_id = await tx.fetchval(
        "DELETE FROM note_draft WHERE contact_id = $1 AND person_id = $2 RETURNING id", contact_id, person_id
    )
    if draft_id is not None:
        await cancel_timer(tx, DRAFT_KEPT, draft_id, now=now)


async def forget_amendment(tx: Tx, sealer: Sealer, contact_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """An amendment has been stored: one that was held is gone, and with it a draft that holds nothing else."""
    found = await _locked(tx, contact_id, person_id, now=now)
    draft = _opened(sealer, found)
    if not draft.amendment:
        return
    left = _with(draft, "")
    if left == _Written():
        await forget_draft(tx, contact_id, person_id, now=now)
    else:
        await _write(tx, sealer, found, contact_id, person_id, left, held=None, now=now)


async def draft_kept_long_enough(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """A day has gone by since the draft was begun: it is forgotten, or looked at again if it was saved since."""
    saved_at = await tx.fetchval("SELECT saved_at FROM note_draft WHERE id = $1 FOR UPDATE", timer.subject_id)
    if saved_at is None:
        return
    if saved_at + KEPT > now:
        await set_timer(tx, DRAFT_KEPT, timer.subject_id, due_at=saved_at + KEPT, now=now)
        return
    await tx.execute("DELETE FROM note_draft WHERE id = $1", timer.subject_id)
    log.info(Log.DRAFT_FORGOTTEN, draft=timer.subject_id)
