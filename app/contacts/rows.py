"""Contacts, legs and offers as they are read under lock. The lock order is contact, offer, volunteer (design.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from app.platform.db import Tx


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact, as far as the call path needs to know it."""

    id: UUID
    line_id: str | None
    line_version_id: UUID | None
    number_dialled: str
    direction: str
    subject_token: bytes | None
    language: str
    consents: Mapping[str, Any]
    danger: bool
    priority: int
    skills: list[str]
    state: str
    stage: int
    stage_since: datetime | None
    ways_tried: list[str]
    queue_key_id: int | None
    queue_rank: datetime | None
    prefers_person_id: UUID | None
    prefers_pool_id: str | None
    person_id: UUID | None
    bridge: str | None
    offered_at: datetime
    enqueued_at: datetime | None
    waiting_since: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    terminal_reason: str | None
    disposition: str | None
    refused_as: str | None
    outside_answered: bool
    requeued: int
    silence_prompts: int
    version: int


@dataclass(frozen=True, slots=True)
class LegRow:
    """A leg. `desired` is the step the carrier should be at, as JSON."""

    id: UUID
    contact_id: UUID
    role: str
    person_id: UUID | None
    offer_id: UUID | None
    provider: str
    provider_call_id: str | None
    label: str
    state: str
    desired: Mapping[str, Any]
    in_bridge: bool
    muted: bool
    on_hold: bool
    last_seq: int
    bridge_seq: int
    bridge_instance: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer."""

    id: UUID
    contact_id: UUID
    person_id: UUID
    kind: str
    state: str
    reach: str
    leg_id: UUID | None
    offered_at: datetime
    ring_until: datetime
    version: int


Row = TypeVar("Row", ContactRow, LegRow, OfferRow)


def _columns(kind: type[Any]) -> str:
    return ", ".join(field.name for field in fields(kind))


CONTACT_COLUMNS = _columns(ContactRow)
LEG_COLUMNS = _columns(LegRow)
OFFER_COLUMNS = _columns(OfferRow)


def as_row(kind: type[Row], record: Mapping[str, Any]) -> Row:
    """A record read with the kind's own columns."""
    return kind(**dict(record))


async def lock_contact(tx: Tx, contact_id: UUID) -> ContactRow | None:
    """The contact, locked until the end of the transaction; every change of it or of its legs begins here."""
    record = await tx.fetchrow(f"SELECT {CONTACT_COLUMNS} FROM contact WHERE id = $1 FOR UPDATE", contact_id)  # noqa: S608 our own names
    return None if record is None else as_row(ContactRow, record)


async def read_leg(tx: Tx, leg_id: UUID) -> LegRow | None:
    """One leg, unlocked (its contact's lock guards it)."""
    record = await tx.fetchrow(f"SELECT {LEG_COLUMNS} FROM leg WHERE id = $1", leg_id)  # noqa: S608
    return None if record is None else as_row(LegRow, record)


async def lock_leg_with_contact(tx: Tx, leg_id: UUID) -> tuple[ContactRow, LegRow] | None:
    """The leg and its contact, the contact locked first; None when there is no such leg."""
    contact_id = await tx.fetchval("SELECT contact_id FROM leg WHERE id = $1", leg_id)
    if contact_id is None:
        return None
    contact = await lock_contact(tx, contact_id)
    leg = await read_leg(tx, leg_id)
    return None if contact is None or leg is None else (contact, leg)


async def legs_of(tx: Tx, contact_id: UUID) -> list[LegRow]:
    """The legs of a contact that have not ended, oldest first."""
    records = await tx.fetch(
        f"SELECT {LEG_COLUMNS} FROM leg WHERE contact_id = $1 AND state <> 'ended' ORDER BY started_at, id",  # noqa: S608
        contact_id,
    )
    return [as_row(LegRow, record) for record in records]


async def leg_by_call(tx: Tx, provider: str, provider_call_id: str) -> LegRow | None:
    """The leg that the carrier knows by this id."""
    record = await tx.fetchrow(
        f"SELECT {LEG_COLUMNS} FROM leg WHERE provider = $1 AND provider_call_id = $2",  # noqa: S608
        provider,
        provider_call_id,
    )
    return None if record is None else as_row(LegRow, record)


async def read_offer(tx: Tx, offer_id: UUID) -> OfferRow | None:
    """One offer, unlocked."""
    record = await tx.fetchrow(f"SELECT {OFFER_COLUMNS} FROM offer WHERE id = $1", offer_id)  # noqa: S608
    return None if record is None else as_row(OfferRow, record)


async def live_offers(tx: Tx, contact_id: UUID) -> list[OfferRow]:
    """The offers of a contact that still ring or hold a lease."""
    records = await tx.fetch(
        f"""SELECT {OFFER_COLUMNS} FROM offer WHERE contact_id = $1 AND state IN ('offered', 'accepted')
            ORDER BY offered_at, id""",  # noqa: S608
        contact_id,
    )
    return [as_row(OfferRow, record) for record in records]
