"""What the routes of risk levels take and give."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.domain.risk import RiskLevel

UnknownCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}(\.[a-z][a-z0-9_]{0,39})?$")]


class Public(BaseModel):
    """A frozen shape."""

    model_config = ConfigDict(frozen=True)


class SetLevel(BaseModel):
    """A person's judgement. `version`: of the level as it was seen; 0: there was none.

    `unknowns`: codes of GET /instruments, or `instrument.item` for an item that was not known. `rationale` may be empty
    for high and imminent alone, unless that is below what was prompted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: RiskLevel
    rationale: str = ""
    unknowns: Annotated[list[UnknownCode], Field(max_length=60)] = []
    version: Annotated[int, Field(ge=0, le=1_000_000)]


class LevelSet(Public):
    """One entry of the history. `rationale` null: still owed.

    `numbered_apart`: its placeholders are numbered otherwise than the note's; 〔姓名1〕 need not be the same person.
    """

    level: RiskLevel
    prompted: RiskLevel | None
    below_prompt: bool
    rationale: str | None
    numbered_apart: bool
    unknowns: list[str]
    set_by: str
    set_at: datetime
    version: int


class Level(Public):
    """Where a contact's level stands. `level` null: nobody has set one. `prompted`: by the assessments, now.

    `decision_owed`: that is high or imminent and waits for a person; until she sets a level no note is stored.
    """

    contact_id: UUID
    level: RiskLevel | None
    rationale_owed: bool
    prompted: RiskLevel | None
    decision_owed: bool
    version: int
    history: list[LevelSet]


class LiveLevel(Public):
    """What consoles are told: the level, never why."""

    contact_id: UUID
    level: RiskLevel
    prompted: RiskLevel | None
    below_prompt: bool
    set_at: datetime
    version: int
