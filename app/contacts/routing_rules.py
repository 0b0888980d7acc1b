"""A line's policy in the core's terms, made once per version; ways by name, as contact.ways_tried keeps them."""

from datetime import datetime
from uuid import UUID

from app.contacts.offering import NOT_AGAIN_FOR
from app.domain.calendars import Open, is_open
from app.domain.routing import Policy, Strategy, Way, WayOn
from app.lines.policy import LinePolicy, PoolStage, QueuePolicy, ToOutsideNumber, ToPool, ToSiblingLine
from app.lines.policy import Way as LineWay


def line_is_open(policy: LinePolicy, at: datetime) -> bool:
    """Whether the line's calendar says open."""
    return isinstance(is_open(policy.calendar, at), Open)


def way_name(way: WayOn) -> str:
    """A way as it is kept in contact.ways_tried."""
    return f"{way.way.value}:{way.target}"


def way_from_name(name: str) -> WayOn:
    """The way that `way_name` named."""
    kind, _, target = name.partition(":")
    return WayOn(Way(kind), target)


def _way_on(way: LineWay) -> WayOn:
    match way:
        case ToSiblingLine(line_id=target) | ToPool(pool_id=target):
            return WayOn(Way(way.way), target)
        case ToOutsideNumber(number=number):
            return WayOn(Way.OUTSIDE_NUMBER, number.id)
        case _:
            return WayOn(Way(way.way))


_POLICIES: dict[UUID, Policy] = {}


def routing_policy(line: LinePolicy) -> Policy:
    """What the core needs of a line's policy, made once per version (a version never changes)."""
    made = _POLICIES.get(line.version_id)
    if made is None:
        made = _POLICIES[line.version_id] = _make_policy(line)
    return made


def _open_next_after(pool: PoolStage, queue: QueuePolicy) -> int:
    """Seconds; a pool without a time of its own is asked alone for as long as callers wait."""
    return queue.maximum_wait_s if pool.overflow_after_s is None else pool.overflow_after_s


def _make_policy(line: LinePolicy) -> Policy:
    queue = line.queue
    return Policy(
        strategy=Strategy(queue.strategy),
        ring_count=queue.ring_count,
        ring_s=queue.ring_seconds,
        overflow_after_s=tuple(_open_next_after(pool, queue) for pool in line.pools[:-1]),
        overflow_when_empty=tuple(pool.overflow_when_empty for pool in line.pools[:-1]),
        max_wait_s=queue.maximum_wait_s,
        announce_every_s=queue.announce_every_s,
        ask_again_after_s=int(NOT_AGAIN_FOR.total_seconds()),
        max_waiting=queue.maximum_waiting,
        no_answer=tuple(_way_on(way) for way in line.ways.no_answer),
        closed=tuple(_way_on(way) for way in line.ways.closed),
        full=tuple(_way_on(way) for way in line.ways.full),
    )
