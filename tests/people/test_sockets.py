"""The WebSocket's handshake on a real server: whose session, and from whose page."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest
import pytest_asyncio
import uvicorn
from fastapi import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from app.people.access import guarded_by, principal_for_socket
from tests.people.conftest import House, close_house, make_house


@dataclass
class Served:
    """The application on a port of this machine."""

    house: House
    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def cookie(self, login: str) -> str:
        """Sign in over real HTTP; the Cookie header to come back with."""
        async with httpx2.AsyncClient(base_url=self.origin) as client:
            answer = await self.house.try_sign_in(client, login)
            assert answer.status_code == 200, answer.text
            return f"hotline={client.cookies['hotline']}"

    def connect(self, **headers: str) -> connect:
        """Open the socket with these headers."""
        return connect(f"ws://127.0.0.1:{self.port}/api/who", additional_headers=headers, proxy=None)


@pytest_asyncio.fixture
async def served(database_url: str) -> AsyncIterator[Served]:
    """A real server on loopback, with one socket that says who is there."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    house = await make_house(database_url, public_base_url=f"http://127.0.0.1:{port}")

    @house.app.websocket("/api/who")
    @guarded_by("a session")
    async def who(websocket: WebSocket) -> None:
        principal = await principal_for_socket(websocket)
        await websocket.accept()
        await websocket.send_text(json.dumps({"login": principal.login}))
        await websocket.close()

    config = uvicorn.Config(
        house.app, ws="websockets-sansio", lifespan="off", log_config=None, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listening]))
        # The socket listens already: whoever connects early waits in its queue until the server has started.
        yield Served(house, port)
        server.should_exit = True
    await close_house(house)


async def test_a_socket_knows_who_opened_it(served: Served) -> None:
    await served.house.person("qinghe", demo=True)
    cookie = await served.cookie("qinghe")

    async with served.connect(cookie=cookie, origin=served.origin) as live:
        assert json.loads(await live.recv()) == {"login": "qinghe"}


async def test_a_socket_without_a_session_is_refused(served: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with served.connect(origin=served.origin):
            pass
    assert refused.value.response.status_code == 403


async def test_a_foreign_page_cannot_open_a_socket_with_somebodys_session(served: Served) -> None:
    await served.house.person("qinghe", demo=True)
    cookie = await served.cookie("qinghe")

    with pytest.raises(InvalidStatus) as refused:
        async with served.connect(cookie=cookie, origin="https://evil.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_a_signed_out_session_opens_no_socket(served: Served) -> None:
    await served.house.person("qinghe", demo=True)
    cookie = await served.cookie("qinghe")
    async with httpx2.AsyncClient(base_url=served.origin, headers={"cookie": cookie}) as client:
        assert (await client.delete("/api/session")).status_code == 204

    with pytest.raises(InvalidStatus):
        async with served.connect(cookie=cookie, origin=served.origin):
            pass


async def test_an_oversized_body_over_a_real_connection_is_answered_413(served: Served) -> None:
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 65536

    async with httpx2.AsyncClient(base_url=served.origin) as client:
        announced = await client.post("/api/session", content=b"x" * (1024 * 1024 + 1))
        unannounced = await client.post("/api/session", content=drip(), headers={"content-type": "application/json"})

    for answer in (announced, unannounced):
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
