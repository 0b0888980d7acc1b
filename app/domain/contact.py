"""A contact's life, from the first ring to the closed ledger line, and the one reason it ends with.

Decided here, on the authority of promises P1 to P3 (design.md section 2) and failures 2, 3, 7, 13, 14, 20:

- Whatever takes the volunteer away (a lapsed lease, a hang-up before or during the talk) keeps the caller: back to the
  queue before the talk, asked what they wish after it began. Only the caller's leg ending, a volunteer's deliberate end
  of a talk, a refusal at the door or a failure of ours ends the caller's part.
- `caller_left` means "the caller's leg ended", whoever hung up and at whatever step; the state tells what was lost.
- Offers to bring a second volunteer or a third person into a running talk don't move the contact. `transferred` tells
  that another volunteer, already heard on the bridge, now holds it; `transferred_cold` sends the caller to a queue.
- `wrapped_up` closes only a contact that is wrapping up: after a cold transfer the first volunteer writes up while the
  contact waits or talks again, and that must not close it.
- Once audio has joined, the reason is `answered` for good.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.domain.lifecycle import Late, Moved, Refused, judge


class ContactState(StrEnum):
    """Where a contact stands."""

    INTAKE = "intake"  # hears greeting, consent, menus; can't be offered yet
    WAITING = "waiting"
    OFFERED = "offered"  # at least one offer is ringing
    CONNECTING = "connecting"  # accepted: a lease until audio joins
    TALKING = "talking"
    CALLER_ALONE = "caller_alone"  # the volunteer is gone, the caller is kept and asked
    DIVERTED = "diverted"  # in other hands: voicemail, outside number, sibling line, call-back prompt, honest message
    WRAPPING_UP = "wrapping_up"  # the talk is over, the volunteer writes
    CLOSED = "closed"


class ContactEvent(StrEnum):
    """What can happen to a contact."""

    INTAKE_DONE = "intake_done"
    OFFER_MADE = "offer_made"
    OFFERS_GONE = "offers_gone"  # the last ringing offer was declined, missed or withdrawn
    ACCEPTED = "accepted"
    AUDIO_JOINED = "audio_joined"
    LEASE_LAPSED = "lease_lapsed"
    VOLUNTEER_LEFT = "volunteer_left"
    REQUEUED = "requeued"
    TRANSFERRED = "transferred"
    TRANSFERRED_COLD = "transferred_cold"
    DIVERTED = "diverted"
    CALLER_LEFT = "caller_left"
    ENDED_BY_VOLUNTEER = "ended_by_volunteer"
    WRAPPED_UP = "wrapped_up"
    REFUSED = "refused"  # at the door: blocked, or the line is closed and has no other way
    FAILED = "failed"  # our side or the carrier's can't keep the caller


class TerminalReason(StrEnum):
    """The ledger's columns: offered = the sum of these (issue "A caller is heard")."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    VOICEMAIL = "voicemail"
    CALLBACK = "callback"
    CLOSED_HOURS = "closed_hours"
    BLOCKED = "blocked"
    FAILED = "failed"


_S = ContactState
_E = ContactEvent

TRANSITIONS: Final[Mapping[tuple[ContactState, ContactEvent], ContactState]] = {
    (_S.INTAKE, _E.INTAKE_DONE): _S.WAITING,
    (_S.INTAKE, _E.DIVERTED): _S.DIVERTED,
    (_S.INTAKE, _E.REFUSED): _S.CLOSED,
    (_S.INTAKE, _E.CALLER_LEFT): _S.CLOSED,
    (_S.INTAKE, _E.FAILED): _S.CLOSED,
    #
    (_S.WAITING, _E.OFFER_MADE): _S.OFFERED,
    (_S.WAITING, _E.DIVERTED): _S.DIVERTED,
    (_S.WAITING, _E.CALLER_LEFT): _S.CLOSED,
    (_S.WAITING, _E.FAILED): _S.CLOSED,
    #
    (_S.OFFERED, _E.OFFER_MADE): _S.OFFERED,
    (_S.OFFERED, _E.OFFERS_GONE): _S.WAITING,
    (_S.OFFERED, _E.ACCEPTED): _S.CONNECTING,
    (_S.OFFERED, _E.DIVERTED): _S.DIVERTED,
    (_S.OFFERED, _E.CALLER_LEFT): _S.CLOSED,
    (_S.OFFERED, _E.FAILED): _S.CLOSED,
    #
    (_S.CONNECTING, _E.AUDIO_JOINED): _S.TALKING,
    (_S.CONNECTING, _E.LEASE_LAPSED): _S.WAITING,
    (_S.CONNECTING, _E.VOLUNTEER_LEFT): _S.WAITING,
    (_S.CONNECTING, _E.ENDED_BY_VOLUNTEER): _S.WAITING,  # nobody was heard yet, so the caller isn't done
    (_S.CONNECTING, _E.REQUEUED): _S.WAITING,
    (_S.CONNECTING, _E.CALLER_LEFT): _S.CLOSED,
    (_S.CONNECTING, _E.FAILED): _S.CLOSED,
    #
    (_S.TALKING, _E.TRANSFERRED): _S.TALKING,
    (_S.TALKING, _E.TRANSFERRED_COLD): _S.WAITING,
    (_S.TALKING, _E.VOLUNTEER_LEFT): _S.CALLER_ALONE,
    (_S.TALKING, _E.DIVERTED): _S.DIVERTED,
    (_S.TALKING, _E.CALLER_LEFT): _S.WRAPPING_UP,
    (_S.TALKING, _E.ENDED_BY_VOLUNTEER): _S.WRAPPING_UP,
    (_S.TALKING, _E.FAILED): _S.WRAPPING_UP,  # someone was heard: the note is still owed
    #
    (_S.CALLER_ALONE, _E.AUDIO_JOINED): _S.TALKING,  # the volunteer came back
    (_S.CALLER_ALONE, _E.TRANSFERRED): _S.TALKING,
    (_S.CALLER_ALONE, _E.TRANSFERRED_COLD): _S.WAITING,
    (_S.CALLER_ALONE, _E.REQUEUED): _S.WAITING,
    (_S.CALLER_ALONE, _E.DIVERTED): _S.DIVERTED,
    (_S.CALLER_ALONE, _E.CALLER_LEFT): _S.WRAPPING_UP,
    (_S.CALLER_ALONE, _E.FAILED): _S.WRAPPING_UP,
    #
    (_S.DIVERTED, _E.DIVERTED): _S.DIVERTED,  # one way failed, the next is taken
    (_S.DIVERTED, _E.REQUEUED): _S.WAITING,
    (_S.DIVERTED, _E.CALLER_LEFT): _S.CLOSED,
    (_S.DIVERTED, _E.FAILED): _S.CLOSED,
    #
    (_S.WRAPPING_UP, _E.WRAPPED_UP): _S.CLOSED,
}

