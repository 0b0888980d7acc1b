"""Routes of the vault: identities go in and are not read back; the glass is broken by two people; looks are audited."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app.casework.notes.known import known_of
from app.casework.reaching import not_erased
from app.casework.redacting import NOTHING, Found, RedactedText, Redacting
from app.casework.vault import opening
from app.casework.vault.keeping import Vault, given_so_far, keep_identity, keep_number_of_talk, kinds_kept
from app.casework.vault.looking import none_opens
from app.casework.vault.opening import Asked
from app.casework.vault.reaching import line_of_opening, line_to_give_on, what_is_asked
from app.casework.vault.rows import list_openings, read_opening
from app.casework.vault.schemas import Kept, Look, NewIdentity, NewOpening, NewReview, Opening
from app.domain.acts import Act
from app.domain.errors import Forbidden, TaggerMissing
from app.domain.permissions import Permission
from app.people.access import AnyoneSignedIn, Principal, require
from app.platform.audit import record_act
from app.platform.db import Database, Tx
from app.platform.edges import Now

router = APIRouter(prefix="/api", tags=["vault"])

LISTED_FOR = timedelta(days=30)
SEES_OPENINGS = (Permission.VAULT_REQUEST, Permission.VAULT_APPROVE, Permission.VAULT_REVIEW)

Giver = Annotated[Principal, Depends(require(Permission.DESK_USE))]
Asker = Annotated[Principal, Depends(require(Permission.VAULT_REQUEST))]
Approver = Annotated[Principal, Depends(require(Permission.VAULT_APPROVE))]
Reviewer = Annotated[Principal, Depends(require(Permission.VAULT_REVIEW))]


def database(request: Request) -> Database:
    """The database: each route opens its own transactions, so that a refusal can be written down."""
    db: Database = request.app.state.db
    return db


def vault_of(request: Request) -> Vault:
    """The vault of this process."""
    vault: Vault = request.app.state.vault
    return vault


def gate(request: Request) -> Redacting:
    """The gate from raw to stored text."""
    redacting: Redacting = request.app.state.redacting
    return redacting


Db = Annotated[Database, Depends(database)]
TheVault = Annotated[Vault, Depends(vault_of)]
Gate = Annotated[Redacting, Depends(gate)]


@router.put("/contacts/{contact_id}/identity", status_code=204)
async def give_identity(
    principal: Giver, contact_id: UUID, body: NewIdentity, db: Db, vault: TheVault, now: Now
) -> Response:
    """Keep a caller's number, name or place for a rescue. It cannot be read back here, by nobody."""
    line_id = await line_to_give_on(db, principal, contact_id, now=now)
    async with db.transaction() as tx:
        await not_erased(tx, contact_id)
        await keep_identity(
            tx,
            vault,
            contact_id,
            body.kind,
            body.purpose,
            body.value.get_secret_value(),
            by=principal.person_id,
            now=now,
        )
        await record_act(
            tx,
            Act.VAULT_IDENTITY_GIVEN,
            by=principal.person_id,
            target_kind="contact",
            target_id=contact_id,
            line_id=line_id,
            now=now,
            facts={"kind": body.kind, "purpose": body.purpose},
        )
    return Response(status_code=204)


@router.get("/contacts/{contact_id}/identity/kept")
async def show_kept(principal: Giver, contact_id: UUID, response: Response, db: Db, now: Now) -> list[Kept]:
    """What was given already, and when: a newer word on the same takes its place. What it says is not in it."""
    response.headers["Cache-Control"] = "no-store"
    await line_to_give_on(db, principal, contact_id, now=now)
    async with db.reading() as tx:
        return await given_so_far(tx, contact_id)


