"""A lean HTTP/1.1 client for this machine alone. A general client costs two milliseconds of processor time a request;
the emulator shares two cores with what it rehearses, at fifty requests a second and more."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

IDLE_KEPT = 64
IDLE_AT_MOST_S = 3.0  # servers close idle connections after some five seconds; stay clear of that moment
LARGEST_BODY = 1 << 20


class NotConnectedError(Exception):
    """No connection came about, or one kept open turned out to be closed before it answered anything."""


class TooSlowError(Exception):
    """The answer did not come in time."""


class BrokenReplyError(Exception):
    """What came back was not HTTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its headers with lower-case names, its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class _Line:
    """An open connection, and since when it has been idle."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    idle_since: float = 0.0
    used: bool = False

    def is_usable(self, moment: float) -> bool:
        fresh = moment - self.idle_since < IDLE_AT_MOST_S
        return fresh and not self.reader.at_eof() and not self.writer.is_closing()


class LoopbackHttp:
    """Connections by address, kept open between requests."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, int], list[_Line]] = {}

    def close(self) -> None:
        """Close what is idle."""
        for lines in self._idle.values():
            for line in lines:
                line.writer.close()
        self._idle.clear()

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes, connect_s: float, read_s: float
    ) -> Reply:
        """One request to an http URL. Raises the three errors above."""
        parts = urlsplit(url)
        address = parts.hostname or "127.0.0.1", parts.port or 80
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        line = await self._line(address, connect_s)
        keep = False
        try:
            async with asyncio.timeout(read_s):
                line.writer.write("\r\n".join([*head, "", ""]).encode() + body)
                reply, keep = await _read_reply(line)
        except TimeoutError as error:
            raise TooSlowError("no answer in time") from error
        finally:
            self._put_back(address, line, keep=keep)
        return reply

    async def _line(self, address: tuple[str, int], connect_s: float) -> _Line:
        idle = self._idle.get(address, [])
        moment = asyncio.get_running_loop().time()
        while idle:
            line = idle.pop()
            if line.is_usable(moment):
                return line
            line.writer.close()
        try:
            async with asyncio.timeout(connect_s):
                return _Line(*await asyncio.open_connection(*address))
        except (OSError, TimeoutError) as error:
            raise NotConnectedError("no connection") from error

    def _put_back(self, address: tuple[str, int], line: _Line, *, keep: bool) -> None:
        idle = self._idle.setdefault(address, [])
        if not keep or len(idle) >= IDLE_KEPT:
            line.writer.close()
            return
        line.used = True
        line.idle_since = asyncio.get_running_loop().time()
        idle.append(line)


async def _read_reply(line: _Line) -> tuple[Reply, bool]:
    """The reply, and whether the connection may be used again."""
    status, headers = await _read_head(line)
    while 100 <= status < 200:
        status, headers = await _read_head(line)
    try:
        body, ended = await _read_body(line.reader, status, headers)
    except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
        raise BrokenReplyError("the body breaks off") from error
    return Reply(status, headers, body), ended and headers.get("connection", "").lower() != "close"


async def _read_head(line: _Line) -> tuple[int, dict[str, str]]:
    try:
        raw = await line.reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        got_nothing = not getattr(error, "partial", b"")
        if line.used and got_nothing:
            raise NotConnectedError("the open connection had been closed") from error
        raise BrokenReplyError("the connection was closed before an answer") from error
    except asyncio.LimitOverrunError as error:
        raise BrokenReplyError("the head is too long") from error
    first, *rest = raw.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if len(words) < 2 or not words[0].startswith("HTTP/1.") or not words[1].isdigit():
        raise BrokenReplyError("not an HTTP status line")
    pairs = (field.split(":", 1) for field in rest if ":" in field)
    return int(words[1]), {name.strip().lower(): value.strip() for name, value in pairs}


async def _read_body(reader: asyncio.StreamReader, status: int, headers: Mapping[str, str]) -> tuple[bytes, bool]:
    """The body, and whether its end was marked (else the connection's end was the mark)."""
    if status in {204, 304}:
        return b"", True
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return await _read_chunks(reader), True
    if "content-length" in headers:
        length = int(headers["content-length"])
        if length > LARGEST_BODY:
            raise ValueError("too large")
        return await reader.readexactly(length), True
    return await reader.read(LARGEST_BODY), False


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while True:
        size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        if len(body) + size > LARGEST_BODY:
            raise ValueError("too large")
        chunk = await reader.readexactly(size + 2)
        if size == 0:
            return body
        body += chunk[:-2]
