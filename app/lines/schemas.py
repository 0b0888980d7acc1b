"""What the line routes give: the administrator's read-only view."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class LineNumber(BaseModel):
    """A number of the line; `shown` is what callers dial, where the carrier names it otherwise."""

    number: str
    shown: str | None
    placeholder: bool


class Organisation(BaseModel):
    """Who answers for the line."""

    id: str
    name_zh: str
    name_en: str


class LinePool(BaseModel):
    """A pool of the version in force; stage 0 is asked first."""

    id: str
    name_zh: str
    name_en: str
    stage: int
    overflow_after_s: int | None


class LineSummary(BaseModel):
    """A line now. `running` is false when no version is in force; then it is not open, and has no pools."""

    id: str
    name_zh: str
    name_en: str
    organisation: Organisation
    numbers: list[LineNumber]
    running: bool
    open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    languages: list[str]
    pools: list[LinePool]


class LineVersion(BaseModel):
    """A version with its dates and everything it says (deploy/lines/line.schema.json, `Version`)."""

    id: UUID
    valid_from: datetime
    valid_until: datetime | None
    applied_at: datetime
    in_force: bool
    document: Mapping[str, Any]


class LineDetail(LineSummary):
    """A line with its whole history and what is planned, the latest first."""

    versions: list[LineVersion]