_AFTER_INTAKE: Final = frozenset(_S) - {_S.INTAKE}

# Reports that any later state may still receive: from the carrier, a timer, a second press or a repeated webhook.
_STRAGGLERS: Final = (
    _E.INTAKE_DONE,
    _E.OFFERS_GONE,
    _E.ACCEPTED,
    _E.AUDIO_JOINED,
    _E.LEASE_LAPSED,
    _E.VOLUNTEER_LEFT,
    _E.WRAPPED_UP,
)

LATE_BUT_HARMLESS: Final[frozenset[tuple[ContactState, ContactEvent]]] = frozenset(
    {(state, event) for state in _AFTER_INTAKE for event in _STRAGGLERS}
    | {
        # The longest wait ran out, or 9 was pressed, just as a volunteer took the call.
        (_S.CONNECTING, _E.DIVERTED),
        (_S.WRAPPING_UP, _E.DIVERTED),
        (_S.CLOSED, _E.DIVERTED),
        # The "stay in the queue" key or its time limit lost a race; above all it never breaks up a talk.
        (_S.WAITING, _E.REQUEUED),
        (_S.OFFERED, _E.REQUEUED),
        (_S.TALKING, _E.REQUEUED),
        (_S.WRAPPING_UP, _E.REQUEUED),
        (_S.CLOSED, _E.REQUEUED),
        # The volunteer hung up what was no longer theirs.
        (_S.WAITING, _E.ENDED_BY_VOLUNTEER),
        (_S.OFFERED, _E.ENDED_BY_VOLUNTEER),
        (_S.DIVERTED, _E.ENDED_BY_VOLUNTEER),
        (_S.WRAPPING_UP, _E.ENDED_BY_VOLUNTEER),
        (_S.CLOSED, _E.ENDED_BY_VOLUNTEER),
        # The end was reported twice, or by the carrier and the reconciler both.
        (_S.WRAPPING_UP, _E.CALLER_LEFT),
        (_S.CLOSED, _E.CALLER_LEFT),
        (_S.WRAPPING_UP, _E.FAILED),
        (_S.CLOSED, _E.FAILED),
        (_S.CLOSED, _E.REFUSED),
    }
) - frozenset(TRANSITIONS)

CALLER_IS_HERE: Final = frozenset(_S) - {_S.WRAPPING_UP, _S.CLOSED}
"""States in which the caller's leg is up and someone or something must be with them."""

NEEDS_NEXT_STEP: Final = CALLER_IS_HERE - {_S.TALKING}
"""States that must have a due timer at every moment (P2); in a talk the volunteer is the next step."""

HAS_BEEN_HEARD: Final = frozenset({_S.TALKING, _S.CALLER_ALONE, _S.WRAPPING_UP})
"""States that are reached only after audio joined."""


def apply(state: ContactState, event: ContactEvent) -> Moved[ContactState] | Late | Refused:
    """What `event` does to a contact in `state`. Total; the closed state absorbs everything."""
    return judge(TRANSITIONS, LATE_BUT_HARMLESS, state, event)


def terminal_reason(
    state: ContactState,
    event: ContactEvent,
    *,
    was_answered: bool,
    outside_answered: bool = False,
    message_left: bool = False,
    callback_requested: bool = False,
    line_closed: bool = False,
) -> TerminalReason | None:
    """The reason to enter in the ledger when `event` ends the caller's part in `state`; None when it doesn't.

    was_answered: audio of a volunteer has joined at any time before. outside_answered: an outside number or sibling
    line took the call. message_left: a recording is stored. callback_requested: the caller asked for a call-back and
    agreed to it. line_closed: the line was out of hours when the call came.

    The best thing that was done for the caller counts, never how it ended: a failure after a stored message is
    "voicemail". A refusal at the door is "closed_hours" when the line was closed, else "blocked".
    """
    verdict = apply(state, event)
    if not isinstance(verdict, Moved) or verdict.state in CALLER_IS_HERE:
        return None
    done_for_the_caller = (
        (was_answered or outside_answered or state in HAS_BEEN_HEARD, TerminalReason.ANSWERED),
        (message_left, TerminalReason.VOICEMAIL),
        (callback_requested, TerminalReason.CALLBACK),
        (event is ContactEvent.FAILED, TerminalReason.FAILED),
        (line_closed, TerminalReason.CLOSED_HOURS),
        (event is ContactEvent.REFUSED, TerminalReason.BLOCKED),
    )
    return next((reason for holds, reason in done_for_the_caller if holds), TerminalReason.ABANDONED)
