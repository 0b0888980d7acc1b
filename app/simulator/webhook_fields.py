"""The form fields the carrier sends with its requests, as its documents list them."""

from email.utils import format_datetime

from app.platform.clock import now
from app.simulator.calls import ENDED, Call, CallStatus

API_VERSION = "2010-04-01"
COUNTRIES = {"+1": "US", "+44": "GB", "+86": "CN", "+852": "HK"}
PLACES = {"US": ("SAN FRANCISCO", "CA", "94105"), "GB": ("London", "", "")}


def country_of(number: str) -> str:
    """The country of an E.164 number as ISO code, as far as the emulator cares; empty when unknown."""
    for length in (4, 3, 2):
        if number[:length] in COUNTRIES:
            return COUNTRIES[number[:length]]
    return ""


def _place(prefix: str, number: str) -> dict[str, str]:
    country = country_of(number)
    city, state, zip_code = PLACES.get(country, ("", "", ""))
    return {
        f"{prefix}City": city,
        f"{prefix}State": state,
        f"{prefix}Zip": zip_code,
        f"{prefix}Country": country,
    }


def call_fields(call: Call, account_sid: str) -> dict[str, str]:
    """The 26 fields that every voice request carries."""
    fields = {
        "CallSid": call.sid,
        "AccountSid": account_sid,
        "From": call.from_,
        "To": call.to,
        "Caller": call.from_,
        "Called": call.to,
        "CallStatus": call.status.value,
        "Direction": call.direction.value,
        "ApiVersion": API_VERSION,
        **_place("Caller", call.from_),
        **_place("Called", call.to),
        **_place("From", call.from_),
        **_place("To", call.to),
    }
    if call.parent_sid:
        fields["ParentCallSid"] = call.parent_sid
    if call.direction == "inbound":
        fields["CallToken"] = "eyJlbXVsYXRvciI6dHJ1ZX0"
    return fields


def progress_fields(call: Call, status: CallStatus) -> dict[str, str]:
    """What a call's status callback adds."""
    fields = {
        "CallStatus": status.value,
        "SequenceNumber": str(call.next_sequence()),
        "Timestamp": format_datetime(now()),
        "CallbackSource": "call-progress-events",
    }
    if status in ENDED:
        fields["CallDuration"] = str(call.duration_s)
        fields["Duration"] = str(-(-call.duration_s // 60))
        if status is CallStatus.COMPLETED:
            fields["SipResponseCode"] = "200"
        elif status in SIP_CODES:
            fields["SipResponseCode"] = SIP_CODES[status]
    return fields


SIP_CODES = {CallStatus.BUSY: "486", CallStatus.NO_ANSWER: "487", CallStatus.FAILED: "404", CallStatus.CANCELED: "487"}


def flag(value: bool) -> str:
    """A truth value in a form field."""
    return "true" if value else "false"
