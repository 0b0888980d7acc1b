"""A call as scripts and the phone page see it."""

from typing import TYPE_CHECKING

from app.simulator.calls import Call, CallStatus, Direction
from app.simulator.devices import Kind

if TYPE_CHECKING:
    from app.simulator.carrier import Carrier

Json = dict[str, object]


def call_view(carrier: "Carrier", call: Call, *, heard: bool = True, recent: int = 0) -> Json:
    """The call's state, what was heard on it (the last `recent` things, 0 = all), and its conference if any."""
    leg = carrier.legs.get(call.sid)
    room = carrier.rooms.all.get(leg.conference_sid) if leg and leg.conference_sid else None
    participant = room.participants.get(call.sid) if room else None
    view: Json = {
        "sid": call.sid,
        "to": call.to,
        "from": call.from_,
        "direction": call.direction.value,
        "parent": call.parent_sid,
        "status": call.status.value,
        "ended_by": call.ended_by,
        "created_at": call.created_at.isoformat(),
        "answered_at": call.answered_at.isoformat() if call.answered_at else None,
        "ended_at": call.ended_at.isoformat() if call.ended_at else None,
        "errors": call.error_codes,
        "in_conference": room.name if room else None,
        "conference_status": room.status.value if room else None,
        "label": participant.label if participant else "",
        "muted": bool(participant and participant.muted),
        "held": bool(participant and participant.hold),
        "coaching": participant.coaching if participant else "",
        "with": [item.sid for item in room.participants.values() if item.sid != call.sid] if room else [],
        "hears": [item.sid for item in room.heard_by(participant)] if room and participant else [],
        "in_queue": leg.queue_name if leg else None,
        "gathering": bool(leg and leg.is_gathering),
        "gathers": leg.gathers if leg else 0,
        "recording": bool(leg and leg.recording),
        "sound": leg.ear.sound if leg else None,
        "silence": call.silence if leg is None else leg.ear.silence(),
        "heard_count": call.heard_count,
    }
    if heard:
        view["heard"] = [item.public() for item in list(call.heard)[-recent:]]
    return view


def is_so(carrier: "Carrier", call: Call, word: str) -> bool:
    """Whether a word is true of a call: over, talk, silence, recording, conference, `gather:N` (keys are asked for, and
    more than N times so far), `says:TEXT`, or one of the carrier's states. ValueError for any other word."""
    leg = carrier.legs.get(call.sid)
    name, _, argument = word.partition(":")
    match name:
        case "over":
            return call.is_over
        case "talk":
            return bool(leg and leg.ear.sound == "talk")
        case "silence":
            return bool(leg and leg.answered.is_set() and leg.ear.sound is None)
        case "recording":
            return bool(leg and leg.recording)
        case "conference":
            return bool(leg and leg.conference_sid)
        case "gather":
            return bool(leg and leg.is_gathering and leg.gathers > int(argument or 0))
        case "says":
            return any(argument in item.text for item in call.heard)
        case _:
            return call.status is CallStatus(name)


def ringing_phones(carrier: "Carrier") -> list[Json]:
    """The phones that a person may pick up or is holding: outgoing calls to devices worked by hand."""
    found = []
    for leg in carrier.legs.values():
        call = leg.call
        if call.direction is Direction.INBOUND or carrier.devices.of(call.to).kind is not Kind.BY_HAND:
            continue
        if call.status in {CallStatus.RINGING, CallStatus.IN_PROGRESS}:
            found.append(call_view(carrier, call, recent=20))
    return found
