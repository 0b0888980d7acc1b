"""The guard of tests/loopback_only.py is on, and lets through what is local."""

import asyncio
import socket

import pytest

from tests.loopback_only import OutsideConnection, is_local

OUTSIDE = "192.0.2.1"  # TEST-NET-1 (RFC 5737): routed nowhere


def test_a_connection_to_another_machine_fails_where_it_is_made() -> None:
    with socket.socket() as sock, pytest.raises(OutsideConnection):
        sock.connect((OUTSIDE, 443))


async def test_the_event_loop_is_held_to_it_too() -> None:
    with pytest.raises(OutsideConnection):
        await asyncio.open_connection(OUTSIDE, 443)


def test_names_of_the_outside_are_not_even_looked_up() -> None:
    with pytest.raises(OutsideConnection):
        socket.create_connection(("hotline.example.org", 443))


async def test_loopback_is_open() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        (OUTSIDE, False),
        ("10.0.0.1", False),
        ("api.twilio.com", False),
    ],
)
def test_what_is_local(host: str, local: bool) -> None:
    assert is_local(host) is local
