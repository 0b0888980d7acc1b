"""What the carrier's forms mean: from fields to the port's events (telephony.md "Callbacks", "Anonymous callers").

Nothing here raises on account of a form: a field that is missing or absurd becomes None or an empty text, and the
functions answer None where the carrier's message cannot be understood without it.

Dedupe keys: a key names one happening. A call's arrival is its CallSid, a status or conference event its
SequenceNumber, a voicemail its recording; askings have their own in askings.py.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_to_bytes
from uuid import UUID

from app.carriers.events import BridgeEvent, BridgeMoment, InboundCall, LegProgress, MessageTaken
from app.carriers.twilio.askings import digest
from app.carriers.twilio.vocabulary import (
    BRIDGE_MOMENT,
    CALL_STATUS,
    ENDED_REASON,
    LEFT_REASON,
    REJECTED_SIP_CODES,
    WITHHELD_NUMBERS,
)

PROVIDER = "twilio"
MAX_FIELDS = 500

Pairs = list[tuple[str, str]]

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_DIALLED = re.compile(r"\+?[0-9]{2,20}")
_SID = re.compile(r"[A-Z]{2}[A-Za-z0-9]{1,62}")  # begins with letters: a number in its place is no id
_CALL_ID = re.compile(r"CA[0-9a-f]{32}")
_LABEL = re.compile(r"[A-Za-z0-9_-]{1,80}")
_DIGITS = re.compile(r"[0-9*#A-Da-dw]{1,32}")
_NUMBER_NOISE = str.maketrans("", "", " ()-.")


def parse(body: bytes) -> Pairs | None:
    """The decoded pairs of an application/x-www-form-urlencoded body or query, in order; None beyond MAX_FIELDS.

    As `urllib.parse.parse_qsl` has it, blank values kept, at a third of its cost: separators become two control
    characters, so that everything is decoded at one go. A body that holds these goes the long way.
    """
    if not body:
        return []
    if body.count(b"&") >= MAX_FIELDS:
        return None
    if b"\x00" in body or b"\x01" in body or b"%0" in body:
        return parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    marked = body.replace(b"+", b" ").replace(b"&", b"\x00").replace(b"=", b"\x01")
    pairs = []
    for part in unquote_to_bytes(marked).decode(errors="replace").split("\x00"):
        if part:
            key, _, value = part.partition("\x01")
            pairs.append((key, value.replace("\x01", "=")))
    return pairs


def call_sid(form: Mapping[str, str]) -> str:
    """The carrier's id of the call, or "" when there is none that could be one."""
    return _sid(form, "CallSid")


def is_call_id(sid: str) -> bool:
    """Whether it is spelt as the carrier spells a call id, and so no number in disguise: fit for a log line."""
    return _CALL_ID.fullmatch(sid) is not None


def inbound_call(form: Mapping[str, str]) -> InboundCall | None:
    """A call that arrives; None without a call id, or when it is one that we dialled ourselves.

    A dialled number that makes no sense becomes "": the call still belongs into the ledger (promise P1).
    """
    sid = call_sid(form)
    if not sid or form.get("Direction", "inbound").startswith("outbound"):
        return None
    return InboundCall(
        provider=PROVIDER,
        provider_call_id=sid,
        number_dialled=dialled_number(form.get("To") or form.get("Called") or ""),
        caller=caller_number(form.get("From") or form.get("Caller") or ""),
        dedupe_key=f"voice:{sid}",
    )


def caller_number(given: str) -> str | None:
    """The caller's number as E.164, or None when it is withheld or no number (failure 25)."""
    number = _bare(given)
    if _E164.fullmatch(number) is None or number[1:] in WITHHELD_NUMBERS:
        return None
    return number


def dialled_number(given: str) -> str:
    """The number that was dialled, E.164 or a short national one; "" when it is nothing like a number."""
    number = _bare(given)
    return number if _DIALLED.fullmatch(number) else ""


