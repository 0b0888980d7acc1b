"""What the carrier would have raised an alert about, kept to be looked at. No number or name ever enters it."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from app.platform.clock import now
from app.platform.log_events import Log
from app.platform.logging import get_log

log = get_log()
KEPT = 5000


@dataclass(frozen=True, slots=True)
class Problem:
    """One alert: the carrier's error code, what happened, on which call or conference, at which of our URLs."""

    at: datetime
    code: int
    message: str
    sid: str
    url: str

    def public(self) -> dict[str, object]:
        """As JSON."""
        return {
            "at": self.at.isoformat(),
            "code": self.code,
            "message": self.message,
            "sid": self.sid,
            "url": self.url,
        }


class Problems:
    """The alerts of this run, oldest dropped first."""

    def __init__(self) -> None:
        self.kept: deque[Problem] = deque(maxlen=KEPT)

    def note(self, code: int, message: str, *, sid: str, url: str = "") -> None:
        """Record an alert and write it to the log."""
        self.kept.append(Problem(now(), code, message, sid, url))
        log.warning(Log.EMULATOR_PROBLEM_NOTED, code=code, call=sid)

    def codes(self) -> list[int]:
        """The codes so far, oldest first."""
        return [problem.code for problem in self.kept]
