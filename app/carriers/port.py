"""The carrier port: what an adapter's webhooks call (`CallFlow`), and what we ask of a carrier (`Carrier`).

What a leg should be doing is in `steps.py`, what a carrier tells us in `events.py`. Nothing in here names a carrier.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from app.carriers.events import BridgeEvent, InboundCall, LegProgress, MessageTaken
from app.carriers.steps import Answer, Spoken, WaitSound


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
    """The carrier refused or failed. `retryable` says whether the same command may succeed later, `perhaps_done`
    whether it may have been carried out all the same; unless an adapter knows better, what may be repeated may have."""

    def __init__(self, code: str, *, retryable: bool, perhaps_done: bool | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable
        self.perhaps_done = retryable if perhaps_done is None else perhaps_done


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
