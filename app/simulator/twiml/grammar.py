"""Which verbs, nouns and attributes the emulator knows. What is not here is refused loudly, also where the real carrier
would merely warn: a rehearsal that lets a misspelt attribute pass has rehearsed nothing."""

from dataclasses import dataclass
from enum import StrEnum

CALLBACK = frozenset({"statusCallback", "statusCallbackEvent", "statusCallbackMethod"})


@dataclass(frozen=True, slots=True)
class Rule:
    """The attributes and children an element may have, and whether it carries text."""

    attributes: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    has_text: bool = False


SOUNDS = frozenset({"Say", "Play", "Pause"})
RULES = {
    "Say": Rule(frozenset({"voice", "language", "loop"}), has_text=True),
    "Play": Rule(frozenset({"loop", "digits"}), has_text=True),
    "Pause": Rule(frozenset({"length"})),
    "Gather": Rule(
        frozenset({"input", "timeout", "numDigits", "finishOnKey", "action", "method", "actionOnEmptyResult"}), SOUNDS
    ),
    "Redirect": Rule(frozenset({"method"}), has_text=True),
    "Hangup": Rule(),
    "Leave": Rule(),
    "Reject": Rule(frozenset({"reason"})),
    "Enqueue": Rule(frozenset({"action", "method", "waitUrl", "waitUrlMethod"}), has_text=True),
    "Dial": Rule(
        frozenset({"action", "method", "timeout", "answerOnBridge", "callerId", "hangupOnStar", "timeLimit"}),
        frozenset({"Number", "Client", "Conference"}),
        has_text=True,
    ),
    "Number": Rule(CALLBACK | {"url", "method", "sendDigits"}, has_text=True),
    "Client": Rule(CALLBACK | {"url", "method"}, frozenset({"Identity", "Parameter"}), has_text=True),
    "Identity": Rule(has_text=True),
    "Parameter": Rule(frozenset({"name", "value"})),
    "Conference": Rule(
        CALLBACK
        | {
            "muted",
            "beep",
            "startConferenceOnEnter",
            "endConferenceOnExit",
            "participantLabel",
            "waitUrl",
            "waitMethod",
            "maxParticipants",
            "record",
            "coach",
            "jitterBufferSize",
            "region",
        },
        has_text=True,
    ),
    "Record": Rule(
        frozenset(
            {
                "action",
                "method",
                "maxLength",
                "timeout",
                "finishOnKey",
                "playBeep",
                "trim",
                "recordingStatusCallback",
                "recordingStatusCallbackMethod",
                "recordingStatusCallbackEvent",
            }
        )
    ),
}
TOP_LEVEL = frozenset(
    {"Say", "Play", "Pause", "Gather", "Redirect", "Hangup", "Leave", "Reject", "Enqueue", "Dial", "Record"}
)


class Setting(StrEnum):
    """Where a document is performed; each place allows its own verbs."""

    CALL = "call"
    WAIT = "waitUrl"
    QUEUE = "Enqueue waitUrl"
    WHISPER = "Number url"


ALLOWED = {
    Setting.CALL: TOP_LEVEL,
    Setting.WAIT: frozenset({"Play", "Say", "Pause", "Redirect"}),
    Setting.QUEUE: frozenset({"Play", "Say", "Pause", "Redirect", "Hangup", "Leave", "Gather"}),
    Setting.WHISPER: frozenset({"Play", "Say", "Gather", "Hangup"}),
}
