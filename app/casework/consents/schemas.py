"""What the routes of the consent ledger take and give."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.domain.consent import ConsentHow, ConsentSaid, ConsentState, ConsentTo


class Public(BaseModel):
    """A frozen shape."""

    model_config = ConfigDict(frozen=True)


class NewConsent(BaseModel):
    """What the caller said to a volunteer. Keys and clicks enter themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    consent_to: ConsentTo
    said: ConsentSaid
    how: Literal["spoken"] = "spoken"


class ConsentEntry(Public):
    """One entry. `entered_by` null: the caller, by a key or in the widget."""

    consent_to: ConsentTo
    said: ConsentSaid
    how: ConsentHow
    entered_by: str | None
    said_at: datetime


class Consents(Public):
    """Where each consent stands, and the entries it follows from, newest first."""

    contact_id: UUID
    present: dict[ConsentTo, ConsentState]
    entries: list[ConsentEntry]
