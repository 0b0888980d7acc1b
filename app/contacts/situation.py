"""What is known of a waiting contact, read for one decision (app.domain.routing): who is free, who was asked, and when.

Volunteers are locked with SKIP LOCKED so that a burst of callers spreads over them at once (failure 4), and only as
many as will be rung, so that nobody is hidden from the next caller for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.contacts.offering import NOT_AGAIN_FOR
from app.contacts.routing_rules import way_from_name
from app.contacts.rows import ContactRow
from app.domain.ids import PersonId, PoolId
from app.domain.routing import Candidate, Situation, Strategy
from app.lines.policy import LinePolicy
from app.platform.db import Tx

# Ready volunteers of one stage, best first. Locked with SKIP LOCKED so that a burst of callers spreads over them at
# once (failure 4); only as many as will be rung, so that nobody is hidden from the next caller for nothing.
_CANDIDATES = """
    SELECT p.person_id, p.reach, p.ready_since, p.answered_today, p.pools
    FROM presence p
    WHERE p.activity = 'ready' AND p.pools && $1::text[] AND p.skills @> $2::text[]
      AND (p.shift_ends_at IS NULL OR p.shift_ends_at > $4::timestamptz)
      AND EXISTS (SELECT FROM offer o WHERE o.contact_id = $3 AND o.person_id = p.person_id
                  AND o.state <> 'withdrawn') = $5
      AND NOT EXISTS (SELECT FROM offer o WHERE o.contact_id = $3 AND o.person_id = p.person_id
                      AND o.state <> 'withdrawn' AND o.ended_at > $4::timestamptz - $6::interval)
      AND ($8::uuid IS NULL OR p.person_id = $8)
    ORDER BY {order}, p.person_id LIMIT $7 FOR UPDATE OF p SKIP LOCKED
"""
_ORDERS = {
    Strategy.LONGEST_IDLE: "p.ready_since",
    Strategy.RING_K: "p.ready_since",
    Strategy.FEWEST_TODAY: "p.answered_today, p.ready_since",
}

_TRIED = """
    SELECT array_agg(DISTINCT o.person_id) AS persons, max(o.ended_at) AS asked_last_at,
      max(CASE o.state WHEN 'offered' THEN o.ring_until WHEN 'accepted' THEN o.answered_at + interval '25 s' END)
        AS ringing_until
    FROM offer o WHERE o.contact_id = $1 AND o.kind = 'queue' AND o.state <> 'withdrawn'
"""

_ON_SHIFT = """
    SELECT s.ord - 1 AS stage, count(p.person_id) AS people
    FROM unnest($1::text[]) WITH ORDINALITY s (pool_id, ord)
    LEFT JOIN presence p ON p.pools @> ARRAY[s.pool_id] AND p.activity NOT IN ('offline', 'away')
      AND p.skills @> $2::text[] AND (p.shift_ends_at IS NULL OR p.shift_ends_at > $3)
    GROUP BY s.ord ORDER BY s.ord
"""


async def somebody_is_there(tx: Tx, policy: LinePolicy, skills: Sequence[str], *, now: datetime) -> bool:
    """Whether anybody of the line's pools who has these skills is on shift and not away."""
    found = await tx.fetchval(
        """SELECT EXISTS (SELECT FROM presence WHERE pools && $1::text[] AND activity NOT IN ('offline', 'away')
             AND skills @> $2::text[] AND (shift_ends_at IS NULL OR shift_ends_at > $3))""",
        [pool.pool_id for pool in policy.pools], list(skills), now,
    )  # fmt: skip
    return bool(found)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for one decision; `reach` says how each candidate is rung."""

    situation: Situation
    reach: Mapping[PersonId, str]


async def look(tx: Tx, contact: ContactRow, policy: LinePolicy, *, now: datetime) -> Found:
    """Read a locked contact's situation."""
    tried = await tx.fetchrow(_TRIED, contact.id)
    ringing: datetime | None = tried["ringing_until"]
    rows: list[tuple[int, Any]] = []
    if ringing is None or ringing <= now:
        rows = await _candidates(tx, contact, policy, tried=bool(tried["persons"]), now=now)
    candidates = tuple(
        Candidate(
            person_id=PersonId(row["person_id"]),
            pool_id=PoolId(policy.pools[stage].pool_id),
            pool_position=stage,
            ready_since=row["ready_since"] or now,
            answered_today=row["answered_today"],
        )
        for stage, row in rows
    )
    on_shift = tuple(
        row["people"] for row in await tx.fetch(_ON_SHIFT, [p.pool_id for p in policy.pools], contact.skills, now)
    )
    situation = Situation(
        waiting_since=contact.waiting_since or contact.enqueued_at or now,
        stage=contact.stage,
        stage_since=contact.stage_since or contact.enqueued_at or now,
        on_shift=on_shift,
        candidates=candidates,
        already_tried=frozenset(PersonId(person) for person in tried["persons"] or ()),
        asked_last_at=tried["asked_last_at"],
        ringing_until=ringing,
        ways_tried=frozenset(way_from_name(name) for name in contact.ways_tried),
        prefers=None if contact.prefers_person_id is None else PersonId(contact.prefers_person_id),
        language=contact.language,
    )
    return Found(situation, {PersonId(row["person_id"]): row["reach"] for _, row in rows})


async def _candidates(
    tx: Tx, contact: ContactRow, policy: LinePolicy, *, tried: bool, now: datetime
) -> list[tuple[int, Any]]:
    """The best few: the preferred one if free, the preferred pool's, then the untried of each stage, then the tried."""
    most = policy.queue.ring_count if policy.queue.strategy == "ring_k" else 1
    query = _CANDIDATES.format(order=_ORDERS[Strategy(policy.queue.strategy)])

    async def some(stage: int, *, asked: bool, person: UUID | None = None) -> list[tuple[int, Any]]:
        rows = await tx.fetch(
            query, [policy.pools[stage].pool_id], contact.skills, contact.id, now, asked, NOT_AGAIN_FOR, most, person
        )  # fmt: skip
        return [(stage, row) for row in rows]

    wishes: list[tuple[int, UUID | None]] = []
    wishes += [(stage, contact.prefers_person_id) for stage in range(len(policy.pools)) if contact.prefers_person_id]
    wishes += [(stage, None) for stage, pool in enumerate(policy.pools) if pool.pool_id == contact.prefers_pool_id]
    for stage, person in wishes:
        if found := await some(stage, asked=False, person=person):
            return found
    for asked in (False, True) if tried else (False,):
        found = []
        for stage in range(min(contact.stage, policy.last_stage) + 1):
            found += await some(stage, asked=asked)
            if len(found) >= most:
                break
        if found:
            return found
    return []
