"""The shape of a file in deploy/lines: organisations, pools and lines, each line with its dated versions.

Decided here: the fields, their limits and their defaults; `deploy/lines/line.schema.json` is generated from these
models (`app.lines.published_schema`). Unknown fields are errors. What needs more than one field to judge (overlaps,
unknown pools, a greeting missing in a declared language) is in `app.lines.checking`. Units are in the names: `_s`
seconds, `hours` hours. Everything a city may change is here and not in code (field.md).
"""

from typing import Annotated, Literal

from pydantic import Field

from app.lines.calendar_entries import CalendarEntry
from app.lines.entries import Key, Language, LocalMoment, Name, Names, Number, Part, Said, Skill, Slug, Text
from app.lines.way_entries import WaysEntry


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


class ConsentKeys(Part):
    """The keys by which callers agree to something, or refuse it, in the greeting."""

    agree: Key | None = None
    refuse: Key | None = None


class Consent(Part):
    """What callers are told before the talk about notes and recording. Talks are never recorded."""

    say: Said
    """It names the keys, where there are any."""
    keys: Annotated[dict[Literal["recording", "follow_up", "disclosure"], ConsentKeys], Field(default_factory=dict)]
    """What is asked for by key, each by itself. What a caller pressed is in the contact's consents; nothing pressed is
    no consent, and the talk goes on all the same."""


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


class Nuisance(Part):
    """Silent callers and blocks."""

    silent_prompts: Annotated[int, Field(ge=1, le=5)] = 3
    silent_prompt_every_s: Annotated[int, Field(ge=5, le=60)] = 15
    block_hours: Annotated[int, Field(ge=1, le=720)] = 24
    longest_block_hours: Annotated[int, Field(ge=1, le=8760)] = 720
    who_may_block: Annotated[
        list[Literal["volunteer", "supervisor", "crisis", "administrator"]], Field(min_length=1, max_length=4)
    ] = ["supervisor"]  # noqa: RUF012 it is copied for each


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
