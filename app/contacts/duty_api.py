"""What is done for callers who are not on the line: blocks, call-backs, voicemails; and the softphone's token."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel

from app.carriers.port import AlreadyGone, Carrier, CarrierError
from app.contacts import sound_answer
from app.contacts.api import Book, Db, State
from app.contacts.blocking import block_caller, lift_block, list_blocks
from app.contacts.calling_back import dial_back
from app.contacts.hearing import hear_voicemail, open_voicemails, recording_of
from app.contacts.public_state import open_call_backs
from app.contacts.rows import lock_contact
from app.contacts.schemas import Block, CallBack, Contact, NewBlock, Versioned, Voicemail
from app.domain.acts import Act
from app.domain.errors import Forbidden, Invalid, NotFound, Unavailable
from app.domain.permissions import Permission
from app.people.access import Principal, require
from app.platform.audit import record_act
from app.platform.db import Tx
from app.platform.edges import Now, TxDep
from app.platform.log_events import Log
from app.platform.logging import get_log

router = APIRouter(prefix="/api", tags=["duty"])

log = get_log()

SOFTPHONE_TOKEN_S = 3600

BlockSeer = Annotated[Principal, Depends(require(Permission.BLOCKS_SEE))]
Blocker = Annotated[Principal, Depends(require(Permission.BLOCKS_MANAGE))]
CallBackSeer = Annotated[Principal, Depends(require(Permission.CALLBACKS_SEE))]
CallBackTaker = Annotated[Principal, Depends(require(Permission.CALLBACKS_TAKE))]
Hearer = Annotated[Principal, Depends(require(Permission.VOICEMAIL_HEAR))]
AtDesk = Annotated[Principal, Depends(require(Permission.DESK_USE))]


@router.get("/blocks")
async def blocks(principal: BlockSeer, tx: TxDep, state: State, now: Now) -> list[Block]:
    """The blocks in force on one's lines."""
    everything = principal.may_everywhere(Permission.BLOCKS_SEE)
    lines = None if everything else sorted(principal.lines_for(Permission.BLOCKS_SEE))
    rows = await list_blocks(tx, lines, now=now)
    return [_block(state, row) for row in rows]


def _block(state: State, row: dict[str, Any]) -> Block:
    token = row.pop("subject_token")
    return Block(caller=state.code(token) or "", **row)


@router.post("/blocks", status_code=201)
async def add_block(principal: Blocker, body: NewBlock, tx: TxDep, book: Book, state: State, now: Now) -> Block:
    """Keep the caller of a contact away for a time. Never somebody without a number, never somebody in danger."""
    contact = await lock_contact(tx, body.contact_id)
    if contact is None or contact.line_id is None or not principal.may(Permission.BLOCKS_MANAGE, line=contact.line_id):
        raise NotFound
    wide = body.line_id is None and not principal.may_everywhere(Permission.BLOCKS_MANAGE)
    elsewhere = body.line_id is not None and not principal.may(Permission.BLOCKS_MANAGE, line=body.line_id)
    if wide or elsewhere:
        raise Forbidden(
            "You may block a caller only on the lines you are in charge of. 您只能在自己负责的热线上屏蔽来电者。"
        )
    _check_policy(principal, book, contact.line_id, body, now)
    block_id = await block_caller(
        tx,
        body.contact_id,
        line_id=body.line_id,
        reason=body.reason,
        hours=body.hours,
        by=principal.person_id,
        now=now,
    )
    await record_act(
        tx,
        Act.CALLER_BLOCKED,
        by=principal.person_id,
        target_kind="block",
        target_id=block_id,
        line_id=contact.line_id,
        now=now,
        facts={"contact": str(body.contact_id), "reason": body.reason.value, "hours": body.hours},
    )
    rows = await list_blocks(tx, None, now=now)
    return _block(state, next(row for row in rows if row["id"] == block_id))


def _check_policy(principal: Principal, book: Book, line_id: str, body: NewBlock, now: datetime) -> None:
    """What the line's file says of blocks: who may, and for how long at most."""
    policy = book.policy(line_id, now)
    if policy is None:
        return
    if not {role.value for role in principal.roles} & set(policy.nuisance.who_may_block):
        raise Forbidden("This line's file does not let your role block callers. 本热线的配置不允许您的角色屏蔽来电者。")
    if body.hours > policy.nuisance.longest_block_hours:
        longest = policy.nuisance.longest_block_hours
        raise Invalid(f"On this line a block lasts at most {longest} hours. 本热线屏蔽最长 {longest} 小时。")


@router.delete("/blocks/{block_id}", status_code=204)
async def remove_block(principal: Blocker, block_id: UUID, tx: TxDep, now: Now) -> Response:
    """Lift a block before its time."""
    line_id = await tx.fetchrow("SELECT line_id FROM block WHERE id = $1", block_id)
    if line_id is None:
        raise NotFound
    everywhere = principal.may_everywhere(Permission.BLOCKS_MANAGE)
    if not everywhere and (line_id[0] is None or not principal.may(Permission.BLOCKS_MANAGE, line=line_id[0])):
        raise NotFound
    if not await lift_block(tx, block_id, now=now):
        raise NotFound
    await record_act(
        tx,
        Act.BLOCK_LIFTED,
        by=principal.person_id,
        target_kind="block",
        target_id=block_id,
        line_id=line_id[0],
        now=now,
    )
    return Response(status_code=204)


