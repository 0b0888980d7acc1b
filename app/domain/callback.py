"""A call-back's life: asked for, dialled by exactly one volunteer, once (failure 27), and owed until it was dialled.

- It is asked for only by the caller, who agreed to it and was told that whoever picks up may hear of it: the phone may
  be shared. Without a number there is nobody to call.
- `taken` is a compare-and-set: whoever comes second is refused. It counts as dialled once the carrier has a call of it;
  otherwise it returns to `requested`, by whatever way our side failed, and a person decides on dialling it again.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.domain.lifecycle import Late, Moved, Refused, judge


class CallbackState(StrEnum):
    """Where a call-back stands."""

    REQUESTED = "requested"
    DIALLING = "dialling"
    REACHED = "reached"
    NOT_REACHED = "not_reached"
    GIVEN_UP = "given_up"


class CallbackEvent(StrEnum):
    """What can happen to a call-back."""

    TAKEN = "taken"
    NEVER_PLACED = "never_placed"  # the carrier refused, or could not be reached: nobody was rung
    UNCLEAR = "unclear"  # the carrier was asked and said nothing; if it rang, nobody was put through
    LET_DOWN = "let_down"  # the caller was there and wanted to talk, and nobody of ours could be put through
    REACHED = "reached"
    NOT_REACHED = "not_reached"
    GIVEN_UP = "given_up"  # nobody took it in the time the line's file gives


_S = CallbackState
_E = CallbackEvent

TRANSITIONS: Final[Mapping[tuple[CallbackState, CallbackEvent], CallbackState]] = {
    (_S.REQUESTED, _E.TAKEN): _S.DIALLING,
    (_S.REQUESTED, _E.GIVEN_UP): _S.GIVEN_UP,
    (_S.DIALLING, _E.NEVER_PLACED): _S.REQUESTED,
    (_S.DIALLING, _E.UNCLEAR): _S.REQUESTED,
    (_S.DIALLING, _E.LET_DOWN): _S.REQUESTED,
    (_S.DIALLING, _E.REACHED): _S.REACHED,
    (_S.DIALLING, _E.NOT_REACHED): _S.NOT_REACHED,
}

ENDED: Final = frozenset({_S.REACHED, _S.NOT_REACHED, _S.GIVEN_UP})

# The carrier may repeat itself or come late; a person's second `taken` is never waved through.
LATE_BUT_HARMLESS: Final[frozenset[tuple[CallbackState, CallbackEvent]]] = frozenset(
    {(state, event) for state in ENDED for event in _E if event is not _E.TAKEN}
    | {(_S.REQUESTED, _E.NEVER_PLACED), (_S.REQUESTED, _E.UNCLEAR), (_S.REQUESTED, _E.LET_DOWN)}
    | {(_S.DIALLING, _E.GIVEN_UP)}
)


def apply(state: CallbackState, event: CallbackEvent) -> Moved[CallbackState] | Late | Refused:
    """What `event` does to a call-back in `state`. Total; the three ends are final."""
    return judge(TRANSITIONS, LATE_BUT_HARMLESS, state, event)


def may_request(*, consented: bool, number_known: bool) -> bool:
    """Whether a call-back may be promised to this caller."""
    return consented and number_known
