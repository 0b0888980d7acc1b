"""When a line is open, against a walk through every minute, and the cases that people get wrong."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendars import (
    ALL_DAY,
    CLOSED_ALL_DAY,
    Calendar,
    Closed,
    ClosedBecause,
    ExceptionalHours,
    Hours,
    Open,
    hours_of,
    is_open,
)
from app.domain.walltime import span_of

SHANGHAI, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")
ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe"]
EVENING: Hours = ((time(18), time(22)),)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def every_day(hours: Hours) -> dict[int, Hours]:
    """The same hours on all seven weekdays."""
    return dict.fromkeys(range(7), hours)


def local(zone: ZoneInfo, *parts: int) -> datetime:
    """An instant written as the clocks of `zone` show it."""
    return datetime(*parts, tzinfo=zone)  # type: ignore[arg-type, misc]


def test_the_evening_line_of_2021_opens_at_six_and_is_closed_at_ten_sharp() -> None:
    line = Calendar(SHANGHAI, every_day(EVENING))
    opening, closing = local(SHANGHAI, 2026, 5, 4, 18), local(SHANGHAI, 2026, 5, 4, 22)
    assert is_open(line, opening - timedelta(microseconds=1)) == Closed(opening, ClosedBecause.OUTSIDE_HOURS)
    assert is_open(line, opening) == Open(closing)
    assert is_open(line, closing - timedelta(microseconds=1)) == Open(closing)
    assert is_open(line, closing) == Closed(opening + DAY, ClosedBecause.OUTSIDE_HOURS)


def test_a_24_hour_line_has_no_closing_time() -> None:
    assert is_open(Calendar(SHANGHAI, every_day(ALL_DAY)), local(SHANGHAI, 2026, 1, 1, 3)) == Open(None)


def test_a_line_that_is_open_in_two_halves_round_the_clock_has_no_closing_time_either() -> None:
    halves: Hours = ((time(8), time(20)), (time(20), time(8)))
    assert is_open(Calendar(SHANGHAI, every_day(halves)), local(SHANGHAI, 2026, 1, 1, 3)) == Open(None)


def test_a_weekend_line_is_open_through_the_midnight_between_its_days() -> None:
    line = Calendar(SHANGHAI, {5: ALL_DAY, 6: ALL_DAY})
    assert is_open(line, local(SHANGHAI, 2026, 5, 2, 23, 59)) == Open(local(SHANGHAI, 2026, 5, 4))
    assert is_open(line, local(SHANGHAI, 2026, 5, 4)) == Closed(
        local(SHANGHAI, 2026, 5, 9), ClosedBecause.OUTSIDE_HOURS
    )


def test_hours_across_midnight_belong_to_the_evening_on_which_they_began() -> None:
    line = Calendar(SHANGHAI, every_day(((time(18), time(2)),)), holidays={date(2027, 1, 1): CLOSED_ALL_DAY})
    assert is_open(line, local(SHANGHAI, 2027, 1, 1, 1, 59)) == Open(local(SHANGHAI, 2027, 1, 1, 2))
    assert is_open(line, local(SHANGHAI, 2027, 1, 1, 18)) == Closed(
        local(SHANGHAI, 2027, 1, 2, 18), ClosedBecause.HOLIDAY
    )


def test_a_holiday_beats_the_week_and_an_exception_beats_the_holiday() -> None:
    day = date(2026, 10, 1)
    exam = ExceptionalHours(day, day, EVENING)
    line = Calendar(SHANGHAI, every_day(ALL_DAY), holidays={day: CLOSED_ALL_DAY})
    assert hours_of(line, day) == (CLOSED_ALL_DAY, ClosedBecause.HOLIDAY)
    excepted = Calendar(SHANGHAI, every_day(ALL_DAY), {day: CLOSED_ALL_DAY}, (exam,))
    assert hours_of(excepted, day) == (EVENING, ClosedBecause.EXCEPTION)
    assert hours_of(excepted, day + DAY) == (ALL_DAY, ClosedBecause.OUTSIDE_HOURS)
    assert is_open(excepted, local(SHANGHAI, 2026, 10, 1, 12)) == Closed(
        local(SHANGHAI, 2026, 10, 1, 18), ClosedBecause.EXCEPTION
    )


def test_of_two_exceptions_for_a_day_the_later_one_in_the_file_counts() -> None:
    day = date(2026, 6, 7)
    earlier, later = ExceptionalHours(day, day, CLOSED_ALL_DAY), ExceptionalHours(day - DAY, day + DAY, ALL_DAY)
    assert hours_of(Calendar(SHANGHAI, {}, {}, (earlier, later)), day)[0] == ALL_DAY


def test_a_closed_holiday_ends_the_round_the_clock_opening_of_a_24_hour_line() -> None:
    line = Calendar(SHANGHAI, every_day(ALL_DAY), holidays={date(2027, 2, 6): CLOSED_ALL_DAY})
    assert is_open(line, local(SHANGHAI, 2027, 2, 5, 12)) == Open(local(SHANGHAI, 2027, 2, 6))
    assert is_open(line, local(SHANGHAI, 2027, 2, 6)) == Closed(local(SHANGHAI, 2027, 2, 7), ClosedBecause.HOLIDAY)


def test_a_line_that_never_opens_says_no_opening_time() -> None:
    assert is_open(Calendar(SHANGHAI, {}), local(SHANGHAI, 2026, 5, 4)) == Closed(None, ClosedBecause.OUTSIDE_HOURS)


def test_a_line_that_rests_over_the_summer_says_when_it_is_back() -> None:
    summer = ExceptionalHours(date(2026, 7, 1), date(2026, 8, 31), CLOSED_ALL_DAY)
    line = Calendar(SHANGHAI, every_day(EVENING), {}, (summer,))
    assert is_open(line, local(SHANGHAI, 2026, 7, 1, 19)) == Closed(
        local(SHANGHAI, 2026, 9, 1, 18), ClosedBecause.EXCEPTION
    )


def test_failure_31_a_night_shift_line_is_open_for_an_hour_less_in_spring_and_more_in_autumn() -> None:
    line = Calendar(LONDON, every_day(((time(22), time(6)),)))
    for day, hours in ((date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 6, 1), 8)):
        opening = datetime.combine(day, time(22), LONDON).astimezone(UTC)
        assert is_open(line, opening) == Open(opening + timedelta(hours=hours))


def test_the_hour_that_happens_twice_does_not_close_an_open_line_in_between() -> None:
    line = Calendar(LONDON, every_day(((time(1, 30), time(5)),)))
    first_half_past_one = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    for minutes in range(0, 270, 10):
        assert is_open(line, first_half_past_one + minutes * MINUTE) == Open(datetime(2026, 10, 25, 5, tzinfo=UTC))


def test_hours_that_the_clocks_skip_are_neither_open_nor_announced() -> None:
    line = Calendar(LONDON, every_day(((time(1, 10), time(1, 50)),)))
    at = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert is_open(line, at) == Closed(datetime(2026, 3, 30, 0, 10, tzinfo=UTC), ClosedBecause.OUTSIDE_HOURS)


# --- Against a walk through every minute ---------------------------------------------------------------------------

quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
some_hours = st.lists(st.tuples(quarters, quarters), max_size=3).map(tuple)
# Around changes of the clocks in the three zones that have them, and around a year's end.
MIDDLES = [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 10, 25),
           date(2026, 11, 1), date(2026, 12, 31)]  # fmt: skip


@st.composite
def calendars_and_instants(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar with everything in it, and an instant within two days of a delicate day."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    middle = draw(st.sampled_from(MIDDLES))
    near = st.integers(-2, 2).map(lambda days: middle + days * DAY)
    weekly = draw(st.dictionaries(st.integers(0, 6), some_hours))
    holidays = draw(st.dictionaries(near, some_hours, max_size=2))
    dates = draw(st.lists(st.tuples(near, near, some_hours), max_size=2))
    exceptions = tuple(ExceptionalHours(min(a, b), max(a, b), hours) for a, b, hours in dates)
    noon = datetime.combine(middle, time(12), UTC)
    return Calendar(zone, weekly, holidays, exceptions), noon + draw(st.integers(-48 * 60, 48 * 60)) * MINUTE


def open_minutes(calendar: Calendar, around: datetime, days: int) -> set[datetime]:
    """Every minute within `days` of `around` at which some day's hours hold: no merging, no searching."""
    today = around.astimezone(calendar.zone).date()
    minutes = set[datetime]()
    for number in range(-days - 1, days + 2):
        day = today + number * DAY
        for start, end in hours_of(calendar, day)[0]:
            at, until = span_of(day, start, end, calendar.zone)
            while at < until:
                minutes.add(at)
                at += MINUTE
    return minutes


