"""The carrier's words and ours, as tables (telephony.md "Callbacks", "Anonymous callers")."""

from collections.abc import Mapping

from app.carriers.events import BridgeMoment, LegEvent

# CallStatus → what happened, and why it ended. What is not here (queued) says nothing new.
CALL_STATUS: Mapping[str, tuple[LegEvent, str | None]] = {
    "initiated": (LegEvent.DIALLED, None),
    "ringing": (LegEvent.RINGING, None),
    "in-progress": (LegEvent.ANSWERED, None),
    "answered": (LegEvent.ANSWERED, None),
    "completed": (LegEvent.ENDED, "normal"),
    "busy": (LegEvent.ENDED, "busy"),
    "no-answer": (LegEvent.ENDED, "no_answer"),
    "canceled": (LegEvent.ENDED, "cancelled"),
    "failed": (LegEvent.ENDED, "failed"),
}
REJECTED_SIP_CODES = frozenset({"603", "607"})  # RFC 3261 Decline, RFC 8197 Unwanted: a person's no, not a busy line

DIAL_STATUS: Mapping[str, str] = {
    "completed": "answered",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no_answer",
    "canceled": "cancelled",
    "failed": "failed",
}

BRIDGE_MOMENT: Mapping[str, BridgeMoment] = {
    "conference-start": BridgeMoment.STARTED,
    "conference-end": BridgeMoment.ENDED,
    "participant-join": BridgeMoment.JOINED,
    "participant-leave": BridgeMoment.LEFT,
    "participant-mute": BridgeMoment.MODE_CHANGED,
    "participant-unmute": BridgeMoment.MODE_CHANGED,
    "participant-hold": BridgeMoment.MODE_CHANGED,
    "participant-unhold": BridgeMoment.MODE_CHANGED,
    "participant-modify": BridgeMoment.MODE_CHANGED,
}

# Known, and nothing to us.
QUIET_CALL_STATUSES = frozenset({"queued"})
QUIET_BRIDGE_EVENTS = frozenset(
    {"announcement-end", "announcement-fail", "participant-speech-start", "participant-speech-stop"}
)

LEFT_REASON: Mapping[str, str] = {
    "participant_hung_up": "hung_up",
    "participant_updated_via_api": "steered",
    "moderator_ended_conference": "bridge_ended",
    "conference_ended_via_api": "ended_by_us",
    "participant_add_failed": "failed",
}

ENDED_REASON: Mapping[str, str] = {
    "participant_with_end_conference_on_exit_left": "caller_left",
    "participant_with_end_conference_on_exit_kicked": "ended_by_us",
    "last_participant_left": "last_left",
    "last_participant_kicked": "ended_by_us",
    "conference_ended_via_api": "ended_by_us",
}

_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
# Networks spell a withheld number on the keypad (+266696687 is ANONYMOUS): all such callers would share one number.
WITHHELD_WORDS = ("ANONYMOUS", "BLOCKED", "PRIVATE", "RESTRICTED", "UNAVAILABLE", "UNKNOWN", "WITHHELD")
WITHHELD_NUMBERS = frozenset(word.translate(_KEYPAD) for word in WITHHELD_WORDS)
