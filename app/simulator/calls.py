"""A call as the carrier knows it: its states, times and callbacks, in Twilio's words (telephony.md section 2)."""

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.platform.clock import fresh_id, now

HEARD_KEPT = 2000
ANONYMOUS = "+266696687"


class CallStatus(StrEnum):
    """Twilio's own words for a call's state; `initiated` appears in callbacks only."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


ENDED = frozenset({CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELED})
CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


class Direction(StrEnum):
    """Who made the call."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_DIAL = "outbound-dial"


@dataclass(frozen=True, slots=True)
class StatusCallback:
    """Where and for which events the carrier tells about a call."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a call's instructions come from: a URL to fetch, or TwiML at hand."""

    url: str = ""
    method: str = "POST"
    twiml: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that was heard on a leg. `seconds` are line seconds, known for silence and pauses."""

    at: datetime
    kind: str
    text: str = ""
    language: str = ""
    seconds: float = 0.0

    def public(self) -> dict[str, object]:
        """As JSON for scripts and the phone page."""
        return {
            "at": self.at.isoformat(),
            "kind": self.kind,
            "text": self.text,
            "language": self.language,
            "seconds": round(self.seconds, 2),
        }


def new_sid(prefix: str) -> str:
    """A fresh SID of the carrier's shape: two letters and 32 hexadecimal digits."""
    return prefix + fresh_id().hex


@dataclass(slots=True)
class Call:
    """One leg's record. Only `app.simulator.leg` and `app.simulator.call_life` change its status."""

    to: str
    from_: str
    direction: Direction
    sid: str = field(default_factory=lambda: new_sid("CA"))
    status: CallStatus = CallStatus.QUEUED
    parent_sid: str | None = None
    fallback: Source | None = None
    status_callback: StatusCallback | None = None
    timeout_s: float = 60.0
    send_digits: str = ""
    time_limit_s: float = 14_400.0
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    sequence: int = 0
    silence: dict[str, float] = field(default_factory=dict)
    error_codes: list[int] = field(default_factory=list)
    heard_count: int = 0
    heard: deque[Heard] = field(default_factory=lambda: deque(maxlen=HEARD_KEPT))

    @property
    def is_over(self) -> bool:
        """Whether the call reached one of its terminal states."""
        return self.status in ENDED

    @property
    def duration_s(self) -> int:
        """Seconds from answer to end, rounded up, as billed; 0 when never answered."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return max(1, math.ceil((self.ended_at - self.answered_at).total_seconds()))

    def next_sequence(self) -> int:
        """The number of the next status callback, from 0."""
        self.sequence += 1
        return self.sequence - 1
