"""The floor of fan-out: a bare `websockets.broadcast` of given bytes to whoever is connected.

`python -m tests.bench.broadcast_server PORT`; each line on stdin is a message to broadcast.
"""

import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

connected: set[ServerConnection] = set()


async def hold(connection: ServerConnection) -> None:
    """One client, for as long as it stays."""
    connected.add(connection)
    try:
        await connection.send("hello")
        async for _ in connection:
            pass
    finally:
        connected.discard(connection)


async def main(port: int) -> None:
    """Serve, and broadcast what is said, until stdin ends."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with serve(hold, "127.0.0.1", port, compression=None, ping_interval=None):
        while line := await reader.readline():
            broadcast(connected, line.decode().rstrip("\n"))


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
