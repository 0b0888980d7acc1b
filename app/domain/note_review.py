"""A note's review: chosen, taken by a colleague in charge, accepted or returned, and then answered by its writer.

It goes back to the reviewer who returned it, as often as it takes. Whoever has taken one can give it back, so that
nobody's leaving keeps it from being read; and a returned one may be accepted without its answer, because its writer may
have left. Nobody reviews what they wrote or a talk they held: that is looked at where people are known.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.domain.lifecycle import Late, Moved, Refused, judge


class ReviewState(StrEnum):
    """Where a review stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    RETURNED = "returned"
    DONE = "done"


class ReviewEvent(StrEnum):
    """What the reviewer does, or (ANSWERED) the writer."""

    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    RETURNED = "returned"
    ANSWERED = "answered"
    ACCEPTED = "accepted"


class Because(StrEnum):
    """Why a note is reviewed; the first comes before the second."""

    HIGH_RISK = "high_risk"  # its contact's level is high or imminent, or was
    SAMPLE = "sample"  # one of n in a hundred of all others


_S = ReviewState
_E = ReviewEvent

TRANSITIONS: Final[Mapping[tuple[ReviewState, ReviewEvent], ReviewState]] = {
    (_S.WAITING, _E.TAKEN): _S.TAKEN,
    (_S.TAKEN, _E.GIVEN_BACK): _S.WAITING,
    (_S.TAKEN, _E.RETURNED): _S.RETURNED,
    (_S.TAKEN, _E.ACCEPTED): _S.DONE,
    (_S.RETURNED, _E.ANSWERED): _S.TAKEN,
    (_S.RETURNED, _E.ACCEPTED): _S.DONE,
}
LATE_BUT_HARMLESS: Final[frozenset[tuple[ReviewState, ReviewEvent]]] = frozenset(
    {
        (_S.TAKEN, _E.TAKEN),  # pressed twice by the same reviewer; somebody else's press is told (a stale version)
        (_S.WAITING, _E.GIVEN_BACK),  # pressed twice
        (_S.TAKEN, _E.ANSWERED),  # pressed twice
        (_S.DONE, _E.ANSWERED),  # the reviewer has accepted it meanwhile
    }
)


def apply(state: ReviewState, event: ReviewEvent) -> Moved[ReviewState] | Late | Refused:
    """What `event` does to a review in `state`. Total; done is final."""
    return judge(TRANSITIONS, LATE_BUT_HARMLESS, state, event)


def is_drawn(token: bytes, percent: int) -> bool:
    """Whether a note is among `percent` in a hundred. `token` is a keyed hash of its id.

    Nobody without the key can tell beforehand which notes will be, and whoever draws again draws the same; with a
    higher percentage all of a lower one's are among them.
    """
    return int.from_bytes(token[:8], "big") * 100 < percent << 64
