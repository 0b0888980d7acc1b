"""A link to the database that can be cut or go silent: a proxy on loopback in front of PostgreSQL's socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit, urlunsplit


@dataclass(eq=False)
class Pair:
    """One connection through the link."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    listens: bool = False  # it has said LISTEN
    swallowed: bool = False  # nothing goes through any more, and nobody is told


@dataclass
class Link:
    """The link. `url` is the database's address on this side of it."""

    url: str = ""
    silent: bool = False
    refusing: bool = False
    pairs: set[Pair] = field(default_factory=set)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def go_silent(self) -> None:
        """From now on nothing goes through, and no connection ends: a pulled cable, a stopped server."""
        self.silent = True

    def speak_again(self) -> None:
        """Everything goes through again, what was held back first."""
        self.silent = False
        self.moved.set()
        self.moved = asyncio.Event()

    def cut(self) -> None:
        """End every connection and refuse new ones: a server that was killed."""
        self.refusing = True
        for pair in list(self.pairs):
            pair.near.transport.abort()
            pair.far.transport.abort()

    def mend(self) -> None:
        """Let connections in again."""
        self.refusing = False

    def swallow_listeners(self) -> int:
        """The connections that listen lead nowhere from now on; new ones are well. Says how many there were."""
        found = [pair for pair in self.pairs if pair.listens and not pair.swallowed]
        for pair in found:
            pair.swallowed = True
        return len(found)

    async def serve(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter, socket: str) -> None:
        """One connection from its beginning to its end."""
        if self.refusing:
            near_out.transport.abort()
            return
        far_in, far_out = await asyncio.open_unix_connection(socket)
        pair = Pair(near_out, far_out)
        self.pairs.add(pair)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._carry(near_in, far_out, pair))
                group.create_task(self._carry(far_in, near_out, pair))
        finally:
            self.pairs.discard(pair)
            near_out.transport.abort()
            far_out.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, pair: Pair) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                pair.listens = pair.listens or b"LISTEN " in data
                while self.silent:
                    await self.moved.wait()
                if not pair.swallowed:
                    sink.write(data)
                    await sink.drain()
        sink.close()


@asynccontextmanager
async def unsteady_link(database_url: str) -> AsyncIterator[Link]:
    """A link to the database of this URL (which names a socket folder), for as long as the block lasts."""
    parts = urlsplit(database_url)
    where = parse_qs(parts.query)
    socket = f"{where['host'][0]}/.s.PGSQL.{where['port'][0]}"
    link = Link()
    serving: set[asyncio.Task[None]] = set()

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            serving.add(task)
        await link.serve(reader, writer, socket)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    address = "{}:{}".format(*server.sockets[0].getsockname()[:2])
    link.url = urlunsplit(
        parts._replace(netloc=f"{parts.username}:{parts.password}@{address}", query="sslmode=disable")
    )
    try:
        yield link
    finally:
        link.speak_again()
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
