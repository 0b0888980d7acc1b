"""How long something is kept, by the calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.retention import Period, cutoff, next_run

MOMENTS = st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2100, 1, 1)).map(  # noqa: DTZ001 UTC follows
    lambda moment: moment.replace(tzinfo=UTC)
)
PERIODS = st.builds(Period, st.integers(0, 30), st.integers(0, 24), st.integers(0, 400))


@pytest.mark.parametrize(
    ("period", "now", "before"),
    [
        (Period(years=3), "2027-02-28T23:00", "2024-02-28T23:00"),
        (Period(years=3), "2027-03-01T00:00", "2024-03-01T00:00"),
        (Period(years=3), "2028-02-29T12:00", "2025-02-28T12:00"),
        (Period(months=1), "2026-03-31T00:00", "2026-02-28T00:00"),
        (Period(months=14), "2026-01-15T00:00", "2024-11-15T00:00"),
        (Period(days=30), "2026-03-01T08:00", "2026-01-30T08:00"),
        (Period(years=1, days=1), "2026-03-01T08:00", "2025-02-28T08:00"),
    ],
)
def test_years_and_months_are_the_calendars(period: Period, now: str, before: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert cutoff(period, now=moment) == datetime.fromisoformat(before).replace(tzinfo=UTC)


def test_what_is_kept_always_has_no_cutoff() -> None:
    assert cutoff(None, now=datetime(2026, 1, 1, tzinfo=UTC)) is None


@given(PERIODS, MOMENTS, MOMENTS)
def test_a_cutoff_never_goes_back_as_time_goes_on(period: Period, one: datetime, other: datetime) -> None:
    earlier, later = sorted([one, other])
    assert period.before(earlier) <= period.before(later) <= later


@pytest.mark.parametrize(
    ("longer", "shorter", "holds"),
    [
        (Period(years=3), Period(years=3), True),
        (Period(years=10), Period(years=3), True),
        (Period(months=36), Period(years=3), True),
        (Period(days=1096), Period(years=3), True),
        (Period(days=1094), Period(years=3), False),
        (Period(months=35, days=5), Period(years=3), False),
    ],
)
def test_two_periods_compare_wherever_they_fall(longer: Period, shorter: Period, holds: bool) -> None:
    assert longer.at_least(shorter) is holds


@given(MOMENTS)
def test_the_next_run_is_within_a_day_and_never_now(now: datetime) -> None:
    assert timedelta(0) < next_run(now) - now <= timedelta(days=1)
    assert next_run(next_run(now)) - next_run(now) == timedelta(days=1)
