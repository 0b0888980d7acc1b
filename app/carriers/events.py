"""Events: what a carrier tells us, in words that name no carrier. No caller's number outlives the handling of the event
it came in."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class InboundCall:
    """Somebody is calling. `caller` is E.164, or None when the carrier gave no number (anonymous callers)."""

    provider: str
    provider_call_id: str
    number_dialled: str
    caller: str | None = field(repr=False)
    dedupe_key: str = ""


class LegEvent(StrEnum):
    """What happened to a leg. DIALLED: the carrier took our order; its call id is known now."""

    DIALLED = "dialled"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class LegProgress:
    """A leg moved on. `cause` is set when it ended: normal busy no_answer rejected cancelled failed.

    `leg_id` is None when the callback is the dialled number's (a caller who hangs up in the greeting is heard of in no
    other way): find the leg by `provider_call_id`. `command_id` is the command that placed the call, if we did.
    """

    provider: str
    provider_call_id: str
    leg_id: UUID | None
    event: LegEvent
    dedupe_key: str
    seq: int | None = None
    cause: str | None = None
    command_id: UUID | None = None


class BridgeMoment(StrEnum):
    """What happened to a bridge or to one of its legs."""

    STARTED = "started"
    JOINED = "joined"
    LEFT = "left"
    MODE_CHANGED = "mode_changed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class BridgeEvent:
    """Something happened in the bridge of `contact_id`; `label` names the leg (caller, v-<leg id>, t-<leg id>).

    `reason` of LEFT: hung_up, steered (we led the leg elsewhere), bridge_ended, ended_by_us, failed, other; of ENDED:
    caller_left, last_left, ended_by_us, other. With ENDED, `label` is the leg whose leaving ended it.
    """

    provider: str
    contact_id: UUID
    moment: BridgeMoment
    dedupe_key: str
    seq: int | None = None
    label: str | None = None
    provider_call_id: str | None = None
    reason: str | None = None
    muted: bool | None = None
    on_hold: bool | None = None
    instance: str = ""  # the carrier's id of this very bridge: `seq` counts within it


@dataclass(frozen=True, slots=True)
class MessageTaken:
    """A caller left a message (voicemail)."""

    provider: str
    provider_call_id: str
    leg_id: UUID
    recording_id: str
    seconds: int
    dedupe_key: str
