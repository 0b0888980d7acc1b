"""Transfers and third persons: one conference, people join and leave it, the caller never does (telephony.md).

Warm: the caller is held with sound, the target joins, they talk, one of them stays. Cold: the caller goes back to a
queue or on to an outside number at once. Third: the target joins without anybody being held. However a transfer ends,
the caller ends up with someone, or back with whoever had them (failures 10, 14, 15).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.carriers.steps import DialOut, Goodbye, Join, Wait
from app.contacts.holding import hold_caller
from app.contacts.moving import hang_up, language_of, move, steer, write_contact
from app.contacts.offering import end_offer, make_offer, wake_volunteer
from app.contacts.rows import ContactRow, LegRow, legs_of, read_leg, read_offer
from app.contacts.rules_in_force import policy_of
from app.contacts.steps import step_to_json
from app.domain.contact import ContactEvent, ContactState
from app.domain.errors import Invalid, NotPossibleNow, NotYours
from app.lines.book import LineBook
from app.lines.phrases import Phrase
from app.lines.policy import LinePolicy
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.outbox import enqueue
from app.roster.presence_moves import mark_free, mark_wrapping_up

log = get_log()

RING_OUTSIDE_S = 30


async def start_transfer(
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
    """Bring somebody in, warm or as a third. Cold transfers are `app.contacts.talking.transfer`'s."""
    policy = await require_talk(tx, book, contact, by, now)
    if await _live(tx, contact.id) is not None:
        raise NotPossibleNow("A transfer is under way; finish or cancel it first. 转接正在进行，请先完成或取消。")
    transfer_id = fresh_id()
    if target_kind == "number":
        leg_id: UUID | None = await _ring_outside(tx, contact, policy, target, now=now)
    else:
        leg_id = None  # known when the colleague accepts
        await _ring_colleague(tx, contact, policy, target_kind, target, now=now)
    await tx.execute(
        """INSERT INTO transfer (id, contact_id, from_person_id, kind, target_kind, target, leg_id, state, started_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 'ringing', $8)""",
        transfer_id, contact.id, by, kind, target_kind, target, leg_id, now,
    )  # fmt: skip
    if kind == "warm":
        await hold_caller(tx, contact, on=True, now=now)
    log.info(Log.TRANSFER_STARTED, contact=contact.id, transfer=transfer_id, kind=kind, target_kind=target_kind)
    return await write_contact(tx, contact, at=now)


async def require_talk(tx: Tx, book: LineBook, contact: ContactRow, by: UUID, now: datetime) -> LinePolicy:
    """The line's policy, if `by` holds this talk; raises NotYours or NotPossibleNow."""
    if contact.person_id != by:
        raise NotYours
    policy = await policy_of(tx, book, contact, now=now)
    if contact.state != ContactState.TALKING or policy is None:
        raise NotPossibleNow("There is no talk at the moment. 当前没有进行中的通话。")
    return policy


async def _ring_outside(tx: Tx, contact: ContactRow, policy: LinePolicy, number_id: str, *, now: datetime) -> UUID:
    number = policy.outside(number_id)
    if number is None or number.placeholder:
        raise Invalid(
            "This number is not known yet; ask your administrator to enter it in the line's file. "
            "尚未登记此号码，请管理员写入热线配置。"
        )
    leg_id = fresh_id()
    join = Join(bridge=contact.bridge or "", label=f"t-{leg_id}")
    await tx.execute(
        """INSERT INTO leg (id, contact_id, role, provider, label, state, desired, started_at)
           VALUES ($1, $2, 'third', (SELECT provider FROM leg WHERE contact_id = $2 AND role = 'caller'), $3,
             'planned', $4, $5)""",
        leg_id, contact.id, join.label, step_to_json(join), now,
    )  # fmt: skip
    await enqueue(
        tx,
        "originate_leg",
        contact_id=contact.id,
        leg_id=leg_id,
        payload={
            "reach": "outside",
            "number": number.number,
            "timeout_s": RING_OUTSIDE_S,
            "caller_id": contact.number_dialled,
        },
        now=now,
    )
    return leg_id


