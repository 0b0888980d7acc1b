"""Steps: what a leg should be doing. The core keeps the one of each leg, as JSON in `leg.desired`; an adapter turns it
into what its carrier understands (telephony.md section 3)."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence for the caller's ear, in the language it is written in."""

    text: str
    language: Language = "zh"


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
