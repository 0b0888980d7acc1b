"""From wall clock to instant, against a walk through every minute (P9, failure 31)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.walltime import instant_of, span_of

ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe"]
LONDON, NEW_YORK, LORD_HOWE = ZoneInfo("Europe/London"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
MINUTE = timedelta(minutes=1)

# The days of 2026 on which some of the zones change, their neighbours, and the ends of years.
DAYS = [
    date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 9), date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30),
    date(2026, 4, 4), date(2026, 4, 5), date(2026, 4, 6), date(2026, 10, 3), date(2026, 10, 4), date(2026, 10, 5),
    date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26), date(2026, 10, 31), date(2026, 11, 1),
    date(2026, 11, 2), date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29),
]  # fmt: skip

wall_minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def by_walking(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The definition itself: the first minute at which the clocks show this or more."""
    wall = datetime.combine(day, at)
    instant = wall.replace(tzinfo=UTC) - timedelta(hours=16)
    while instant.astimezone(zone).replace(tzinfo=None) < wall:
        instant += MINUTE
    return instant


@given(st.sampled_from(DAYS), wall_minutes, st.sampled_from(ZONES))
def test_a_wall_time_is_the_first_instant_at_which_the_clocks_show_it_or_more(day: date, at: time, zone: str) -> None:
    assert instant_of(day, at, ZoneInfo(zone)) == by_walking(day, at, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        (LONDON, date(2026, 3, 29), time(1, 30), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),  # skipped: the jump
        (LONDON, date(2026, 10, 25), time(1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice: the first
        (LORD_HOWE, date(2026, 10, 4), time(2, 15), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),  # half an hour's jump
        (NEW_YORK, date(2026, 3, 8), time(2, 0), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
    ],
)
def test_the_skipped_hour_is_the_jump_and_the_doubled_hour_its_first_time(
    zone: ZoneInfo, day: date, at: time, expected: datetime
) -> None:
    assert instant_of(day, at, zone) == expected


@given(st.sampled_from(DAYS), wall_minutes, wall_minutes, wall_minutes, st.sampled_from(ZONES))
def test_what_meets_on_the_wall_meets_in_time(day: date, one: time, two: time, three: time, zone: str) -> None:
    first, second, third = sorted((one, two, three))
    instants = [instant_of(day, at, ZoneInfo(zone)) for at in (first, second, third)]
    assert instants == sorted(instants)


def test_a_span_that_ends_not_after_its_start_ends_on_the_next_day() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert span_of(date(2026, 12, 31), time(18), time(2), shanghai) == (
        datetime(2026, 12, 31, 10, tzinfo=UTC),
        datetime(2026, 12, 31, 18, tzinfo=UTC),
    )
    start, end = span_of(date(2026, 6, 1), time(0), time(0), shanghai)
    assert end - start == timedelta(days=1)


def test_a_whole_day_lasts_as_long_as_that_day_does() -> None:
    spans = [span_of(day, time(0), time(0), LONDON) for day in (date(2026, 3, 29), date(2026, 10, 25))]
    assert [end - start for start, end in spans] == [timedelta(hours=23), timedelta(hours=25)]


def test_hours_that_the_clocks_skip_wholly_are_empty() -> None:
    start, end = span_of(date(2026, 3, 29), time(1, 10), time(1, 50), LONDON)
    assert start == end
