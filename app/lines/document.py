"""The shape of a file in deploy/lines: organisations, pools and lines, each line with its dated versions.

Decided here: the fields, their limits and their defaults; `deploy/lines/line.schema.json` is generated from these
models (`app.lines.published_schema`). Unknown fields are errors. What needs more than one field to judge (overlaps,
unknown pools, a greeting missing in a declared language) is in `app.lines.checking`. Units are in the names: `_s`
seconds, `hours` hours. Everything a city may change is here and not in code (field.md).
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

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


class PoolEntry(Part):
    """A pool of volunteers."""

    id: Slug
    name: Names


class OrganisationEntry(Part):
    """An organisation and its pools."""

    id: Slug
    name: Names
    pools: Annotated[list[PoolEntry], Field(default_factory=list)]


class OwnNumber(Part):
    """A number callers reach this line by."""

    number: Number
    """As the carrier names it in `To`: E.164, or a short code as it is. A short code that many cities share (12355) is
    written with the area code."""
    shown: Name | None = None
    """What callers dial, where that is something else."""
    placeholder: bool = False
    """True for a number that isn't known yet; it must then come from a range reserved for fiction."""


class OutsideEntry(Part):
    """A number outside the service that this line may connect callers to."""

    id: Slug
    name: Names
    number: Number
    placeholder: bool = False


class Week(Part):
    """Hours by day, `18:00-22:00`, `09:00-12:00, 14:00-18:00`, `22:00-06:00`, `24h` or `closed`; a day that isn't named
    is closed. A named day beats weekdays and weekend, which beat daily."""

    daily: DayHours | None = None
    weekdays: DayHours | None = None
    weekend: DayHours | None = None
    monday: DayHours | None = None
    tuesday: DayHours | None = None
    wednesday: DayHours | None = None
    thursday: DayHours | None = None
    friday: DayHours | None = None
    saturday: DayHours | None = None
    sunday: DayHours | None = None


class HolidayCorrection(Part):
    """A single day that the holiday tables have wrong, or that is different here."""

    date: Day
    holiday: bool


class Holidays(Part):
    """What happens on public holidays."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "CN"
    hours: DayHours = "closed"
    adjusted_days_like: Literal["monday", "tuesday", "wednesday", "thursday", "friday"] = "monday"
    """Weekend days that are worked instead (调休) have the hours of this weekday."""
    overrides: Annotated[list[HolidayCorrection], Field(default_factory=list)]


class DatedException(Part):
    """Other hours from one day to another, both included."""

    date: Day
    until: Day | None = None
    hours: DayHours
    why: Names | None = None


class CalendarEntry(Part):
    """When the line is open, in its own time zone."""

    time_zone: Name
    hours: Week
    holidays: Holidays | None = None
    """Left out: holidays are days like any other."""
    exceptions: Annotated[list[DatedException], Field(default_factory=list)]


class Consent(Part):
    """What callers are told before the talk about notes and recording. Talks are never recorded."""

    say: Said


class MenuEntry(Part):
    """Keys after the greeting; a key that is left out is not on offer. No key at all goes on to waiting."""

    say: Said
    danger: Key | None = "1"
    call_back: Key | None = "9"
    languages: Annotated[dict[Language, Key], Field(default_factory=dict)]
    timeout_s: Annotated[int, Field(ge=2, le=15)] = 4


class PoolStep(Part):
    """A pool in the order of asking. Its seconds count from when it is first asked; the last pool has none."""

    pool: Slug
    overflow_after_s: Annotated[int, Field(ge=0, le=3600)] | None = None
    """Seconds after which the next pool is asked too; together they are fewer than the longest wait."""
    overflow_when_empty: bool = True
    """Ask the next pool at once when nobody of this one is on duty."""


class Skills(Part):
    """Which skills a volunteer must hold: always, for a language, for callers who pressed the danger key."""

    required: Annotated[list[Skill], Field(default_factory=list)]
    by_language: Annotated[dict[Language, list[Skill]], Field(default_factory=dict)]
    danger: Annotated[list[Skill], Field(default_factory=list)]
    relax_after_s: Annotated[int, Field(ge=0, le=3600)] | None = 60
    """Seconds of waiting after which anyone of the pools may answer; null: never."""


class Priority(Part):
    """Seconds by which a caller goes before others; all age alike, so nobody is overtaken for ever."""

    danger_head_start_s: Annotated[int, Field(ge=0, le=86400)] = 3600
    returning_head_start_s: Annotated[int, Field(ge=0, le=86400)] = 900
    """For callers whose talk broke off through no wish of theirs."""
    transferred_head_start_s: Annotated[int, Field(ge=0, le=86400)] = 600


class Announcements(Part):
    """What waiting callers are told between the music. Never silence (promise P2)."""

    every_s: Annotated[int, Field(ge=10, le=300)] = 30
    tell: Literal["position", "wait", "nothing"] = "position"


class Queue(Part):
    """How callers wait and how volunteers are rung."""

    ring_seconds: Annotated[int, Field(ge=5, le=60)] = 20
    strategy: Literal["longest_idle", "fewest_today", "ring_k"] = "longest_idle"
    ring_count: Annotated[int, Field(ge=2, le=10)] | None = None
    """How many are rung at once, with ring_k only."""
    priority: Annotated[Priority, Field(default_factory=Priority)]
    announcements: Annotated[Announcements, Field(default_factory=Announcements)]
    choice_every_s: Annotated[int, Field(ge=30, le=1800)] | None = 120
    """How often a call-back is offered to those who wait; null: never."""
    maximum_wait_s: Annotated[int, Field(ge=60, le=7200)] = 900
    """After this the ways of `no_answer` are taken."""
    maximum_waiting: Annotated[int, Field(ge=1, le=1000)] = 50
    """With so many waiting already the ways of `full` are taken."""


class SiblingLineWay(Part):
    """Go on with another line, if it is open."""

    way: Literal["sibling_line"]
    line: Slug
    say: Said | None = None


class PoolWay(Part):
    """Ask one pool, whatever the calendar says, if anyone of it is on duty."""

    way: Literal["pool"]
    pool: Slug
    say: Said | None = None


class OutsideNumberWay(Part):
    """Connect to one of the line's outside numbers."""

    way: Literal["outside_number"]
    number: Slug
    say: Said | None = None


