"""/Conferences and their /Participants: reading, bringing in, muting, holding, coaching, removing."""

from typing import TYPE_CHECKING

from starlette.requests import Request

from app.platform.clock import now
from app.simulator.calls import Call, Direction, Source, StatusCallback
from app.simulator.conferences import Conference, Participant, RoomStatus, Terms
from app.simulator.rest_bodies import Body, conference_body, page, participant_body, path
from app.simulator.rest_calls import callback_of, check_parties, page_wanted
from app.simulator.rest_forms import Form, RestError, not_found
from app.simulator.rest_parameters import (
    PARTICIPANT_CREATE,
    PARTICIPANT_UPDATE,
    ROOM_EVENTS,
    ROOM_FILTERS,
    ROOM_UPDATE,
)
from app.simulator.room_events import tell
from app.simulator.rooms import UPDATED, VIA_API

if TYPE_CHECKING:
    from app.simulator.carrier import Carrier


def find_room(carrier: "Carrier", key: str) -> Conference:
    """A conference by SID or, as the carrier allows for participants, by name. Raises 20404."""
    room = carrier.rooms.find(key)
    if room is None:
        raise not_found(path(carrier.options.account_sid, "Conferences", key))
    return room


def list_rooms(carrier: "Carrier", request: Request) -> Body:
    """GET /Conferences.json"""
    query = request.query_params
    unknown = {name for name in query if name not in ROOM_FILTERS and not name.startswith("Date")}
    if unknown:
        raise RestError(400, 20001, f"Unknown parameter {', '.join(sorted(unknown))}")
    found = [
        room
        for room in reversed(carrier.rooms.all.values())
        if query.get("Status", room.status.value) == room.status.value
        and query.get("FriendlyName", room.name) == room.name
    ]
    account = carrier.options.account_sid
    bodies = [conference_body(room, account) for room in found]
    number, size = page_wanted(request)
    return page("conferences", bodies, path(account, "Conferences"), number=number, size=size)


async def update_room(carrier: "Carrier", sid: str, request: Request) -> Body:
    """POST /Conferences/{sid}.json: Status=completed, or an announcement to everyone."""
    form = await Form.read(request, ROOM_UPDATE)
    room = find_room(carrier, sid)
    if form.text("Status") not in {"", "completed"}:
        raise RestError(400, 20001, "Status must be completed")
    if room.status is RoomStatus.COMPLETED:
        raise RestError(400, 20001, "The conference has ended already")
    announce = form.url("AnnounceUrl", 21205)
    if announce:
        for participant in room.participants.values():
            carrier.rooms.announce(room, participant, Source(announce, form.method("AnnounceMethod")))
    if form.text("Status") == "completed":
        carrier.rooms.end(room, "conference-ended-via-api", VIA_API)
    return conference_body(room, carrier.options.account_sid)


def list_participants(carrier: "Carrier", key: str, request: Request) -> Body:
    """GET /Conferences/{sid}/Participants.json; empty once the conference is over."""
    query = request.query_params
    room = find_room(carrier, key)
    account = carrier.options.account_sid
    bodies = [
        participant_body(room, item, account)
        for item in room.participants.values()
        if query.get("Muted", str(item.muted).lower()) == str(item.muted).lower()
        and query.get("Hold", str(item.hold).lower()) == str(item.hold).lower()
    ]
    number, size = page_wanted(request)
    uri = path(account, "Conferences", room.sid, "Participants")
    return page("participants", bodies, uri, number=number, size=size)


def find_participant(carrier: "Carrier", key: str, label: str) -> tuple[Conference, Participant]:
    """A participant by conference and by SID or label. Raises 20404."""
    room = find_room(carrier, key)
    participant = room.find(label)
    if participant is None:
        raise not_found(path(carrier.options.account_sid, "Conferences", key, "Participants", label))
    return room, participant