async def _ring_colleague(
    tx: Tx, contact: ContactRow, policy: LinePolicy, target_kind: str, target: str, *, now: datetime
) -> None:
    rows = await tx.fetch(
        """SELECT person_id, reach FROM presence WHERE activity = 'ready' AND person_id <> $3
             AND (($1 = 'pool' AND pools @> ARRAY[$2::text]) OR ($1 = 'person' AND person_id::text = $2))
           ORDER BY ready_since LIMIT 1 FOR UPDATE SKIP LOCKED""",
        target_kind, target, contact.person_id,
    )  # fmt: skip
    for row in rows:
        offer = await make_offer(
            tx, contact, policy, row["person_id"], row["reach"], because="transfer", kind="transfer", now=now
        )
        if offer is not None:
            return
    raise NotPossibleNow("Nobody there is ready at the moment. 对方目前无人可接。")


async def target_joined(tx: Tx, contact: ContactRow, leg: LegRow, *, now: datetime) -> None:
    """The person who was rung is in the bridge."""
    status: str = await tx.execute(
        """UPDATE transfer SET state = 'joined', leg_id = $2, version = version + 1
           WHERE contact_id = $1 AND state = 'ringing'""",
        contact.id, leg.id,
    )  # fmt: skip
    if status != "UPDATE 0":
        await write_contact(tx, contact, at=now)


async def complete_transfer(tx: Tx, contact: ContactRow, *, by: UUID, now: datetime) -> ContactRow:
    """The one who transferred leaves; the target has the caller now."""
    if contact.person_id != by:
        raise NotYours
    live = await _live(tx, contact.id)
    if live is None or live["state"] != "joined":
        raise NotPossibleNow("Nobody has joined yet. 还没有人加入。")
    done = await _hand_to_target(tx, contact, live["leg_id"], live["id"], now=now)
    if done is None:
        raise NotPossibleNow
    return done


async def complete_by_leaving(tx: Tx, contact: ContactRow, *, now: datetime) -> bool:
    """The volunteer left while somebody else was in the bridge: that one has the caller now. False: nobody was."""
    live = await _live(tx, contact.id)
    if live is None:
        return False
    if live["state"] == "joined" and await _hand_to_target(tx, contact, live["leg_id"], live["id"], now=now):
        return True
    await end_transfer(tx, contact.id, "cancelled", now=now)
    return False


async def _hand_to_target(
    tx: Tx, contact: ContactRow, leg_id: UUID, transfer_id: UUID, *, now: datetime
) -> ContactRow | None:
    target = await read_leg(tx, leg_id)
    if target is None or contact.person_id is None:
        return None
    event = ContactEvent.TRANSFERRED if target.person_id is not None else ContactEvent.DIVERTED
    outside = target.person_id is None
    leaver = contact.person_id
    moved = await move(
        tx, contact, event, at=now, person_id=target.person_id, outside_answered=contact.outside_answered or outside
    )
    if moved is None:
        return None
    await _close(tx, transfer_id, "completed", now=now)
    await hold_caller(tx, contact, on=False, now=now)
    for leg in await legs_of(tx, contact.id):
        if leg.role == "volunteer" and leg.person_id == leaver:
            await hang_up(tx, leg, at=now)
    await mark_wrapping_up(tx, leaver, contact.id, now=now)
    log.info(Log.TRANSFER_COMPLETED, contact=contact.id, transfer=transfer_id)
    return moved


async def cancel_transfer(tx: Tx, contact: ContactRow, *, by: UUID, now: datetime) -> ContactRow:
    """Call it off: the target is let go, the caller comes back from hold."""
    if contact.person_id != by:
        raise NotYours
    if not await end_transfer(tx, contact.id, "cancelled", now=now):
        raise NotPossibleNow("There is no transfer under way. 当前没有进行中的转接。")
    return await write_contact(tx, contact, at=now)


