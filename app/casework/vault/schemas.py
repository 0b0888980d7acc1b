"""What the vault's routes take and give. A value goes in hidden (SecretStr: no error and no log repeats it)."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from app.domain.break_glass import Finding, OpeningState, Reason

Kind = Literal["number", "name", "location"]
Purpose = Literal["rescue", "follow_up"]


class Taken(BaseModel):
    """A request's body."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class NewIdentity(Taken):
    """Who the caller is, given for a purpose."""

    kind: Kind
    value: Annotated[SecretStr, Field(min_length=1, max_length=500)]
    purpose: Purpose = "rescue"


class Kept(BaseModel):
    """That something was given: whoever gives more knows what it takes the place of. What it says is not in it."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    purpose: Purpose
    given_at: datetime


class NewOpening(Taken):
    """A request to look. Of one contact, or of everything a file has."""

    contact_id: UUID | None = None
    subject_id: UUID | None = None
    kind: Kind = "number"
    reason_code: Reason
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    minutes: int = Field(default=10, ge=1, le=60)
    single_handed: bool = False


class NewReview(Taken):
    """What somebody else finds of what one person opened alone."""

    finding: Finding


class Person(BaseModel):
    """Somebody by work name."""

    model_config = ConfigDict(frozen=True)

    person_id: UUID
    work_name: str


class Opening(BaseModel):
    """One breaking of the glass, for everybody in charge to see. What was looked at is not in it."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    contact_id: UUID
    subject_id: UUID | None
    contacts: int  # of how many contacts it shows what is kept: the second person agrees to these and no more
    line_id: str | None
    kind: Kind
    reason_code: Reason
    reason: str  # de-identified; empty: it could not be, and was not kept
    minutes: int
    single_handed: bool
    state: OpeningState
    requested_by: Person
    requested_at: datetime
    lapses_at: datetime
    decided_by: Person | None
    decided_at: datetime | None
    open_until: datetime | None
    looks: int
    looked_at: datetime | None
    review_due_at: datetime | None
    reviewed_by: Person | None
    reviewed_at: datetime | None
    finding: Finding | None
    version: int


class Shown(BaseModel):
    """An identity in the clear: in this one answer, and nowhere else."""

    value: str
    purpose: Literal["came_with_call", "rescue", "follow_up"]
    contact_id: UUID
    given_at: datetime


class Look(BaseModel):
    """What the one who asked sees, and until when she may look again."""

    kind: Kind
    values: list[Shown]
    not_opened: int  # so many more are there, and do not open
    keys: list[str]  # the names of the keys that are missing for them, or wrong
    open_until: datetime
