"""The volunteer's routes: desk, presence, offers, the talk and its wrap-up. Each is one transaction of its own."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from app.contacts.accepting import accept_offer, decline_offer, miss_offer
from app.contacts.desk import load_desk
from app.contacts.offering import offer_next_contact
from app.contacts.public_state import PublicState
from app.contacts.rows import read_offer
from app.contacts.schemas import (
    Contact,
    Desk,
    OnOff,
    SetOwnPresence,
    StartTransfer,
    Versioned,
    WrapUp,
)
from app.contacts.silence import end_silent, prompt_silent
from app.contacts.talking import hang_up_talk, hold, mute, own_contact, transfer, wrap_up
from app.contacts.transferring import cancel_transfer, complete_transfer
from app.domain.errors import Invalid, NotFound
from app.domain.permissions import Permission
from app.lines.book import LineBook
from app.people.access import Principal, require
from app.people.phones import has_own_phone
from app.platform.db import Database, Tx
from app.platform.edges import Now, TxDep
from app.roster.going import Gone, go_away, go_offline, go_ready
from app.roster.heartbeats import heartbeat
from app.roster.presence_state import load_presence
from app.roster.schemas import Presence

router = APIRouter(prefix="/api", tags=["desk"])

AtDesk = Annotated[Principal, Depends(require(Permission.DESK_USE))]
Answering = Annotated[Principal, Depends(require(Permission.OFFER_ANSWER))]
Seeing = Annotated[Principal, Depends(require(Permission.DESK_USE))]


def line_book(request: Request) -> LineBook:
    """The lines as this process knows them."""
    book: LineBook = request.app.state.book
    return book


def public_state(request: Request) -> PublicState:
    """The loaders of contacts and offers."""
    state: PublicState = request.app.state.public_state
    return state


def database(request: Request) -> Database:
    """The database, for routes that need a second transaction."""
    db: Database = request.app.state.db
    return db


Book = Annotated[LineBook, Depends(line_book)]
State = Annotated[PublicState, Depends(public_state)]
Db = Annotated[Database, Depends(database)]


def lines_at_desk(principal: Principal) -> list[str]:
    """The lines a desk works on."""
    return sorted(principal.lines_for(Permission.DESK_USE))


async def _shown(tx: Tx, state: PublicState, contact_id: UUID) -> Contact:
    return (await state.contacts(tx, [contact_id]))[0]


@router.get("/desk")
async def desk(principal: AtDesk, tx: TxDep, book: Book, state: State, now: Now) -> Desk:
    """Everything the volunteer's page needs."""
    return await load_desk(tx, state, book, principal.person_id, lines_at_desk(principal), now=now)


@router.post("/presence")
async def set_presence(principal: Answering, body: SetOwnPresence, db: Db, book: Book, now: Now) -> Presence:
    """Go ready, away or offline. Ready needs a shift now; whoever is ready is offered the next caller at once."""
    person_id = principal.person_id
    rang: UUID | None = None
    async with db.transaction() as tx:
        if body.activity == "ready":
            if body.reach == "phone" and not await has_own_phone(tx, person_id):
                raise Invalid(
                    "There is no telephone number of yours here yet; an administrator can enter it. "
                    "系统中还没有您的电话号码，可请管理员登记。"
                )
            await go_ready(tx, person_id, now=now, version=body.version, reach=body.reach)
        else:
            leave = go_away if body.activity == "away" else go_offline
            gone = await leave(tx, person_id, now=now, version=body.version, reason=body.reason)
            await _pass_on(tx, gone)  # by the worker, should this process die here
            rang = gone.offer_id
    # In transactions of their own: contact before volunteer is the lock order, and here the volunteer came first.
    async with db.transaction() as tx:
        if rang is not None:
            await miss_offer(tx, book, rang, now=now)
        elif body.activity == "ready":
            await offer_next_contact(tx, book, person_id, now=now)
    async with db.transaction() as tx:
        return await load_presence(tx, person_id, now=now)


async def _pass_on(tx: Tx, gone: Gone) -> None:
    """An offer that was ringing at somebody who leaves goes on to the next: its ring ends now."""
    if gone.offer_id is not None:
        await tx.execute(
            "UPDATE timer SET due_at = created_at WHERE kind = 'ring' AND subject_id = $1 AND done_at IS NULL",
            gone.offer_id,
        )
        tx.hint("timers")


@router.post("/presence/heartbeat", status_code=204)
async def beat(principal: Answering, tx: TxDep, now: Now) -> None:
    """The console is still there."""
    await heartbeat(tx, [principal.person_id], now=now)


@router.post("/offers/{offer_id}/accept")
async def accept(
    principal: Answering, offer_id: UUID, body: Versioned, tx: TxDep, book: Book, state: State, now: Now
) -> Contact:
    """Take the call; 409 offer_gone when somebody was first."""
    contact = await accept_offer(tx, book, offer_id, principal.person_id, now=now, version=body.version)
    return await _shown(tx, state, contact.id)