@settings(max_examples=60, deadline=None)
@given(calendars_and_instants())
def test_open_closed_and_the_next_change_are_those_that_a_walk_through_the_minutes_finds(
    case: tuple[Calendar, datetime],
) -> None:
    calendar, at = case
    days = 3
    minutes = open_minutes(calendar, at, days)
    answer = is_open(calendar, at)
    assert isinstance(answer, Open) == (at in minutes)
    change = answer.until if isinstance(answer, Open) else answer.opens_at
    walked, limit = at, at + days * DAY
    while walked < limit and (walked in minutes) == (at in minutes):
        walked += MINUTE
    if walked < limit:
        assert change == walked
    else:
        assert change is None or change >= limit


@settings(max_examples=60, deadline=None)
@given(calendars_and_instants())
def test_at_the_announced_change_the_line_has_changed(case: tuple[Calendar, datetime]) -> None:
    calendar, at = case
    answer = is_open(calendar, at)
    if isinstance(answer, Open) and answer.until is not None:
        assert answer.until > at
        assert isinstance(is_open(calendar, answer.until), Closed)
    if isinstance(answer, Closed) and answer.opens_at is not None:
        assert answer.opens_at > at
        assert isinstance(is_open(calendar, answer.opens_at), Open)


@pytest.mark.parametrize("zone", ZONES)
def test_the_answer_does_not_depend_on_the_zone_the_asker_writes_the_instant_in(zone: str) -> None:
    line = Calendar(SHANGHAI, every_day(EVENING))
    at = local(SHANGHAI, 2026, 5, 4, 19)
    assert is_open(line, at.astimezone(ZoneInfo(zone))) == is_open(line, at)
