"""What the routes of retention take and give."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.domain.retention import ErasureBasis, HoldReason, RecordClass


class Public(BaseModel):
    """A frozen shape."""

    model_config = ConfigDict(frozen=True)


class Taken(BaseModel):
    """A request's body: fields it does not know are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Public):
    """The same in both languages."""

    zh: str
    en: str


class Term(Public):
    """How long a class is kept. All three null: always. `inherited`: as the default jurisdiction has it."""

    record_class: RecordClass
    years: int | None
    months: int | None
    days: int | None
    why: Words
    inherited: bool


class Jurisdiction(Public):
    """One set of terms, and the lines it is for."""

    jurisdiction: str
    version: str
    name: Words
    source: str
    default: bool
    lines: list[str]
    terms: list[Term]


class Run(Public):
    """One class in one round: how many contacts or files were old enough, what of them went, what a hold kept."""

    round_id: UUID
    record_class: RecordClass
    periods_version: str
    looked_at: int
    erased: int
    held: int
    took_ms: int
    started_at: datetime
    finished_at: datetime | None
    failed_as: str | None


class Hold(Public):
    """A legal hold in force."""

    id: UUID
    subject_id: UUID | None
    contact_id: UUID | None
    line_id: str | None
    reason_code: HoldReason
    reason: str | None
    placed_by: str
    placed_at: datetime


class Erasure(Public):
    """One subject's erasure. `held_by`: it was stopped by this hold, and goes on when that is lifted."""

    id: UUID
    target_kind: Literal["subject", "contact"]
    target_id: UUID
    legal_basis: ErasureBasis
    requested_by: str
    requested_at: datetime
    held_by: UUID | None
    finished_at: datetime | None
    erased: dict[str, int]


class Retention(Public):
    """What is kept how long, what holds it, and what was done about it lately."""

    jurisdictions: list[Jurisdiction]
    next_run_at: datetime | None
    runs: list[Run]
    holds: list[Hold]
    erasures: list[Erasure]


class NewHold(Taken):
    """Exactly one of subject, contact and line. `reason` is de-identified before it is kept."""

    subject_id: UUID | None = None
    contact_id: UUID | None = None
    line_id: str | None = Field(default=None, max_length=80)
    reason_code: HoldReason
    reason: str = ""

    @model_validator(mode="after")
    def _on_one_thing(self) -> "NewHold":
        if sum(each is not None for each in (self.subject_id, self.contact_id, self.line_id)) != 1:
            raise ValueError("a hold is on one subject, one contact, or one line")
        return self


class NewErasure(Taken):
    """One subject; or one contact, of a caller who is in no file."""

    subject_id: UUID | None = None
    contact_id: UUID | None = None
    legal_basis: ErasureBasis

    @model_validator(mode="after")
    def _of_one_thing(self) -> "NewErasure":
        if (self.subject_id is None) == (self.contact_id is None):
            raise ValueError("an erasure is of one subject, or of one contact")
        return self
