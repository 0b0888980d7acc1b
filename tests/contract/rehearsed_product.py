"""A small stand-in for the product: serves TwiML on loopback, keeps what it was sent, and lets tests wait for it."""

import asyncio
import base64
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.simulator.application import RunningEmulator, running_emulator, serving
from app.simulator.calls import Call
from app.simulator.chaos import Knobs
from app.simulator.leg import Leg
from app.simulator.numbers import Number
from app.simulator.options import Options
from app.simulator.signing import signature

PATIENCE_S = 10.0
LINE = "+442079460100"
CALLER = "+447700900123"
PHONE = "+447700900456"
Form = dict[str, str]
Script = str | Response | Callable[[Form], str | Response]


@dataclass(frozen=True)
class Seen:
    """One request the product got."""

    path: str
    params: Form
    token: str
    signature: str
    signature_is_good: bool


@dataclass
class Product:
    """Scripts by path, and everything that came in."""

    base_url: str
    auth_token: str
    scripts: dict[str, Script] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    def url(self, path: str) -> str:
        """A path of the product as an absolute URL."""
        return self.base_url + path

    def answers(self, path: str, script: Script) -> None:
        """Answer this path so: inner TwiML, a whole response, or a function of the form that gives either."""
        self.scripts[path] = script

    async def handle(self, request: Request) -> Response:
        """Any request of the carrier."""
        form = {key: str(value) for key, value in (await request.form()).items()}
        good = signature(self.auth_token, str(request.url), form if request.method == "POST" else None)
        params = form or dict(request.query_params)
        sent = request.headers.get("x-twilio-signature", "")
        token = request.headers.get("i-twilio-idempotency-token", "")
        async with self._came:
            self.seen.append(Seen(request.url.path, params, token, sent, sent == good))
            self._came.notify_all()
        script = self.scripts.get(request.url.path, "")
        answer = script(params) if callable(script) and not isinstance(script, Response) else script
        if isinstance(answer, Response):
            return answer
        return Response(f"<Response>{answer}</Response>", media_type="text/xml")

    def got(self, path: str, **params: str) -> list[Seen]:
        """The requests to a path whose form holds these values."""
        return [
            item
            for item in self.seen
            if item.path == path and all(item.params.get(key) == value for key, value in params.items())
        ]

    async def receives(self, path: str, *, times: int = 1, **params: str) -> Seen:
        """Wait until such a request has come `times` times; the last of them."""
        async with asyncio.timeout(PATIENCE_S), self._came:
            await self._came.wait_for(lambda: len(self.got(path, **params)) >= times)
        return self.got(path, **params)[times - 1]

    def events(self, path: str = "/conference") -> list[str]:
        """The conference events in the order of their arrival."""
        return [item.params["StatusCallbackEvent"] for item in self.seen if item.path == path]


@asynccontextmanager
async def running_product(auth_token: str) -> AsyncIterator[Product]:
    """The stand-in on a free loopback port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        product = Product(f"http://127.0.0.1:{listener.getsockname()[1]}", auth_token)
        routes = [Route("/{path:path}", product.handle, methods=["GET", "POST"])]
        async with serving(Starlette(routes=routes), listener):
            yield product


@dataclass
class Rehearsal:
    """The emulator, the product it talks to, and a client of its API with the account's credentials."""

    emulator: RunningEmulator
    product: Product
    api: httpx2.AsyncClient
    people: httpx2.AsyncClient

    async def dial(self, from_: str = CALLER, to: str = LINE) -> Call:
        """Someone dials the line."""
        answer = await self.people.post("/emulator/calls", json={"to": to, "from": from_})
        assert answer.status_code == 201, answer.text
        return self.emulator.carrier.calls[answer.json()["sid"]]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for the emulator to come into a state."""
        assert await self.emulator.carrier.changes.until(condition, PATIENCE_S), "it did not come to that"

    async def create(self, **fields: object) -> httpx2.Response:
        """Calls.create with the usual To, From and Url unless given otherwise."""
        usual = {"To": "client:alice", "From": LINE, "Url": self.product.url("/answered")}
        data = {key: value for key, value in {**usual, **fields}.items() if value is not None}
        return await self.api.post("/Calls.json", data=data)

    async def until_leg(self, call: Call, condition: Callable[[Leg], object]) -> Leg:
        """Wait until a live leg is in a state."""
        legs = self.emulator.carrier.legs
        await self.until(lambda: call.sid in legs and bool(condition(legs[call.sid])))
        return legs[call.sid]

    def auth_header(self) -> dict[str, str]:
        """The account's credentials, for a request beside the API client."""
        options = self.emulator.carrier.options
        given = base64.b64encode(f"{options.account_sid}:{options.auth_token}".encode()).decode()
        return {"Authorization": f"Basic {given}"}

    def press(self, call: Call, digits: str) -> None:
        """Press keys on a live call."""
        self.emulator.carrier.legs[call.sid].press(digits)

    async def hang_up(self, call: Call) -> None:
        """The person hangs up."""
        await self.people.post(f"/emulator/calls/{call.sid}/hangup")
        await self.until(lambda: call.is_over)


@asynccontextmanager
async def rehearsal(*, time_scale: float = 20.0, knobs: Knobs | None = None, **more: float) -> AsyncIterator[Rehearsal]:
    """Emulator and product together, with one line whose voice URL is /voice and whose fallback is /fallback."""
    options = Options(time_scale=time_scale, **more)  # type: ignore[arg-type]
    async with running_product(options.auth_token) as product:
        line = Number(
            LINE,
            product.url("/voice"),
            product.url("/fallback"),
            status_callback=product.url("/line-status"),
            sms_url=product.url("/sms"),
        )
        async with running_emulator([line], options=options, knobs=knobs) as emulator:
            account = f"{emulator.base_url}/2010-04-01/Accounts/{options.account_sid}"
            auth = (options.account_sid, options.auth_token)
            async with (
                httpx2.AsyncClient(base_url=account, auth=auth, trust_env=False) as api,
                httpx2.AsyncClient(base_url=emulator.base_url, trust_env=False) as people,
            ):
                yield Rehearsal(emulator, product, api, people)
