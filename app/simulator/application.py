"""The emulator as an ASGI application, and a way to run it on a loopback port inside another process's tests."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.simulator.carrier import Carrier
from app.simulator.chaos import Knobs
from app.simulator.demo_api import demo_router
from app.simulator.numbers import Number
from app.simulator.options import Options
from app.simulator.rest import rest_router
from app.simulator.rest_forms import RestError, render_error

PHONE = Path(__file__).with_name("phone")
API_PREFIX = "/2010-04-01/"


def make_app(carrier: Carrier) -> FastAPI:
    """The application around a carrier; its lifespan enters and leaves the carrier."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with carrier:
            yield

    app = FastAPI(title="Carrier emulator", lifespan=lifespan)
    app.add_exception_handler(RestError, render_error)
    app.add_exception_handler(ClientDisconnect, _nobody_listens)
    app.include_router(rest_router(carrier))
    app.include_router(demo_router(carrier))

    app.add_middleware(Misbehaving, carrier=carrier)

    @app.get("/", include_in_schema=False)
    async def phone() -> FileResponse:
        return FileResponse(PHONE / "phone.html")

    app.mount("/phone", StaticFiles(directory=PHONE, check_dir=False))
    return app


class Misbehaving:
    """Lets the API refuse or lose its answers as the knobs say; everything else passes."""

    def __init__(self, app: ASGIApp, carrier: Carrier) -> None:
        self._app = app
        self._carrier = carrier
        self._chaos = carrier.chaos

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or not scope["path"].startswith(API_PREFIX):
            await self._app(scope, receive, send)
            return
        self._carrier.asked.append(f"{scope['method']} {scope['path']}?{scope['query_string'].decode('latin-1')}")
        refusal = self._refusal()
        if refusal is None:
            await self._app(scope, receive, send)
            return
        if refusal.status == 500:
            await self._app(scope, receive, _nowhere)  # it acts, and its answer is lost
        response = await render_error(Request(scope), refusal)
        await response(scope, receive, send)

    def _refusal(self) -> RestError | None:
        knobs, strikes = self._chaos.knobs, self._chaos.strikes
        if strikes(knobs.api_429_percent):
            return RestError(429, 20429, "Too many requests")
        if strikes(knobs.api_5xx_percent):
            return RestError(503, 20503, "Service unavailable")
        if strikes(knobs.api_lost_answer_percent):
            return RestError(500, 20500, "Internal server error")
        return None


async def _nobody_listens(_request: Request, _gone: Exception) -> Response:
    """The product's process was killed in the middle of asking: what was not asked in full is not done."""
    return Response(status_code=400)


async def _nowhere(message: Message) -> None:
    """Where a lost answer goes."""


@dataclass(frozen=True, slots=True)
class RunningEmulator:
    """An emulator that listens: its carrier to look into, its address to talk to."""

    carrier: Carrier
    base_url: str


@asynccontextmanager
async def running_emulator(
    numbers: Iterable[Number] = (), *, options: Options | None = None, knobs: Knobs | None = None
) -> AsyncIterator[RunningEmulator]:
    """Run the emulator on a free loopback port for as long as the block lasts."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        carrier = Carrier(replace(options or Options(), public_base_url=base_url), numbers, knobs)
        async with serving(make_app(carrier), listener):
            yield RunningEmulator(carrier, base_url)


@asynccontextmanager
async def serving(app: Callable[..., Awaitable[None]], listener: socket.socket) -> AsyncIterator[None]:
    """Serve an ASGI application on a bound socket within this event loop."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=1, lifespan="on", ws="none"
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment,method-assign] # signals are the host's
    # A task and not a group: a group would wrap every failure inside the block in a group of its own.
    running = asyncio.get_running_loop().create_task(server.serve([listener]))
    try:
        while not server.started and not running.done():  # noqa: ASYNC110 the server offers no event
            await asyncio.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        await running
