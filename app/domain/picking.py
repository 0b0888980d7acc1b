"""Whom to ring for a contact, of those who are free (failures 4 and 26; a line's file chooses the strategy).

Deterministic: the same candidates give the same answer in whatever order they come, so that two processes that see the
same facts want the same volunteer and the database lets one of them win.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from app.domain.ids import PersonId, PoolId


class Strategy(StrEnum):
    """Whom to ring first."""

    LONGEST_IDLE = "longest_idle"
    FEWEST_TODAY = "fewest_today"
    RING_K = "ring_k"  # several at once, the longest idle of them


class Because(StrEnum):
    """Why it was decided so; shown on the wallboard and kept with offers."""

    LONGEST_IDLE = "longest_idle"
    FEWEST_TODAY = "fewest_today"
    RING_K = "ring_k"
    PREFERS = "prefers"
    RINGING = "ringing"
    STAGE_EMPTY = "stage_empty"
    STAGE_WAITED = "stage_waited"
    LONGEST_WAIT = "longest_wait"
    NOBODY_ON_SHIFT = "nobody_on_shift"
    EVERYONE_ASKED = "everyone_asked"
    EVERYONE_BUSY = "everyone_busy"
    LINE_CLOSED = "line_closed"
    QUEUE_FULL = "queue_full"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A volunteer who is ready, on shift, and has what the contact needs."""

    person_id: PersonId
    pool_id: PoolId
    pool_position: int  # the stage at which the pool is asked, from 0
    ready_since: datetime
    answered_today: int
    skills: frozenset[str] = frozenset()
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """Ring this volunteer."""

    person: PersonId
    because: Because


def pick_volunteers(
    candidates: Sequence[Candidate],
    *,
    strategy: Strategy,
    ring_count: int,
    already_tried: Collection[PersonId],
    prefers: PersonId | None = None,
    language: str | None = None,
) -> tuple[MakeOffer, ...]:
    """Whom to ring now, best first; empty only when there is no candidate.

    While someone wasn't tried yet, nobody who was is rung. First comes the earlier pool, then the caller's language,
    then the strategy, then the person's id. `ring_count` counts for ring_k; the other strategies ring one. The person
    a caller wishes for, when free and not yet tried, is rung alone first. One person in two pools is one candidate.
    """
    untried = [c for c in candidates if c.person_id not in already_tried]
    if prefers is not None and any(c.person_id == prefers for c in untried):
        return (MakeOffer(prefers, Because.PREFERS),)

    def place(candidate: Candidate) -> tuple[int, bool, int, float, bytes]:
        return (
            candidate.pool_position,
            language is not None and candidate.language != language,
            candidate.answered_today if strategy is Strategy.FEWEST_TODAY else 0,
            candidate.ready_since.timestamp(),
            candidate.person_id.bytes,
        )

    in_order = dict.fromkeys(c.person_id for c in sorted(untried or candidates, key=place))
    because, count = _ringing(strategy, ring_count)
    return tuple(MakeOffer(person, because) for person in in_order)[:count]


def _ringing(strategy: Strategy, ring_count: int) -> tuple[Because, int]:
    match strategy:
        case Strategy.LONGEST_IDLE:
            return Because.LONGEST_IDLE, 1
        case Strategy.FEWEST_TODAY:
            return Because.FEWEST_TODAY, 1
        case Strategy.RING_K:
            return Because.RING_K, max(1, ring_count)
        case _:
            assert_never(strategy)
