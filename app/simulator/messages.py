"""Text messages: sent through the API with their statuses, and received for a number's message URL."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from app.platform.clock import now
from app.simulator.calls import new_sid
from app.simulator.numbers import Number
from app.simulator.webhook_fields import API_VERSION
from app.simulator.webhooks import Outgoing

if TYPE_CHECKING:
    from app.simulator.carrier import Carrier

STEPS = ("sending", "sent", "delivered")
FINAL = frozenset({"delivered", "failed", "undelivered", "received"})


@dataclass(slots=True)
class Message:
    """One message's record."""

    to: str
    from_: str
    body: str
    direction: str
    status: str
    status_callback: str = ""
    sid: str = field(default_factory=lambda: new_sid("SM"))
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)


def _fields(carrier: "Carrier", message: Message) -> dict[str, str]:
    return {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "AccountSid": carrier.options.account_sid,
        "From": message.from_,
        "To": message.to,
        "ApiVersion": API_VERSION,
    }


async def deliver(carrier: "Carrier", message: Message) -> None:
    """Take a queued message through its states, telling the callback of each."""
    for status in STEPS:
        await asyncio.sleep(0.05 / carrier.options.time_scale)
        message.status = status
        message.updated_at = now()
        carrier.changes.note("message", message.sid)
        if message.status_callback:
            fields = {**_fields(carrier, message), "MessageStatus": status, "SmsStatus": status}
            request = Outgoing(message.status_callback, "POST", fields, f"message {status}", message.sid)
            carrier.callbacks.post(request, last=status in FINAL)


async def receive(carrier: "Carrier", number: Number, from_: str, body: str) -> Message:
    """Someone texts one of our numbers: the number's message URL hears of it; an answering TwiML is not performed."""
    message = Message(number.number, from_, body, "inbound", "received")
    carrier.messages[message.sid] = message
    if number.sms_url:
        fields = {**_fields(carrier, message), "Body": body, "NumMedia": "0", "NumSegments": "1"}
        fields["SmsStatus"] = "received"
        await carrier.webhooks.fetch(Outgoing(number.sms_url, "POST", fields, "message", message.sid))
    return message
