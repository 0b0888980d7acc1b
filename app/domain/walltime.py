"""From a wall clock to an instant: the one rule by which hours and shifts meet daylight saving (P9, failure 31).

A wall time means *the first instant at which the clocks there show it or more*. So an hour that happens twice in autumn
counts from its first time, one that is skipped in spring becomes the moment of the jump, and the rule is monotone:
what meets on the wall (a shift's end and the next one's start) meets in time, with nobody dropped and nobody doubled.
The rules of the zones are the IANA database's, read through the standard library's zoneinfo.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_SECOND = timedelta(seconds=1)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which clocks in `zone` show `at` on `day`, or more. Exact to the second."""
    wall = datetime.combine(day, at)
    reading = wall.replace(tzinfo=zone)  # fold 0: the first of two
    instant = reading.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    # Skipped by the clocks. The jump lies between the reading by the later offset and the one by the earlier.
    before, after = reading.replace(fold=1).astimezone(UTC), instant
    while after - before > ONE_SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after


def span_of(day: date, start: time, end: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants [start, end) of hours that begin on `day`; an end not after the start is on the next day.

    00:00 to 00:00 is the whole day. A span is empty (start = end) where the clocks skip all of it.
    """
    last_day = day if end > start else day + timedelta(days=1)
    return instant_of(day, start, zone), instant_of(last_day, end, zone)
