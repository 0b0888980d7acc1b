"""The console's socket, /api/live: a snapshot, then every change of what this person may see (design.md, console sync).

It listens before it looks: the socket joins the hub, then the snapshot is taken, then what came in meanwhile follows.
A console beats every five seconds and hears a beat back, so either side notices when the other is gone.
"""

import asyncio
import json
from collections.abc import Coroutine
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.console.live import Live, topics_of
from app.console.snapshot import Snapshot, take_snapshot
from app.contacts.public_state import PublicState
from app.domain.errors import SignInRequired
from app.lines.book import LineBook
from app.people.access import Principal, guarded_by, principal_for_socket
from app.realtime.hub import Subscriber
from app.realtime.messages import encode, person_topic
from app.realtime.wire import BEAT, BYE_SIGNED_OUT, POLICY, SIGNED_OUT, writer_for

router = APIRouter()

SNAPSHOT_WITHIN_S: Final = 20
BEAT_KEY: Final = ("beat", "")
LONGEST_MESSAGE: Final = 256  # characters: a beat is all a console has to say


def background(app: FastAPI) -> list[Coroutine[None, None, None]]:
    """What runs beside the sockets as long as the process serves. The app's state has `db`, `hub` and `listener`."""
    live = Live(app.state.db, app.state.hub, app.state.listener)
    app.state.live = live
    return live.parts()


async def say_bye(app: FastAPI) -> None:
    """Tell every console that the process restarts (those that the server has not closed already)."""
    await app.state.live.say_bye_to_all()


@router.websocket("/api/live")
@guarded_by("a session")
async def serve_console(websocket: WebSocket) -> None:
    """One console, from its handshake to its end."""
    try:
        principal = await principal_for_socket(websocket)
    except SignInRequired:
        # Accepted first: a browser is not told why a handshake was refused.
        await websocket.accept()
        await websocket.send_text(BYE_SIGNED_OUT.payload.decode())
        await websocket.close(SIGNED_OUT, "signed_out")
        return
    await websocket.accept()
    served: Live = websocket.app.state.live
    writer = writer_for(websocket.scope, websocket.send)
    subscriber = Subscriber(writer, principal.person_id, principal.session_hash, topics_of(principal))
    served.hub.join(subscriber)
    served.sockets[subscriber] = websocket
    try:
        await _begin(served, websocket, subscriber, principal)
        await _hear(served, websocket, subscriber)
    except (WebSocketDisconnect, TimeoutError):
        pass  # gone, or not reading: it comes back for a new snapshot
    finally:
        served.hub.leave(subscriber)
        del served.sockets[subscriber]


async def _begin(served: Live, websocket: WebSocket, subscriber: Subscriber, principal: Principal) -> None:
    book: LineBook = websocket.app.state.book
    state: PublicState = websocket.app.state.public_state
    async with asyncio.timeout(SNAPSHOT_WITHIN_S):
        async with served.snapshots, served.db.reading() as tx:
            shown = await take_snapshot(tx, principal, book, state, now=served.read_clock())
        await websocket.send_text(encode(shown.message()).decode())
        served.beats.hear(principal.person_id)
        subscriber.release()
        await _follow(served, subscriber, shown, state)


async def _follow(served: Live, subscriber: Subscriber, shown: Snapshot, state: PublicState) -> None:
    """Remember what was shown as theirs, and look once more: it may have stopped being so in between."""
    mine = person_topic(subscriber.person_id)
    for entity, ids, load in (
        ("contact", shown.own_contacts, state.load_contacts),
        ("offer", shown.own_offers, state.load_offers),
    ):
        if ids:
            served.hub.remember(entity, ids, mine)
            async with served.db.reading() as tx:
                served.hub.send_to(subscriber, entity, await load(tx, ids))


async def _hear(served: Live, websocket: WebSocket, subscriber: Subscriber) -> None:
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        if not _is_beat(message.get("text")):
            await websocket.close(POLICY, "unknown message")
            return
        served.beats.hear(subscriber.person_id)
        served.hub.push(subscriber, BEAT_KEY, BEAT)


def _is_beat(text: str | None) -> bool:
    if text is None or len(text) > LONGEST_MESSAGE:
        return False
    try:
        message = json.loads(text)
    except ValueError:
        return False
    return isinstance(message, dict) and message.get("t") == "beat"
