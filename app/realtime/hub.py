"""Who hears what: topics to sockets, newest state wins, and nobody waits for a slow client (design.md, console sync).

A state goes out in one pass over the sockets, without a task or a queue for each. A socket that is not reading keeps a
map of what it has yet to hear, keyed by entity, so its backlog is bounded by what exists; after ten seconds of not
reading it is dropped, and its console comes back for a snapshot. Those who could see an entity until now are told its
new state once more, so that they let go of it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from prometheus_client import Counter, Gauge

from app.platform.log_events import Log
from app.platform.logging import get_log
from app.realtime.messages import CONFIDENTIAL, SUPERVISORS, Loaded, encode_state, within
from app.realtime.wire import Frame, Writer

log = get_log()

CONSOLES: Final = Gauge("hotline_consoles", "Consoles connected to this process")
BACKLOG: Final = Gauge("hotline_console_backlog", "States that slow consoles have yet to read (P10)")
DROPPED: Final = Counter("hotline_consoles_dropped_total", "Consoles dropped because they did not read")

Key = tuple[str, str]

STUCK_FOR: Final = timedelta(seconds=10)
BACKLOG_LIMIT: Final = 2_000  # entities
LAST_SEEN_LIMIT: Final = 10_000  # entities with somebody's name on them
DRAIN_EVERY: Final = timedelta(milliseconds=50)
AT_A_TIME: Final = 100  # sockets, a millisecond's work: so long a ring may stand behind what can wait
BETWEEN_S: Final = 0.005


class Subscriber:
    """One socket. It hears nothing until `release`, so that the snapshot goes first."""

    __slots__ = ("_held", "pending", "person_id", "session_hash", "stuck_since", "topics", "writer")

    def __init__(self, writer: Writer, person_id: UUID, session_hash: bytes, topics: Iterable[str]) -> None:
        self.writer = writer
        self.person_id = person_id
        self.session_hash = session_hash
        self.topics = frozenset(topics)
        self.pending: dict[Key, Frame] = {}
        self.stuck_since: float | None = None
        self._held = True

    def push(self, key: Key, frame: Frame) -> bool:
        """Send, or keep as the newest state of `key`. False: the client is not reading."""
        if self._held:
            self.pending[key] = frame
            return True
        if not self.pending and self.writer.write(frame):
            return True
        self.pending[key] = frame
        return False

    def release(self) -> None:
        """The snapshot has been sent: from now on states go out as they come."""
        self._held = False
        self.drain()

    def drain(self) -> bool:
        """Send what is pending, as far as the client reads. True: nothing is left."""
        while self.pending:
            key = next(iter(self.pending))
            if not self.writer.write(self.pending[key]):
                return False
            del self.pending[key]
        return True


class Hub:
    """The sockets of one process."""

    def __init__(self) -> None:
        self._by_topic: dict[str, set[Subscriber]] = {}
        self._subscribers: set[Subscriber] = set()
        self._stuck: set[Subscriber] = set()
        self._last_seen_by: OrderedDict[Key, frozenset[str]] = OrderedDict()
        self.touched_lines: set[str] = set()  # lines whose contacts or volunteers changed since somebody took this
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._subscribers)

    @property
    def subscribers(self) -> frozenset[Subscriber]:
        """Every socket at this moment."""
        return frozenset(self._subscribers)

    @property
    def backlog(self) -> int:
        """States that clients have not read yet."""
        return sum(len(subscriber.pending) for subscriber in self._stuck)

    def wants(self, topic: str) -> bool:
        """Whether anybody here listens to it."""
        return topic in self._by_topic or (topic.startswith("line:") and SUPERVISORS in self._by_topic)

    def join(self, subscriber: Subscriber) -> None:
        """Let a socket hear its topics from now on."""
        self._subscribers.add(subscriber)
        CONSOLES.set(len(self._subscribers))
        for topic in subscriber.topics:
            self._by_topic.setdefault(topic, set()).add(subscriber)

    def leave(self, subscriber: Subscriber) -> None:
        """Forget a socket."""
        self._subscribers.discard(subscriber)
        CONSOLES.set(len(self._subscribers))
        self._stuck.discard(subscriber)
        for topic in subscriber.topics:
            listeners = self._by_topic.get(topic)
            if listeners is not None:
                listeners.discard(subscriber)
                if not listeners:
                    del self._by_topic[topic]

    def remember(self, entity: str, ids: Iterable[UUID | str], topic: str) -> None:
        """A snapshot has shown these to `topic`: it is told when they stop being its own."""
        for identity in ids:
            key = (entity, str(identity))
            self._keep(key, self._last_seen_by.get(key, frozenset()) | {topic})

    def publish(self, entity: str, states: Sequence[Loaded]) -> None:
        """Send these states to all who may see them, and to those who could until now."""
        for loaded in states:
            key = (entity, str(loaded[0]))
            frame = Frame(encode_state(entity, loaded))
            for subscriber in self._listeners(key, loaded[3]):
                self.push(subscriber, key, frame)

    async def publish_what_can_wait(self, entity: str, states: Sequence[Loaded]) -> None:
        """As `publish`, a few sockets at a time: two thousand wallboards must not keep a ring waiting."""
        for loaded in states:
            key = (entity, str(loaded[0]))
            frame = Frame(encode_state(entity, loaded))
            listeners = list(self._listeners(key, loaded[3]))
            for start in range(0, len(listeners), AT_A_TIME):
                for subscriber in listeners[start : start + AT_A_TIME]:
                    if subscriber in self._subscribers:  # it may have left meanwhile
                        self.push(subscriber, key, frame)
                await asyncio.sleep(BETWEEN_S)

    def send_to(self, subscriber: Subscriber, entity: str, states: Sequence[Loaded]) -> None:
        """Send these states to one socket."""
        for loaded in states:
            self.push(subscriber, (entity, str(loaded[0])), Frame(encode_state(entity, loaded)))

    def _listeners(self, key: Key, topics: Sequence[str]) -> set[Subscriber]:
        found: set[Subscriber] = set()
        own = frozenset(topic for topic in topics if topic.startswith("person:"))
        shared = set(topics) - own
        lines = {topic for topic in shared if topic.startswith("line:")}
        if lines:  # whoever supervises everything supervises a line that began a minute ago too
            shared.add(SUPERVISORS)
            if key[0] != "line":
                self.touched_lines.update(topic.removeprefix("line:") for topic in lines)
        if key[0] in CONFIDENTIAL:
            shared = {within(topic, key[0]) for topic in shared}
        until_now = self._last_seen_by.get(key, frozenset())
        for topic in shared | own | until_now:
            found |= self._by_topic.get(topic, set())
        self._keep(key, own)
        return found

    def _keep(self, key: Key, topics: frozenset[str]) -> None:
        self._last_seen_by.pop(key, None)
        if topics:
            self._last_seen_by[key] = topics
            if len(self._last_seen_by) > LAST_SEEN_LIMIT:
                self._last_seen_by.popitem(last=False)

    def push(self, subscriber: Subscriber, key: Key, frame: Frame) -> None:
        """Send one frame to one socket, now or when it reads again."""
        if subscriber.push(key, frame):
            return
        self._stuck.add(subscriber)
        if len(subscriber.pending) > BACKLOG_LIMIT:
            self._drop(subscriber)

    def _drop(self, subscriber: Subscriber) -> None:
        self.leave(subscriber)
        subscriber.pending.clear()
        subscriber.writer.abort()
        self.dropped += 1
        DROPPED.inc()
        log.info(Log.CONSOLE_DROPPED, person=subscriber.person_id)

    def drain(self, at: float) -> None:
        """Try again those that were not reading; drop who has not for too long. `at`: monotonic seconds."""
        for subscriber in list(self._stuck):
            if subscriber.drain():
                subscriber.stuck_since = None
                self._stuck.discard(subscriber)
            elif subscriber.stuck_since is None:
                subscriber.stuck_since = at
            elif at - subscriber.stuck_since > STUCK_FOR.total_seconds():
                self._drop(subscriber)

    async def run(self, *, read_seconds: Callable[[], float] | None = None) -> None:
        """Look after slow clients, for ever."""
        read = read_seconds or asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(DRAIN_EVERY.total_seconds())
            if self._stuck:
                self.drain(read())
                BACKLOG.set(self.backlog)
