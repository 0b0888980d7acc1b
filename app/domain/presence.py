"""A volunteer's activity, and what moves it (design.md section 1; failures 5, 6, 9; issue part 7).

- A live call stays up: neither a lost heartbeat nor the end of a shift nor a supervisor's `let_go` moves `engaged`, and
  none of them cuts a wrap-up short.
- A wrap-up ends by being done: whoever stepped out of it by the activity switch would leave a contact open that nobody
  else can close. A console that is closed keeps it; it is there when she comes back. Only whoever has not been heard of
  for many hours is taken out of it, so that nothing stays open for ever, or whoever a supervisor takes out of it with a
  reason: she is away then, and is offered nobody until she comes back by herself.
- A heartbeat is no event: connecting again in the middle of an offer changes nothing. Only its loss is one.
- A missed or declined offer leaves the volunteer ready; missed too often in a row means away, with a notice to the
  supervisor. An accepted call whose audio never joined means away at once: the next caller would not be heard either.
- Whether someone may go ready (rostered, or let in) is asked before the event is raised, not here.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.domain.lifecycle import Late, Moved, Refused, judge


class Activity(StrEnum):
    """What a volunteer is doing, as the wallboard shows it."""

    OFFLINE = "offline"
    READY = "ready"
    OFFERED = "offered"
    ENGAGED = "engaged"
    WRAPPING_UP = "wrapping_up"
    AWAY = "away"


class PresenceEvent(StrEnum):
    """What moves an activity."""

    GO_READY = "go_ready"
    GO_AWAY = "go_away"
    GO_OFFLINE = "go_offline"
    OFFER_MADE = "offer_made"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_MISSED = "offer_missed"
    OFFER_WITHDRAWN = "offer_withdrawn"  # also after accepting: the caller left before audio joined
    MISSED_TOO_OFTEN = "missed_too_often"  # instead of offer_missed, when after_missed says away
    LEASE_LAPSED = "lease_lapsed"
    TALK_ENDED = "talk_ended"
    WRAP_UP_DONE = "wrap_up_done"
    LEFT_FOR_GOOD = "left_for_good"  # the console has been silent for many hours in mid-wrap-up
    WRAP_UP_CLOSED = "wrap_up_closed"  # by a supervisor, with a reason
    HEARTBEAT_LOST = "heartbeat_lost"
    LET_GO = "let_go"  # by a supervisor, or the shift is over


_A = Activity
_E = PresenceEvent

TRANSITIONS: Final[Mapping[tuple[Activity, PresenceEvent], Activity]] = {
    (_A.OFFLINE, _E.GO_READY): _A.READY,
    (_A.OFFLINE, _E.GO_AWAY): _A.AWAY,
    #
    (_A.READY, _E.GO_AWAY): _A.AWAY,
    (_A.READY, _E.GO_OFFLINE): _A.OFFLINE,
    (_A.READY, _E.OFFER_MADE): _A.OFFERED,
    (_A.READY, _E.HEARTBEAT_LOST): _A.OFFLINE,
    (_A.READY, _E.LET_GO): _A.OFFLINE,
    #
    (_A.OFFERED, _E.GO_AWAY): _A.AWAY,
    (_A.OFFERED, _E.GO_OFFLINE): _A.OFFLINE,
    (_A.OFFERED, _E.OFFER_ACCEPTED): _A.ENGAGED,
    (_A.OFFERED, _E.OFFER_DECLINED): _A.READY,
    (_A.OFFERED, _E.OFFER_MISSED): _A.READY,
    (_A.OFFERED, _E.OFFER_WITHDRAWN): _A.READY,
    (_A.OFFERED, _E.MISSED_TOO_OFTEN): _A.AWAY,
    (_A.OFFERED, _E.HEARTBEAT_LOST): _A.OFFLINE,
    (_A.OFFERED, _E.LET_GO): _A.OFFLINE,
    #
    (_A.ENGAGED, _E.OFFER_WITHDRAWN): _A.READY,
    (_A.ENGAGED, _E.LEASE_LAPSED): _A.AWAY,
    (_A.ENGAGED, _E.TALK_ENDED): _A.WRAPPING_UP,
    (_A.ENGAGED, _E.HEARTBEAT_LOST): _A.ENGAGED,
    (_A.ENGAGED, _E.LET_GO): _A.ENGAGED,
    #
    (_A.WRAPPING_UP, _E.WRAP_UP_DONE): _A.READY,
    (_A.WRAPPING_UP, _E.LEFT_FOR_GOOD): _A.OFFLINE,
    (_A.WRAPPING_UP, _E.WRAP_UP_CLOSED): _A.AWAY,
    (_A.WRAPPING_UP, _E.HEARTBEAT_LOST): _A.WRAPPING_UP,
    (_A.WRAPPING_UP, _E.LET_GO): _A.WRAPPING_UP,
    #
    (_A.AWAY, _E.GO_READY): _A.READY,
    (_A.AWAY, _E.GO_OFFLINE): _A.OFFLINE,
    (_A.AWAY, _E.HEARTBEAT_LOST): _A.OFFLINE,
    (_A.AWAY, _E.LET_GO): _A.OFFLINE,
}

# Every outcome of an offer or a talk may reach a volunteer who has moved on; only a new offer may not.
_STRAGGLERS: Final = (
    _E.OFFER_ACCEPTED,
    _E.OFFER_DECLINED,
    _E.OFFER_MISSED,
    _E.OFFER_WITHDRAWN,
    _E.MISSED_TOO_OFTEN,
    _E.LEASE_LAPSED,
    _E.TALK_ENDED,
    _E.WRAP_UP_DONE,
    _E.LEFT_FOR_GOOD,
    _E.WRAP_UP_CLOSED,
)

LATE_BUT_HARMLESS: Final[frozenset[tuple[Activity, PresenceEvent]]] = frozenset(
    {(activity, event) for activity in _A for event in _STRAGGLERS}
    | {
        (_A.READY, _E.GO_READY),
        (_A.OFFERED, _E.GO_READY),
        (_A.AWAY, _E.GO_AWAY),
        (_A.OFFLINE, _E.GO_OFFLINE),
        (_A.OFFLINE, _E.HEARTBEAT_LOST),
        (_A.OFFLINE, _E.LET_GO),
    }
) - frozenset(TRANSITIONS)

BUSY: Final = frozenset({_A.OFFERED, _A.ENGAGED, _A.WRAPPING_UP})
"""Activities in which nothing may be offered."""


def apply(activity: Activity, event: PresenceEvent) -> Moved[Activity] | Late | Refused:
    """What `event` does to a volunteer's activity. Total."""
    return judge(TRANSITIONS, LATE_BUT_HARMLESS, activity, event)


def after_missed(missed_in_row: int, limit: int = 2) -> Activity:
    """Ready or away, after the `missed_in_row`-th offer missed with no accepted or declined one between."""
    return Activity.AWAY if missed_in_row >= limit else Activity.READY
