"""One leg of a call: which of the carrier's reports to believe (failures 7, 13, 18, 20; telephony.md "Callbacks").

Twilio's reports carry a sequence number and promise no order, so a leg only goes forward: planned, dialling, ringing,
answered, ended. A report with an old number is late, and so is one that would go back, whatever its number. The end is
believed whenever it comes (a lost "answered" must not keep an ended call alive) and absorbs all that follows.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.domain.lifecycle import Late, Moved, Refused, judge


class LegState(StrEnum):
    """Where a leg stands, in the only order there is."""

    PLANNED = "planned"
    DIALLING = "dialling"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


class LegEvent(StrEnum):
    """What the carrier reports of a leg."""

    DIALLING = "dialling"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


class LegRole(StrEnum):
    """Whose leg it is."""

    CALLER = "caller"
    VOLUNTEER = "volunteer"
    THIRD = "third"


class LegCause(StrEnum):
    """Why a leg ended (telephony.md section 3)."""

    NORMAL = "normal"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    FAILED = "failed"
    ANSWERED_ELSEWHERE = "answered_elsewhere"


REACHES: Final[Mapping[LegEvent, LegState]] = {
    LegEvent.DIALLING: LegState.DIALLING,
    LegEvent.RINGING: LegState.RINGING,
    LegEvent.ANSWERED: LegState.ANSWERED,
    LegEvent.ENDED: LegState.ENDED,
}

_RANK: Final = {state: rank for rank, state in enumerate(LegState)}

TRANSITIONS: Final[Mapping[tuple[LegState, LegEvent], LegState]] = {
    (state, event): reached for state in LegState for event, reached in REACHES.items() if _RANK[reached] > _RANK[state]
}

LATE_BUT_HARMLESS: Final[frozenset[tuple[LegState, LegEvent]]] = (
    frozenset((state, event) for state in LegState for event in LegEvent) - TRANSITIONS.keys()
)


def apply(state: LegState, event: LegEvent) -> Moved[LegState] | Late | Refused:
    """What `event` does to a leg in `state`, order of arrival aside. Total; nothing a carrier says is refused."""
    return judge(TRANSITIONS, LATE_BUT_HARMLESS, state, event)


def accepts(
    last_seq: int | None, seq: int | None, state: LegState, event: LegEvent
) -> Moved[LegState] | Late | Refused:
    """What a report numbered `seq` does to a leg whose newest believed report was `last_seq`.

    None: no number (nothing heard yet; our own reconciling; a verb's action URL); the states' order alone decides then.
    """
    if event is not LegEvent.ENDED and last_seq is not None and seq is not None and seq <= last_seq:
        return Late(f"{event} is number {seq}, {last_seq} was heard before")
    return apply(state, event)
