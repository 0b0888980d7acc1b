"""The public shapes of contacts and offers. A caller is a short pseudonym; no number of theirs is in any of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.domain.screening import BlockReason
from app.roster.schemas import Presence, Shift, WhySet


class Public(BaseModel):
    """A frozen shape."""

    model_config = ConfigDict(frozen=True)


class LineName(Public):
    """A line as screens name it."""

    id: str
    name_zh: str
    name_en: str


class Leg(Public):
    """One participant. `work_name` is set for colleagues."""

    id: UUID
    role: Literal["caller", "volunteer", "third"]
    work_name: str | None
    state: str
    in_bridge: bool
    muted: bool
    on_hold: bool
    label: str


class Transfer(Public):
    """Somebody being brought in."""

    id: UUID
    kind: Literal["warm", "cold", "third"]
    target_kind: Literal["person", "pool", "number"]
    target_name: str
    state: Literal["ringing", "joined", "completed", "failed", "cancelled"]
    version: int


class Tried(Public):
    """A volunteer who was rung and did not take it."""

    work_name: str
    state: str
    at: datetime


class Contact(Public):
    """A call. `caller` is a pseudonym, the same whenever the same number calls; None: no number was given.

    A silent caller has heard `silence_prompts` of `silence_prompts_most`; the next may follow at `silence_prompt_from`.
    """

    id: UUID
    line: LineName | None
    state: str
    channel: str
    danger: bool
    language: str
    direction: str
    number_dialled: str
    caller: str | None
    returning: bool
    person_id: UUID | None
    work_name: str | None
    stage: int
    priority: int
    offered_at: datetime
    enqueued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    terminal_reason: str | None
    ended_by: str | None
    disposition: str | None
    requeued: int
    legs: list[Leg]
    transfer: Transfer | None
    wrap_up_until: datetime | None
    silence_prompts: int
    silence_prompts_most: int
    silence_prompt_from: datetime | None
    tried: list[Tried]
    version: int


class Offer(Public):
    """A contact held out to one volunteer. `waited_s` counts from arrival to the offer.

    `returning`: the same number has called before. With the `number_withheld` nobody can tell.
    """

    id: UUID
    contact_id: UUID
    person_id: UUID
    kind: Literal["queue", "transfer"]
    state: str
    because: str
    reach: str
    offered_at: datetime
    ring_until: datetime
    line: LineName | None
    waited_s: int
    danger: bool
    number_withheld: bool
    returning: bool
    language: str
    version: int


class Disposition(Public):
    """How a contact is coded at wrap-up."""

    code: str
    zh: str
    en: str


class TargetPerson(Public):
    """A colleague who may be rung."""

    person_id: UUID
    work_name: str
    activity: str


class TargetPool(Public):
    """A pool, with how many of it are ready."""

    id: str
    name_zh: str
    name_en: str
    ready: int


class Targets(Public):
    """Whom a talk can be passed to."""

    people: list[TargetPerson]
    pools: list[TargetPool]
    numbers: list[LineName]


class Desk(Public):
    """Everything the volunteer's page needs."""

    presence: Presence
    has_phone: bool
    shifts: list[Shift]
    offers: list[Offer]
    contact: Contact | None
    wrap_up: Contact | None
    dispositions: list[Disposition]
    targets: Targets


class CallBack(Public):
    """A caller who asked to be called back, in their language. `may_have_rung`: it was tried and came to nothing, and
    the caller's telephone may have rung, or did."""

    contact_id: UUID
    line: LineName | None
    language: str
    requested_at: datetime
    due_at: datetime
    state: str
    person_id: UUID | None
    may_have_rung: bool
    version: int


class Voicemail(Public):
    """A message waiting for whoever is on shift, or for her who took it on. It can be heard until `kept_until`."""

    contact_id: UUID
    line: LineName | None
    seconds: int
    left_at: datetime
    heard_at: datetime | None
    person_id: UUID | None
    kept_until: datetime | None
    version: int


class Block(Public):
    """A caller kept from a line (None: from every line)."""

    id: UUID
    caller: str
    line_id: str | None
    reason: str
    created_by_name: str
    created_at: datetime
    expires_at: datetime


class Asked(BaseModel):
    """A request's body: nothing in it that we don't know."""

    model_config = ConfigDict(extra="forbid")


Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
Slug = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


class SetOwnPresence(Asked):
    """The body of POST /api/presence."""

    activity: Literal["ready", "away", "offline"]
    reach: Literal["browser", "phone"] | None = None
    reason: WhySet = ""
    version: Version


class Versioned(Asked):
    """A body that only says which version it was looking at."""

    version: Version


class OnOff(Asked):
    """The body of hold and mute."""

    on: bool


class StartTransfer(Asked):
    """The body of POST /api/contacts/{id}/transfer."""

    kind: Literal["warm", "cold", "third"]
    target_kind: Literal["person", "pool", "number"]
    target: Slug


class WrapUp(Asked):
    """The body of POST /api/contacts/{id}/wrap-up."""

    disposition: Slug
    version: Version | None = None  # not compared: see app.contacts.talking.wrap_up


class NewBlock(Asked):
    """The body of POST /api/blocks."""

    contact_id: UUID
    line_id: Slug | None = None
    reason: BlockReason
    hours: Annotated[float, Field(gt=0, le=24 * 90, allow_inf_nan=False)]