async def create_participant(carrier: "Carrier", key: str, request: Request) -> Body:
    """POST /Conferences/{sid or name}/Participants.json: call someone straight into the conference."""
    form = await Form.read(request, PARTICIPANT_CREATE)
    to, from_ = check_parties(carrier, form)
    room = carrier.rooms.open_room(key) or carrier.rooms.all.get(key)
    is_sid = key.startswith("CF") and len(key) == 34
    if is_sid and (room is None or room.status is RoomStatus.COMPLETED):
        raise not_found(path(carrier.options.account_sid, "Conferences", key))
    label = form.text("Label")
    if len(label) > 128 or "/" in label or (label.startswith("CA") and len(label) == 34):
        raise RestError(400, 16024, "Label is invalid")
    wait = form.url("WaitUrl", 21205)
    told = form.url("ConferenceStatusCallback", 21609)
    room_events = form.events("ConferenceStatusCallbackEvent", ROOM_EVENTS, frozenset({"start", "end"}))
    terms = Terms(
        name=room.name if room else key,
        muted=form.flag("Muted", default=False),
        start_on_enter=form.flag("StartConferenceOnEnter", default=True),
        end_on_exit=form.flag("EndConferenceOnExit", default=False),
        beep=form.text("Beep", "true"),
        label=label,
        wait=Source(wait, form.method("WaitMethod")) if "WaitUrl" in form else None,
        coach=form.text("CallSidToCoach") if form.flag("Coaching", default=False) else "",
        max_participants=form.whole("MaxParticipants", 250, (2, 250)),
        callback=StatusCallback(told, form.method("ConferenceStatusCallbackMethod"), room_events) if told else None,
    )
    call = Call(to=to, from_=from_, direction=Direction.OUTBOUND_API)
    call.timeout_s = form.whole("Timeout", 60, (5, 600))
    call.time_limit_s = form.whole("TimeLimit", 14_400, (1, 86_400))
    call.status_callback = callback_of(form)
    carrier.originate(call, terms)
    account = carrier.options.account_sid
    room_sid = room.sid if room else None
    return {
        "account_sid": account,
        "call_sid": call.sid,
        "conference_sid": room_sid,
        "label": label or None,
        "muted": terms.muted,
        "hold": False,
        "coaching": bool(terms.coach),
        "call_sid_to_coach": terms.coach or None,
        "end_conference_on_exit": terms.end_on_exit,
        "start_conference_on_enter": terms.start_on_enter,
        "status": "queued",
        "queue_time": "0",
        "date_created": None,
        "date_updated": None,
        "uri": path(account, "Conferences", room_sid or key, "Participants", call.sid),
    }


async def update_participant(carrier: "Carrier", key: str, label: str, request: Request) -> Body:
    """POST /Conferences/{sid}/Participants/{sid or label}.json"""
    form = await Form.read(request, PARTICIPANT_UPDATE)
    room, participant = find_participant(carrier, key, label)
    before = (participant.muted, participant.hold)
    hold_url, wait_url = form.url("HoldUrl", 21205), form.url("WaitUrl", 21205)
    announce = form.url("AnnounceUrl", 21205)
    coaching = participant.coaching
    if "Coaching" in form or "CallSidToCoach" in form:
        coaching = _coached(room, participant, form)
    muted = form.flag("Muted", default=participant.muted)
    end_on_exit = form.flag("EndConferenceOnExit", default=participant.end_on_exit)
    hold, hold_method = form.flag("Hold", default=participant.hold), form.method("HoldMethod")
    # Nothing is changed before everything has been found good.
    participant.coaching, participant.muted, participant.end_on_exit = coaching, muted, end_on_exit
    if "Hold" in form:
        participant.hold = hold
        participant.hold_source = Source(hold_url, hold_method) if hold_url else None
    if wait_url:
        participant.wait = Source(wait_url, form.method("WaitMethod"))
    participant.updated_at = now()
    if participant.muted != before[0]:
        tell(carrier, room, "participant-mute" if participant.muted else "participant-unmute", participant)
    if participant.hold != before[1]:
        tell(carrier, room, "participant-hold" if participant.hold else "participant-unhold", participant)
    if {"Coaching", "CallSidToCoach", "EndConferenceOnExit", "BeepOnExit"} & form.names():
        tell(carrier, room, "participant-modify", participant)
    carrier.rooms.settle(room)
    if announce:
        carrier.rooms.announce(room, participant, Source(announce, form.method("AnnounceMethod")))
    return participant_body(room, participant, carrier.options.account_sid)


def _coached(room: Conference, participant: Participant, form: Form) -> str:
    """Whom the participant coaches from now on; nobody when Coaching=false. Raises RestError."""
    if not form.flag("Coaching", default=True):
        return ""
    coached = form.text("CallSidToCoach", participant.coaching)
    if coached not in room.participants or coached == participant.sid:
        raise RestError(400, 13240, "CallSidToCoach is not a call in this conference")
    return coached


def delete_participant(carrier: "Carrier", key: str, label: str) -> None:
    """DELETE a participant: it leaves and goes on after `</Dial>`."""
    room, participant = find_participant(carrier, key, label)
    carrier.rooms.leave(room, participant, UPDATED, kicked=True)
