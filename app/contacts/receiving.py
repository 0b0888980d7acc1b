"""The hot path of arrival: a call that may wait is received by one statement, its first offer included.

performance.md, "Webhook": each round trip costs. The statement enters the ledger, makes contact, leg and timers, picks
the best ready volunteer of the first stage (in the order of the line's strategy, as app.domain.picking has it), and
offers. Or it does none of that, when the ledger knows the call, the queue is full or a block is on the pseudonym:
then, and when nobody is free, the rules of app.domain decide on the slow path (app.contacts.door and waiting).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.lines.policy import LinePolicy
from app.platform.db import Tx

_RECEIVE = """
    WITH heard AS (
      INSERT INTO ledger (provider, dedupe_key, kind, provider_call_id, contact_id, leg_id, received_at)
      SELECT $1, $2, 'call.arrived', $3, $4, $5, $6
      WHERE NOT EXISTS (SELECT FROM block WHERE subject_token = $13 AND lifted_at IS NULL AND expires_at > $6)
        AND (SELECT count(*) FROM contact WHERE line_id = $10 AND state = 'waiting') < $23
      ON CONFLICT (provider, dedupe_key) DO NOTHING RETURNING true),
    picked AS MATERIALIZED (
      SELECT p.person_id FROM presence p
      WHERE EXISTS (SELECT FROM heard) AND p.activity = 'ready'
        AND CASE WHEN $7 = ANY(p.pools) AND p.skills @> $8::text[] THEN true ELSE false END
        AND (p.shift_ends_at IS NULL OR p.shift_ends_at > $6)
      ORDER BY {order}, p.person_id LIMIT {most} FOR UPDATE OF p SKIP LOCKED),
    offered AS (
      UPDATE presence p SET activity = 'offered', offer_id = $9, since = $6, version = version + 1
      FROM picked WHERE p.person_id = picked.person_id RETURNING p.person_id, p.reach),
    made AS (
      INSERT INTO contact (id, line_id, line_version_id, number_dialled, subject_token, language, state, bridge,
        offered_at, enqueued_at, waiting_since, stage_since, skills, queue_key_id, queue_rank, subject_key_id)
      SELECT $4, $10, $11, $12, $13, $14, CASE WHEN EXISTS (SELECT FROM offered) THEN 'offered' ELSE 'waiting' END,
        $15, $6, $6, $6, $6, $8, $16, $6, $24 FROM heard),
    leg AS (
      INSERT INTO leg (id, contact_id, role, provider, provider_call_id, label, state, desired, started_at)
      SELECT $5, $4, 'caller', $1, $3, 'caller', 'answered', $17, $6 FROM heard),
    sealed AS (
      INSERT INTO vault.sealed_number (contact_id, sealed, created_at)
      SELECT $4, $18, $6 FROM heard WHERE $18::bytea IS NOT NULL),
    offer AS (
      INSERT INTO offer (id, contact_id, person_id, kind, state, because, reach, offered_at, ring_until)
      SELECT $9, $4, person_id, 'queue', 'offered', $19, reach, $6, $20 FROM offered),
    timers AS (
      INSERT INTO timer (id, kind, subject_id, due_at, created_at)
      SELECT gen_random_uuid(), 'ring', $9, $20, $6 FROM offered
      UNION ALL SELECT gen_random_uuid(), 'contact_step', $4,
        CASE WHEN EXISTS (SELECT FROM offered) THEN $20 + interval '1 s' ELSE $21 END, $6 FROM heard
      UNION ALL SELECT gen_random_uuid(), 'choice', $4, $22, $6 FROM heard WHERE $22::timestamptz IS NOT NULL),
    told AS (
      INSERT INTO change (entity, entity_id, at)
      SELECT 'contact', $4::text, $6 FROM heard
      UNION ALL SELECT 'offer', $9::text, $6 FROM offered
      UNION ALL SELECT 'presence', person_id::text, $6 FROM offered)
    SELECT EXISTS (SELECT FROM heard) AS entered, (SELECT person_id FROM offered) AS person_id,
      (SELECT reach FROM offered) AS reach
"""
_ORDERS = {  # and how many are picked here: several at once are the slow path's
    "longest_idle": ("p.ready_since", 1),
    "fewest_today": ("p.answered_today, p.ready_since", 1),
    "ring_k": ("p.ready_since", 0),
}
# Written so that the index leads to whoever has been ready for longest: with a parameter for how many, or with `pools
# &&`, PostgreSQL plans to gather and sort everybody who is ready (measured with 2,000: 1 ms more). CASE hides from it
# what it would think rare: then a plan for all calls looks as cheap as one for this call, and it stops planning each
# (measured: half of what the database did for a call).
_STATEMENTS = {strategy: _RECEIVE.format(order=order, most=most) for strategy, (order, most) in _ORDERS.items()}


@dataclass(frozen=True, slots=True)
class Arriving:
    """A call that may wait, as it is written."""

    provider: str
    dedupe_key: str
    provider_call_id: str
    contact_id: UUID
    leg_id: UUID
    offer_id: UUID
    number_dialled: str
    subject_token: bytes | None
    subject_key_id: str
    sealed_number: bytes | None
    queue_key_id: int
    skills: tuple[str, ...]
    desired: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Received:
    """What became of it. `entered` False: nothing was written. `person_id`: who is rung, by `reach`."""

    entered: bool
    person_id: UUID | None
    reach: str | None


async def receive(tx: Tx, call: Arriving, policy: LinePolicy, *, now: datetime) -> Received:
    """Write the call and its first offer, all or nothing; needs no transaction around it."""
    queue = policy.queue
    rings_until = now + timedelta(seconds=queue.ring_seconds)
    # If somebody is rung, the next step comes after the ring; if nobody is, at once, should we die before taking it.
    step_at = now + timedelta(seconds=1)
    asks_choice = queue.choice_every_s is not None and policy.menu is not None and policy.menu.call_back_key is not None
    row = await tx.fetchrow(
        _STATEMENTS[queue.strategy],
        call.provider, call.dedupe_key, call.provider_call_id, call.contact_id, call.leg_id, now,
        policy.pools[0].pool_id, list(call.skills), call.offer_id,
        policy.line_id, policy.version_id, call.number_dialled, call.subject_token, policy.default_language,
        f"c-{call.contact_id}", call.queue_key_id, dict(call.desired), call.sealed_number, queue.strategy, rings_until,
        step_at, now + timedelta(seconds=queue.choice_every_s or 0) if asks_choice else None,
        queue.maximum_waiting, call.subject_key_id,
    )  # fmt: skip
    tx.hints |= {"changes", "timers"}
    return Received(row["entered"], row["person_id"], row["reach"])
