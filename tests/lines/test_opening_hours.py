"""Opening hours as they are written: midnight, public holidays, working days moved to a weekend, exceptions."""

from datetime import time

import pytest

from app.domain.calendars import Open, is_open
from app.lines.opening_hours import read_hours, weekly_hours
from app.platform.db import Database
from tests.lines.conftest import VERSION, apply, book_of, line_file, shanghai


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("24h", ((time(0), time(0)),)),
        ("00:00-24:00", ((time(0), time(0)),)),
        ("closed", ()),
        ("18:00-24:00", ((time(18), time(0)),)),
        ("22:00-06:00", ((time(22), time(6)),)),
        ("14:00-18:00, 09:00-12:00", ((time(9), time(12)), (time(14), time(18)))),
        ("09:00-12:00,12:00-13:00", ((time(9), time(12)), (time(12), time(13)))),
        ("20:00-02:00, 02:00-04:00", ((time(2), time(4)), (time(20), time(2)))),
    ],
)
def test_a_days_hours_are_read(written: str, read: tuple[tuple[time, time], ...]) -> None:
    assert read_hours(written) == read


def test_a_named_day_beats_weekdays_and_weekend_which_beat_daily() -> None:
    week = weekly_hours({"daily": "24h", "weekend": "closed", "weekdays": "09:00-17:00", "friday": "10:00-12:00"})

    assert week[0] == ((time(9), time(17)),)
    assert week[4] == ((time(10), time(12)),)
    assert week[5] == week[6] == ()


CALENDAR = 'calendar: {time_zone: Asia/Shanghai, hours: {daily: "08:00-22:00"}}'
OFFICE = """calendar:
    time_zone: Asia/Shanghai
    hours: {weekdays: "09:00-17:00", saturday: "22:00-02:00"}
    holidays:
      hours: "10:00-12:00"
      adjusted_days_like: friday
      overrides: [{date: "2026-10-09", holiday: true}, {date: "2026-10-10", holiday: true}]
    exceptions:
      - {date: "2026-02-17", until: "2026-02-18", hours: closed}
      - {date: "2026-09-20", hours: "13:00-14:00"}"""


@pytest.mark.parametrize(
    ("when", "opened"),
    [
        ((2026, 9, 21, 9), True),
        ((2026, 9, 21, 17), False),
        ((2026, 9, 26, 23), True),  # Saturday night
        ((2026, 9, 27, 1), True),  # into Sunday
        ((2026, 9, 27, 2), False),
        ((2026, 10, 1, 9), False),  # National Day has the holidays' hours
        ((2026, 10, 1, 11), True),
        ((2026, 2, 28, 9), True),  # a Saturday that is worked, with Friday's hours
        ((2026, 2, 28, 23), False),
        ((2026, 9, 20, 10), False),  # a Sunday that is worked, but the file has an exception
        ((2026, 9, 20, 13), True),
        ((2026, 10, 9, 15), False),  # the file makes it a holiday
        ((2026, 10, 9, 11), True),
        ((2026, 10, 10, 15), False),  # the tables have it worked; the file makes it a holiday
        ((2026, 2, 17, 11), False),  # Spring Festival: an exception beats the holiday
        ((2026, 2, 18, 11), False),
        ((2026, 2, 19, 11), True),
    ],
)
async def test_holidays_moved_days_and_exceptions(db: Database, when: tuple[int, ...], opened: bool) -> None:
    assert CALENDAR in VERSION
    await apply(db, line_file(VERSION.replace(CALENDAR, OFFICE)))
    policy = (await book_of(db)).policy("lamp", shanghai(*when))

    assert policy is not None
    assert isinstance(is_open(policy.calendar, shanghai(*when)), Open) is opened
