"""How long each record class is kept in each jurisdiction: versioned files, read whole or refused whole.

Decided here: a jurisdiction other than the default names only what differs, and may not keep for less than the
default's `at_least` nor longer than its `at_most`. Where a line belongs to none, the default holds. A line goes before
its organisation. A pseudonym outlives what it leads to: notes and files never stay behind without it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from app.casework.instruments.document import Shape, Words
from app.domain.retention import Period, RecordClass, cutoff
from app.lines.reading import Path as Where
from app.lines.reading import Problem, RefusedError, nearest_line, read_as, show
from app.platform.db import Tx
from app.settings import Settings, SettingsWrong

DATA: Final = Path(__file__).parent / "periods"

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]


class PeriodDoc(Shape):
    """Years, months and days, added up; never nothing."""

    years: Annotated[int, Field(ge=0, le=100)] = 0
    months: Annotated[int, Field(ge=0, le=1200)] = 0
    days: Annotated[int, Field(ge=0, le=36500)] = 0

    @model_validator(mode="after")
    def _is_something(self) -> "PeriodDoc":
        if not (self.years or self.months or self.days):
            raise ValueError("a period is at least a day; to keep for ever write: keep: always")
        return self

    @property
    def period(self) -> Period:
        """In the core's terms."""
        return Period(self.years, self.months, self.days)


class KeepDoc(Shape):
    """One class's term, the bounds a rule sets to it, and why."""

    keep: PeriodDoc | Literal["always"]
    at_least: PeriodDoc | None = None
    at_most: PeriodDoc | None = None
    why: Words

    @property
    def period(self) -> Period | None:
        """None: always."""
        return None if self.keep == "always" else self.keep.period


class AppliesDoc(Shape):
    """Whose records it is for."""

    organisations: tuple[Id, ...] = Field(default=(), strict=False)
    lines: tuple[Id, ...] = Field(default=(), strict=False)


class JurisdictionDoc(Shape):
    """One file."""

    jurisdiction: Id
    version: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    name: Words
    source: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    default: bool = False
    applies_to: AppliesDoc = AppliesDoc()
    keep: dict[Annotated[RecordClass, Field(strict=False)], KeepDoc]


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """For one class: what ended before is old enough, by line; `otherwise` for every other. None: never."""

    by_line: Mapping[str, datetime | None]
    otherwise: datetime | None


@dataclass(frozen=True, slots=True)
class Periods:
    """All jurisdictions; the default one has every class."""

    default: JurisdictionDoc
    others: tuple[JurisdictionDoc, ...]

    @property
    def version(self) -> str:
        """Which files these are: written into every run."""
        return ", ".join(f"{each.jurisdiction} {each.version}" for each in (self.default, *self.others))

    def of(self, jurisdiction: JurisdictionDoc, record_class: RecordClass) -> KeepDoc:
        """The term of a class there."""
        return jurisdiction.keep.get(record_class, self.default.keep[record_class])

    def cutoffs(self, record_class: RecordClass, lines: Mapping[str, str | None], *, now: datetime) -> Cutoffs:
        """For the lines there are, each with its organisation."""
        by_line = {}
        for line, organisation in lines.items():
            jurisdiction = self.of_line(line, organisation)
            if jurisdiction is not self.default:
                by_line[line] = cutoff(self.of(jurisdiction, record_class).period, now=now)
        return Cutoffs(by_line, cutoff(self.default.keep[record_class].period, now=now))

    def of_line(self, line: str, organisation: str | None) -> JurisdictionDoc:
        """Under which jurisdiction a line's records are kept."""
        for each in self.others:
            if line in each.applies_to.lines:
                return each
        for each in self.others:
            if organisation in each.applies_to.organisations:
                return each
        return self.default


def load_periods(folder: Path = DATA) -> Periods:
    """Every file of a folder; raises RefusedError with all that is wrong with any of them."""
    found: list[JurisdictionDoc] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            document, lines = read_as(
                JurisdictionDoc,
                path.read_text(encoding="utf-8"),
                path.name,
                keys="`jurisdiction`, `version` and `keep`",
            )
        except RefusedError as refused:
            problems += refused.problems
            continue
        wrong = [*_wrong(document)]
        problems += [Problem(path.name, nearest_line(lines, where), show(where), why) for where, why in wrong]
        found.append(document)
    if not problems:
        problems = [Problem(str(folder), 1, "", why) for why in _wrong_together(found)]
    if problems:
        raise RefusedError(problems)
    default = next(each for each in found if each.default)
    return Periods(default, tuple(each for each in found if each is not default))


def _wrong(document: JurisdictionDoc) -> Iterator[tuple[Where, str]]:
    for record_class, term in document.keep.items():
        at: Where = ("keep", record_class.value, "keep")
        period = term.period
        if period is None:
            if term.at_most is not None:
                yield at, "this is kept for ever, longer than `at_most`"
            continue
        if term.at_least is not None and not period.at_least(term.at_least.period):
            yield at, "this is shorter than `at_least`"
        if term.at_most is not None and not term.at_most.period.at_least(period):
            yield at, "this is longer than `at_most`"
    if document.default and (document.applies_to.lines or document.applies_to.organisations):
        yield ("applies_to",), "the default holds wherever no other does: it names no lines"


def _wrong_together(found: list[JurisdictionDoc]) -> Iterator[str]:
    defaults = [each for each in found if each.default]
    if len(defaults) != 1:
        yield f"there must be exactly one file with `default: true`, and there are {len(defaults)}"
        return
    (default,) = defaults
    missing = [each.value for each in RecordClass if each not in default.keep]
    if missing:
        yield f"the default does not say how long these are kept: {', '.join(missing)}"
        return
    names = [each.jurisdiction for each in found]
    places = [place for each in found for place in (*each.applies_to.lines, *each.applies_to.organisations)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"there are two files of jurisdiction `{name}`"
    for place in sorted({place for place in places if places.count(place) > 1}):
        yield f"`{place}` is under two jurisdictions"
    for each in found:
        yield from _wrong_order(each, default)
        for record_class, term in each.keep.items():
            law = default.keep[record_class]
            period = term.period
            if law.at_least and period is not None and not period.at_least(law.at_least.period):
                yield f"{each.jurisdiction} keeps {record_class} for less than {default.jurisdiction} allows"
            if law.at_most and (period is None or not law.at_most.period.at_least(period)):
                yield f"{each.jurisdiction} keeps {record_class} for longer than {default.jurisdiction} allows"


def _wrong_order(each: JurisdictionDoc, default: JurisdictionDoc) -> Iterator[str]:
    pseudonym = each.keep.get(RecordClass.CONTACTS, default.keep[RecordClass.CONTACTS]).period
    for record_class in (RecordClass.NOTES, RecordClass.FILES):
        period = each.keep.get(record_class, default.keep[record_class]).period
        if pseudonym is not None and (period is None or not pseudonym.at_least(period)):
            yield f"{each.jurisdiction} keeps contacts for less than {record_class}, which nobody could find any more"


async def lines_and_organisations(tx: Tx) -> dict[str, str | None]:
    """Every line there ever was, with its organisation."""
    rows = await tx.fetch("SELECT id, organisation_id FROM line")
    return {row["id"]: row["organisation_id"] for row in rows}


def periods_of(settings: Settings) -> Periods:
    """The periods of a process; raises SettingsWrong with one sentence when the operator's cannot be used."""
    try:
        return load_periods(settings.retention_periods or DATA)
    except RefusedError as refused:
        raise SettingsWrong(f"HOTLINE_RETENTION_PERIODS cannot be used: {refused.problems[0]}") from None
