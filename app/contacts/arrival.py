"""A call arrives: ledger, contact, leg and the first decision are durable before the carrier is answered (P1).

Who rings twice with the same call id rings once: the ledger's unique key decides, and the second request gets what
the first one got. Callers who can't simply wait are app.contacts.door's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.carriers.events import InboundCall
from app.carriers.steps import Answer
from app.contacts.blocking import blocks_on
from app.contacts.door import blocked_caller, decided_step, first_step, receive_slowly, register, unknown_number
from app.contacts.offering import originate_volunteer_leg
from app.contacts.receiving import Arriving, Received, receive
from app.contacts.recognising import Recognising
from app.contacts.routing_rules import line_is_open
from app.contacts.rows import leg_by_call, lock_contact
from app.contacts.steps import step_from_json, step_to_json
from app.contacts.waiting import advance
from app.domain.ids import LineId
from app.domain.screening import Refuse, screen
from app.lines.book import LineBook, keys_for
from app.lines.policy import LinePolicy
from app.platform.clock import fresh_id
from app.platform.crypto import Pseudonymiser, Sealer
from app.platform.db import Database, Tx
from app.platform.log_events import Log
from app.platform.logging import get_log

log = get_log()


@dataclass(frozen=True, slots=True)
class Reception:
    """What arrival needs besides the call: the lines, and the keys that turn a number into a pseudonym."""

    book: LineBook
    pseudonymiser: Pseudonymiser
    sealer: Sealer
    # Queue ids of first stages, by line and skills: they are made once and never change.
    first_keys: dict[tuple[str, Sequence[str]], int] = field(default_factory=dict)
    recognising: Recognising | None = None


async def arrive(db: Database, call: InboundCall, reception: Reception, *, now: datetime) -> Answer:
    """Register a call and say what its caller hears first. Whoever may wait is received in one statement."""
    if reception.recognising is not None:
        await reception.recognising.before_arrival(db, call.caller, now=now)
    line_id = await _line_of(db, reception.book, call.number_dialled)
    policy = None if line_id is None else reception.book.policy(line_id, now)
    if policy is not None and line_is_open(policy, now):
        answer = await _arrive_waiting(db, call, reception, policy, now=now)
        if answer is not None:
            return answer
    async with db.transaction() as tx:
        return await _arrive_otherwise(tx, call, reception, policy, now=now)


async def _line_of(db: Database, book: LineBook, number: str) -> str | None:
    """The line of a number of ours; one that was opened a moment ago may not be in this process's book yet."""
    line_id = book.by_number(number)
    if line_id is None:
        async with db.reading() as tx:
            if await book.refresh(tx):
                line_id = book.by_number(number)
    return line_id


async def _arrive_waiting(
    db: Database, call: InboundCall, reception: Reception, policy: LinePolicy, *, now: datetime
) -> Answer | None:
    token = reception.pseudonymiser.subject_token(call.caller)
    contact_id = fresh_id()
    step = first_step(contact_id, policy)
    skills = policy.skills.wanted(language=policy.default_language, danger=False)
    async with db.statements() as tx:
        arriving = Arriving(
            provider=call.provider,
            dedupe_key=call.dedupe_key,
            provider_call_id=call.provider_call_id,
            contact_id=contact_id,
            leg_id=fresh_id(),
            offer_id=fresh_id(),
            number_dialled=call.number_dialled,
            subject_token=token,
            subject_key_id=reception.pseudonymiser.key_id,
            sealed_number=_sealed(reception.sealer, contact_id, call, token),
            queue_key_id=await _first_key(tx, reception, policy.line_id, skills),
            skills=skills,
            desired=step_to_json(step),
        )
        received = await receive(tx, arriving, policy, now=now)
    if not received.entered:
        return None
    log.info(Log.CALL_ARRIVED, contact=contact_id, line=policy.line_id, person=received.person_id)
    if received.person_id is not None and received.reach == "browser":
        return Answer(arriving.leg_id, contact_id, step)
    async with db.transaction() as tx:
        return await _go_on(tx, arriving, received, reception.book, policy, now=now)


