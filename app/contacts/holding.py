"""Holding and muting: what we want of a leg in its bridge is written here, and the carrier follows.

What the carrier reports of it is an echo and may be older than what is wanted now, so it changes nothing
(app.contacts.bridging); only its refusal does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.contacts.moving import write_contact
from app.contacts.rows import ContactRow, LegRow, legs_of, lock_leg_with_contact
from app.platform.db import Tx
from app.platform.outbox import enqueue


async def hold_caller(tx: Tx, contact: ContactRow, *, on: bool, now: datetime) -> None:
    """Hold the caller with sound, or take them back."""
    for leg in await legs_of(tx, contact.id):
        if leg.role == "caller":
            await set_mode(tx, contact, leg, on_hold=on, now=now)


async def set_mode(
    tx: Tx, contact: ContactRow, leg: LegRow, *, muted: bool | None = None, on_hold: bool | None = None, now: datetime
) -> None:
    """Mute or hold a leg: what we want is written now, the carrier follows."""
    await tx.execute(
        """UPDATE leg SET muted = coalesce($2, muted), on_hold = coalesce($3, on_hold), version = version + 1
           WHERE id = $1""",
        leg.id, muted, on_hold,
    )  # fmt: skip
    payload = {"bridge": contact.bridge, "label": leg.label, "muted": muted, "on_hold": on_hold}
    await enqueue(tx, "set_mode", contact_id=contact.id, leg_id=leg.id, payload=payload, now=now)


async def mode_refused(tx: Tx, leg_id: UUID, payload: Mapping[str, Any], *, now: datetime) -> None:
    """The carrier would not mute or hold somebody: nobody may go on believing that it did. Something newer stands."""
    found = await lock_leg_with_contact(tx, leg_id)
    if found is None:
        return
    contact, leg = found
    newer = await tx.fetchval(
        "SELECT true FROM command WHERE leg_id = $1 AND kind = 'set_mode' AND done_at IS NULL LIMIT 1", leg.id
    )
    if newer or leg.state == "ended":
        return
    undone = {name: not value for name in ("muted", "on_hold") if (value := payload[name]) is not None}
    await tx.execute(
        """UPDATE leg SET muted = coalesce($2, muted), on_hold = coalesce($3, on_hold), version = version + 1
           WHERE id = $1""",
        leg.id, undone.get("muted"), undone.get("on_hold"),
    )  # fmt: skip
    await write_contact(tx, contact, at=now)
