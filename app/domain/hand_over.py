"""A file's way from one organisation's custody to another's: asked for by the one, taken or refused by the other.

Until it is taken, the file stays where it is and whoever asked may take the request back. Each end is final: who wants
to try again asks again.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.domain.lifecycle import Late, Moved, Refused, judge


class HandOverState(StrEnum):
    """Where a hand-over stands."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class HandOverEvent(StrEnum):
    """What one of the two sides does."""

    ACCEPTED = "accepted"  # by the receiving side
    REFUSED = "refused"  # by the receiving side
    WITHDRAWN = "withdrawn"  # by the side that asked


_S = HandOverState
_E = HandOverEvent

TRANSITIONS: Final[Mapping[tuple[HandOverState, HandOverEvent], HandOverState]] = {
    (_S.REQUESTED, _E.ACCEPTED): _S.ACCEPTED,
    (_S.REQUESTED, _E.REFUSED): _S.REFUSED,
    (_S.REQUESTED, _E.WITHDRAWN): _S.WITHDRAWN,
}
LATE_BUT_HARMLESS: Final[frozenset[tuple[HandOverState, HandOverEvent]]] = frozenset()
"""None: of two people who answer at once the second is told."""


def apply(state: HandOverState, event: HandOverEvent) -> Moved[HandOverState] | Late | Refused:
    """What `event` does to a hand-over in `state`. Total; the three ends are final."""
    return judge(TRANSITIONS, LATE_BUT_HARMLESS, state, event)
