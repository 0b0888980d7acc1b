"""The bridge: who is in it, from the carrier's conference callbacks, which come twice, late and in any order.

Sequence numbers count within one conference; a caller who waits again after a transfer is in a new one of the same
name, so what an old one still reports about leaving is not believed.
"""

from datetime import datetime

from app.carriers.port import BridgeEvent, BridgeMoment
from app.contacts.accepting import audio_joined
from app.contacts.facts import talk_began
from app.contacts.leaving import volunteer_left
from app.contacts.moving import better_reason, write_contact
from app.contacts.rows import ContactRow, LegRow, legs_of, lock_contact, read_leg
from app.contacts.transferring import target_joined, target_left
from app.domain.contact import ContactState, TerminalReason
from app.domain.errors import NotFound
from app.lines.book import LineBook
from app.platform.db import Tx

STEERED = frozenset({"steered"})
"""Reasons for leaving that we caused ourselves, by giving the leg another step."""


async def bridge_changed(tx: Tx, book: LineBook, event: BridgeEvent, *, now: datetime) -> None:
    """Take in one conference callback. Raises NotFound for a bridge that we don't know."""
    contact = await lock_contact(tx, event.contact_id)
    if contact is None:
        raise NotFound
    entered = await tx.fetchval(
        """INSERT INTO ledger (provider, dedupe_key, kind, provider_call_id, contact_id, received_at)
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (provider, dedupe_key) DO NOTHING RETURNING true""",
        event.provider, event.dedupe_key, f"bridge.{event.moment}", event.provider_call_id or "", contact.id, now,
    )  # fmt: skip
    if not entered:
        return
    leg = await _leg_of(tx, contact, event)
    if leg is None:
        return
    match event.moment:
        case BridgeMoment.JOINED:
            await _joined(tx, contact, leg, event, now=now)
        case BridgeMoment.LEFT:
            await _left(tx, book, contact, leg, event, now=now)
        case BridgeMoment.MODE_CHANGED:
            await _mode(tx, leg, event)
        case BridgeMoment.STARTED | BridgeMoment.ENDED:
            pass  # each leg's own joining and leaving say it


async def _leg_of(tx: Tx, contact: ContactRow, event: BridgeEvent) -> LegRow | None:
    if event.provider_call_id:
        leg_id = await tx.fetchval(
            "SELECT id FROM leg WHERE contact_id = $1 AND provider_call_id = $2", contact.id, event.provider_call_id
        )
        if leg_id is not None:
            return await read_leg(tx, leg_id)
    if event.label is None:
        return None
    leg_id = await tx.fetchval("SELECT id FROM leg WHERE contact_id = $1 AND label = $2", contact.id, event.label)
    return None if leg_id is None else await read_leg(tx, leg_id)


def _overtaken(leg: LegRow, event: BridgeEvent) -> bool:
    return event.instance == leg.bridge_instance and event.seq is not None and event.seq <= leg.bridge_seq


async def _joined(tx: Tx, contact: ContactRow, leg: LegRow, event: BridgeEvent, *, now: datetime) -> None:
    if _overtaken(leg, event) or leg.state == "ended":
        await _told_late(tx, contact, leg, event, now=now)
        return
    await tx.execute(
        """UPDATE leg SET in_bridge = true, joined_at = coalesce(joined_at, $2), bridge_seq = $3, bridge_instance = $4,
             provider_call_id = coalesce(provider_call_id, $5),
             state = 'answered', version = version + 1 WHERE id = $1""",
        leg.id, now, -1 if event.seq is None else event.seq, event.instance, event.provider_call_id,
    )  # fmt: skip
    contact = await write_contact(tx, contact, at=now)
    present = {other.role: other for other in await legs_of(tx, contact.id) if other.in_bridge}
    if leg.role != "caller" and leg.person_id != contact.person_id:
        await target_joined(tx, contact, leg, now=now)
    if "caller" not in present:
        return
    for other in await legs_of(tx, contact.id):
        if other.role == "volunteer" and other.in_bridge:
            contact = await audio_joined(tx, contact, other, now=now) or contact


async def _told_late(tx: Tx, contact: ContactRow, leg: LegRow, event: BridgeEvent, *, now: datetime) -> ContactRow:
    """A volunteer's coming is told after her going, or not at all: she was in the caller's bridge, so they talked.

    A bridge is its caller's: it begins and ends with them. A short talk is over before its callbacks are here.
    """
    callers = await tx.fetchval("SELECT bridge_instance FROM leg WHERE contact_id = $1 AND role = 'caller'", contact.id)
    if leg.role != "volunteer" or leg.person_id != contact.person_id or not event.instance or callers != event.instance:
        return contact
    if contact.state == ContactState.CONNECTING:
        return await audio_joined(tx, contact, leg, now=now) or contact
    if contact.state == ContactState.CLOSED and contact.answered_at is None:
        contact = await write_contact(tx, contact, at=now, answered_at=contact.ended_at)
        await talk_began(tx, contact.id, now=now)
        return await better_reason(tx, contact, TerminalReason.ANSWERED, at=now)
    return contact


async def _left(tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, event: BridgeEvent, *, now: datetime) -> None:
    if _overtaken(leg, event) or (leg.bridge_instance and event.instance != leg.bridge_instance):
        return
    unseen = leg.bridge_instance != event.instance
    if unseen:
        contact = await _told_late(tx, contact, leg, event, now=now)
    was_in = leg.in_bridge or (unseen and contact.state == ContactState.TALKING)
    await tx.execute(
        """UPDATE leg SET in_bridge = false, on_hold = false, muted = false, bridge_seq = $2, bridge_instance = $3,
             version = version + 1 WHERE id = $1""",
        leg.id, -1 if event.seq is None else event.seq, event.instance,
    )  # fmt: skip
    contact = await write_contact(tx, contact, at=now)
    if leg.role == "caller" or not was_in or event.reason in STEERED:
        return  # the caller's going is told by the end of the leg: leaving a bridge may only be a change of step
    if leg.role == "volunteer":
        await volunteer_left(tx, book, contact, leg, now=now)
    else:
        await target_left(tx, contact, leg, now=now)


async def _mode(tx: Tx, leg: LegRow, event: BridgeEvent) -> None:
    """The carrier has muted or held somebody, as we asked. What we want now may be newer than what it tells of then:
    its report never overwrites it (failures 20 and 23)."""
    if not _overtaken(leg, event) and event.seq is not None:
        await tx.execute("UPDATE leg SET bridge_seq = $2 WHERE id = $1", leg.id, event.seq)
