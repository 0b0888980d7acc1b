"""A conference as a model: who is in it and who hears whom. What happens in one is in `rooms`."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.platform.clock import now
from app.simulator.calls import Source, StatusCallback, new_sid
from app.simulator.leg import Leg


class RoomStatus(StrEnum):
    """The carrier's words for a conference's state."""

    INIT = "init"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a leg joins. `wait` None means the carrier's own music, a Source without URL means silence."""

    name: str
    muted: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    beep: str = "true"
    label: str = ""
    wait: Source | None = None
    coach: str = ""
    max_participants: int = 250
    callback: StatusCallback | None = None


@dataclass(slots=True, eq=False)
class Participant:
    """One leg in a conference."""

    leg: Leg
    label: str
    muted: bool
    start_on_enter: bool
    end_on_exit: bool
    coaching: str
    wait: Source | None
    beep: str
    gone: asyncio.Future[bool]
    hold: bool = False
    hold_source: Source | None = None
    joined_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    listening_to: tuple[str, str] = ("", "")
    sound: asyncio.Task[Any] | None = None

    @property
    def sid(self) -> str:
        """The participant's call."""
        return self.leg.call.sid


@dataclass(slots=True)
class Stay:
    """From when to when a call was in a conference; `left_at` None: it still is."""

    call_sid: str
    label: str
    joined_at: datetime
    left_at: datetime | None = None

    def public(self) -> dict[str, object]:
        """As JSON."""
        left = None if self.left_at is None else self.left_at.isoformat()
        return {"call": self.call_sid, "label": self.label, "joined_at": self.joined_at.isoformat(), "left_at": left}


@dataclass(slots=True, eq=False)
class Conference:
    """One conference from its first participant to its end. `stays` remembers those who have left, too."""

    name: str
    callback: StatusCallback | None
    sid: str = field(default_factory=lambda: new_sid("CF"))
    status: RoomStatus = RoomStatus.INIT
    participants: dict[str, Participant] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    sequence: int = 0
    reason_ended: str | None = None
    ended_by: str | None = None

    def enter(self, participant: Participant) -> None:
        """Somebody comes in."""
        self.participants[participant.sid] = participant
        self.stays.append(Stay(participant.sid, participant.label, participant.joined_at))

    def go_out(self, participant: Participant) -> bool:
        """Somebody goes out; False: they had before."""
        if self.participants.pop(participant.sid, None) is None:
            return False
        stay = next(stay for stay in reversed(self.stays) if stay.call_sid == participant.sid)
        stay.left_at = now()
        return True

    def find(self, key: str) -> Participant | None:
        """A participant by call SID or label."""
        if key in self.participants:
            return self.participants[key]
        return next((item for item in self.participants.values() if item.label and item.label == key), None)

    def hears(self, listener: Participant, speaker: Participant) -> bool:
        """Whether what `speaker` says reaches `listener`. A coach reaches the coached alone."""
        if listener is speaker or self.status is not RoomStatus.IN_PROGRESS:
            return False
        if speaker.muted or speaker.hold or listener.hold:
            return False
        return not speaker.coaching or speaker.coaching == listener.sid

    def heard_by(self, listener: Participant) -> list[Participant]:
        """Everyone whom `listener` hears."""
        return [speaker for speaker in self.participants.values() if self.hears(listener, speaker)]

    def public(self) -> dict[str, object]:
        """As JSON: the participants and who hears whom, by call SID."""
        return {
            "sid": self.sid,
            "name": self.name,
            "status": self.status.value,
            "reason_ended": self.reason_ended,
            "participants": [
                {
                    "call": item.sid,
                    "label": item.label,
                    "muted": item.muted,
                    "hold": item.hold,
                    "coaching": item.coaching,
                    "hears": [speaker.sid for speaker in self.heard_by(item)],
                }
                for item in self.participants.values()
            ],
            "stays": [stay.public() for stay in self.stays],
        }