@router.get("/call-backs")
async def call_backs(principal: CallBackSeer, tx: TxDep) -> list[CallBack]:
    """Callers who asked to be called back."""
    return await open_call_backs(
        tx,
        sorted(principal.lines_for(Permission.CALLBACKS_SEE)),
        everything=principal.may_everywhere(Permission.CALLBACKS_SEE),
    )


@router.post("/call-backs/{contact_id}/dial")
async def dial_call_back(
    principal: CallBackTaker, contact_id: UUID, body: Versioned, tx: TxDep, book: Book, state: State, now: Now
) -> Contact:
    """Call back, once: whoever comes second is told so. The number is never shown."""
    origin = await lock_contact(tx, contact_id)
    if origin is None or not principal.may(Permission.CALLBACKS_TAKE, line=origin.line_id):
        raise NotFound
    new_id = await dial_back(tx, book, origin, by=principal.person_id, version=body.version, now=now)
    return (await state.contacts(tx, [new_id]))[0]


@router.get("/voicemails")
async def voicemails(principal: Hearer, tx: TxDep) -> list[Voicemail]:
    """Messages that nobody has taken on yet, and one's own while they can still be heard."""
    return await open_voicemails(
        tx,
        sorted(principal.lines_for(Permission.VOICEMAIL_HEAR)),
        everything=principal.may_everywhere(Permission.VOICEMAIL_HEAR),
        by=principal.person_id,
    )


@router.get("/voicemails/{contact_id}/audio", response_class=Response, responses=sound_answer.OPENAPI)
async def hear_audio(
    principal: Hearer,
    contact_id: UUID,
    request: Request,
    db: Db,
    now: Now,
    range_: Annotated[str | None, Header(alias="range")] = None,
) -> Response:
    """The message's sound, while it is kept. The carrier is asked while a person waits, outside of any transaction: it
    changes nothing there, so it needs no command. That she listened is in the audit before she hears anything."""
    async with db.transaction() as tx:
        line = await tx.fetchrow("SELECT line_id FROM contact WHERE id = $1", contact_id)
        if line is None or not principal.may(Permission.VOICEMAIL_HEAR, line=line["line_id"]):
            raise NotFound
        recording_id = await recording_of(tx, contact_id)
        if sound_answer.begins_anew(range_):
            await _enter_voicemail(tx, Act.VOICEMAIL_HEARD, principal, contact_id, line["line_id"], now=now)
    if sound_answer.begins_anew(range_):
        log.info(Log.VOICEMAIL_OPENED, contact=contact_id, person=principal.person_id)
    carrier: Carrier | None = request.app.state.carrier
    if carrier is None:
        raise Unavailable("There is no carrier to ask for the recording. 没有可取回录音的运营商。")
    try:
        sound = await carrier.fetch_recording(recording_id)
    except AlreadyGone:
        raise NotFound from None
    except CarrierError:
        raise Unavailable(
            "The carrier does not give the recording at the moment; please try again. "
            "运营商暂时无法提供录音，请稍后再试。"
        ) from None
    return sound_answer.sound_answer(sound, range_)


@router.post("/voicemails/{contact_id}/heard")
async def heard_voicemail(principal: Hearer, contact_id: UUID, body: Versioned, tx: TxDep, now: Now) -> Voicemail:
    """Somebody has heard it and taken it on."""
    origin = await lock_contact(tx, contact_id)
    if origin is None or not principal.may(Permission.VOICEMAIL_HEAR, line=origin.line_id):
        raise NotFound
    taken = await hear_voicemail(tx, contact_id, by=principal.person_id, version=body.version, now=now)
    await _enter_voicemail(tx, Act.VOICEMAIL_TAKEN, principal, contact_id, origin.line_id, now=now)
    return taken


async def _enter_voicemail(
    tx: Tx, act: Act, principal: Principal, contact_id: UUID, line_id: str | None, *, now: datetime
) -> None:
    await record_act(
        tx, act, by=principal.person_id, target_kind="voicemail", target_id=contact_id, line_id=line_id, now=now
    )


class SoftphoneToken(BaseModel):
    """A browser softphone's token, or the word that none is configured."""

    mode: Literal["twilio", "none"]
    token: str | None = None
    identity: str | None = None
    expires_at: str | None = None


@router.get("/softphone/token")
async def softphone_token(principal: AtDesk, request: Request, now: Now) -> SoftphoneToken:
    """A fresh token; the console asks for another one well before this expires (failure 30)."""
    carrier: Carrier | None = request.app.state.carrier
    token = None if carrier is None else carrier.client_credentials(principal.person_id, ttl_s=SOFTPHONE_TOKEN_S)
    if token is None:
        return SoftphoneToken(mode="none")
    del now
    return SoftphoneToken(mode="twilio", **{key: str(token[key]) for key in ("token", "identity", "expires_at")})