@router.post("/offers/{offer_id}/decline")
async def decline(principal: Answering, offer_id: UUID, body: Versioned, tx: TxDep, book: Book, now: Now) -> Presence:
    """Let the next volunteer have it."""
    offer = await read_offer(tx, offer_id)
    if offer is None or offer.person_id != principal.person_id:
        raise NotFound
    del body
    await decline_offer(tx, book, offer_id, principal.person_id, now=now)
    return await load_presence(tx, principal.person_id, now=now)


@router.get("/contacts/{contact_id}")
async def contact(principal: Seeing, contact_id: UUID, tx: TxDep, state: State) -> Contact:
    """One contact: one's own, or one of the lines one is in charge of; anybody else's is not found."""
    found = await state.contacts(tx, [contact_id])
    if not found:
        raise NotFound
    shown = found[0]
    own = shown.person_id == principal.person_id
    line = None if shown.line is None else shown.line.id
    in_charge = (
        principal.may(Permission.CONTACT_SEE, line=line) if line else principal.may_everywhere(Permission.CONTACT_SEE)
    )
    if not own and not in_charge:
        raise NotFound
    return shown


@router.post("/contacts/{contact_id}/hold")
async def hold_contact(principal: AtDesk, contact_id: UUID, body: OnOff, tx: TxDep, state: State, now: Now) -> Contact:
    """Hold the caller with sound, or take them back."""
    held = await own_contact(tx, contact_id, principal.person_id)
    await hold(tx, held, by=principal.person_id, on=body.on, now=now)
    return await _shown(tx, state, contact_id)


@router.post("/contacts/{contact_id}/mute")
async def mute_contact(principal: AtDesk, contact_id: UUID, body: OnOff, tx: TxDep, state: State, now: Now) -> Contact:
    """Mute one's own voice."""
    held = await own_contact(tx, contact_id, principal.person_id)
    await mute(tx, held, by=principal.person_id, on=body.on, now=now)
    return await _shown(tx, state, contact_id)


@router.post("/contacts/{contact_id}/hang-up")
async def hang_up_contact(
    principal: AtDesk, contact_id: UUID, tx: TxDep, book: Book, state: State, now: Now
) -> Contact:
    """End the talk."""
    held = await own_contact(tx, contact_id, principal.person_id)
    await hang_up_talk(tx, book, held, by=principal.person_id, now=now)
    return await _shown(tx, state, contact_id)


@router.post("/contacts/{contact_id}/silent-prompt")
async def prompt_silent_caller(
    principal: AtDesk, contact_id: UUID, tx: TxDep, book: Book, state: State, now: Now
) -> Contact:
    """Let a caller who makes no sound hear a gentle prompt."""
    held = await own_contact(tx, contact_id, principal.person_id)
    await prompt_silent(tx, book, held, by=principal.person_id, now=now)
    return await _shown(tx, state, contact_id)


@router.post("/contacts/{contact_id}/end-silent")
async def end_silent_call(
    principal: AtDesk, contact_id: UUID, tx: TxDep, book: Book, state: State, now: Now
) -> Contact:
    """After every prompt: end the talk, saying why, and code it as silent."""
    held = await own_contact(tx, contact_id, principal.person_id)
    await end_silent(tx, book, held, by=principal.person_id, now=now)
    return await _shown(tx, state, contact_id)


@router.post("/contacts/{contact_id}/transfer")
async def transfer_contact(
    principal: AtDesk, contact_id: UUID, body: StartTransfer, tx: TxDep, book: Book, state: State, now: Now
) -> Contact:
    """Bring somebody in (warm, third), or pass the caller on (cold)."""
    held = await own_contact(tx, contact_id, principal.person_id)
    await transfer(
        tx,
        book,
        held,
        by=principal.person_id,
        kind=body.kind,
        target_kind=body.target_kind,
        target=body.target,
        now=now,
    )
    return await _shown(tx, state, contact_id)


@router.post("/contacts/{contact_id}/transfer/complete")
async def complete_contact_transfer(principal: AtDesk, contact_id: UUID, tx: TxDep, state: State, now: Now) -> Contact:
    """Leave; whoever joined has the caller now."""
    held = await own_contact(tx, contact_id, principal.person_id)
    await complete_transfer(tx, held, by=principal.person_id, now=now)
    return await _shown(tx, state, contact_id)


@router.post("/contacts/{contact_id}/transfer/cancel")
async def cancel_contact_transfer(principal: AtDesk, contact_id: UUID, tx: TxDep, state: State, now: Now) -> Contact:
    """Call the transfer off and take the caller back."""
    held = await own_contact(tx, contact_id, principal.person_id)
    await cancel_transfer(tx, held, by=principal.person_id, now=now)
    return await _shown(tx, state, contact_id)


@router.post("/contacts/{contact_id}/wrap-up")
async def wrap_up_contact(
    principal: AtDesk, contact_id: UUID, body: WrapUp, db: Db, book: Book, state: State, now: Now
) -> Contact:
    """Code the contact; ready again, or offline when the shift is over."""
    async with db.transaction() as tx:
        held = await own_contact(tx, contact_id, principal.person_id)
        _, ready = await wrap_up(tx, held, by=principal.person_id, disposition=body.disposition, now=now)
    async with db.transaction() as tx:
        if ready:
            await offer_next_contact(tx, book, principal.person_id, now=now)
    async with db.transaction() as tx:
        return await _shown(tx, state, contact_id)
