"""The carrier port: what a telephone carrier tells us, what we ask of it, and the steps a leg can be in.

The core keeps the desired step of each leg; an adapter turns it into what its carrier understands (telephony.md
section 3). Nothing in here names a carrier, and no caller's number outlives the handling of the event it came in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol
from uuid import UUID

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence for the caller's ear, in the language it is written in."""

    text: str
    language: Language = "zh"


# --- Steps: what a leg should be doing. Stored as JSON in leg.desired through `step_to_json`. -----------------------


@dataclass(frozen=True, slots=True)
class Ask:
    """Say something and wait for one key; no key within `timeout_s` counts as the empty answer to `name`."""

    name: str
    say: tuple[Spoken, ...]
    timeout_s: int = 4
    do: Literal["ask"] = "ask"


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait in one's own bridge, with sound, until a volunteer joins. `before` is said first. The caller's step."""

    bridge: str
    label: str
    before: tuple[Spoken, ...] = ()
    do: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class Join:
    """Join a bridge and talk: a volunteer's or a third person's step."""

    bridge: str
    label: str
    before: tuple[Spoken, ...] = ()
    muted: bool = False
    do: Literal["join"] = "join"


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """Record a message (voicemail) after saying something; pressing # ends it."""

    say: tuple[Spoken, ...]
    max_s: int = 180
    do: Literal["take_message"] = "take_message"


@dataclass(frozen=True, slots=True)
class DialOut:
    """Connect the leg to an outside number of the line's own policy, e.g. a sibling agency.

    `caller_id` is the number of ours that the outside sees; without it a carrier may show the caller's own (P5).
    """

    number: str
    say: tuple[Spoken, ...] = ()
    timeout_s: int = 30
    caller_id: str = ""
    do: Literal["dial_out"] = "dial_out"


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Say something and hang up."""

    say: tuple[Spoken, ...] = ()
    do: Literal["goodbye"] = "goodbye"


Step = Ask | Wait | Join | TakeMessage | DialOut | Goodbye


# --- Events: what a carrier tells us -------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a leg should do next; the adapter renders it for its carrier."""

    leg_id: UUID
    contact_id: UUID
    step: Step


@dataclass(frozen=True, slots=True)
class WaitSound:
    """What somebody waiting or on hold hears now; the carrier asks again when it has been played."""

    say: tuple[Spoken, ...]
    music: bool = True
    seconds: int = 20


class CallFlow(Protocol):
    """What an adapter's webhooks call. Each method is idempotent on `dedupe_key` and returns after its commit."""

    async def call_arrived(self, call: InboundCall) -> Answer:
        """A new call: it is in the ledger when this returns."""

    async def next_step(self, leg_id: UUID, *, provider_call_id: str, after: str, dedupe_key: str) -> Answer:
        """The carrier finished the last step and asks for the next.

        `after`: redirect (we steered it), answered, wait, join, take_message (nothing was recorded), ask, goodbye, or
        dial_out:<answered|busy|no_answer|failed|cancelled>. Also asked when the caller hung up in the step: the answer
        is then thrown away.
        """

    async def digits_pressed(
        self, leg_id: UUID, *, provider_call_id: str, ask: str, digits: str, dedupe_key: str
    ) -> Answer:
        """A key was pressed (or none: empty) in answer to the Ask named `ask`."""

    async def wait_sound(self, leg_id: UUID) -> WaitSound:
        """What a waiting or held leg should hear now."""

    async def announcement(self, leg_id: UUID) -> tuple[Spoken, ...]:
        """What a leg hears over its talk because we announced it; nothing when the talk is over."""

    async def leg_progressed(self, progress: LegProgress) -> None:
        """A status callback."""

    async def bridge_changed(self, event: BridgeEvent) -> None:
        """A conference callback."""

    async def message_taken(self, message: MessageTaken) -> Answer:
        """A recording ended."""

    async def unreadable(
        self, *, provider: str, provider_call_id: str, what: str, leg_id: UUID | None = None
    ) -> Answer | None:
        """A webhook lacked what it must have, perhaps an id ("" or None): keep the caller if there is one, and raise an
        alarm. None: the adapter says an honest message and asks again."""


# --- Commands: what we ask of a carrier, from the worker, outside any transaction ----------------------------------


class CarrierError(Exception):
    """The carrier refused or failed. `retryable` says whether the same command may succeed later."""

    def __init__(self, code: str, *, retryable: bool) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable


class AlreadyGone(Exception):  # noqa: N818 it is an outcome, and counts as success
    """The leg or bridge no longer exists at the carrier."""


@dataclass(frozen=True, slots=True)
class CarrierCall:
    """One row of the carrier's own list. `status`: queued ringing in-progress completed busy no-answer …."""

    provider_call_id: str
    status: str
    inbound: bool
    number_dialled: str
    started_at: datetime | None
    caller: str | None = field(default=None, repr=False)


class Carrier(Protocol):
    """One telephone carrier. Every method raises `CarrierError` or `AlreadyGone`, and is safe to repeat."""

    name: str

    async def originate_leg(
        self, leg_id: UUID, *, target: str, caller_id: str, timeout_s: int, command_id: UUID
    ) -> str:
        """Ring `target` (E.164 or `client:<person id>`); returns the carrier's call id. Asks /next when answered."""

    async def calls_placed(self, *, target: str, caller_id: str, since: datetime) -> list[str]:
        """Our calls to this target since then, oldest first. A carrier's list may lag: one not in it may yet ring."""

    async def hang_up_leg(self, provider_call_id: str) -> None:
        """End a leg."""

    async def steer_leg(self, leg_id: UUID, provider_call_id: str) -> None:
        """Make the carrier ask for the leg's next step now, leaving whatever it is doing."""

    async def set_mode(
        self, bridge: str, label: str, *, leg_id: UUID, muted: bool | None = None, on_hold: bool | None = None
    ) -> None:
        """Mute or hold one participant; held callers hear our wait sound."""

    async def announce(self, bridge: str, label: str, *, leg_id: UUID) -> None:
        """Let one participant, and nobody else, hear our `announcement` over the talk."""

    async def remove_from_bridge(self, bridge: str, label: str) -> None:
        """Take one participant out of a bridge; its call goes on with what follows the bridge, or ends."""

    async def erase_leg(self, provider_call_id: str) -> None:
        """Delete the carrier's record of an ended call."""

    async def fetch_recording(self, recording_id: str) -> bytes:
        """A recording's sound, as a WAV file."""

    async def erase_recording(self, recording_id: str) -> None:
        """Delete a recording."""

    async def calls_since(self, since: datetime) -> list[CarrierCall]:
        """The carrier's own list of calls started since then: what the reconciler compares with."""

    def client_credentials(self, person_id: UUID, *, ttl_s: int) -> Mapping[str, Any] | None:
        """A token for a browser softphone, or None when none is configured."""

    async def aclose(self) -> None:
        """Give the connections back."""
