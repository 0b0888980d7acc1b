"""Between one worker and the emulated carrier: its REST requests are counted, and the placing of a call can be held.

Held *before*: the carrier has not seen it yet. Held *after*: the carrier has acted, and its answer does not come.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import httpx2
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from app.simulator.application import serving

PASSED_ON = ("authorization", "content-type")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `what` is the method and the path below the account."""

    what: str
    fields: dict[str, str]

    @property
    def leg(self) -> str:
        """The leg a placed call is for."""
        return urlsplit(self.fields["Url"]).path.split("/")[-2]


@dataclass
class CountingCarrier:
    """What was asked, in its order."""

    emulator: httpx2.AsyncClient
    base_url: str = ""
    asked: list[Asked] = field(default_factory=list)
    hold: Literal["", "before", "after"] = ""
    holds: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    delay_s: float = 0.0
    under_way: int = 0

    def placed(self) -> list[Asked]:
        """The calls that were to be placed."""
        return [one for one in self.asked if one.what == "POST /Calls.json"]

    def looked(self) -> int:
        """How often a call was looked for before placing it again; the reconciler asks for those since a time."""
        return len([one for one in self.asked if one.what == "GET /Calls.json" and "StartTime>" not in one.fields])

    async def answer(self, request: Request) -> Response:
        """Count it, and pass it on."""
        self.under_way += 1
        try:
            return await self._pass_on(request)
        except ClientDisconnect:  # whoever asked is dead
            return Response(status_code=500)
        finally:
            self.under_way -= 1

    async def _pass_on(self, request: Request) -> Response:
        body = await request.body()
        what = f"{request.method} /{request.url.path.split('/', 4)[-1]}"
        self.asked.append(Asked(what, dict(parse_qsl(body.decode() or request.url.query))))
        await asyncio.sleep(self.delay_s)
        held, self.hold = (self.hold, "") if what == "POST /Calls.json" else ("", self.hold)
        if held == "before":
            self.holds.set()
            await self.go_on.wait()
            if await request.is_disconnected():
                return Response(status_code=500)  # and what it said got lost on the way
        answer = await self.emulator.request(
            request.method,
            f"{request.url.path}?{request.url.query}",
            content=body,
            headers={name: request.headers[name] for name in PASSED_ON if name in request.headers},
        )
        if held == "after":
            self.holds.set()
            await self.go_on.wait()
        return Response(answer.content, answer.status_code, {"content-type": answer.headers["content-type"]})


@asynccontextmanager
async def counting_carrier(emulator_url: str) -> AsyncIterator[CountingCarrier]:
    """Listen for as long as the block lasts."""
    async with httpx2.AsyncClient(base_url=emulator_url, timeout=20) as emulator:
        counting = CountingCarrier(emulator)
        app = Starlette(routes=[Route("/{path:path}", counting.answer, methods=["GET", "POST", "DELETE"])])
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            counting.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            async with serving(app, listener):
                try:
                    yield counting
                finally:
                    counting.go_on.set()
