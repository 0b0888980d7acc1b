"""Who is on duty when, and where nobody is (P9; failures 16, 31; issue part 7).

Shifts are half-open instants: at a hand-over the one who comes is on shift and the one who goes is not. What is
planned by the wall clock becomes instants by the rule of `walltime`, so that neighbouring shifts meet every night.
One volunteer may serve several pools at once; counting seats counts people, not shifts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

from app.domain.ids import PersonId, PoolId
from app.domain.walltime import span_of


@dataclass(frozen=True, slots=True)
class Shift:
    """A volunteer's duty for a pool, [starts_at, ends_at), aware instants."""

    person: PersonId
    pool: PoolId
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which a pool has fewer people than it should."""

    starts_at: datetime
    ends_at: datetime
    seated: int


def shift_on(day: date, start: time, end: time, zone: ZoneInfo, *, person: PersonId, pool: PoolId) -> Shift:
    """A shift planned by the wall clock; an end not after the start is on the next day."""
    starts_at, ends_at = span_of(day, start, end, zone)
    return Shift(person, pool, starts_at, ends_at)


def on_shift(shifts: Iterable[Shift], at: datetime) -> tuple[Shift, ...]:
    """The shifts that hold at `at`, in the order given."""
    return tuple(shift for shift in shifts if shift.starts_at <= at < shift.ends_at)


def duty_ends(shifts: Iterable[Shift], person: PersonId, at: datetime) -> datetime | None:
    """When `person`, on shift at `at`, is free to go: shifts that touch or overlap count as one. None: not on shift."""
    until = at
    for shift in sorted((s for s in shifts if s.person == person), key=lambda s: s.starts_at):
        if shift.starts_at <= until < shift.ends_at:
            until = shift.ends_at
    return until if until > at else None


def coverage_gaps(
    shifts: Iterable[Shift], pool: PoolId, *, since: datetime, until: datetime, seats: int
) -> tuple[Gap, ...]:
    """Where in [since, until) fewer than `seats` different people are rostered for `pool`; neighbours merged."""
    of_pool = [s for s in shifts if s.pool == pool and s.starts_at < until and s.ends_at > since]
    edges = {since, until}
    for shift in of_pool:
        edges |= {max(shift.starts_at, since), min(shift.ends_at, until)}
    gaps: list[Gap] = []
    for start, end in pairwise(sorted(edges)):
        seated = len({shift.person for shift in on_shift(of_pool, start)})
        if seated >= seats:
            continue
        if gaps and gaps[-1].ends_at == start and gaps[-1].seated == seated:
            gaps[-1] = Gap(gaps[-1].starts_at, end, seated)
        else:
            gaps.append(Gap(start, end, seated))
    return tuple(gaps)


def worked_seconds(shifts: Iterable[Shift], person: PersonId, *, since: datetime, until: datetime) -> int:
    """Seconds of duty of `person` within [since, until); what overlaps (two pools at once) counts once."""
    worked = timedelta()
    counted_to = since
    for shift in sorted((s for s in shifts if s.person == person), key=lambda s: s.starts_at):
        start, end = max(shift.starts_at, counted_to), min(shift.ends_at, until)
        if end > start:
            worked += end - start
            counted_to = end
    return int(worked.total_seconds())


def overlaps(shifts: Sequence[Shift], *, across_pools: bool = False) -> tuple[tuple[Shift, Shift], ...]:
    """Pairs of shifts of one person that share time: in one pool (a mistake), or in any (to be asked about)."""
    return tuple(
        (one, other)
        for one, other in combinations(shifts, 2)
        if one.person == other.person
        and (across_pools or one.pool == other.pool)
        and one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
    )
