"""The carrier's webhooks as a test posts them: signed forms, against the application inside the test."""

import base64
import hashlib
import hmac
import uuid
from typing import Any
from urllib.parse import parse_qsl

import httpx2
from twilio.request_validator import RequestValidator

from app.simulator.options import Options
from tests.api.web import BASE, Web
from tests.journeys.harbour import LINE_NUMBER

CALLER = "+447700900123"
VOICE = "/webhooks/twilio/voice"
TABLES = ("ledger", "contact", "leg", "offer", "timer", "command", "change", "notice", "voicemail", "call_back")


class Carrier:
    """Signs and posts as the carrier does."""

    def __init__(self, web: Web) -> None:
        self.web = web

    async def post(self, url: str, form: dict[str, str], *, token: str = Options().auth_token) -> httpx2.Response:
        """A form; a fragment is for the carrier and neither signed nor sent."""
        url = url.partition("#")[0]
        signature = RequestValidator(token).compute_signature(BASE + url, form)
        return await self.web.client.post(url, data=form, headers={"X-Twilio-Signature": signature})

    async def post_raw(self, url: str, body: str) -> httpx2.Response:
        """A form as it is on the wire, signed by its fields as whoever reads them leniently has them."""
        pairs = sorted(set(parse_qsl(body, keep_blank_values=True, errors="replace")))
        text = BASE + url + "".join(name + value for name, value in pairs)
        digest = hmac.digest(Options().auth_token.encode(), text.encode(), hashlib.sha1)
        headers = {
            "X-Twilio-Signature": base64.b64encode(digest).decode(),
            "content-type": "application/x-www-form-urlencoded",
        }
        return await self.web.client.post(url, content=body, headers=headers)

    async def counts(self) -> dict[str, int]:
        """How much there is of everything."""
        async with self.web.db.transaction() as tx:
            return {table: await tx.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608

    async def contact(self, sid: str) -> Any:
        """The contact of a call."""
        async with self.web.db.transaction() as tx:
            return await tx.fetchrow(
                "SELECT c.* FROM contact c JOIN leg l ON l.contact_id = c.id WHERE l.provider_call_id = $1", sid
            )

    async def leg(self, sid: str) -> str:
        """The id of a call's leg."""
        async with self.web.db.transaction() as tx:
            return str(await tx.fetchval("SELECT id FROM leg WHERE provider_call_id = $1", sid))

    async def counter(self, name: str) -> float:
        """A number of /metrics."""
        return (await self.web.metrics()).get(name, 0.0)


def a_sid() -> str:
    """The id of a new call."""
    return f"CA{uuid.uuid4().hex}"


def a_call(sid: str, **more: str) -> dict[str, str]:
    """What the carrier says of a call that comes in."""
    return {
        "CallSid": sid,
        "AccountSid": Options().account_sid,
        "From": CALLER,
        "To": LINE_NUMBER,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "ApiVersion": "2010-04-01",
    } | more
