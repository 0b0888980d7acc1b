"""What keeps the consoles of one process live beside the feed: slow clients, beats, and the end of sessions."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Final

from starlette.websockets import WebSocket

from app.domain.permissions import Permission
from app.people.access import Principal
from app.people.sessions import still_signed_in
from app.platform import clock
from app.platform.db import Database
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.trouble import TROUBLE
from app.realtime.hub import Hub, Subscriber
from app.realtime.listener import Listener
from app.realtime.messages import SUPERVISORS, line_topic, person_topic, within
from app.realtime.wire import BYE_RESTARTING, BYE_SIGNED_OUT, RESTARTING, SIGNED_OUT, Frame
from app.roster.beats import Beats

log = get_log()

SESSIONS_EVERY_S: Final = 5.0
SNAPSHOTS_AT_ONCE: Final = 4
"""After a restart every console comes back within a second; calls must get their share of the database meanwhile."""

LEAVE: Final[Mapping[str, Permission]] = {
    "contact": Permission.CONTACT_SEE,
    "offer": Permission.CONTACT_SEE,
    "notice": Permission.NOTICES_SEE,
    "level": Permission.NOTE_SEE,
    "vault_opening": Permission.VAULT_REQUEST,
}
"""What it takes to hear a line's confidential entities; everything else of it takes WALLBOARD_SEE."""


def topics_of(principal: Principal) -> frozenset[str]:
    """What this person's console hears."""
    topics = {person_topic(principal.person_id)}
    for permission, entity in ((Permission.WALLBOARD_SEE, None), *((leave, entity) for entity, leave in LEAVE.items())):
        if not principal.may(permission):
            continue
        shared = {line_topic(line_id) for line_id in principal.lines_for(permission)}
        if principal.may_everywhere(permission):
            shared.add(SUPERVISORS)
        topics |= {topic if entity is None else within(topic, entity) for topic in shared}
    return frozenset(topics)


class Live:
    """One process's consoles. `parts` run as long as the process serves; the socket's route does the rest."""

    def __init__(
        self, db: Database, hub: Hub, listener: Listener, *, read_clock: Callable[[], datetime] = clock.now
    ) -> None:
        self.db, self.hub, self.read_clock = db, hub, read_clock
        self.beats = Beats(db, read_clock=read_clock)
        self.sockets: dict[Subscriber, WebSocket] = {}
        self.snapshots = asyncio.Semaphore(SNAPSHOTS_AT_ONCE)
        self._sessions_changed = listener.sessions_changed

    def parts(self) -> list[Coroutine[None, None, None]]:
        """What runs beside the sockets, for ever."""
        return [self.hub.run(), self.beats.run(), self._watch_sessions()]

    async def _watch_sessions(self) -> None:
        while True:
            try:
                async with asyncio.timeout(SESSIONS_EVERY_S):
                    await self._sessions_changed.wait()
            except TimeoutError:
                pass
            self._sessions_changed.clear()
            try:
                await self.close_ended_sessions()
            except TROUBLE as failure:
                log.warning(Log.CONSOLES_NOT_CHECKED, kind=type(failure).__name__)

    async def close_ended_sessions(self) -> int:
        """Say goodbye to consoles whose session was revoked or has run out; how many."""
        asked_for = list(self.sockets)  # whoever connects while we ask has just been let in
        if not asked_for:
            return 0
        hashes = {subscriber.session_hash for subscriber in asked_for}
        async with self.db.reading() as tx:
            good = await still_signed_in(tx, sorted(hashes), now=self.read_clock())
        ended = [subscriber for subscriber in asked_for if subscriber.session_hash not in good]
        await asyncio.gather(*(self.say_bye(subscriber, BYE_SIGNED_OUT, SIGNED_OUT) for subscriber in ended))
        return len(ended)

    async def say_bye(self, subscriber: Subscriber, farewell: Frame, code: int) -> None:
        """Close one console's socket; drop it when the client does not read."""
        websocket = self.sockets.get(subscriber)
        subscriber.writer.write(farewell)
        try:
            async with asyncio.timeout(1):
                if websocket is not None:
                    await websocket.close(code)
        except (TimeoutError, OSError, RuntimeError):
            subscriber.writer.abort()

    async def say_bye_to_all(self) -> None:
        """The process ends: consoles come back by themselves, to another one or to the next."""
        await asyncio.gather(*(self.say_bye(subscriber, BYE_RESTARTING, RESTARTING) for subscriber in [*self.sockets]))