def leg_progress(form: Mapping[str, str], leg_id: UUID | None, *, command_id: UUID | None = None) -> LegProgress | None:
    """A status callback; None when it tells nothing."""
    sid = call_sid(form)
    status = form.get("CallStatus", "")
    known = CALL_STATUS.get(status)
    if not sid or known is None:
        return None
    event, cause = known
    if status == "busy" and form.get("SipResponseCode") in REJECTED_SIP_CODES:
        cause = "rejected"
    seq = _whole(form.get("SequenceNumber", ""))
    return LegProgress(
        provider=PROVIDER,
        provider_call_id=sid,
        leg_id=leg_id,
        event=event,
        dedupe_key=f"{sid}:{status if seq is None else seq}",
        seq=seq,
        cause=cause,
        command_id=command_id,
    )


def bridge_event(form: Mapping[str, str], contact_id: UUID) -> BridgeEvent | None:
    """A conference callback; None when it tells nothing."""
    conference = _sid(form, "ConferenceSid")
    name = form.get("StatusCallbackEvent", "")
    moment = BRIDGE_MOMENT.get(name)
    if not conference or moment is None:
        return None
    seq = _whole(form.get("SequenceNumber", ""))
    reason: str | None = None
    label = form.get("ParticipantLabel", "")
    call = call_sid(form)
    if moment is BridgeMoment.LEFT:
        reason = LEFT_REASON.get(_underscored(form.get("ReasonParticipantLeft", "")), "other")
    elif moment is BridgeMoment.ENDED:
        reason = ENDED_REASON.get(_underscored(form.get("ReasonConferenceEnded", "")), "other")
        label = form.get("ParticipantLabelEndingConference", "")
        call = _sid(form, "CallSidEndingConference")
    # Without a number the happening is known by what it is, whose, and when.
    happening = seq if seq is not None else digest(name, call, label, form.get("Timestamp", ""))
    return BridgeEvent(
        provider=PROVIDER,
        contact_id=contact_id,
        moment=moment,
        dedupe_key=f"{conference}:{happening}",
        seq=seq,
        label=label if _LABEL.fullmatch(label) else None,
        provider_call_id=call or None,
        reason=reason,
        muted=_flag(form, "Muted"),
        on_hold=_flag(form, "Hold"),
        instance=conference,
    )


def pressed(form: Mapping[str, str]) -> str:
    """The keys that were pressed; "" for none."""
    digits = form.get("Digits", "").strip()
    return digits if _DIGITS.fullmatch(digits) else ""


def message_taken(form: Mapping[str, str], leg_id: UUID) -> MessageTaken | None:
    """A voicemail; None when nothing was recorded."""
    sid, recording = call_sid(form), _sid(form, "RecordingSid")
    if not sid or not recording:
        return None
    seconds = _whole(form.get("RecordingDuration", ""))
    return MessageTaken(
        provider=PROVIDER,
        provider_call_id=sid,
        leg_id=leg_id,
        recording_id=recording,
        seconds=seconds or 0,
        dedupe_key=f"message:{recording}",
    )


def uuid_or_none(text: str) -> UUID | None:
    """A UUID in its usual spelling, else None."""
    if len(text) != 36:
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def _sid(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    return value if _SID.fullmatch(value) else ""


def _bare(given: str) -> str:
    """A number without decoration: `sip:+4420…@example`, brackets and spaces."""
    text = given.strip()
    if text[:4].lower() == "sip:" or text[:5].lower() == "sips:":
        text = text.partition(":")[2].partition("@")[0]
    return text.translate(_NUMBER_NOISE)


def _whole(text: str) -> int | None:
    """A whole number that fits a database column, else None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _flag(form: Mapping[str, str], name: str) -> bool | None:
    return {"true": True, "false": False}.get(form.get(name, "").lower())


def _underscored(text: str) -> str:
    return text.replace("-", "_").lower()
