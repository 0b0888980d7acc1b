"""The volunteer's desk: everything her page needs, read at once; also the first message of her socket."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.contacts.public_state import PublicState, own_contacts
from app.contacts.schemas import Desk, Disposition, LineName, TargetPerson, TargetPool, Targets
from app.contacts.talking import DISPOSITIONS
from app.lines.book import LineBook
from app.people.phones import has_own_phone
from app.platform.db import Tx
from app.roster.presence_state import load_presence
from app.roster.shift_state import load_own_shifts

CODES = [Disposition(code=code, zh=zh, en=en) for code, (zh, en) in DISPOSITIONS.items()]


async def load_desk(
    tx: Tx, state: PublicState, book: LineBook, person_id: UUID, line_ids: Sequence[str], *, now: datetime
) -> Desk:
    """What this volunteer sees when she opens her page."""
    talking, wrapping = await own_contacts(tx, person_id)
    contacts = {c.id: c for c in await state.contacts(tx, [i for i in (talking, wrapping) if i is not None])}
    talk = contacts.get(talking) if talking else None
    if talk is not None and talk.line is not None:
        line_ids = [talk.line.id]  # a talk is passed on within what serves its own line
    return Desk(
        presence=await load_presence(tx, person_id, now=now),
        has_phone=await has_own_phone(tx, person_id),
        shifts=await load_own_shifts(tx, person_id, now=now),
        offers=await state.offers_to(tx, person_id),
        contact=talk,
        wrap_up=contacts.get(wrapping) if wrapping else None,
        dispositions=CODES,
        targets=await load_targets(tx, book, person_id, line_ids, now=now),
    )


async def load_targets(tx: Tx, book: LineBook, person_id: UUID, line_ids: Sequence[str], *, now: datetime) -> Targets:
    """Whom a talk on these lines could be passed to."""
    people = await tx.fetch(
        """SELECT p.id AS person_id, p.work_name, r.activity FROM presence r JOIN person p ON p.id = r.person_id
           WHERE r.activity <> 'offline' AND r.person_id <> $1 AND p.disabled_at IS NULL
             AND EXISTS (SELECT FROM pool_member m JOIN line_pool l ON l.pool_id = m.pool_id
                         WHERE m.person_id = p.id AND l.line_id = ANY($2))
           ORDER BY r.activity = 'ready' DESC, p.work_name LIMIT 200""",
        person_id, list(line_ids),
    )  # fmt: skip
    pools = await tx.fetch(
        """SELECT q.id, q.name_zh, q.name_en,
             (SELECT count(*) FROM presence r WHERE r.activity = 'ready' AND r.pools @> ARRAY[q.id]) AS ready
           FROM pool q WHERE EXISTS (SELECT FROM line_pool l WHERE l.pool_id = q.id AND l.line_id = ANY($1))
           ORDER BY q.id""",
        list(line_ids),
    )
    numbers = {
        number.id: LineName(id=number.id, name_zh=number.name_zh, name_en=number.name_en)
        for line_id in line_ids
        if (policy := book.policy(line_id, now)) is not None
        for number in policy.outside_numbers
        if not number.placeholder
    }
    return Targets(
        people=[TargetPerson(**dict(row)) for row in people],
        pools=[TargetPool(**dict(row)) for row in pools],
        numbers=list(numbers.values()),
    )
