"""What every webhook passes before anyone believes it: size, signature, time (issue 2 "Bad input gets"; P1, P5).

Too long → 413, before the whole of it is read. Unsigned or forged → 403, empty, nothing kept but a counter. Longer than
4.5 s or any failure → 503, so that the carrier still has time for its fallback URL. A plain ASGI application: this is
the hot path (performance.md "Webhook"), and every layer on it is paid by the caller's waiting.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from prometheus_client import Counter, Histogram
from starlette.types import Receive, Scope, Send

from app.carriers.twilio import forms
from app.carriers.twilio.signature import SignatureCheck
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.route_rules import guarded_by

MAX_BODY_BYTES = 1024 * 1024
DEADLINE_S = 4.5
SAY_AGAIN_AFTER_S = 60.0
HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")

log = get_log()

REFUSED = Counter("hotline_webhook_refused_total", "Webhooks refused: unsigned, forged or too long", ["why"])
UNREADABLE = Counter("hotline_webhook_unreadable_total", "Signed webhooks that lacked what they must have", ["route"])
FAILED = Counter("hotline_webhook_failed_total", "Webhooks that failed: the carrier's fallback acts", ["route"])
SECONDS = Histogram(
    "hotline_webhook_seconds",
    "From a webhook's arrival to its answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 4.5),
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that is the carrier's own."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    retry_token: bytes
    body: bytes
    target: str  # path and query, as they arrived


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, ready to be sent."""

    status: int
    body: bytes = b""
    content_type: bytes = b""


Handler = Callable[[Signed], Awaitable[Reply]]

NOTED = Reply(204)
FORBIDDEN = Reply(403)
TOO_LARGE = Reply(413)
UNAVAILABLE = Reply(503)


@guarded_by("the carrier's signature")
class Webhook:
    """One webhook as an ASGI application. `if_failed` replaces the 503 where a failing answer would do harm."""

    def __init__(
        self, name: str, check: SignatureCheck, handler: Handler, *, if_failed: Callable[[Scope], Reply] | None = None
    ) -> None:
        self._name = name
        self._check = check
        self._handler = handler
        self._if_failed = if_failed
        self._seconds = SECONDS.labels(name)
        self._silent_until = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(DEADLINE_S):
                reply = await self._reply(scope, receive)
        except Exception as failure:  # noqa: BLE001 whatever went wrong, the carrier must hear of it in time
            FAILED.labels(self._name).inc()
            # Not the message: a database's complaint quotes the values it was given (P5).
            log.alarm(
                Log.WEBHOOK_FAILED,
                route=self._name,
                failure_type=type(failure).__name__,
                where=_where(failure.__traceback__),
            )
            reply = self._if_failed(scope) if self._if_failed else UNAVAILABLE
        self._seconds.observe(time.perf_counter() - began)
        await _send(reply, send)

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        length, signature, retry_token = _headers(scope)
        if length > MAX_BODY_BYTES:
            REFUSED.labels("too_large").inc()
            return TOO_LARGE
        body = await _read(receive)
        if body is None:
            REFUSED.labels("too_large").inc()
            return TOO_LARGE
        if not signature:
            REFUSED.labels("unsigned").inc()
            return FORBIDDEN
        query_bytes: bytes = scope["query_string"]
        target = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0].decode("latin-1")
        if query_bytes:
            target += "?" + query_bytes.decode("latin-1")
        query = dict(forms.parse(query_bytes) or ())
        body_sha256 = query.get("bodySHA256", "")
        pairs = [] if body_sha256 else forms.parse(body)
        if pairs is None or not self._check.accepts(target, pairs, signature, body=body, body_sha256=body_sha256):
            self._refuse(scope, target, pairs or (), signature)
            return FORBIDDEN
        return await self._handler(Signed(scope["path_params"], query, dict(pairs), retry_token, body, target))

    def _refuse(self, scope: Scope, target: str, pairs: Sequence[tuple[str, str]], signature: bytes) -> None:
        """Count it; and if it is the carrier's own, signed for another address, say so: no call will be let in."""
        host = self._check.made_for(_hosts(scope), target, pairs, signature)
        REFUSED.labels("forged" if host is None else "other_address").inc()
        if host is not None and time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + SAY_AGAIN_AFTER_S
            log.alarm(Log.WEBHOOK_SIGNED_FOR_ANOTHER_ADDRESS, route=self._name, host=host)


def _hosts(scope: Scope) -> list[str]:
    """Where the request says it came to, before and behind a proxy."""
    said = [value.decode("latin-1") for name, value in scope["headers"] if name in (b"host", b"x-forwarded-host")]
    return [host for host in said if HOST.fullmatch(host)]


def _headers(scope: Scope) -> tuple[int, bytes, bytes]:
    """Content length (0 when absent or no number), signature and retry token."""
    length, signature, retry_token = 0, b"", b""
    for name, value in scope["headers"]:
        if name == b"x-twilio-signature":
            signature = value
        elif name == b"i-twilio-idempotency-token":
            retry_token = value
        elif name == b"content-length" and value.isdigit():
            length = int(value[:12])
    return length, signature, retry_token


async def _read(receive: Receive) -> bytes | None:
    """The body; None as soon as it is too long. A peer that went away in the middle leaves what has come."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return body if len(body) <= MAX_BODY_BYTES else None
    parts, size = [body], len(body)
    while message.get("more_body", False) and size <= MAX_BODY_BYTES:
        message = await receive()
        part: bytes = message.get("body", b"")
        parts.append(part)
        size += len(part)
    return b"".join(parts) if size <= MAX_BODY_BYTES else None


async def _send(reply: Reply, send: Send) -> None:
    headers = [(b"content-length", str(len(reply.body)).encode())] if reply.status != NOTED.status else []
    if reply.content_type:
        headers.append((b"content-type", reply.content_type))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


def _where(trace: TracebackType | None) -> list[str]:
    """The innermost places of a traceback, without any value."""
    places = []
    while trace is not None:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-4:]
