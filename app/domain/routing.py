"""What happens next with someone who waits: every answer says what, why and until when (P2; failures 4, 8, 16, 26).

Nothing here looks anything up: who is free, who is on shift and what was tried is handed in, and the decision is
written by compare-and-set, so a decision on stale facts loses its race and is taken again. The order of the questions:

1. Does someone ring, or is someone connecting? Wait for that. A ring that is long over but was never closed holds
   nobody up (failure 8).
2. Is someone free in the open stages who wasn't asked yet? Offer, also when the longest wait is just over.
3. Is the longest wait over, or is nobody on shift anywhere? Take the line's next way on "no answer".
4. Is the stage empty (and the line says not to wait for it), was everyone free in it asked, or is its time over? Open
   the next stage.
5. Is someone free who was asked already, and time enough has passed since? Ask again.
6. Wait, until the first of these can change, and never longer than the line's announcement interval.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from app.domain.ids import PersonId
from app.domain.picking import Because, Candidate, MakeOffer, Strategy, pick_volunteers

__all__ = [
    "Admit",
    "Because",
    "Candidate",
    "Divert",
    "KeepWaiting",
    "MakeOffer",
    "MakeOffers",
    "Overflow",
    "Policy",
    "Priority",
    "Situation",
    "Strategy",
    "Way",
    "WayOn",
    "admit",
    "decide",
    "expected_wait",
    "pick_volunteers",
    "queue_rank",
]


class Priority(IntEnum):
    """Steps of a caller's head start in the queue."""

    NORMAL = 0
    RETURNING = 1  # a talk broke off, or a volunteer was lost before it began
    URGENT = 2  # pressed "I am in danger now"


class Way(StrEnum):
    """Where a caller is led when no volunteer can be had."""

    SIBLING_LINE = "sibling_line"
    POOL = "pool"
    OUTSIDE_NUMBER = "outside_number"
    VOICEMAIL = "voicemail"
    CALL_BACK = "call_back"
    HONEST_MESSAGE = "honest_message"  # says how it is, with 12356, 110 and 120


@dataclass(frozen=True, slots=True)
class WayOn:
    """A way with its target: a line, a pool, or the id of an outside number; empty where the way needs none."""

    way: Way
    target: str = ""


LAST_WAY: Final = WayOn(Way.HONEST_MESSAGE)


