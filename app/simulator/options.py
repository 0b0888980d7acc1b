"""What the emulator is told at its start. Line seconds are divided by `time_scale` before anyone waits for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

TOKEN_VARIABLE: Final = "EMULATOR_AUTH_TOKEN"  # noqa: S105 a name
"""The environment variable with the token that the emulator signs its requests with."""


@dataclass(frozen=True, slots=True)
class Options:
    """The account, the address under which the emulator is reached, and how fast its phones run.

    `routes` maps the start of a public URL to a loopback address: the public URL is signed, the bytes never leave the
    machine. `least_wait_sound_s` is the real time a sentence lasts at least where people wait; without it a fast clock
    would turn every waiting caller into a flood of waitUrl requests.
    """

    account_sid: str = "AC00000000000000000000000000000001"
    auth_token: str = "emulator-token"  # noqa: S105 a stand-in carrier's token opens nothing
    public_base_url: str = "http://127.0.0.1:8090"
    time_scale: float = 1.0
    webhook_timeout_s: float = 15.0
    connect_timeout_s: float = 5.0
    least_wait_sound_s: float = 0.25
    routes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a scale that would stop the clock or run it backwards."""
        if not self.time_scale > 0:
            raise ValueError("time_scale must be greater than 0")
