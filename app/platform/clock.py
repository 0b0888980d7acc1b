"""The one place that reads clocks and makes ids; everywhere else both are arguments (design.md section 3, ADR 13).

The database's clock is the one authority: a moment that one process writes is compared with the clock of another. A
process asks it what time it is when it connects and every few seconds (`timekeeping.py`), and reckons on from the
answer by a counter that nobody can set. So a machine's clock that is wrong, or is stepped, moves nothing of ours, and
reading the time costs no round trip. Until a database has answered, the machine's clock is all there is.
"""

import os
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEP_NS = 1_000_000_000  # a move by more is a step: somebody has set a clock
_MICROSECOND = timedelta(microseconds=1)
# Goes on counting while the machine sleeps, where the system has such a counter.
_COUNTER = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def _counted_ns() -> int:
    return time.clock_gettime_ns(_COUNTER)


class HouseClock:
    """The time by which the whole house goes. `machine_ns` is this machine's own clock, `counted_ns` its counter."""

    def __init__(
        self, *, machine_ns: Callable[[], int] = time.time_ns, counted_ns: Callable[[], int] = _counted_ns
    ) -> None:
        self.counted_ns = counted_ns
        self._machine_ns = machine_ns
        self._offset_ns: int | None = None  # the database's time minus the counter
        self._stepped_ns: int | None = None  # the counter when the database's clock was last found to be stepped

    def now_ns(self) -> int:
        """The present, in nanoseconds since 1970."""
        offset = self._offset_ns
        return self._machine_ns() if offset is None else self.counted_ns() + offset

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        return EPOCH + timedelta(microseconds=self.now_ns() // 1000)

    @property
    def follows_database(self) -> bool:
        """Whether a database has told the time; until then the machine's clock is believed."""
        return self._offset_ns is not None

    def machine_ahead(self) -> timedelta | None:
        """How far this machine's own clock is ahead of the database's; None while no database has told the time."""
        if self._offset_ns is None:
            return None
        return timedelta(microseconds=(self._machine_ns() - self.now_ns()) // 1000)

    def steady_for(self) -> timedelta:
        """How long the database's clock has not been stepped, as far as we know."""
        if self._stepped_ns is None:
            return timedelta.max
        return timedelta(microseconds=(self.counted_ns() - self._stepped_ns) // 1000)

    def correct(self, theirs: datetime, *, asked_ns: int, heard_ns: int) -> timedelta:
        """The database read its clock at some moment between these two counts; how far that moves our time.

        An answer that does not contradict what we reckon changes nothing, so that a slow one does no harm; one that
        does moves us no further than it must.
        """
        read_ns = (theirs - EPOCH) // _MICROSECOND * 1000
        least, most = read_ns - heard_ns, read_ns - asked_ns
        if self._offset_ns is None:
            self._offset_ns = (least + most) // 2
            return timedelta(0)
        corrected = min(max(self._offset_ns, least), most)
        moved = corrected - self._offset_ns
        self._offset_ns = corrected
        if abs(moved) > STEP_NS:
            self._stepped_ns = heard_ns
        return timedelta(microseconds=moved // 1000)


HOUSE = HouseClock()
"""The clock of this process."""


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return HOUSE.now()


def fresh_id() -> uuid.UUID:
    """A new random id, ordered by time of making (UUID version 7, RFC 9562) so that indexes stay compact."""
    milliseconds = HOUSE.now_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | ((random >> 62) & 0xFFF) << 64
    return uuid.UUID(int=value | 0b10 << 62 | (random & 0x3FFF_FFFF_FFFF_FFFF))