@dataclass(frozen=True, slots=True)
class Policy:
    """A line's queue policy (its file, section queue). Times in seconds."""

    strategy: Strategy
    ring_count: int
    ring_s: int
    overflow_after_s: tuple[int, ...]  # for each stage, how long until the next one opens; the last has none
    overflow_when_empty: tuple[bool, ...]  # for each stage, whether the next opens at once when it has nobody
    max_wait_s: int
    announce_every_s: int
    ask_again_after_s: int
    max_waiting: int
    no_answer: tuple[WayOn, ...]
    closed: tuple[WayOn, ...]
    full: tuple[WayOn, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a waiting contact.

    waiting_since: when this wait began; one who is put back after a talk begins a new one and keeps the old rank.
    on_shift: for each stage how many can become free there (rostered and not offline). ways_tried: diversions that
    brought the caller back. asked_last_at: when the newest offer ended. ringing_until: a ring's or lease's time limit.
    """

    waiting_since: datetime
    stage: int
    stage_since: datetime
    on_shift: tuple[int, ...]
    candidates: tuple[Candidate, ...] = ()
    already_tried: frozenset[PersonId] = frozenset()
    asked_last_at: datetime | None = None
    ringing_until: datetime | None = None
    ways_tried: frozenset[WayOn] = frozenset()
    prefers: PersonId | None = None
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class MakeOffers:
    """Ring these, until then."""

    offers: tuple[MakeOffer, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class Overflow:
    """Open this stage, then decide again at once."""

    to_stage: int
    because: Because


@dataclass(frozen=True, slots=True)
class KeepWaiting:
    """Nothing to do before then: set the timer, say something to the caller."""

    until: datetime
    because: Because


@dataclass(frozen=True, slots=True)
class Divert:
    """Lead the caller there."""

    way: WayOn
    because: Because


@dataclass(frozen=True, slots=True)
class Admit:
    """Let the caller into the queue."""


def admit(*, line_open: bool, waiting: int, priority: Priority, policy: Policy) -> Admit | Divert:
    """Whether a caller may begin to wait. Who is in danger is never turned away because the queue is full."""
    if not line_open:
        return Divert(_next_way(policy.closed, frozenset()), Because.LINE_CLOSED)
    if waiting >= policy.max_waiting and priority is not Priority.URGENT:
        return Divert(_next_way(policy.full, frozenset()), Because.QUEUE_FULL)
    return Admit()


def queue_rank(enqueued_at: datetime, priority: Priority, *, head_start_s: int) -> datetime:
    """A contact's place: smaller goes first. Each step of priority is worth `head_start_s` seconds of waiting.

    So priority ages: whoever has waited that much longer still goes first, and nobody starves. A contact that is put
    back keeps the rank of its first waiting.
    """
    return enqueued_at - timedelta(seconds=head_start_s * priority)


def decide(situation: Situation, policy: Policy, *, now: datetime) -> MakeOffers | Overflow | KeepWaiting | Divert:
    """The next step of a waiting contact. Total: an offer, a diversion, a new stage, or a wait that ends."""
    if situation.ringing_until is not None and now < situation.ringing_until + _RING_GRACE:
        return KeepWaiting(_due([situation.ringing_until], policy, now), Because.RINGING)
    free = [c for c in situation.candidates if c.pool_position <= situation.stage]
    everyone_asked = bool(free) and all(c.person_id in situation.already_tried for c in free)
    if free and not everyone_asked:
        return _offer(free, situation, policy, now)
    wait_over_at = situation.waiting_since + timedelta(seconds=policy.max_wait_s)
    if now >= wait_over_at:
        return Divert(_next_way(policy.no_answer, situation.ways_tried), Because.LONGEST_WAIT)
    if not any(situation.on_shift):
        return Divert(_next_way(policy.no_answer, situation.ways_tried), Because.NOBODY_ON_SHIFT)
    stage_over_at = _stage_over_at(situation, policy)
    overflow = _overflow(situation, policy, stage_over_at, now, everyone_asked=everyone_asked)
    if overflow is not None:
        return overflow
    dues = [due for due in (wait_over_at, stage_over_at) if due is not None]
    if not everyone_asked:
        return KeepWaiting(_due(dues, policy, now), Because.EVERYONE_BUSY)
    asked_last_at, pause = situation.asked_last_at, timedelta(seconds=policy.ask_again_after_s)
    ask_again_at = now if asked_last_at is None else asked_last_at + pause
    if now >= ask_again_at:
        return _offer(free, situation, policy, now)
    return KeepWaiting(_due([*dues, ask_again_at], policy, now), Because.EVERYONE_ASKED)


def expected_wait(position: int, volunteers_engaged: int, mean_talk_s: float) -> int | None:
    """Minutes to tell the caller at `position` (1: next), rounded up to an honest step; None: say no number.

    Each engaged volunteer ends a talk every `mean_talk_s` on average, so one becomes free every mean/engaged seconds.
    No number is said when nobody talks (there is no rate to go by), or for more than half an hour.
    """
    if position < 1 or volunteers_engaged < 1 or mean_talk_s <= 0:
        return None
    minutes = position * mean_talk_s / volunteers_engaged / 60
    return next((step for step in _HONEST_MINUTES if minutes <= step), None)


_HONEST_MINUTES: Final = (2, 5, 10, 15, 20, 30)
_SOONEST: Final = timedelta(seconds=1)
_RING_GRACE: Final = timedelta(seconds=5)  # for the ring's own timer to close it


def _offer(free: list[Candidate], situation: Situation, policy: Policy, now: datetime) -> MakeOffers:
    offers = pick_volunteers(
        free,
        strategy=policy.strategy,
        ring_count=policy.ring_count,
        already_tried=situation.already_tried,
        prefers=situation.prefers,
        language=situation.language,
    )
    return MakeOffers(offers, now + max(_SOONEST, timedelta(seconds=policy.ring_s)))


def _stage_over_at(situation: Situation, policy: Policy) -> datetime | None:
    """When the next stage opens by time alone; None when there is none, or no time was set."""
    is_last = situation.stage + 1 >= len(situation.on_shift)
    if is_last or situation.stage >= len(policy.overflow_after_s):
        return None
    return situation.stage_since + timedelta(seconds=policy.overflow_after_s[situation.stage])


def _overflow(
    situation: Situation, policy: Policy, stage_over_at: datetime | None, now: datetime, *, everyone_asked: bool
) -> Overflow | None:
    first_later = situation.stage + 1
    staffed = next((n for n, people in enumerate(situation.on_shift) if n >= first_later and people), None)
    if staffed is not None and _passed_when_empty(situation.stage, situation, policy):
        to_stage = next(n for n in range(first_later, staffed + 1) if not _passed_when_empty(n, situation, policy))
        return Overflow(to_stage, Because.STAGE_EMPTY)
    if staffed is not None and everyone_asked:
        return Overflow(staffed, Because.EVERYONE_ASKED)
    if stage_over_at is not None and now >= stage_over_at:
        return Overflow(first_later, Because.STAGE_WAITED)
    return None


def _passed_when_empty(stage: int, situation: Situation, policy: Policy) -> bool:
    """Whether this stage has nobody and the line says not to wait for them (it does, where it says nothing)."""
    says = policy.overflow_when_empty[stage] if stage < len(policy.overflow_when_empty) else True
    return says and not situation.on_shift[stage]


def _next_way(ways: tuple[WayOn, ...], tried: frozenset[WayOn]) -> WayOn:
    """The first of the line's ways that hasn't failed this caller; there is always the honest message."""
    return next((way for way in ways if way not in tried), LAST_WAY)


def _due(dues: list[datetime], policy: Policy, now: datetime) -> datetime:
    """The earliest of `dues` and the next announcement, but never now or before (a late timer must not spin)."""
    return max(now + _SOONEST, min([*dues, now + timedelta(seconds=policy.announce_every_s)]))
