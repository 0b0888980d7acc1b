"""What the routes of files take. Texts travel in bodies only, and pass the gate before they are stored."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Written = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Slug = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class Taken(BaseModel):
    """A request's body: fields it does not know are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LinkContact(Taken):
    """Say whom a contact without a number is about: a file that exists, or a new one. The caller has to agree."""

    subject_id: UUID | None = None
    new: bool = False
    consent: bool


class NewFlag(Taken):
    """Place a flag; without an end it holds as long as its code says."""

    code: Slug
    text: Short = ""
    expires_at: AwareDatetime | None = None


class ExtendFlag(Taken):
    """Let a flag hold as long again, from now on."""

    version: int


class LiftFlag(Taken):
    """Lift a flag before its end, or one that has lapsed, and say why."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    version: int


class NewAdult(Taken):
    """A responsible adult by role, and what they do."""

    role: Slug
    does: Short = ""


class WritePlan(Taken):
    """The next version of a plan; `version` is the one it was written on (0: there was none)."""

    version: Annotated[int, Field(ge=0)]
    key_lines: Annotated[list[Line], Field(max_length=5)] = []
    body: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]
    adults: Annotated[list[NewAdult], Field(max_length=12)] = []


class NewOwner(Taken):
    """Who is to do it."""

    kind: Literal["person", "pool", "role"]
    id: Slug


class NewTask(Taken):
    """Something to be done until a time."""

    text: Written
    owner: NewOwner
    due_at: AwareDatetime


class ChangeTask(Taken):
    """Change an open task, end it, or open it again; what is not given stays."""

    version: int
    text: Written | None = None
    owner: NewOwner | None = None
    due_at: AwareDatetime | None = None
    state: Literal["open", "done", "cancelled"] | None = None
    outcome: Short | None = None


class MergeSubjects(Taken):
    """The subject that turned out to be the same person: it becomes part of the one in the address."""

    other: UUID


class SplitSubject(Taken):
    """The contacts that turned out to be somebody else's."""

    contact_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]


class RequestHandOver(Taken):
    """Ask another organisation to take a file into its custody."""

    to_organisation: Slug
    reason: Written


class AnswerHandOver(Taken):
    """Accept, refuse or withdraw; refusing takes a reason."""

    version: int
    reason: Short = ""
