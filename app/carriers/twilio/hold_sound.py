"""The sound of waiting: music of our own making (deploy/twilio/make_hold_sound.py)."""

import hashlib
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.platform.route_rules import public


@public
class HoldSound:
    """GET of the hold music as an ASGI application. Public: it says nothing. The carrier caches it by its ETag."""

    def __init__(self) -> None:
        self._wav = files("app.carriers.twilio").joinpath("hold.wav").read_bytes()
        self._headers = {
            "etag": f'"{hashlib.sha256(self._wav).hexdigest()[:16]}"',
            "cache-control": "public, max-age=86400",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, or 304 to who has it."""
        known = Request(scope).headers.get("if-none-match") == self._headers["etag"]
        response = (
            Response(status_code=304, headers=self._headers)
            if known
            else Response(self._wav, media_type="audio/wav", headers=self._headers)
        )
        await response(scope, receive, send)
