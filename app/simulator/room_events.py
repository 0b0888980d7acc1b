"""Telling the product what happens in a conference, with the fields the carrier's documents list for each event."""

from email.utils import format_datetime
from typing import TYPE_CHECKING

from app.platform.clock import now
from app.simulator.calls import CallStatus
from app.simulator.conferences import Conference, Participant
from app.simulator.webhook_fields import flag
from app.simulator.webhooks import Outgoing

if TYPE_CHECKING:
    from app.simulator.carrier import Carrier

# The event as it is sent → the word that subscribes to it in `statusCallbackEvent`.
SUBSCRIPTION = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}


def tell(
    carrier: "Carrier",
    room: Conference,
    event: str,
    participant: Participant | None = None,
    *,
    reason: str = "",
    ended_by: Participant | None = None,
    call_status: CallStatus | None = None,
) -> None:
    """Send one conference event, if the first participant's terms asked for it; note the change in any case."""
    carrier.changes.note("conference", room.sid)
    if participant is not None:
        carrier.changes.note("call", participant.sid)
    callback = room.callback
    if callback is None or SUBSCRIPTION[event] not in callback.events:
        return
    room.sequence += 1
    fields = {
        "ConferenceSid": room.sid,
        "FriendlyName": room.name,
        "AccountSid": carrier.options.account_sid,
        "SequenceNumber": str(room.sequence),
        "Timestamp": format_datetime(now()),
        "StatusCallbackEvent": event,
    }
    if participant is not None:
        fields |= _participant_fields(participant)
    if event == "participant-leave" and participant is not None:
        over = participant.leg.call.is_over or reason == "participant_hung_up"
        status = call_status or (CallStatus.COMPLETED if over else CallStatus.IN_PROGRESS)
        fields |= {"ReasonParticipantLeft": reason, "ParticipantCallStatus": status.value}
    if event == "conference-end":
        fields["ReasonConferenceEnded"] = room.reason_ended or ""
        if ended_by is not None:
            fields["CallSidEndingConference"] = ended_by.sid
            if ended_by.label:
                fields["ParticipantLabelEndingConference"] = ended_by.label
    request = Outgoing(callback.url, callback.method, fields, event, room.sid)
    carrier.callbacks.post(request, last=event == "conference-end")


def _participant_fields(participant: Participant) -> dict[str, str]:
    fields = {
        "CallSid": participant.sid,
        "Muted": flag(participant.muted),
        "Hold": flag(participant.hold),
        "Coaching": flag(bool(participant.coaching)),
        "EndConferenceOnExit": flag(participant.end_on_exit),
        "StartConferenceOnEnter": flag(participant.start_on_enter),
    }
    if participant.coaching:
        fields["CallSidToCoach"] = participant.coaching
    if participant.label:
        fields["ParticipantLabel"] = participant.label
    return fields
