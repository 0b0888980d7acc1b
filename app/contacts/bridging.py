"""The bridge: who is in it, from the carrier's conference callbacks, which come twice, late and in any order.

Sequence numbers count within one conference, and a caller who is led elsewhere and back is in a new one of the same
name. So each report is kept in the ledger with its conference, and what one alone cannot tell is read from all of them:
whether a conference that is told of late is an old one, and whether caller and volunteer were ever in the same.
"""

from datetime import datetime
from typing import Any

from app.carriers.events import BridgeEvent, BridgeMoment
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

STAYS_ON = frozenset({"steered", "bridge_ended"})
"""Reasons for leaving that are no going: we gave this leg another step, or the caller's, whose bridge it was. The
carrier asks what comes next, and whoever was to be in the bridge is brought into the new one."""


async def bridge_changed(tx: Tx, book: LineBook, event: BridgeEvent, *, now: datetime) -> None:
    """Take in one conference callback. Raises NotFound for a bridge that we don't know."""
    contact = await lock_contact(tx, event.contact_id)
    if contact is None:
        raise NotFound
    leg = await _leg_of(tx, contact, event)
    entered = await tx.fetchval(
        """INSERT INTO ledger (provider, dedupe_key, kind, provider_call_id, contact_id, leg_id, facts, received_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (provider, dedupe_key) DO NOTHING RETURNING true""",
        event.provider, event.dedupe_key, f"bridge.{event.moment}", event.provider_call_id or "", contact.id,
        None if leg is None else leg.id, {"instance": event.instance, "seq": event.seq}, now,
    )  # fmt: skip
    if not entered or leg is None:
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
    if _overtaken(leg, event) or leg.state == "ended" or await _is_over(tx, leg, event):
        await _told_late(tx, contact, now=now)
        return
    await tx.execute(
        """UPDATE leg SET in_bridge = true, joined_at = coalesce(joined_at, $2), bridge_seq = $3, bridge_instance = $4,
             provider_call_id = coalesce(provider_call_id, $5),
             state = 'answered', version = version + 1 WHERE id = $1""",
        leg.id, now, -1 if event.seq is None else event.seq, event.instance, event.provider_call_id,
    )  # fmt: skip
    contact = await write_contact(tx, contact, at=now)
    if leg.role != "caller" and leg.person_id != contact.person_id:
        await target_joined(tx, contact, leg, now=now)
    present = [other for other in await legs_of(tx, contact.id) if other.in_bridge]
    # In the same one: the caller may have left the last of this name, and only that they joined it has been told.
    instances = {other.bridge_instance for other in present if other.role == "caller"}
    for other in present:
        if other.role == "volunteer" and other.bridge_instance in instances:
            contact = await audio_joined(tx, contact, other, now=now) or contact
    await _told_late(tx, contact, now=now)


_BEEN_IN = """
    SELECT DISTINCT ON (l.facts->>'instance') l.facts->>'instance' AS instance, (l.facts->>'seq')::int AS seq,
      l.kind = 'bridge.joined' AND NOT EXISTS (
        SELECT FROM ledger e WHERE e.contact_id = $1 AND e.kind = 'bridge.ended'
          AND e.facts->>'instance' = l.facts->>'instance') AS is_in
    FROM ledger l WHERE l.contact_id = $1 AND l.leg_id = $2 AND l.kind IN ('bridge.joined', 'bridge.left')
      AND l.facts ? 'instance'
    ORDER BY l.facts->>'instance', (l.facts->>'seq')::int DESC NULLS LAST, l.id DESC
"""


async def _is_over(tx: Tx, leg: LegRow, event: BridgeEvent) -> bool:
    """Whether this coming is an old one: that the leg has gone from there, or that all have, was told before."""
    if event.instance == leg.bridge_instance:
        return False
    rows = await tx.fetch(_BEEN_IN, leg.contact_id, leg.id)
    return not any(row["is_in"] for row in rows if row["instance"] == event.instance)


async def _is_in_another(tx: Tx, leg: LegRow, event: BridgeEvent) -> Any:
    """The conference of this name that the leg is in, when it is not the one it has gone from; else None."""
    rows = await tx.fetch(_BEEN_IN, leg.contact_id, leg.id)
    return next((row for row in rows if row["is_in"] and row["instance"] != event.instance), None)


_MET = """
    SELECT v.id, o.state = 'accepted' AS holds
    FROM leg c JOIN ledger theirs ON theirs.contact_id = c.contact_id AND theirs.leg_id = c.id
    JOIN ledger hers ON hers.contact_id = c.contact_id AND hers.facts->>'instance' = theirs.facts->>'instance'
    JOIN leg v ON v.id = hers.leg_id AND v.role = 'volunteer'
    LEFT JOIN offer o ON o.id = v.offer_id
    WHERE c.contact_id = $1 AND c.role = 'caller' AND theirs.facts->>'instance' <> ''
      AND theirs.kind IN ('bridge.joined', 'bridge.left') AND hers.kind IN ('bridge.joined', 'bridge.left')
    ORDER BY o.state = 'accepted' DESC NULLS LAST, v.started_at DESC LIMIT 1
"""


async def _told_late(tx: Tx, contact: ContactRow, *, now: datetime) -> ContactRow:
    """What is told of the bridge has one of the two gone again already: if they were in the same one, they talked.

    A bridge is its caller's: it begins and ends with them. A short talk is over before its callbacks are here, and
    these come in any order, the ends of both calls among them. Whatever was done next, the caller was answered.
    """
    # Somebody has accepted: answered before or not, as after a cold transfer, their meeting is what fulfils her lease.
    asks = contact.answered_at is None or contact.state == ContactState.CONNECTING
    met = await tx.fetchrow(_MET, contact.id) if asks else None
    if met is None:
        return contact
    if contact.state == ContactState.CONNECTING and met["holds"]:
        leg = await read_leg(tx, met["id"])
        return contact if leg is None else await audio_joined(tx, contact, leg, now=now) or contact
    if contact.answered_at is not None:
        return contact
    contact = await write_contact(tx, contact, at=now, answered_at=contact.ended_at or now)
    await talk_began(tx, contact.id, now=now)
    if contact.state == ContactState.CLOSED:
        return await better_reason(tx, contact, TerminalReason.ANSWERED, at=now)
    return contact


async def _left(tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, event: BridgeEvent, *, now: datetime) -> None:
    if _overtaken(leg, event) or (leg.bridge_instance and event.instance != leg.bridge_instance):
        return
    other = None if leg.state == "ended" else await _is_in_another(tx, leg, event)
    if other is not None:  # it had come there from here: told in the wrong order
        await tx.execute(
            """UPDATE leg SET in_bridge = true, bridge_seq = $2, bridge_instance = $3, version = version + 1
               WHERE id = $1""",
            leg.id, -1 if other["seq"] is None else other["seq"], other["instance"],
        )  # fmt: skip
        await _told_late(tx, await write_contact(tx, contact, at=now), now=now)
        return
    await tx.execute(
        """UPDATE leg SET in_bridge = false, on_hold = false, muted = false, bridge_seq = $2, bridge_instance = $3,
             version = version + 1 WHERE id = $1""",
        leg.id, -1 if event.seq is None else event.seq, event.instance,
    )  # fmt: skip
    contact = await _told_late(tx, await write_contact(tx, contact, at=now), now=now)
    unseen = leg.bridge_instance != event.instance
    was_in = leg.in_bridge or (unseen and contact.state == ContactState.TALKING)
    if leg.role == "caller" or not was_in or event.reason in STAYS_ON:
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
