"""During a talk: hold with sound, mute, a cold transfer, ending it; and after it, the wrap-up (failure 9)."""

from datetime import datetime
from uuid import UUID

from app.contacts.holding import set_mode
from app.contacts.leaving import end_talk
from app.contacts.moving import close, hang_up, move, write_contact
from app.contacts.rows import ContactRow, legs_of, lock_contact
from app.contacts.transferring import (
    hand_to_number,
    leave_to_queue,
    require_talk,
    start_transfer,
)
from app.contacts.waiting import requeue
from app.domain.contact import ContactEvent, ContactState
from app.domain.errors import Invalid, NotFound, NotPossibleNow, NotYours, StaleVersion
from app.domain.ids import PersonId
from app.lines.book import LineBook
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import cancel_timer
from app.roster.presence_moves import mark_free

log = get_log()

DISPOSITIONS: dict[str, tuple[str, str]] = {
    "counselled": ("已倾听与支持", "Listened and supported"),
    "information": ("提供信息", "Information given"),
    "referred": ("建议就医或转介", "Referral advised"),
    "third_party": ("替他人来电", "Calling for someone else"),
    "silent": ("沉默来电", "Silent"),
    "abusive": ("骚扰", "Abusive"),
    "prank": ("恶作剧", "Prank"),
    "wrong_number": ("打错电话", "Wrong number"),
    "hang_up": ("接通即挂断", "Hung up at once"),
    "test": ("测试", "Test"),
    "thanks": ("致谢", "Thanks"),
}
"""How a contact is coded at wrap-up (field.md section 6, "Non-counselling contacts are coded too"): code → zh, en."""


async def own_contact(tx: Tx, contact_id: UUID, person_id: UUID) -> ContactRow:
    """A contact that this volunteer holds or wraps up, locked; anybody else's is not found."""
    contact = await lock_contact(tx, contact_id)
    if contact is None:
        raise NotFound
    if contact.person_id != person_id:
        engaged = await tx.fetchval(
            "SELECT true FROM presence WHERE person_id = $1 AND contact_id = $2", person_id, contact_id
        )
        if not engaged:
            raise NotFound
    return contact


async def hold(tx: Tx, contact: ContactRow, *, by: UUID, on: bool, now: datetime) -> ContactRow:
    """Hold the caller, who then hears sound and a word from time to time, or take them back."""
    _must_hold(contact, by)
    for leg in await legs_of(tx, contact.id):
        if leg.role == "caller":
            await set_mode(tx, contact, leg, on_hold=on, now=now)
    return await write_contact(tx, contact, at=now)


async def mute(tx: Tx, contact: ContactRow, *, by: UUID, on: bool, now: datetime) -> ContactRow:
    """Mute the volunteer's own leg."""
    if contact.state != ContactState.TALKING:
        raise NotPossibleNow("There is no talk at the moment. 当前没有进行中的通话。")
    for leg in await legs_of(tx, contact.id):
        if leg.role == "volunteer" and leg.person_id == by:
            await set_mode(tx, contact, leg, muted=on, now=now)
    return await write_contact(tx, contact, at=now)


def _must_hold(contact: ContactRow, by: UUID) -> None:
    if contact.person_id != by:
        raise NotYours
    if contact.state != ContactState.TALKING:
        raise NotPossibleNow("There is no talk at the moment. 当前没有进行中的通话。")


async def hang_up_talk(tx: Tx, book: LineBook, contact: ContactRow, *, by: UUID, now: datetime) -> ContactRow:
    """End the talk on purpose; a colleague who was only brought in leaves it, and the others go on."""
    if contact.person_id != by:
        return await _leave_as_guest(tx, contact, by=by, now=now)
    if contact.state != ContactState.TALKING:
        raise NotPossibleNow("There is no talk at the moment. 当前没有进行中的通话。")
    ended = await end_talk(tx, book, contact, now=now)
    if ended is None:
        raise NotPossibleNow
    return ended


async def _leave_as_guest(tx: Tx, contact: ContactRow, *, by: UUID, now: datetime) -> ContactRow:
    own = [leg for leg in await legs_of(tx, contact.id) if leg.role == "volunteer" and leg.person_id == by]
    if not own:
        raise NotYours
    for leg in own:
        await hang_up(tx, leg, at=now)
    return contact


async def transfer(
    tx: Tx,
    book: LineBook,
    contact: ContactRow,
    *,
    by: UUID,
    kind: str,
    target_kind: str,
    target: str,
    now: datetime,
) -> ContactRow:
    """Warm, third: somebody is rung into the bridge. Cold: the caller goes on without us."""
    if kind != "cold":
        return await start_transfer(
            tx, book, contact, by=by, kind=kind, target_kind=target_kind, target=target, now=now
        )
    policy = await require_talk(tx, book, contact, by, now)
    if target_kind == "number":
        return await hand_to_number(tx, contact, policy, target, now=now)
    prefers: UUID | None = None
    if target_kind == "person":
        prefers = _person(target)
    else:
        stage = next((i for i, pool in enumerate(policy.pools) if pool.pool_id == target), None)
        if stage is None:
            raise Invalid("This pool does not serve the line. 该志愿者池不服务于本热线。")
        contact = await write_contact(tx, contact, at=now, stage=max(stage, contact.stage), prefers_pool_id=target)
    await leave_to_queue(tx, contact, policy, now=now)
    waiting = await requeue(tx, contact, book, ContactEvent.TRANSFERRED_COLD, now=now, prefers=prefers)
    if waiting is None:
        raise NotPossibleNow
    return waiting


def _person(target: str) -> PersonId:
    try:
        return PersonId(UUID(target))
    except ValueError:
        raise Invalid("This is not a person's id. 人员编号有误。") from None


async def wrap_up(tx: Tx, contact: ContactRow, *, by: UUID, disposition: str, now: datetime) -> tuple[ContactRow, bool]:
    """Code the contact and be free again; (contact, whether she is ready now).

    A contact that lives on with somebody else is not closed by the one who passed it on. The carrier's late reports
    count a contact's version up, so what is compared is what people write: coding it twice differently is stale.
    """
    if disposition not in DISPOSITIONS:
        raise Invalid("This disposition is not one of the codes. 没有此结果代码。")
    if contact.person_id == by and contact.state == ContactState.WRAPPING_UP:
        closed = await move(tx, contact, ContactEvent.WRAPPED_UP, at=now, disposition=disposition)
        if closed is not None:
            await close(tx, closed, at=now)
            await cancel_timer(tx, "wrap_up", contact.id, now=now)
            contact = closed
            log.info(Log.CONTACT_WRAPPED_UP, contact=contact.id, disposition=disposition)
    elif contact.state == ContactState.TALKING and contact.person_id == by:
        raise NotPossibleNow("The talk is still going on. 通话还在进行。")
    elif contact.person_id == by and contact.state == ContactState.CALLER_ALONE:
        contact = await write_contact(tx, contact, at=now, disposition=disposition)
    elif contact.person_id == by and contact.state == ContactState.CLOSED and contact.disposition != disposition:
        if contact.disposition is not None:
            raise StaleVersion
        contact = await write_contact(tx, contact, at=now, disposition=disposition)  # it was closed without her
    return contact, await mark_free(tx, by, now=now, contact_id=contact.id)
