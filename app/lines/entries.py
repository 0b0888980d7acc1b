"""What a line file is made of: words with their limits, keys, days, and a part that knows all of its fields."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from app.lines.opening_hours import HOURS_PATTERN

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Number = Annotated[str, StringConstraints(pattern=r"^(\+[1-9][0-9]{6,14}|[0-9]{3,12})$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9]$")]
DayHours = Annotated[str, StringConstraints(strip_whitespace=True, pattern=HOURS_PATTERN)]
Skill = Slug
Language = Literal["zh", "en"]


def _real_date(text: str) -> str:
    date.fromisoformat(text)
    return text


def _real_moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_real_date)]
LocalMoment = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$"),
    AfterValidator(_real_moment),
]


class Part(BaseModel):
    """What every part of a file has in common: frozen, and no field that isn't known."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class Names(Part):
    """A name in both languages."""

    zh: Name
    en: Name


class Said(Part):
    """A message for the caller's ear, in each language the line speaks."""

    zh: Text | None = None
    en: Text | None = None
