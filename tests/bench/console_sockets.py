"""Consoles as cheap as they can be made: thousands of sockets in one process that count and time what they hear."""

import asyncio
import base64
import os
import resource
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from typing import cast

Heard = Callable[["ConsoleSocket", bytes, float], None]
"""`heard(socket, payload, at)`: one text message; `at` is time.perf_counter()."""

BEAT_EVERY_S = 5.0
_PING = b"\x89\x04"  # the head of a server's ping with its usual four bytes; no text has it
_BEAT = b'{"t":"beat"}'


def allow_many_files() -> None:
    """As many open files as this process may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def masked(opcode: int, payload: bytes) -> bytes:
    """A short client's frame (RFC 6455 section 5.2); its mask is zero, which leaves the payload as it is."""
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + b"\0\0\0\0" + payload


class ConsoleSocket(asyncio.Protocol):
    """One WebSocket. `opened` is done once the first message, the snapshot, is here."""

    def __init__(self, plain: socket.socket, request: bytes, heard: Heard | None, counted: bytes) -> None:
        self._plain, self._counted, self._rest = plain, counted, b""
        self.last = b""  # the newest that came, where messages are only counted
        self._request, self._heard, self._buffer, self._upgraded = request, heard, b"", False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport
        self.frames = 0
        self.lost = False
        self.farewell = b""  # what the server's closing frame said: code and reason

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember it."""
        self.lost = True
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionError("closed before the first message"))

    def data_received(self, data: bytes) -> None:
        """Take whole messages out of the stream."""
        at = time.perf_counter()
        if self._buffer or not self._upgraded:
            data = self._buffer + data
        if not self._upgraded:
            head, found, rest = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = data
                return
            assert head.startswith(b"HTTP/1.1 101"), head[:200]
            self._upgraded, data = True, rest
        start, end = 0, len(data)
        while end - start >= 2:
            length, body = data[start + 1], start + 2
            if length == 126 and end >= start + 4:
                length, body = struct.unpack_from("!H", data, start + 2)[0], start + 4
            elif length == 127 and end >= start + 10:
                length, body = struct.unpack_from("!Q", data, start + 2)[0], start + 10
            elif length >= 126:
                break
            if end < body + length:
                break
            self._message(data[start] & 0x0F, data[body : body + length], at)
            start = body + length
        self._buffer = data[start:]

    def _message(self, opcode: int, payload: bytes, at: float) -> None:
        if opcode == 9:
            self.transport.write(masked(10, payload))
        elif opcode == 8:
            self.farewell = payload
        elif opcode == 1:
            self.frames += 1
            if not self.opened.done():
                self.opened.set_result(None)
            elif self._heard is not None:
                self._heard(self, payload, at)

    def look(self) -> None:
        """Count what has come since the last look; for a socket that has stopped reading."""
        try:
            new = self._plain.recv(1 << 20)
        except BlockingIOError:
            return
        self.lost = not new
        data = self._rest + new
        if found := data.count(self._counted):
            self.frames += found
            self.last = data
        if (ping := new.find(_PING)) >= 0:
            self.transport.write(masked(10, new[ping + 2 : ping + 6]))
        self._rest = data[1 - len(self._counted) :]

    def beat(self) -> None:
        """Say that the console is there."""
        if not self.lost:
            self.transport.write(masked(1, _BEAT))

    def stop_reading(self) -> None:
        """Be a stuck client, or one that is only looked at now and then."""
        self.transport.pause_reading()


async def open_console(
    port: int,
    path: str,
    *,
    token: str = "",
    heard: Heard | None = None,
    receive_buffer: int | None = None,
    counted: bytes = b"",
) -> ConsoleSocket:
    """A connected socket, not yet `opened`. A small receive buffer gets full soon when nobody reads.

    `counted`: what `look` counts, once it has stopped reading: until then it waits in the socket, as it would on
    another machine, and costs this one nothing.
    """
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nCookie: hotline={token}\r\n\r\n"
    ).encode()
    plain = socket.socket()
    plain.setblocking(False)
    if receive_buffer is not None:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(plain, ("127.0.0.1", port))
    _, console = await loop.create_connection(lambda: ConsoleSocket(plain, request, heard, counted), sock=plain)
    return console


async def open_all(make: list[Callable[[], Awaitable[ConsoleSocket]]], *, at_once: int = 40) -> list[ConsoleSocket]:
    """Open them all, a few at a time, each up to its first message."""
    gate = asyncio.Semaphore(at_once)

    async def one(opening: Callable[[], Awaitable[ConsoleSocket]]) -> ConsoleSocket:
        async with gate:
            console = await opening()
            async with asyncio.timeout(60):
                await console.opened
            return console

    return list(await asyncio.gather(*(one(opening) for opening in make)))


async def keep_looking(consoles: list[ConsoleSocket]) -> None:
    """Look at each of these once a second, spread over it, for ever."""
    steps = 50
    while True:
        for step in range(steps):
            for console in consoles[step::steps]:
                console.look()
            await asyncio.sleep(1 / steps)


async def keep_beating(consoles: list[ConsoleSocket]) -> None:
    """Every console beats every five seconds, spread over them, for ever."""
    steps = 500  # they are not in step with one another
    while True:
        for step in range(steps):
            for console in consoles[step::steps]:
                console.beat()
            await asyncio.sleep(BEAT_EVERY_S / steps)
