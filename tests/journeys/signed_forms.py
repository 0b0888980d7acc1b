"""Forms as the carrier sends and signs them, to post what the emulator's telephones would never say."""

from collections.abc import Mapping

import httpx2

from app.simulator.signing import signature
from tests.journeys.harbour import CALLER, LINE_NUMBER
from tests.journeys.town import Town

ACCOUNT = "AC00000000000000000000000000000001"
VOICE = "/webhooks/twilio/voice"


async def post_signed(
    town: Town,
    path: str,
    fields: Mapping[str, str],
    *,
    token: str | None = None,
    signed_for: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx2.Response:
    """POST a form to the web process, signed for its own address or another. `token`: the carrier's retry mark."""
    url = f"{signed_for or town.base_url}{path}"
    sent = {"X-Twilio-Signature": signature(town.carrier.options.auth_token, url, fields), **(headers or {})}
    if token is not None:
        sent["I-Twilio-Idempotency-Token"] = token
    async with httpx2.AsyncClient() as client:
        return await client.post(f"{town.base_url}{path}", data=dict(fields), headers=sent)


def arrival(call_sid: str, *, caller: str | None = CALLER, to: str = LINE_NUMBER) -> dict[str, str]:
    """A call that comes in; without a caller's number when `caller` is None."""
    fields = {
        "CallSid": call_sid,
        "AccountSid": ACCOUNT,
        "To": to,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "ApiVersion": "2010-04-01",
    }
    return fields if caller is None else {**fields, "From": caller, "Caller": caller}


def sid_of(number: int) -> str:
    """A call's id of the carrier's shape."""
    return f"CA{number:032x}"


async def hung_up(town: Town, call_sid: str) -> None:
    """The carrier says that this caller has gone."""
    fields = {**arrival(call_sid), "CallStatus": "completed", "SequenceNumber": "0"}
    assert (await post_signed(town, "/webhooks/twilio/status", fields)).status_code < 300
