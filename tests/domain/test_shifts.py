"""Who is on shift, hand-overs, gaps and hours worked: across midnight and the changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import PersonId, PoolId
from app.domain.shifts import (
    Gap,
    Shift,
    coverage_gaps,
    duty_ends,
    on_shift,
    overlaps,
    shift_on,
    worked_seconds,
)

ANNA, BO, CHEN = (PersonId(UUID(int=number)) for number in (1, 2, 3))
TEACHERS, HOSPITAL = PoolId("teachers"), PoolId("hospital")
T0 = datetime(2026, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONDON = ZoneInfo("Europe/London")


def shift(person: PersonId, start: int, end: int, pool: PoolId = TEACHERS) -> Shift:
    """A shift in hours after T0."""
    return Shift(person, pool, T0 + start * HOUR, T0 + end * HOUR)


some_shifts = st.lists(
    st.builds(
        lambda person, start, length, pool: shift(person, start, start + length, pool),
        st.sampled_from([ANNA, BO, CHEN]),
        st.integers(-5, 28),
        st.integers(1, 12),
        st.sampled_from([TEACHERS, HOSPITAL]),
    ),
    max_size=8,
)


def test_at_a_hand_over_the_one_who_comes_is_on_shift_and_the_one_who_goes_is_not() -> None:
    night, morning = shift(ANNA, 0, 8), shift(BO, 8, 16)
    assert on_shift([night, morning], T0 + 8 * HOUR - timedelta(microseconds=1)) == (night,)
    assert on_shift([night, morning], T0 + 8 * HOUR) == (morning,)
    assert on_shift([night, morning], T0 + 16 * HOUR) == ()


def test_failure_31_night_shifts_meet_on_both_nights_on_which_the_clocks_change() -> None:
    for saturday, hours in ((date(2026, 3, 28), 7), (date(2026, 10, 24), 9)):
        night = shift_on(saturday, time(22), time(6), LONDON, person=ANNA, pool=TEACHERS)
        morning = shift_on(saturday + timedelta(days=1), time(6), time(14), LONDON, person=BO, pool=TEACHERS)
        assert night.ends_at == morning.starts_at
        assert worked_seconds([night], ANNA, since=T0 - 365 * 24 * HOUR, until=T0 + 365 * 24 * HOUR) == hours * 3600


def test_failure_31_shifts_that_change_in_the_doubled_hour_neither_overlap_nor_leave_a_gap() -> None:
    day = date(2026, 10, 25)
    late = shift_on(day - timedelta(days=1), time(18), time(1, 30), LONDON, person=ANNA, pool=TEACHERS)
    early = shift_on(day, time(1, 30), time(8), LONDON, person=BO, pool=TEACHERS)
    assert coverage_gaps([late, early], TEACHERS, since=late.starts_at, until=early.ends_at, seats=1) == ()
    assert late.ends_at == early.starts_at


def test_duty_lasts_through_shifts_that_touch_also_when_they_are_for_different_pools() -> None:
    shifts = [shift(ANNA, 8, 12, HOSPITAL), shift(ANNA, 0, 8), shift(BO, 0, 20), shift(ANNA, 13, 14)]
    assert duty_ends(shifts, ANNA, T0) == T0 + 12 * HOUR
    assert duty_ends(shifts, ANNA, T0 + 12 * HOUR) is None
    assert duty_ends(shifts, CHEN, T0) is None


def test_failure_16_hours_in_which_nobody_is_rostered_are_found_and_neighbours_are_one_gap() -> None:
    shifts = [shift(ANNA, 2, 4), shift(BO, 3, 6), shift(CHEN, 0, 12, HOSPITAL)]
    gaps = coverage_gaps(shifts, TEACHERS, since=T0, until=T0 + 8 * HOUR, seats=2)
    assert gaps == (
        Gap(T0, T0 + 2 * HOUR, 0),
        Gap(T0 + 2 * HOUR, T0 + 3 * HOUR, 1),
        Gap(T0 + 4 * HOUR, T0 + 6 * HOUR, 1),
        Gap(T0 + 6 * HOUR, T0 + 8 * HOUR, 0),
    )


def test_a_hand_over_of_one_seat_is_one_gap_when_two_are_wanted() -> None:
    gaps = coverage_gaps([shift(ANNA, 0, 4), shift(BO, 4, 8)], TEACHERS, since=T0, until=T0 + 8 * HOUR, seats=2)
    assert gaps == (Gap(T0, T0 + 8 * HOUR, 1),)


def test_one_person_rostered_twice_fills_one_seat() -> None:
    twice = [shift(ANNA, 0, 8), shift(ANNA, 0, 8)]
    assert coverage_gaps(twice, TEACHERS, since=T0, until=T0 + 8 * HOUR, seats=2) == (Gap(T0, T0 + 8 * HOUR, 1),)


@given(some_shifts, st.integers(0, 3))
def test_every_minute_lies_in_a_gap_exactly_when_too_few_people_are_on_shift(shifts: list[Shift], seats: int) -> None:
    gaps = coverage_gaps(shifts, TEACHERS, since=T0, until=T0 + 24 * HOUR, seats=seats)
    for minutes in range(0, 24 * 60, 30):
        at = T0 + timedelta(minutes=minutes)
        seated = len({s.person for s in on_shift(shifts, at) if s.pool == TEACHERS})
        holding = [gap for gap in gaps if gap.starts_at <= at < gap.ends_at]
        assert [gap.seated for gap in holding] == ([seated] if seated < seats else [])


@given(some_shifts)
def test_hours_in_two_pools_at_once_are_worked_once(shifts: list[Shift]) -> None:
    minutes = [T0 + timedelta(minutes=number) for number in range(0, 24 * 60, 30)]
    on_duty = [at for at in minutes if any(s.person == ANNA for s in on_shift(shifts, at))]
    assert worked_seconds(shifts, ANNA, since=T0, until=T0 + 24 * HOUR) == len(on_duty) * 1800


def test_overlaps_name_double_bookings_in_a_pool_and_those_across_pools_when_asked() -> None:
    here, also_here, elsewhere = shift(ANNA, 0, 8), shift(ANNA, 7, 9), shift(ANNA, 4, 6, HOSPITAL)
    shifts = [here, also_here, elsewhere, shift(ANNA, 9, 12), shift(BO, 0, 8)]
    assert overlaps(shifts) == ((here, also_here),)
    assert overlaps([shift(ANNA, 9, 12), also_here]) == ()
    assert overlaps(shifts, across_pools=True) == ((here, also_here), (here, elsewhere))
