"""The addresses we hand to the carrier, all below the one public base URL of the settings (telephony.md "Signature").

The fragment of a URL may carry the carrier's connection overrides (`ct`, `rt`, `rc`, `rp`); it is never signed. What is
asked for while somebody is on the line carries PATIENCE. What is only told to us does not: nobody waits for that.
"""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

PATIENCE: Final = "#rt=6000&rc=1&rp=ct,rt"
"""Once more after six seconds without an answer, where the carrier would let the caller hear nothing for fifteen and
then give up. A repeated request gets its first answer again (askings.py)."""


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the carrier finds us. `public_base_url` has no trailing slash; ValueError when it is no http(s) address."""

    public_base_url: str
    hooks: str = field(init=False)
    legs: str = field(init=False)
    hold_sound: str = field(init=False)

    def __post_init__(self) -> None:
        """Derive the prefixes once, so that a TwiML document is made by joining texts."""
        base = self.public_base_url.rstrip("/")
        parts = urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            raise ValueError("the public base URL must look like https://hotline.example.org")
        hooks = f"{base}/webhooks/twilio"
        object.__setattr__(self, "public_base_url", base)
        object.__setattr__(self, "hooks", hooks)
        object.__setattr__(self, "legs", f"{hooks}/legs")
        object.__setattr__(self, "hold_sound", f"{base}/static-sound/hold.wav")

    def next_step(self, leg_id: UUID, after: str, turn: str) -> str:
        """Where a leg's next step is asked for. `turn` tells one asking from the next; it is of our own making."""
        return f"{self.legs}/{leg_id}/next?after={after}&turn={turn}{PATIENCE}"

    def sound(self, leg_id: UUID) -> str:
        """What somebody waiting or on hold hears."""
        return f"{self.legs}/{leg_id}/sound{PATIENCE}"

    def announcement(self, leg_id: UUID) -> str:
        """What a participant hears over the talk, once."""
        return f"{self.legs}/{leg_id}/announce{PATIENCE}"

    def status(self, leg_id: UUID, command_id: UUID) -> str:
        """Where a leg's progress is told; the command in it identifies the call after a crash of ours."""
        return f"{self.legs}/{leg_id}/status?command={command_id}"

    def bridge(self, contact_id: UUID) -> str:
        """Where a bridge's events are told."""
        return f"{self.hooks}/bridges/{contact_id}"
