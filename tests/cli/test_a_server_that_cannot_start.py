"""A web process whose application cannot start ends in order, and takes nothing else of its process with it."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI

from app.cli.failures import CommandFailed
from app.cli.running import WebServer


@asynccontextmanager
async def _breaks(_app: FastAPI) -> AsyncIterator[None]:
    raise ConnectionError("the database went away just then")
    yield


async def test_a_server_whose_application_does_not_start_says_so_and_ends_alone() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = WebServer(FastAPI(lifespan=_breaks), listener)
        with pytest.raises(CommandFailed, match="did not start"):
            await server.run_until_cancelled()
        with pytest.raises(CommandFailed, match="did not start"):
            await server.until_started()
