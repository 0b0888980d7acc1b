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
        "recording": bool(leg and leg.recording),
        "sound": leg.ear.sound if leg else None,
        "silence": call.silence if leg is None else leg.ear.silence(),
        "heard_count": call.heard_count,
    }
    if heard:
        view["heard"] = [item.public() for item in list(call.heard)[-recent:]]
    return view


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