async def end_transfer(tx: Tx, contact_id: UUID, state: str, *, now: datetime) -> bool:
    """End a live transfer that did not come about, with all that hung on it. False: there was none."""
    live = await _live(tx, contact_id)
    if live is None:
        return False
    await _close(tx, live["id"], state, now=now)
    for record in await tx.fetch(
        "SELECT id FROM offer WHERE contact_id = $1 AND kind = 'transfer' AND state IN ('offered', 'accepted')",
        contact_id,
    ):
        offer = await read_offer(tx, record["id"])
        if offer is not None and await end_offer(tx, offer, "withdrawn", "withdrawn", now=now):
            await wake_volunteer(tx, offer.person_id, now=now)
    leg = await read_leg(tx, live["leg_id"]) if live["leg_id"] is not None else None
    if leg is not None and leg.state != "ended":
        await hang_up(tx, leg, at=now)
        await _let_target_go(tx, contact_id, leg, now=now)
    for caller in await legs_of(tx, contact_id):
        if caller.role == "caller" and caller.on_hold and live["kind"] == "warm":
            bridge = f"c-{contact_id}"
            await tx.execute("UPDATE leg SET on_hold = false, version = version + 1 WHERE id = $1", caller.id)
            payload = {"bridge": bridge, "label": caller.label, "muted": None, "on_hold": False}
            await enqueue(tx, "set_mode", contact_id=contact_id, leg_id=caller.id, payload=payload, now=now)
    return True


async def transfer_not_taken(tx: Tx, contact: ContactRow, *, now: datetime) -> None:
    """The colleague let it ring or declined: the caller comes back from hold."""
    await end_transfer(tx, contact.id, "failed", now=now)


async def target_left(tx: Tx, contact: ContactRow, leg: LegRow, *, now: datetime) -> None:
    """Somebody who was brought in has left; those who remain go on."""
    live = await _live(tx, contact.id)
    if live is not None and live["leg_id"] == leg.id:
        state = "completed" if live["state"] == "joined" and live["kind"] == "third" else "failed"
        await end_transfer(tx, contact.id, state, now=now)
    await _let_target_go(tx, contact.id, leg, now=now)
    if contact.state == ContactState.DIVERTED and leg.role == "third":
        for other in await legs_of(tx, contact.id):
            if other.role == "caller":
                await steer(tx, other, Goodbye(), at=now)
    await write_contact(tx, contact, at=now)


async def _let_target_go(tx: Tx, contact_id: UUID, leg: LegRow, *, now: datetime) -> None:
    """A colleague who only helped out owes no wrap-up."""
    if leg.person_id is None:
        return
    if await mark_wrapping_up(tx, leg.person_id, contact_id, now=now) and await mark_free(tx, leg.person_id, now=now):
        await wake_volunteer(tx, leg.person_id, now=now)


async def hand_to_number(
    tx: Tx, contact: ContactRow, policy: LinePolicy, number_id: str, *, now: datetime
) -> ContactRow:
    """Cold: connect the caller to an outside number of the line and leave."""
    number = policy.outside(number_id)
    if number is None or number.placeholder:
        raise Invalid(
            "This number is not known yet; ask your administrator to enter it in the line's file. "
            "尚未登记此号码，请管理员写入热线配置。"
        )
    moved = await move(tx, contact, ContactEvent.DIVERTED, at=now)
    if moved is None:
        raise NotPossibleNow
    language = language_of(contact)
    say = policy.say(Phrase.TRANSFERRING, language)
    step = DialOut(number=number.number, say=say, caller_id=contact.number_dialled)
    return await _leave_to_step(tx, moved, step, now=now)


async def _leave_to_step(tx: Tx, contact: ContactRow, step: DialOut | Wait, *, now: datetime) -> ContactRow:
    for leg in await legs_of(tx, contact.id):
        if leg.role == "caller":
            await steer(tx, leg, step, at=now)
        else:
            await hang_up(tx, leg, at=now)
    if contact.person_id is not None:
        await mark_wrapping_up(tx, contact.person_id, contact.id, now=now)
    return contact


async def leave_to_queue(tx: Tx, contact: ContactRow, policy: LinePolicy, *, now: datetime) -> None:
    """Cold, to a queue: the caller's leg waits again with sound; everyone else leaves."""
    language = language_of(contact)
    step = Wait(bridge=contact.bridge or "", label="caller", before=policy.say(Phrase.TRANSFERRING, language))
    await _leave_to_step(tx, contact, step, now=now)


async def _live(tx: Tx, contact_id: UUID) -> dict[str, Any] | None:
    record = await tx.fetchrow(
        "SELECT id, kind, state, leg_id FROM transfer WHERE contact_id = $1 AND state IN ('ringing', 'joined')",
        contact_id,
    )
    return None if record is None else dict(record)


async def _close(tx: Tx, transfer_id: UUID, state: str, *, now: datetime) -> None:
    await tx.execute(
        "UPDATE transfer SET state = $2, ended_at = $3, version = version + 1 WHERE id = $1", transfer_id, state, now
    )
