"""Break-glass: an identity is looked at by two people's decision, for a reason, for minutes (field.md section 7).

- One asks, a different one agrees; then the one who asked, and nobody else, may look until the time is over.
- For an act in progress one person may open it alone, at once. Somebody else then looks at whether that was right: it
  stays to be reviewed until they have, however long that takes.
- A request that nobody answers lapses. Nothing that has ended is ever opened again: it is asked for anew.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain.lifecycle import Late, Moved, Refused, judge


class OpeningState(StrEnum):
    """Where a breaking of the glass stands."""

    REQUESTED = "requested"
    OPEN = "open"
    OPEN_ALONE = "open_alone"  # by one person, for an act in progress
    TO_REVIEW = "to_review"  # was open by one person's word; somebody else has not looked at it yet
    REFUSED = "refused"
    LAPSED = "lapsed"  # nobody answered in time
    CLOSED = "closed"
    REVIEWED = "reviewed"


class OpeningEvent(StrEnum):
    """What can happen to one."""

    APPROVED = "approved"
    REFUSED = "refused"
    LOOKED = "looked"
    TIME_UP = "time_up"
    REVIEWED = "reviewed"


_S = OpeningState
_E = OpeningEvent

TRANSITIONS: Final[Mapping[tuple[OpeningState, OpeningEvent], OpeningState]] = {
    (_S.REQUESTED, _E.APPROVED): _S.OPEN,
    (_S.REQUESTED, _E.REFUSED): _S.REFUSED,
    (_S.REQUESTED, _E.TIME_UP): _S.LAPSED,
    #
    (_S.OPEN, _E.LOOKED): _S.OPEN,
    (_S.OPEN, _E.TIME_UP): _S.CLOSED,
    #
    (_S.OPEN_ALONE, _E.LOOKED): _S.OPEN_ALONE,
    (_S.OPEN_ALONE, _E.TIME_UP): _S.TO_REVIEW,
    #
    (_S.TO_REVIEW, _E.REVIEWED): _S.REVIEWED,
}

# Two supervisors answer the same alarm, and a timer comes after the hour: the first one counted. A look is never late
# but harmless: it shows something, or it is refused.
LATE_BUT_HARMLESS: Final[frozenset[tuple[OpeningState, OpeningEvent]]] = frozenset(
    {(_S.OPEN, _E.APPROVED), (_S.REFUSED, _E.REFUSED), (_S.REVIEWED, _E.REVIEWED)}
    | {(state, _E.TIME_UP) for state in (_S.TO_REVIEW, _S.REFUSED, _S.LAPSED, _S.CLOSED, _S.REVIEWED)}
)

SHOWS: Final = frozenset({_S.OPEN, _S.OPEN_ALONE})
"""States in which the one who asked may look."""

LAPSES_AFTER: Final = timedelta(minutes=30)
"""A request that nobody has answered by then counts no more (ours)."""

REVIEW_WITHIN: Final = timedelta(hours=24)
"""What one person opened alone is looked at the next day; after that the supervisors are told daily (ours)."""


class Reason(StrEnum):
    """What it is opened for."""

    ACT_IN_PROGRESS = "act_in_progress"  # an attempt, or violence, under way now
    DANGER_TO_LIFE = "danger_to_life"
    CHILD_IN_DANGER = "child_in_danger"
    DUTY_TO_REPORT = "duty_to_report"


class Finding(StrEnum):
    """What the review says."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


def apply(state: OpeningState, event: OpeningEvent) -> Moved[OpeningState] | Late | Refused:
    """What `event` does to an opening in `state`. Total."""
    return judge(TRANSITIONS, LATE_BUT_HARMLESS, state, event)


def state_at(state: OpeningState, ends_at: datetime | None, *, now: datetime) -> OpeningState:
    """The state as it is at `now`, though no timer has said so yet. `ends_at`: when this state is over by itself."""
    if ends_at is None or now < ends_at:
        return state
    verdict = apply(state, OpeningEvent.TIME_UP)
    return verdict.state if isinstance(verdict, Moved) else state


def may_open_alone(reason: Reason) -> bool:
    """Whether one person's word is enough."""
    return reason is Reason.ACT_IN_PROGRESS


def two_people(asked: UUID, answers: UUID) -> bool:
    """Whether somebody else answers: nobody agrees to, or reviews, their own."""
    return asked != answers
