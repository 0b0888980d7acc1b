"""When a line is open, as its file says it: the hours of a week, holidays, single days (shapes alone)."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.lines.entries import Day, DayHours, Name, Names, Part


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
