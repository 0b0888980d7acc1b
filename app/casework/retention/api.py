"""Routes: what is kept how long, legal holds, the right to erasure; for those in charge of every line it touches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from app.casework.files.family import kept_subject
from app.casework.files.opening import subject_of_contact
from app.casework.files.regrouping import take_turns
from app.casework.levels.api import Gate, Opened
from app.casework.notes.known import known_in_file, known_of
from app.casework.redacting import NOTHING, KnownValue
from app.casework.retention.erasing import Target, request_erasure, target_of_contact, target_of_subject
from app.casework.retention.holds import On, find_hold, lift_hold, place_hold
from app.casework.retention.periods import Periods
from app.casework.retention.reporting import erasure_of, load_erasure, load_hold, report
from app.casework.retention.schemas import Erasure, Hold, NewErasure, NewHold, Retention
from app.contacts.api import Db
from app.domain.acts import Act
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.permissions import Permission
from app.people.access import Principal, require
from app.platform.audit import record_act
from app.platform.crypto import Sealer
from app.platform.db import Database, Tx
from app.platform.edges import Now, TxDep

router = APIRouter(prefix="/api/retention", tags=["retention"])

Seer = Annotated[Principal, Depends(require(Permission.RETENTION_SEE))]
InCharge = Annotated[Principal, Depends(require(Permission.RETENTION_MANAGE))]


def periods(request: Request) -> Periods:
    """The terms of this process."""
    found: Periods = request.app.state.periods
    return found


Terms = Annotated[Periods, Depends(periods)]


@router.get("")
async def retention(principal: Seer, terms: Terms, tx: TxDep) -> Retention:
    """The terms by class and jurisdiction, the holds in force, the last runs, the erasures."""
    everything = principal.may_everywhere(Permission.RETENTION_SEE)
    return await report(tx, terms, principal.lines_for(Permission.RETENTION_SEE), everything=everything)


@router.post("/holds", status_code=201)
async def add_hold(principal: InCharge, body: NewHold, gate: Gate, opened: Opened, db: Db, now: Now) -> Hold:
    """Let nothing of a subject, a contact or a line be erased until somebody lifts the hold."""
    found = None
    if body.reason.strip():
        async with db.transaction() as tx:
            known = await _known(tx, opened.sealer, body)
        found = await gate.find(body.reason, known, field="reason")
    async with db.transaction() as tx:
        await take_turns(tx)  # what comes apart at this moment is held on both sides
        on = await _on(tx, body)
        if _reaches(principal, on.line_ids):
            reason = NOTHING
            if found is not None:
                scope = on.subject_id or on.contact_id  # of a whole line: nobody's, so that no numbers are kept
                pair = (found, ())
                (settled,) = await gate.settle(tx, [pair], scope=scope) if scope else gate.settle_apart([pair])
                reason = settled.text
            hold_id = await place_hold(tx, on, body.reason_code, reason, by=principal.person_id, now=now)
            return await load_hold(tx, hold_id)
    raise await _refused(db, principal, "hold", str(body.subject_id or body.contact_id or body.line_id), now)


@router.delete("/holds/{hold_id}")
async def end_hold(principal: InCharge, hold_id: UUID, db: Db, now: Now) -> Hold:
    """Lift a hold; what is old enough goes with the next round, and an erasure that it stopped goes on."""
    async with db.transaction() as tx:
        held = await find_hold(tx, hold_id)
        on = await _lines_under(tx, held["subject_id"], held["contact_id"], held["line_id"])
        if _reaches(principal, on):
            await lift_hold(tx, hold_id, by=principal.person_id, now=now)
            return await load_hold(tx, hold_id)
    raise await _refused(db, principal, "hold", str(hold_id), now)


@router.post("/erasures", status_code=201)
async def add_erasure(principal: InCharge, body: NewErasure, db: Db, now: Now) -> Erasure:
    """Erase one subject, on the right named. 409: `held` with the hold's reason; `not_possible_now` while a call lasts.

    Asked for again it answers with the erasure there is: under way, or finished.
    """
    refusal: Conflict | None = None
    async with db.transaction() as tx:
        await take_turns(tx)  # of two who ask at once the second is answered with the first one's
        target = await _target(tx, body)
        if target is None:
            there_is = await erasure_of(tx, body.subject_id or UUID(int=0))
            if there_is is None or not principal.may_everywhere(Permission.RETENTION_MANAGE):
                raise NotFound
            return there_is
        if _reaches(principal, target.line_ids):
            try:
                erasure_id = await request_erasure(tx, target, body.legal_basis, by=principal.person_id, now=now)
                return await load_erasure(tx, erasure_id)
            except Conflict as conflict:
                refusal = conflict  # nothing has been written before it; that it was asked for is
                await record_act(
                    tx, Act.ERASURE_REFUSED, by=principal.person_id, target_kind=target.kind, target_id=target.id,
                    now=now, facts={"code": conflict.code, "basis": body.legal_basis.value},
                )  # fmt: skip
    if refusal is not None:
        raise refusal
    raise await _refused(db, principal, "erasure", str(body.subject_id or body.contact_id), now)


async def _target(tx: Tx, body: NewErasure) -> Target | None:
    if body.subject_id is not None:
        if await kept_subject(tx, body.subject_id) is None:
            return None
        return await target_of_subject(tx, body.subject_id)
    contact_id = body.contact_id or UUID(int=0)
    if await subject_of_contact(tx, contact_id) is not None:
        raise Invalid("This contact belongs to a file: erase its subject. 该来电已归入个案，请按对象清除。")
    return await target_of_contact(tx, contact_id)


async def _on(tx: Tx, body: NewHold) -> On:
    subject_id = body.subject_id
    if subject_id is not None:
        subject_id = await kept_subject(tx, subject_id)
        if subject_id is None:
            raise NotFound
    lines = await _lines_under(tx, subject_id, body.contact_id, body.line_id)
    return On(subject_id, body.contact_id, body.line_id, lines)


async def _known(tx: Tx, sealer: Sealer, body: NewHold) -> list[KnownValue]:
    """What the vault knows of whom the hold is about; on a whole line it is about nobody."""
    if body.subject_id is not None:
        return await known_in_file(tx, sealer, body.subject_id)
    return [] if body.contact_id is None else await known_of(tx, sealer, body.contact_id)


async def _lines_under(
    tx: Tx, subject_id: UUID | None, contact_id: UUID | None, line_id: str | None
) -> Sequence[str | None]:
    if subject_id is not None:
        if await kept_subject(tx, subject_id) is None:
            return []  # the file is gone, the hold upon it is nobody's line
        return (await target_of_subject(tx, subject_id)).line_ids
    if contact_id is not None:
        return (await target_of_contact(tx, contact_id)).line_ids
    if not await tx.fetchval("SELECT true FROM line WHERE id = $1", line_id):
        raise NotFound
    return [line_id]


def _reaches(principal: Principal, line_ids: Sequence[str | None]) -> bool:
    """Whether they are in charge of all of it."""
    if principal.may_everywhere(Permission.RETENTION_MANAGE):
        return True
    return bool(line_ids) and set(line_ids) <= principal.lines_for(Permission.RETENTION_MANAGE)


async def _refused(db: Database, principal: Principal, kind: str, target: str, now: datetime) -> NotFound:
    async with db.transaction() as tx:
        await record_act(tx, Act.FILE_REFUSED, by=principal.person_id, target_kind=kind, target_id=target, now=now)
    return NotFound()