async def _go_on(
    tx: Tx, arriving: Arriving, received: Received, book: LineBook, policy: LinePolicy, *, now: datetime
) -> Answer:
    """What one statement could not do: ring a volunteer's own telephone, or decide where nobody is free."""
    contact = await lock_contact(tx, arriving.contact_id)
    if contact is None:  # cannot be: it was committed above
        raise LookupError(arriving.contact_id)
    if received.person_id is None:
        await advance(tx, contact, book, policy, now=now)
    else:
        leg_id = fresh_id()
        await tx.execute("UPDATE offer SET leg_id = $2 WHERE id = $1", arriving.offer_id, leg_id)
        await originate_volunteer_leg(
            tx, contact, leg_id, received.person_id, arriving.offer_id, reach="phone", policy=policy, now=now
        )
    step = await decided_step(tx, arriving.leg_id, policy.greeting.spoken(policy.default_language), now=now)
    return Answer(arriving.leg_id, arriving.contact_id, step)


async def _answered_before(tx: Tx, call: InboundCall) -> Answer | None:
    first = await leg_by_call(tx, call.provider, call.provider_call_id)
    return None if first is None else Answer(first.id, first.contact_id, step_from_json(first.desired))


async def _first_key(tx: Tx, reception: Reception, line_id: str, skills: Sequence[str]) -> int:
    key = reception.first_keys.get((line_id, skills))
    if key is None:
        key = reception.first_keys[line_id, skills] = await keys_for(tx, line_id, skills, 0)
    return key


async def _arrive_otherwise(
    tx: Tx, call: InboundCall, reception: Reception, policy: LinePolicy | None, *, now: datetime
) -> Answer:
    contact_id, leg_id = fresh_id(), fresh_id()
    entered = await tx.fetchval(
        """INSERT INTO ledger (provider, dedupe_key, kind, provider_call_id, contact_id, leg_id, received_at)
           VALUES ($1, $2, 'call.arrived', $3, $4, $5, $6)
           ON CONFLICT (provider, dedupe_key) DO NOTHING RETURNING true""",
        call.provider, call.dedupe_key, call.provider_call_id, contact_id, leg_id, now,
    )  # fmt: skip
    if not entered:
        first = await _answered_before(tx, call)
        if first is not None:
            return first
    token = reception.pseudonymiser.subject_token(call.caller)
    contact, leg = await register(
        tx, call, contact_id, leg_id, policy, token, key_id=reception.pseudonymiser.key_id, now=now
    )
    log.info(Log.CALL_ARRIVED, contact=contact_id, line=None if policy is None else policy.line_id)
    if policy is None:
        return await unknown_number(tx, contact, leg, now=now)
    sealed = _sealed(reception.sealer, contact_id, call, token)
    if sealed is not None:
        await tx.execute(
            "INSERT INTO vault.sealed_number (contact_id, sealed, created_at) VALUES ($1, $2, $3)",
            contact_id, sealed, now,
        )  # fmt: skip
    verdict = screen(await blocks_on(tx, token, now=now), token, LineId(policy.line_id), now)
    if isinstance(verdict, Refuse):
        return await blocked_caller(tx, contact, leg, policy, now=now)
    step = await receive_slowly(tx, contact, leg, policy, reception.book, now=now)
    return Answer(leg_id, contact_id, step)


def _aad(contact_id: UUID) -> str:
    return f"vault.sealed_number/{contact_id}/sealed"


def _sealed(sealer: Sealer, contact_id: UUID, call: InboundCall, token: bytes | None) -> bytes | None:
    if call.caller is None or token is None:
        return None
    return sealer.seal(call.caller.encode(), _aad(contact_id))


def open_number(sealer: Sealer, contact_id: UUID, sealed: bytes) -> str:
    """The caller's number, for dialling it back; it is never kept in the clear."""
    return sealer.open(sealed, _aad(contact_id)).decode()
