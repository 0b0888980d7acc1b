"""Routes of those who supervise: the wallboard, setting a volunteer away or offline, closing a wrap-up she has left."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.contacts.api import Book, State
from app.contacts.closing import close_wrap_up_of
from app.domain.acts import Act
from app.domain.errors import NotFound
from app.domain.permissions import Permission
from app.oversight.schemas import CloseWrapUp, Wallboard
from app.oversight.wallboard import load_wallboard
from app.people.access import Principal, require
from app.platform.audit import record_act
from app.platform.db import Tx
from app.platform.edges import Now, TxDep
from app.platform.timers import set_timer
from app.roster.going import set_by_supervisor
from app.roster.presence_state import load_presence
from app.roster.rota import pools_of_person
from app.roster.schemas import Presence, SetPresence

router = APIRouter(prefix="/api", tags=["oversight"])

Watching = Annotated[Principal, Depends(require(Permission.WALLBOARD_SEE))]
Managing = Annotated[Principal, Depends(require(Permission.PRESENCE_MANAGE))]


@router.get("/wallboard")
async def wallboard(principal: Watching, tx: TxDep, book: Book, state: State, now: Now) -> Wallboard:
    """Lines, people, live contacts, notices and what is to be done, within one's scope."""
    return await load_wallboard(tx, principal, book, state, now=now)


@router.post("/people/{person_id}/presence")
async def set_somebodys_presence(
    person_id: UUID, body: SetPresence, principal: Managing, tx: TxDep, now: Now
) -> Presence:
    """Send a volunteer away or offline. What rings at her goes on to the next; a live call stays up (409)."""
    await _must_reach(tx, principal, person_id)
    gone = await set_by_supervisor(tx, person_id, body.activity, reason=body.reason, now=now)
    await record_act(
        tx,
        Act.PRESENCE_SET,
        by=principal.person_id,
        target_kind="person",
        target_id=person_id,
        now=now,
        facts={"activity": body.activity},
    )
    if gone.offer_id is not None:
        await set_timer(tx, "ring", gone.offer_id, due_at=now, now=now)  # its ring is over, the worker passes it on
    return await load_presence(tx, person_id, now=now)


@router.post("/people/{person_id}/wrap-up/close")
async def close_somebodys_wrap_up(
    person_id: UUID, body: CloseWrapUp, principal: Managing, tx: TxDep, now: Now
) -> Presence:
    """Close a wrap-up whose time is over and that nobody comes back to. She is away, or offline after her shift; the
    note is still hers to write. 409 while its time is not over, or when she is not at this contact any more."""
    await _must_reach(tx, principal, person_id)
    line_id = await close_wrap_up_of(tx, person_id, body.contact_id, now=now)
    await record_act(
        tx,
        Act.WRAP_UP_CLOSED,
        by=principal.person_id,
        target_kind="contact",
        target_id=body.contact_id,
        line_id=line_id,
        now=now,
        facts={"person": str(person_id), "reason": body.reason},
    )
    return await load_presence(tx, person_id, now=now)


async def _must_reach(tx: Tx, principal: Principal, person_id: UUID) -> None:
    """Somebody in none of the pools one supervises does not exist."""
    if not principal.pools_for(Permission.PRESENCE_MANAGE) & {*await pools_of_person(tx, person_id)}:
        raise NotFound
