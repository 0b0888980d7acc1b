"""The API's resources as the carrier writes them: strings where it has strings, RFC 2822 dates, SIDs in paths."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from app.simulator.calls import Call, CallStatus
from app.simulator.conferences import Conference, Participant
from app.simulator.messages import FINAL, Message
from app.simulator.twiml.recording import Recording
from app.simulator.webhook_fields import API_VERSION

Body = dict[str, Any]
MOST_IN_PAGE = 1000


def rfc2822(moment: datetime | None) -> str | None:
    """A date as the API writes it."""
    return format_datetime(moment) if moment else None


def path(account_sid: str, *parts: str) -> str:
    """A resource's `uri`."""
    return "/".join((f"/{API_VERSION}/Accounts/{account_sid}", *parts)) + ".json"


def call_body(call: Call, account_sid: str) -> Body:
    """A Call resource."""
    uri = path(account_sid, "Calls", call.sid)
    return {
        "sid": call.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "parent_call_sid": call.parent_sid,
        "to": call.to,
        "to_formatted": call.to,
        "from": call.from_,
        "from_formatted": call.from_,
        "phone_number_sid": None,
        "status": call.status.value,
        "direction": call.direction.value,
        "start_time": rfc2822(call.answered_at or (call.created_at if call.is_over else None)),
        "end_time": rfc2822(call.ended_at),
        "duration": str(call.duration_s) if call.is_over else None,
        "price": None,
        "price_unit": "USD",
        "answered_by": None,
        "annotation": None,
        "caller_name": None,
        "forwarded_from": None,
        "group_sid": None,
        "queue_time": "0",
        "trunk_sid": None,
        "date_created": rfc2822(call.created_at),
        "date_updated": rfc2822(call.updated_at),
        "uri": uri,
        "subresource_uris": {"recordings": uri.replace(".json", "/Recordings.json")},
    }


def conference_body(room: Conference, account_sid: str) -> Body:
    """A Conference resource."""
    uri = path(account_sid, "Conferences", room.sid)
    return {
        "sid": room.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "friendly_name": room.name,
        "status": room.status.value,
        "region": "us1",
        "reason_conference_ended": room.reason_ended,
        "call_sid_ending_conference": room.ended_by,
        "date_created": rfc2822(room.created_at),
        "date_updated": rfc2822(room.updated_at),
        "uri": uri,
        "subresource_uris": {"participants": uri.replace(".json", "/Participants.json")},
    }


def participant_body(room: Conference, participant: Participant, account_sid: str) -> Body:
    """A Participant resource of someone inside."""
    return {
        "account_sid": account_sid,
        "call_sid": participant.sid,
        "conference_sid": room.sid,
        "label": participant.label or None,
        "muted": participant.muted,
        "hold": participant.hold,
        "coaching": bool(participant.coaching),
        "call_sid_to_coach": participant.coaching or None,
        "end_conference_on_exit": participant.end_on_exit,
        "start_conference_on_enter": participant.start_on_enter,
        "status": "connected",
        "queue_time": None,
        "date_created": rfc2822(participant.joined_at),
        "date_updated": rfc2822(participant.updated_at),
        "uri": path(account_sid, "Conferences", room.sid, "Participants", participant.sid),
    }


def message_body(message: Message, account_sid: str) -> Body:
    """A Message resource."""
    sent = message.updated_at if message.status in FINAL else None
    return {
        "sid": message.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "to": message.to,
        "from": message.from_,
        "body": message.body,
        "status": message.status,
        "direction": message.direction,
        "num_segments": "1",
        "num_media": "0",
        "messaging_service_sid": None,
        "error_code": None,
        "error_message": None,
        "price": None,
        "price_unit": "USD",
        "date_created": rfc2822(message.created_at),
        "date_updated": rfc2822(message.updated_at),
        "date_sent": rfc2822(sent),
        "uri": path(account_sid, "Messages", message.sid),
        "subresource_uris": {},
    }


def recording_body(recording: Recording, account_sid: str) -> Body:
    """A Recording resource."""
    return {
        "sid": recording.sid,
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "call_sid": recording.call_sid,
        "conference_sid": None,
        "status": recording.status,
        "channels": 1,
        "source": "RecordVerb",
        "duration": str(recording.duration_s),
        "start_time": rfc2822(recording.created_at),
        "date_created": rfc2822(recording.created_at),
        "date_updated": rfc2822(recording.created_at),
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "encryption_details": None,
        "media_url": path(account_sid, "Recordings", recording.sid).removesuffix(".json"),
        "uri": path(account_sid, "Recordings", recording.sid),
        "subresource_uris": {},
    }


def page(name: str, items: Sequence[Body], uri: str, *, number: int, size: int) -> Body:
    """One page of a list, newest first, as the API pages it."""
    shown = items[number * size : (number + 1) * size]
    more = (number + 1) * size < len(items)
    return {
        name: list(shown),
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": max(number * size + len(shown) - 1, 0),
        "uri": f"{uri}?PageSize={size}&Page={number}",
        "first_page_uri": f"{uri}?PageSize={size}&Page=0",
        "next_page_uri": f"{uri}?PageSize={size}&Page={number + 1}" if more else None,
        "previous_page_uri": f"{uri}?PageSize={size}&Page={number - 1}" if number else None,
    }


LIVE = frozenset({CallStatus.QUEUED, CallStatus.RINGING, CallStatus.IN_PROGRESS})
