"""The last step to a console: ready-made WebSocket frames written straight to the transport.

A frame is serialised once for all who get it (performance.md: 6 µs a frame raw, 12 through ASGI, 19 with JSON for each
socket). `LiveProtocol` is uvicorn's own WebSocket protocol with two additions: it shows its transport to the
application, and says farewell to consoles before the server closes them. Start uvicorn with `ws=LiveProtocol` and
`ws_per_message_deflate=False`; with another protocol everything works too, through ASGI's `send`, at twice the cost.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from starlette.websockets import WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode
from websockets.http11 import Request

from app.realtime.messages import encode

EXTENSION: Final = "hotline.wire"

# RFC 6455 section 7.4.1 and our own range.
RESTARTING: Final = 1012
POLICY: Final = 1008
SIGNED_OUT: Final = 4401


class Frame:
    """One text message: its payload, and the bytes that carry it to every socket (a server's frames are not masked)."""

    __slots__ = ("payload", "wire")

    def __init__(self, payload: bytes) -> None:
        self.payload = payload
        self.wire = WebSocketFrame(Opcode.TEXT, payload).serialize(mask=False)


BEAT: Final = Frame(encode({"t": "beat"}))
BYE_RESTARTING: Final = Frame(encode({"t": "bye", "why": "restarting"}))
BYE_SIGNED_OUT: Final = Frame(encode({"t": "bye", "why": "signed_out"}))


class Writer(Protocol):
    """One console's way out."""

    def write(self, frame: Frame) -> bool:
        """Send now, or answer False: the client is not reading, nothing was sent."""

    def abort(self) -> None:
        """Drop the connection without waiting for the client."""


class TransportWriter:
    """Writes to the transport that `LiveProtocol` shows."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: WebSocketsSansIOProtocol) -> None:
        self._protocol = protocol

    def write(self, frame: Frame) -> bool:
        """See `Writer`. Frames for a socket that is closing are dropped: its client fetches a snapshot next time."""
        protocol = self._protocol
        if not protocol.writable.is_set():
            return False
        if not (protocol.close_sent or protocol.disconnected or protocol.transport.is_closing()):
            protocol.transport.write(frame.wire)
        return True

    def abort(self) -> None:
        """See `Writer`."""
        self._protocol.transport.abort()


class AsgiWriter:
    """Sends through ASGI where the transport is out of sight.

    A server that can send at once does so before its first suspension; one that suspends is waiting for the client, and
    then the coroutine is closed before it has sent anything.
    """

    __slots__ = ("_send", "_task")

    def __init__(self, send: Callable[[Any], Awaitable[None]], task: asyncio.Task[Any]) -> None:
        self._send = send
        self._task = task

    def write(self, frame: Frame) -> bool:
        """See `Writer`."""
        sending = self._send({"type": "websocket.send", "text": frame.payload.decode()}).__await__()
        try:
            next(sending)
        except StopIteration:
            return True
        except (OSError, RuntimeError, WebSocketDisconnect):  # closed or closing: nobody to tell
            return True
        sending.close()
        return False

    def abort(self) -> None:
        """See `Writer`: ends the task that serves this socket."""
        self._task.cancel()


class LiveProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, showing its transport and saying farewell on a restart."""

    def handle_connect(self, event: Request) -> None:
        """Begin serving a handshake."""
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None:
            scope["extensions"][EXTENSION] = TransportWriter(self)

    def shutdown(self) -> None:
        """The server is going down: tell the console that it is a restart, so that it comes back by itself."""
        if self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            self.transport.write(BYE_RESTARTING.wire)
        super().shutdown()


def writer_for(scope: Any, send: Callable[[Any], Awaitable[None]]) -> Writer:
    """The best way out of this connection."""
    shown: Writer | None = scope.get("extensions", {}).get(EXTENSION)
    if shown is not None:
        return shown
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 called by the coroutine that serves the socket
    return AsgiWriter(send, task)
