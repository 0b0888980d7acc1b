"""An offer's life: one contact held out to one volunteer (promise P3; failures 1, 2, 3, 13).

Accepting is a compare-and-set on this state; what comes after another end of the offer is late and the volunteer hears
"already taken" (OfferGone). An accepted offer is a lease: it becomes `bridged` when audio joins, `lapsed` when the time
runs out or the volunteer hangs up first, `withdrawn` when the caller left first.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.domain.lifecycle import Late, Moved, Refused, judge


class OfferState(StrEnum):
    """Where an offer stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"  # a lease until audio joins
    BRIDGED = "bridged"
    DECLINED = "declined"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"  # the caller left, another took it, or the volunteer went out of reach
    LAPSED = "lapsed"  # accepted, but audio never joined


class OfferEvent(StrEnum):
    """What can happen to an offer."""

    ACCEPTED = "accepted"
    AUDIO_JOINED = "audio_joined"
    DECLINED = "declined"
    MISSED = "missed"  # it rang out, was busy, or a voicemail box answered
    WITHDRAWN = "withdrawn"
    LEASE_LAPSED = "lease_lapsed"
    VOLUNTEER_LEFT = "volunteer_left"


_S = OfferState
_E = OfferEvent

TRANSITIONS: Final[Mapping[tuple[OfferState, OfferEvent], OfferState]] = {
    (_S.OFFERED, _E.ACCEPTED): _S.ACCEPTED,
    (_S.OFFERED, _E.DECLINED): _S.DECLINED,
    (_S.OFFERED, _E.MISSED): _S.MISSED,
    (_S.OFFERED, _E.WITHDRAWN): _S.WITHDRAWN,
    (_S.OFFERED, _E.VOLUNTEER_LEFT): _S.MISSED,  # the phone was hung up without a key
    (_S.ACCEPTED, _E.AUDIO_JOINED): _S.BRIDGED,
    (_S.ACCEPTED, _E.LEASE_LAPSED): _S.LAPSED,
    (_S.ACCEPTED, _E.VOLUNTEER_LEFT): _S.LAPSED,
    (_S.ACCEPTED, _E.WITHDRAWN): _S.WITHDRAWN,
}

LIVE: Final = frozenset({_S.OFFERED, _S.ACCEPTED})
"""States that hold the volunteer and the contact; a partial unique index stands on them."""

RINGING: Final = frozenset({_S.OFFERED})

_OVER: Final = frozenset(_S) - LIVE

LATE_BUT_HARMLESS: Final[frozenset[tuple[OfferState, OfferEvent]]] = frozenset(
    {(state, event) for state in _OVER for event in _E}
    | {
        (_S.ACCEPTED, _E.ACCEPTED),  # pressed twice, or a retried webhook: the answer is the first one's
        (_S.ACCEPTED, _E.MISSED),  # the ring's time limit lost the race
    }
)


def apply(state: OfferState, event: OfferEvent) -> Moved[OfferState] | Late | Refused:
    """What `event` does to an offer in `state`. Total; the five ends absorb everything."""
    return judge(TRANSITIONS, LATE_BUT_HARMLESS, state, event)