class VoicemailWay(Part):
    """Take a message for whoever is on duty next."""

    way: Literal["voicemail"]
    say: Said
    max_s: Annotated[int, Field(ge=15, le=600)] = 180


class CallBackWay(Part):
    """Offer to call back."""

    way: Literal["call_back"]
    say: Said | None = None


class HonestMessageWay(Part):
    """Say how things stand and who else helps; it must name 12356, 110 and 120."""

    way: Literal["honest_message"]
    say: Said


WayEntry = Annotated[
    SiblingLineWay | PoolWay | OutsideNumberWay | VoicemailWay | CallBackWay | HonestMessageWay,
    Field(discriminator="way"),
]
WayList = Annotated[list[WayEntry], Field(min_length=1, max_length=8)]


class WaysEntry(Part):
    """What happens outside hours, with too many waiting, and when nobody answered in time. Tried in order; the last is
    an honest message."""

    closed: WayList
    full: WayList
    no_answer: WayList


class Nuisance(Part):
    """Silent callers and blocks."""

    silent_prompts: Annotated[int, Field(ge=1, le=5)] = 3
    silent_prompt_every_s: Annotated[int, Field(ge=5, le=60)] = 15
    block_hours: Annotated[int, Field(ge=1, le=720)] = 24
    longest_block_hours: Annotated[int, Field(ge=1, le=8760)] = 720
    who_may_block: Annotated[
        list[Literal["volunteer", "supervisor", "crisis", "administrator"]], Field(min_length=1, max_length=4)
    ] = ["supervisor"]


class Version(Part):
    """Everything about a line that holds from one moment to another."""

    valid_from: LocalMoment | None = None
    """Local time of the calendar's zone, `2021-03-01 00:00`. Left out: from when the file is first applied."""
    valid_until: LocalMoment | None = None
    """Left out: until the next version begins, or further notice."""
    why: Text | None = None
    """A word for those who read the history later."""
    languages: Annotated[list[Language], Field(min_length=1, max_length=2)]
    """The first is spoken until the caller chooses."""
    greeting: Said
    consent: Consent
    menu: MenuEntry | None = None
    calendar: CalendarEntry
    pools: Annotated[list[PoolStep], Field(min_length=1, max_length=8)]
    skills: Annotated[Skills, Field(default_factory=Skills)]
    queue: Annotated[Queue, Field(default_factory=Queue)]
    ways: WaysEntry
    outside_numbers: Annotated[list[OutsideEntry], Field(default_factory=list)]
    wrap_up_seconds: Annotated[int, Field(ge=0, le=3600)] = 120
    call_back_hours: Annotated[int, Field(ge=1, le=168)] = 24
    """A call-back that nobody has taken for so long is given up: a supervisor is told, the number is erased."""
    nuisance: Annotated[Nuisance, Field(default_factory=Nuisance)]
    phrases: Annotated[dict[str, Said], Field(default_factory=dict)]
    """The line's own words for single moments (app/lines/phrases.py lists them)."""


class LineEntry(Part):
    """A line: who answers for it, its numbers, and its versions in order of time."""

    id: Slug
    organisation: Slug
    name: Names
    numbers: Annotated[list[OwnNumber], Field(min_length=1, max_length=10)]
    versions: Annotated[list[Version], Field(min_length=1)]


class Document(Part):
    """One file."""

    organisations: Annotated[list[OrganisationEntry], Field(default_factory=list)]
    lines: Annotated[list[LineEntry], Field(default_factory=list)]
