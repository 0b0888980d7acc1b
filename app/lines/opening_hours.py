"""How opening hours are written in a line's file, and the calendar they become.

Decided here: a day's hours are one text (`18:00-22:00`, `09:00-12:00, 14:00-18:00`, `22:00-06:00` across midnight,
`24h`, `closed`); days are named, with `daily`, `weekdays` and `weekend` as shorthands that a named day overrides.
Public holidays come from the `holidays` package, which follows the State Council's yearly notices for China, with the
working days they move to weekends; the file may correct any single day.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from app.domain.calendars import ALL_DAY, CLOSED_ALL_DAY, Calendar, ExceptionalHours, Hours

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FEWEST_YEARS_AHEAD: Final = 30
"""How far holidays are laid out for a version that holds until further notice."""

_SPAN: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)"
HOURS_PATTERN: Final = rf"^(24h|closed|{_SPAN}( *, *{_SPAN})*)$"
WHOLE_DAY_MINUTES: Final = 24 * 60


class ImpossibleHoursError(ValueError):
    """The text is well formed, and yet no day can have these hours. The argument is the reason in plain words."""


@dataclass(frozen=True, slots=True)
class HolidayRules:
    """Which days are holidays and their hours. `corrections`: True makes a day a holiday, False a working day."""

    country: str
    hours: Hours
    adjusted_days_like: int
    corrections: Mapping[date, bool]


def read_hours(text: str) -> Hours:
    """The intervals of a day's text, in order; raises ImpossibleHoursError."""
    text = text.strip()
    if text == "24h":
        return ALL_DAY
    if text == "closed":
        return CLOSED_ALL_DAY
    if not re.match(HOURS_PATTERN, text):
        raise ImpossibleHoursError(
            f"{text!r} is not a day's hours: write 18:00-22:00, or 09:00-12:00, 14:00-18:00, or 24h, or closed"
        )
    spans = sorted(_minutes(part.strip()) for part in text.split(","))
    for start, end in spans:
        if end - start == WHOLE_DAY_MINUTES and start != 0:
            raise ImpossibleHoursError("hours that begin and end at the same minute: write 24h for the whole day")
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            raise ImpossibleHoursError(f"the hours {text} overlap each other")
    if spans[-1][1] - WHOLE_DAY_MINUTES > spans[0][0]:
        raise ImpossibleHoursError(f"the hours {text} run past midnight into their own beginning")
    return tuple((_time(start), _time(end)) for start, end in spans)


def _minutes(span: str) -> tuple[int, int]:
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in span.split("-"))
    return start, end if end > start else end + WHOLE_DAY_MINUTES


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def weekly_hours(written: Mapping[str, str]) -> dict[int, Hours]:
    """Weekday (Monday 0) to hours, from named days and shorthands; raises ImpossibleHoursError."""
    week: dict[int, Hours] = {}
    for number, name in enumerate(DAYS):
        shorthand = "weekend" if number >= DAYS.index("saturday") else "weekdays"
        text = written.get(name) or written.get(shorthand) or written.get("daily")
        if text is not None:
            week[number] = read_hours(text)
    return week


def make_calendar(
    zone: str,
    week: Mapping[str, str],
    rules: HolidayRules | None,
    exceptions: tuple[ExceptionalHours, ...],
    years: tuple[int, int],
) -> Calendar:
    """The calendar of one version. `years`: the first and last year for which holidays are laid out."""
    weekly = weekly_hours(week)
    if rules is None:
        return Calendar(ZoneInfo(zone), weekly, {}, exceptions)
    free, moved = public_holidays(rules.country, *years)
    off = {day for day in free if rules.corrections.get(day, True)}
    off |= {day for day, is_off in rules.corrections.items() if is_off}
    at_work = {day for day in moved if not rules.corrections.get(day, False)}
    at_work |= {day for day, is_off in rules.corrections.items() if not is_off}
    like = weekly.get(rules.adjusted_days_like, CLOSED_ALL_DAY)
    # A day at work on a weekend is an exception, listed first: the file's own exceptions for that date count more.
    working = tuple(ExceptionalHours(day, day, like) for day in sorted(at_work))
    return Calendar(ZoneInfo(zone), weekly, dict.fromkeys(off, rules.hours), working + exceptions)


@lru_cache(maxsize=64)
def public_holidays(country: str, first_year: int, last_year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and weekend days that are worked instead, in those years. NotImplementedError: unknown country."""
    found = holidays.country_holidays(country, years=range(first_year, last_year + 1))
    worked = getattr(found, "weekend_workdays", None) or ()
    within = {day for day in worked if first_year <= day.year <= last_year}
    return frozenset(found), frozenset(within)


def known_country(country: str) -> bool:
    """Whether there are public holidays to be had for this ISO 3166 code."""
    return country in holidays.list_supported_countries()
