"""The shapes of reviews and exports over HTTP. Nothing in them is more than the de-identified note says."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from app.contacts.schemas import Asked, LineName, Public, Version
from app.domain.note_review import Because, ReviewState
from app.domain.risk import RiskLevel

Outcome = Literal["accepted", "returned"]
Score = Annotated[int, Field(ge=1, le=5)]
CriterionCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]


class Criterion(Public):
    """Something a note is looked at for; `asks_*` says what a reviewer asks herself."""

    code: str
    zh: str
    en: str
    asks_zh: str
    asks_en: str


class Criteria(Public):
    """The criteria in force. `percent` of the notes that are not high-risk are reviewed."""

    version: str
    percent: int
    scores: list[int]
    criteria: list[Criterion]


class Round(Public):
    """What a reviewer said once, and when the writer answered. A score of null: it cannot be said."""

    round: int
    by: str
    at: datetime
    outcome: Outcome
    criteria_version: str
    scores: dict[str, int | None]
    feedback: str
    answered_by: str | None
    answered_at: datetime | None


class Review(Public):
    """A review in the queue. `own`: the asker wrote this note or held its talk, and cannot review it.

    `mine`: the asker has taken it. `changed`: the writer has added something since it was returned.
    """

    id: UUID
    note_id: UUID
    contact_id: UUID
    line: LineName | None
    because: Because
    level: RiskLevel | None
    topics: list[str]
    written_by: str
    submitted_at: datetime
    chosen_at: datetime
    due_at: datetime
    overdue: bool
    state: ReviewState
    reviewer: str | None
    taken_at: datetime | None
    finished_at: datetime | None
    own: bool
    mine: bool
    changed: bool
    version: int


class ReviewDetail(Review):
    """A review with all that was said, oldest first. The note is read at `GET /contacts/{contact_id}/record`."""

    rounds: list[Round]


class Reviews(Public):
    """A page: high-risk ones first, then by age; of those that are done the latest first. `after`: the next page."""

    reviews: list[Review]
    after: str | None


class OwnReview(Public):
    """A review of one's own note: returned ones first, then what was accepted in the last 30 days."""

    id: UUID
    note_id: UUID
    contact_id: UUID
    line: LineName | None
    submitted_at: datetime
    state: ReviewState
    changed: bool
    rounds: list[Round]
    version: int


class LineCoverage(Public):
    """How far reviewing has come on one line (null: contacts of no line). `notes`: counselling notes of 30 days."""

    line: LineName | None
    waiting: int
    waiting_high_risk: int
    overdue: int
    oldest_waiting_at: datetime | None
    taken: int
    returned: int
    reviewed: int
    notes: int


class Coverage(Public):
    """The same over all of the asker's lines, and line by line. `reviewed` and `notes` are of the last 30 days."""

    waiting: int
    waiting_high_risk: int
    overdue: int
    oldest_waiting_at: datetime | None
    taken: int
    returned: int
    reviewed: int
    notes: int
    lines: list[LineCoverage]


class FinishReview(Asked):
    """The body of POST /api/reviews/{id}/finish. Returning takes feedback; each criterion a score or null."""

    version: Version
    scores: dict[CriterionCode, Score | None] = Field(max_length=40)
    feedback: str = ""
    outcome: Outcome


class OfVersion(Asked):
    """The body of POST /api/reviews/{id}/give-back and …/answered."""

    version: Version


class Dimension(StrEnum):
    """What notes are counted by. A note has several topics, and is counted under each."""

    TOPIC = "topic"
    LEVEL = "level"
    AGE_BAND = "age_band"
    GENDER = "gender"
    CALLER_ROLE = "caller_role"
    REGION = "region"
    LINE = "line"
    MONTH = "month"


def _all_different(given: list[Dimension]) -> list[Dimension]:
    if len(set(given)) != len(given):
        raise ValueError("names the same twice")
    return given


Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
LineId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


class ExportCounts(Asked):
    """The body of POST /api/exports/counts. Whole months, both included; no lines: all of the asker's.

    How small a cell may be is the deployment's (HOTLINE_EXPORT_SMALLEST_CELL) and not asked for: two exports with
    different limits would tell together what each of them hides.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: Annotated[Month, Field(alias="from")]
    to: Month
    line_ids: Annotated[list[LineId], Field(max_length=500)] = Field(default_factory=list)
    by: Annotated[list[Dimension], Field(min_length=1, max_length=2), AfterValidator(_all_different)]
    format: Literal["json", "csv"] = "json"
    language: Literal["zh", "en"] = "zh"


class Cell(Public):
    """One count. `codes` and `names` in the order of `by`; `count` null: hidden.

    `at_least`: some of what it counts is hidden and not in it. Any other count is exact.
    """

    codes: list[str]
    names: list[str]
    count: int | None
    at_least: bool


class CountedCode(Public):
    """A code that notes were counted under; an empty one: not entered. Topics name their set: two sets may have topics
    of one name, and these are counted apart, as they were chosen."""

    code: str
    zh: str
    en: str
    set_zh: str | None
    set_en: str | None


class Counts(Public):
    """Counts of notes. `k`: fewer than so many are hidden, and others with them, so that no sum gives them away.

    That is decided for each month on each line; a count adds up what may be shown of them, whatever is asked for.
    `left_out`: so many of these show nothing at all. Where it is 0, what is not listed is none. No totals are given.
    `withheld`: nothing of the table can be shown.
    `codes`: for each way in `by` those that occur, in the order of their list; the cells follow it.
    """

    by: list[Dimension]
    codes: list[list[CountedCode]]
    from_month: str
    to_month: str
    line_ids: list[str]
    k: int
    hidden: int
    left_out: int
    withheld: bool
    cells: list[Cell]
