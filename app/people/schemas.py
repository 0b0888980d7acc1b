"""What the people routes take and give."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SecretStr, StringConstraints

from app.domain.permissions import Role
from app.people.passwords import LONGEST, SHORTEST


class Taken(BaseModel):
    """A request's body: fields it does not know are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Secret = Annotated[SecretStr, StringConstraints(min_length=1, max_length=LONGEST)]


class SignInBody(Taken):
    """Login, password, and the one-time code once it is asked for."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$")]
    password: Secret
    code: Annotated[str, StringConstraints(max_length=16)] | None = None


class LanguageBody(Taken):
    """The language of the screens."""

    language: Literal["zh", "en"]


class PasswordBody(Taken):
    """The password as it is and as it shall be."""

    current: Secret
    new: Annotated[SecretStr, StringConstraints(min_length=SHORTEST, max_length=LONGEST)]


class Place(BaseModel):
    """A line or a pool by its names."""

    id: str
    name_zh: str
    name_en: str


class Me(BaseModel):
    """The signed-in person, for the console: what to show, in which language, of which lines and pools."""

    person_id: UUID
    login: str
    work_name: str
    language: Literal["zh", "en"]
    demo: bool
    roles: list[Role]
    permissions: list[str]
    lines: list[Place]
    pools: list[Place]


class Account(BaseModel):
    """An account in the administrator's list. `roles` as the command line writes them."""

    id: UUID
    login: str
    work_name: str
    roles: list[str]
    demo: bool
    created_at: datetime
    disabled_at: datetime | None
    version: int


class Ended(BaseModel):
    """How many sessions were ended."""

    sessions: int
