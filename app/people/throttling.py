"""How long a sign-in must wait after failures. Pure: counts in, a wait out.

Three counts over the last hour. Failures of one login from one origin: after five, waits that double from 5 s to
15 minutes. Failures of one login from everywhere, and of one origin over all logins: softer, at most a minute, so that
a stranger who guesses can slow a volunteer down but never keep her from her shift. An origin from which this login has
signed in before is known-good, and the failures of others never count against it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

COUNTED = timedelta(hours=1)
REMEMBERED_GOOD = timedelta(days=30)
FREE_FAILURES = 5
FREE_FAILURES_OF_LOGIN = 20
FREE_FAILURES_OF_ORIGIN = 60
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_SOFT_WAIT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed attempts in the last hour, and when the last one was."""

    count: int
    last_at: datetime | None


NO_FAILURES = Failures(0, None)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a login and an origin when an attempt comes in."""

    pair: Failures  # this login from this origin, since its last success
    login: Failures  # this login from anywhere
    origin: Failures  # any login from this origin
    known_good: bool  # this login has signed in from this origin before


def waits_until(record: Record) -> datetime | None:
    """The moment before which no attempt is taken, or None when one may be made now or at any time past."""
    moments = [_until(record.pair, FREE_FAILURES, LONGEST_WAIT)]
    if not record.known_good:
        moments.append(_until(record.login, FREE_FAILURES_OF_LOGIN, LONGEST_SOFT_WAIT))
        moments.append(_until(record.origin, FREE_FAILURES_OF_ORIGIN, LONGEST_SOFT_WAIT))
    return max((moment for moment in moments if moment is not None), default=None)


def _until(failures: Failures, free: int, longest: timedelta) -> datetime | None:
    if failures.count < free or failures.last_at is None:
        return None
    wait: timedelta = FIRST_WAIT * (1 << min(failures.count - free, 16))
    return failures.last_at + min(wait, longest)