@router.post("/vault/openings", status_code=201)
async def ask(principal: Asker, body: NewOpening, db: Db, vault: TheVault, redacting: Gate, now: Now) -> Opening:
    """Ask to look; a second person has to agree. `single_handed`: at once, for an act in progress."""
    asked = await what_is_asked(db, principal, body, now=now)
    try:
        async with db.transaction() as tx:
            known = await known_of(tx, vault.sealer, asked.contact_id)
        found = await redacting.find(body.reason, known, field="reason")
    except TaggerMissing:
        found = None  # a life may hang on it: it is opened without the words, which are not kept
    async with db.transaction() as tx:
        await _keep_live_number(tx, vault, asked, body.kind, now=now)
        reason = NOTHING if found is None else await _reason(tx, redacting, found, asked)
        opening_id = await opening.request_opening(tx, vault, asked, body, reason, by=principal.person_id, now=now)
        return await read_opening(tx, opening_id, now=now)


async def _reason(tx: Tx, redacting: Redacting, found: Found, asked: Asked) -> RedactedText:
    cleaned = await redacting.settle(tx, [(found, ())], scope=asked.subject_id or asked.contact_id)
    return cleaned[0].text


async def _keep_live_number(tx: Tx, vault: Vault, asked: Asked, kind: str, *, now: datetime) -> None:
    """The number of a call that was never answered goes with its end: not while somebody may be sent there.

    One that does not open is alarmed, and stands in the way only of who asks for numbers and has no other.
    """
    lost = await keep_number_of_talk(tx, vault, asked.contact_id, now=now)
    if lost is not None and kind == "number" and kind not in await kinds_kept(tx, asked.contact_ids):
        raise none_opens([lost])


@router.get("/vault/openings")
async def show_openings(principal: AnyoneSignedIn, db: Db, now: Now) -> list[Opening]:
    """Who asked to look at what on one's lines in the last month, and whatever is not over yet."""
    permissions = [permission for permission in SEES_OPENINGS if principal.may(permission)]
    if not permissions:
        raise Forbidden
    lines = {line for permission in permissions for line in principal.lines_for(permission)}
    everything = any(principal.may_everywhere(permission) for permission in permissions)
    async with db.reading() as tx:
        return await list_openings(
            tx, sorted(lines), everything=everything, own=principal.person_id, since=now - LISTED_FOR, now=now
        )


@router.post("/vault/openings/{opening_id}/approve")
async def approve(principal: Approver, opening_id: UUID, db: Db, now: Now) -> Opening:
    """Agree to what somebody else asks for. It is open from this moment, for the minutes that were asked for."""
    await line_of_opening(db, principal, opening_id, Permission.VAULT_APPROVE, now=now)
    async with db.transaction() as tx:
        await opening.approve(tx, opening_id, by=principal.person_id, now=now)
        return await read_opening(tx, opening_id, now=now)


@router.post("/vault/openings/{opening_id}/refuse")
async def refuse(principal: Approver, opening_id: UUID, db: Db, now: Now) -> Opening:
    """Do not agree."""
    await line_of_opening(db, principal, opening_id, Permission.VAULT_APPROVE, now=now)
    async with db.transaction() as tx:
        await opening.decline(tx, opening_id, by=principal.person_id, now=now)
        return await read_opening(tx, opening_id, now=now)


@router.post("/vault/openings/{opening_id}/look")
async def look(principal: Asker, opening_id: UUID, response: Response, db: Db, vault: TheVault, now: Now) -> Look:
    """The identity itself: for the one who asked, while it is open. Each look is in the audit before it is answered."""
    response.headers["Cache-Control"] = "no-store"
    await line_of_opening(db, principal, opening_id, Permission.VAULT_REQUEST, now=now)
    async with db.transaction() as tx:
        return await opening.look(tx, vault, opening_id, by=principal.person_id, now=now)


@router.post("/vault/openings/{opening_id}/review")
async def review(principal: Reviewer, opening_id: UUID, body: NewReview, db: Db, now: Now) -> Opening:
    """Say whether it was right that one person opened it alone."""
    await line_of_opening(db, principal, opening_id, Permission.VAULT_REVIEW, now=now)
    async with db.transaction() as tx:
        await opening.review(tx, opening_id, body.finding, by=principal.person_id, now=now)
        return await read_opening(tx, opening_id, now=now)
