"""The public shapes of the roster: what the console sees of a presence, a shift and a notice.

They carry the work name, the pseudonym colleagues know each other by, and no other name.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.domain.presence import Activity


class Public(BaseModel):
    """A frozen shape."""

    model_config = ConfigDict(frozen=True)


class PoolName(Public):
    """A pool as screens name it."""

    id: str
    name_zh: str
    name_en: str


class Presence(Public):
    """What a volunteer is doing now. `answered_today` counts for today's date in the roster's time zone."""

    person_id: UUID
    work_name: str
    activity: Activity
    reach: Literal["browser", "phone"]
    reason: str
    since: datetime
    pools: list[str]
    shift_ends_at: datetime | None
    missed_in_row: int
    answered_today: int
    contact_id: UUID | None
    offer_id: UUID | None
    on_shift: bool
    version: int


class Shift(Public):
    """A stretch of time a volunteer is rostered for, in one pool. `cancelled` is true only on the change feed."""

    id: UUID
    person_id: UUID
    work_name: str
    pool_id: str
    pool_name_zh: str
    pool_name_en: str
    starts_at: datetime
    ends_at: datetime
    source: Literal["rota", "let_in"]
    cancelled: bool = False
    version: int


class PersonName(Public):
    """Somebody by work name."""

    person_id: UUID
    work_name: str


class Notice(Public):
    """Something a supervisor should know."""

    id: UUID
    kind: str
    about: PersonName | None
    contact_id: UUID | None
    line_id: str | None
    at: datetime
    seen_at: datetime | None
    version: int


class Member(PersonName):
    """Somebody who may be rostered, with the pools they belong to."""

    pools: list[str]


class Gap(Public):
    """A stretch with fewer seats filled than wanted."""

    pool_id: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    wanted: int


class RotaView(Public):
    """Some days of the rota."""

    days: list[date]
    pools: list[PoolName]
    shifts: list[Shift]
    people: list[Member]
    gaps: list[Gap]


class NewShift(BaseModel):
    """The body of POST /api/shifts."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    pool_id: Annotated[str, Field(min_length=1, max_length=100)]
    starts_at: Annotated[datetime, Field(description="aware; ISO 8601")]
    ends_at: datetime


class LetIn(BaseModel):
    """The body of POST /api/people/{person_id}/let-in."""

    model_config = ConfigDict(extra="forbid")

    pool_id: Annotated[str, Field(min_length=1, max_length=100)]
    hours: Annotated[float, Field(ge=0.25, le=12, allow_inf_nan=False)]


WhySet = Literal["", "rest", "see_supervisor", "meeting", "technical", "not_needed"]
"""Why somebody is set away or offline. A code: words would be kept and shown, and may name a caller (P5)."""


class SetPresence(BaseModel):
    """The body of POST /api/people/{person_id}/presence, by a supervisor."""

    model_config = ConfigDict(extra="forbid")

    activity: Literal["away", "offline"]
    reason: WhySet = ""
