"""When a line is open: weekly hours, holidays and dated exceptions in its own time zone (P9; field.md section 1).

- Hours belong to the day on which they begin: 18:00 to 02:00 on a Sunday lasts into Monday, also when Monday is a
  holiday. Intervals are half-open: at the closing minute the line is closed.
- An exception for a date beats a holiday, a holiday beats the week. Each replaces the whole day's hours; no hours means
  closed.
- Wall times become instants by the rule of `walltime`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.walltime import span_of

MIDNIGHT: Final = time(0, 0)
ONE_DAY: Final = timedelta(days=1)

Hours = tuple[tuple[time, time], ...]
"""Intervals of one day; an end not after its start is on the next day; (00:00, 00:00) is the whole day."""

ALL_DAY: Final[Hours] = ((MIDNIGHT, MIDNIGHT),)
CLOSED_ALL_DAY: Final[Hours] = ()

LOOK_FOR_CLOSING: Final = 14
"""Days: a line that stays open for longer has no closing time worth saying."""
LOOK_FOR_OPENING: Final = 400
"""Days: more than a school year, so that a line that rests over the summer still says when it is back."""


class ClosedBecause(StrEnum):
    """Which rule closed the line."""

    OUTSIDE_HOURS = "outside_hours"
    HOLIDAY = "holiday"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class ExceptionalHours:
    """Other hours from `first` to `last`, both included."""

    first: date
    last: date
    hours: Hours


@dataclass(frozen=True, slots=True)
class Calendar:
    """A line's opening times. `weekly` is keyed by weekday, Monday 0; a weekday that isn't there is closed."""

    zone: ZoneInfo
    weekly: Mapping[int, Hours]
    holidays: Mapping[date, Hours] = field(default_factory=dict)
    exceptions: tuple[ExceptionalHours, ...] = ()

    @property
    def never_closes(self) -> bool:
        """True for a 24-hour line with nothing that could close it."""
        ruled = [*self.holidays.values(), *(exception.hours for exception in self.exceptions)]
        return all(self.weekly.get(weekday) == ALL_DAY for weekday in range(7)) and all(
            hours == ALL_DAY for hours in ruled
        )


@dataclass(frozen=True, slots=True)
class Open:
    """The line is open; None: it won't close within two weeks."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Closed:
    """The line is closed; None: no opening is in sight."""

    opens_at: datetime | None
    because: ClosedBecause


def hours_of(calendar: Calendar, day: date) -> tuple[Hours, ClosedBecause]:
    """The hours that begin on `day`, and the rule they come from. Of two exceptions the later listed counts."""
    for exception in reversed(calendar.exceptions):
        if exception.first <= day <= exception.last:
            return exception.hours, ClosedBecause.EXCEPTION
    if day in calendar.holidays:
        return calendar.holidays[day], ClosedBecause.HOLIDAY
    return calendar.weekly.get(day.weekday(), CLOSED_ALL_DAY), ClosedBecause.OUTSIDE_HOURS


def is_open(calendar: Calendar, at: datetime) -> Open | Closed:
    """Whether the line is open at the instant `at` (aware), and when that changes next (UTC)."""
    if calendar.never_closes:
        return Open(until=None)
    today = at.astimezone(calendar.zone).date()
    until = at
    for day in _days(today - ONE_DAY, today + LOOK_FOR_CLOSING * ONE_DAY):
        before = until
        until = _open_through(calendar, day, until)
        if until == before and day > today:
            break
    else:
        return Open(until=None)
    if until > at:
        return Open(until)
    return Closed(_next_opening(calendar, today, at), hours_of(calendar, today)[1])


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * ONE_DAY


def _spans(calendar: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    hours, _ = hours_of(calendar, day)
    return sorted(span_of(day, start, end, calendar.zone) for start, end in hours)


def _open_through(calendar: Calendar, day: date, since: datetime) -> datetime:
    """How far being open reaches from `since` through the hours that begin on `day`; `since` itself if not at all."""
    reached = since
    for start, end in _spans(calendar, day):
        if start <= reached < end:
            reached = end
    return reached


def _next_opening(calendar: Calendar, today: date, at: datetime) -> datetime | None:
    for day in _days(today, today + LOOK_FOR_OPENING * ONE_DAY):
        for start, end in _spans(calendar, day):
            if at < start < end:
                return start
    return None
