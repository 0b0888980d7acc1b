"""What stands before every route: headers that bind the browser, the Origin check, and the limit on bodies.

One pure ASGI layer. The Origin rule is that of Fetch and of Go's CrossOriginProtection: a browser always names the
origin of a request that changes something, so a foreign one is refused, and a request that carries neither Origin nor
Sec-Fetch-Site does not come from a browser and cannot ride on somebody's cookie. Webhooks carry no cookie and are
guarded by their signature; for them this layer costs one look at Content-Length.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.errors import Forbidden, TooLarge
from app.platform.problems import problem_of

BODY_LIMIT = 1024 * 1024  # bytes
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OUTSIDERS = ("/webhooks/",)  # no browser, no cookie: signed instead
# The voice SDK's own list (Twilio, "Voice JavaScript SDK: Content Security Policies").
VOICE_SDK = {
    "connect-src": "https://eventgw.twilio.com wss://voice-js.roaming.twilio.com https://sdk.twilio.com",
    "media-src": "mediastream: https://sdk.twilio.com",
}


class OriginRefused(Forbidden):
    """A page of another site tried to act with the session of someone who is signed in here."""

    code, title, title_zh = "origin_refused", "This request came from another site", "请求来自其他站点，已拒绝"


@dataclass(frozen=True, slots=True)
class OriginRule:
    """Which origins may act: the public one; on plain http also whatever host the browser addressed us by."""

    public_origin: str

    def allows(self, scope: Scope) -> bool:
        """Whether the request, or the WebSocket handshake, comes from our own pages or from no browser at all."""
        origin = fetch_site = host = b""
        for name, value in scope["headers"]:
            if name == b"origin":
                origin = value
            elif name == b"sec-fetch-site":
                fetch_site = value
            elif name == b"host":
                host = value
        if not origin:
            return fetch_site in (b"", b"same-origin", b"none")
        if origin.decode("latin-1").lower() == self.public_origin:
            return True
        return self.public_origin.startswith("http://") and origin.lower() == b"http://" + host.lower()


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, as a browser writes an origin."""
    parts = urlsplit(url.lower())
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port not in (None, default) else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}"


class SecurityHeaders:
    """The ASGI layer; see the module's docstring."""

    def __init__(self, app: ASGIApp, *, public_base_url: str, softphone: bool, connect: Iterable[str] = ()) -> None:
        self.app = app
        self.origins = OriginRule(origin_of(public_base_url))
        https = public_base_url.lower().startswith("https://")
        headers = browser_headers(https=https, softphone=softphone, connect=connect)
        self._page_headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._api_headers = [*self._page_headers, (b"cache-control", b"no-store")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with headers added to the answer."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(OUTSIDERS):
            await _limited(self.app, scope, receive, send)
            return
        extra = self._api_headers if path.startswith("/api") else self._page_headers

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.setdefault("headers", [])
                present = {name.lower() for name, _ in given}
                message["headers"] = [*given, *(pair for pair in extra if pair[0] not in present)]
            await send(message)

        if scope["method"] not in SAFE_METHODS and not self.origins.allows(scope):
            await problem_of(OriginRefused())(scope, receive, sending)
            return
        await _limited(self.app, scope, receive, sending)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.origins.allows(scope):
            await self.app(scope, receive, send)
        else:
            await receive()  # the handshake, answered by refusing it
            await send({"type": "websocket.close", "code": 4403, "reason": OriginRefused.code})


def browser_headers(*, https: bool, softphone: bool, connect: Iterable[str] = ()) -> dict[str, str]:
    """The headers of every page and answer; `softphone` opens what the voice SDK needs, `connect` further hosts."""
    voice = VOICE_SDK if softphone else {}
    policy = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",  # the console's component library writes its styles at run time
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": " ".join(("'self'", *filter(None, (voice.get("connect-src"),)), *connect)),
        "media-src": " ".join(("'self'", "blob:", *filter(None, (voice.get("media-src"),)))),
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


class _TooMuchCame(Exception):  # noqa: N818 a signal between this layer's own receive and its caller
    pass


async def _limited(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve with a body of at most BODY_LIMIT bytes; more is answered 413 without reading on."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), None)
    if length is not None:
        # The server holds the sender to the length announced.
        if not length.isdigit() or int(length) <= BODY_LIMIT:
            await app(scope, receive, send)
        else:
            await problem_of(TooLarge())(scope, receive, send)
        return
    if scope["method"] in SAFE_METHODS:
        await app(scope, receive, send)
        return
    await _counted(app, scope, receive, send)


async def _counted(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """The same for a body of unannounced length, counted as it comes."""
    came = 0
    started = over = False

    async def receiving() -> Message:
        nonlocal came, over
        message = await receive()
        came += len(message.get("body", b""))
        if came > BODY_LIMIT:
            over = True
            raise _TooMuchCame
        return message

    async def sending(message: Message) -> None:
        nonlocal started
        if not over:  # whatever the application makes of the broken-off body is not the answer
            started = True
            await send(message)

    with contextlib.suppress(_TooMuchCame):
        await app(scope, receiving, sending)
    if over and not started:
        await problem_of(TooLarge())(scope, receive, send)


def install(app: FastAPI, *, public_base_url: str, softphone: bool = False, connect: Iterable[str] = ()) -> None:
    """Put this layer around the application. Call after `problems.install`, so that it is the outer one."""
    app.add_middleware(SecurityHeaders, public_base_url=public_base_url, softphone=softphone, connect=tuple(connect))
