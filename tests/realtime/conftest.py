"""A served application on loopback with the console's socket, and consoles that are signed in to it."""

import asyncio
import json
import socket as sockets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect

from app.console import socket
from app.contacts.public_state import PublicState
from app.lines.book import LineBook
from app.people.door import Door
from app.people.passwords import PasswordBook
from app.people.sessions import begin_session
from app.platform import problems, security_headers
from app.platform.clock import fresh_id, now
from app.platform.crypto import Pseudonymiser, Sealer
from app.platform.db import Database
from app.realtime.hub import Hub
from app.realtime.listener import Listener
from app.realtime.wire import LiveProtocol
from app.roster.notice_state import load_notices
from app.roster.presence_state import load_presences
from app.roster.shift_state import load_shifts

PATIENCE_S = 10


async def eventually(holds: Callable[[], Awaitable[bool] | bool]) -> None:
    """Wait until it holds; TimeoutError when it does not come true."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer = holds()
            if answer is True or (not isinstance(answer, bool) and await answer):
                return
            await asyncio.sleep(0.01)


@dataclass
class Console:
    """One open socket."""

    connection: ClientConnection

    async def next(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(PATIENCE_S):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        return message

    async def until(self, kind: str, **state: Any) -> dict[str, Any]:
        """The next message of this kind whose state has these values."""
        while True:
            message = await self.next()
            if message["t"] == kind and all(message["s"][name] == value for name, value in state.items()):
                return message

    async def say(self, message: object) -> None:
        """Send something."""
        await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))


@dataclass
class Station:
    """A served process with its database."""

    db: Database
    app: FastAPI
    port: int = 0
    server: uvicorn.Server | None = None

    async def person(self, work_name: str, *grants: tuple[str, str, str]) -> UUID:
        """An account with these (role, scope kind, scope id)."""
        person_id = fresh_id()
        async with self.db.transaction() as tx:
            await tx.execute(
                "INSERT INTO person (id, login, work_name, password_hash, created_at) VALUES ($1, $2, $3, '', $4)",
                person_id, person_id.hex, work_name, now(),
            )  # fmt: skip
            for grant in grants:
                await tx.execute("INSERT INTO role_grant VALUES ($1, $2, $3, $4)", person_id, *grant)
        return person_id

    async def sign_in(self, person_id: UUID) -> str:
        """A session's token."""
        async with self.db.transaction() as tx:
            return await begin_session(tx, person_id, now=now())

    @asynccontextmanager
    async def console(self, token: str, **options: Any) -> AsyncIterator[Console]:
        """A console with that session."""
        async with connect(
            f"ws://127.0.0.1:{self.port}/api/live",
            additional_headers={"Cookie": f"hotline={token}"},
            compression=None,
            proxy=None,
            **options,
        ) as connection:
            yield Console(connection)


def application(db: Database) -> FastAPI:
    """The socket and nothing else."""
    hub = Hub()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        jobs = [asyncio.ensure_future(job) for job in (app.state.listener.run(), *socket.background(app))]
        await app.state.listener.started.wait()
        yield
        await socket.say_bye(app)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    app = FastAPI(lifespan=lifespan)
    pseudonymiser = Pseudonymiser(b"2" * 32)
    state = PublicState(pseudonymiser, LineBook())

    async def presences(tx, ids):
        return await load_presences(tx, ids, now=now())

    loaders = {
        "contact": state.load_contacts, "offer": state.load_offers, "presence": presences, "shift": load_shifts,
        "notice": load_notices,
    }  # fmt: skip
    app.state.db, app.state.hub, app.state.book, app.state.public_state = db, hub, LineBook(), state
    app.state.listener = Listener(db, hub, loaders, read_clock=now)
    app.state.door = Door(
        Sealer({"k1": b"1" * 32}, "k1"), pseudonymiser, PasswordBook(), https=False, demo_accounts=True
    )
    app.include_router(socket.router)
    problems.install(app)
    security_headers.install(app, public_base_url="http://127.0.0.1", softphone=False)
    return app


@asynccontextmanager
async def serving(app: FastAPI, protocol: Any = LiveProtocol) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    """Serve the application on a free port of this machine."""
    listening = sockets.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, ws=protocol, ws_per_message_deflate=False, log_level="error", timeout_graceful_shutdown=5, lifespan="on"
    )
    server = uvicorn.Server(config)
    running = asyncio.ensure_future(server.serve(sockets=[listening]))
    await eventually(lambda: server.started)
    try:
        yield server, listening.getsockname()[1]
    finally:
        server.should_exit = True
        async with asyncio.timeout(PATIENCE_S):
            await running


@pytest_asyncio.fixture(params=[LiveProtocol, "websockets-sansio"], ids=["transport", "asgi"])
async def station(request, database_url: str) -> AsyncIterator[Station]:
    """A served process, once for each way out to the sockets."""
    db = Database(database_url, size=6)
    await db.open()
    try:
        app = application(db)
        async with db.transaction() as tx:
            await tx.execute("INSERT INTO organisation VALUES ('edu', '教育局', 'Education bureau')")
            await tx.execute("INSERT INTO pool VALUES ('teachers', 'edu', '甬老师', 'Teachers')")
            await tx.execute("INSERT INTO line VALUES ('night', 'edu', '热线', 'Night'), ('far', 'edu', '远', 'Far')")
            await tx.execute("INSERT INTO line_pool VALUES ('night', 'teachers', 0)")
        async with serving(app, request.param) as (server, port):
            yield Station(db, app, port, server)
    finally:
        await db.close()
