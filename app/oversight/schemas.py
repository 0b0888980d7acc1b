"""What the wallboard shows, and what is asked of it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.contacts.schemas import CallBack, Contact, LineName, Voicemail
from app.roster.schemas import Notice, Presence


class Today(BaseModel):
    """A line's ledger since local midnight. Rates are between 0 and 1, and null where nothing can be divided by.

    offered counts everybody who reached the line; the columns answered to failed are those who are through, by their
    one terminal reason (abandoned without the short-abandoned, who left within five seconds).
    """

    model_config = ConfigDict(frozen=True)

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    voicemail: int
    callback: int
    closed_hours: int
    blocked: int
    failed: int
    service_level_answered: float | None  # answered within 20 s ÷ answered
    service_level_offered: float | None  # answered within 20 s ÷ offered to the queue, short-abandoned left out
    asa_s: float | None  # average speed of answer


class LineCard(BaseModel):
    """A line at a glance. `closes_at` null while open: it never closes; `opens_at` null while closed: not in sight."""

    model_config = ConfigDict(frozen=True)

    line: LineName
    open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    waiting: int
    longest_wait_s: int | None
    talking: int
    ready: int
    today: Today


class Wallboard(BaseModel):
    """Everything a supervisor watches, within her scope. `contacts` are the live ones."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    lines: list[LineCard]
    people: list[Presence]
    contacts: list[Contact]
    notices: list[Notice]
    call_backs: list[CallBack]
    voicemails: list[Voicemail]


class CloseWrapUp(BaseModel):
    """The body of POST /api/people/{person_id}/wrap-up/close. The reason is a code: words may name a caller (P5)."""

    model_config = ConfigDict(extra="forbid")

    contact_id: UUID
    reason: Literal["out_of_reach", "shift_over", "technical", "needed_elsewhere"]
