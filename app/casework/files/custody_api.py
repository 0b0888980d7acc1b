"""Routes about which files there are and whose they are: merge, split, undo; and handing a file over."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.casework.files import hand_over, regrouping
from app.casework.files.api import Codes
from app.casework.files.bodies import AnswerHandOver, MergeSubjects, RequestHandOver, SplitSubject
from app.casework.files.editing_api import Gate, KnownIn, Opening, clean
from app.casework.files.reach import file_in_reach, load_subject_file, refused
from app.casework.files.schemas import HandOver, OrganisationName, Regrouping
from app.contacts.api import Db
from app.domain.errors import Forbidden, NotFound
from app.domain.hand_over import HandOverEvent
from app.domain.permissions import Permission
from app.people.access import Principal, require
from app.platform.edges import Now

router = APIRouter(prefix="/api", tags=["files"])

Merging = Annotated[Principal, Depends(require(Permission.FILE_MERGE))]
HandingOver = Annotated[Principal, Depends(require(Permission.FILE_HAND_OVER))]


def _within_one_custody(principal: Principal, here: str | None, there: str | None) -> None:
    """What is in one custody comes into another by a hand-over, which the other side answers, and by nothing else.

    Whoever reaches a file because a line of theirs helps may not move any of it that way. Raises Forbidden.
    """
    if there in (None, here) or principal.may_everywhere(Permission.FILE_MERGE):
        return
    if not all(principal.may(Permission.FILE_MERGE, organisation=each) for each in (here, there) if each is not None):
        raise Forbidden(
            "This would move a file from one organisation's custody to another's; hand it over first, then do this. "
            "此操作会使档案在两个单位之间变更归属；请先办理移交，再进行此操作。"
        )


@router.post("/subjects/{subject_id}/merge")
async def merge(subject_id: UUID, body: MergeSubjects, principal: Merging, db: Db, now: Now) -> Regrouping:
    """These two are one person: the other one's file becomes part of this one. Both must be within one's scope, and
    in one custody, unless one answers for both."""
    async with db.transaction() as tx:
        await regrouping.take_turns(tx)
        files = [await load_subject_file(tx, each, lock=True) for each in (subject_id, body.other)]
        kept, other = files
        outside = [f for f in files if f is not None and not f.within(principal, Permission.FILE_MERGE)]
        if kept is not None and other is not None and not outside:
            _within_one_custody(principal, kept.organisation_id, other.organisation_id)
            return await regrouping.merge(tx, kept, other, by=principal.person_id, now=now)
        for file in outside:
            await refused(tx, principal, file.id, Permission.FILE_MERGE, now=now)
    raise NotFound


@router.post("/subjects/{subject_id}/split")
async def split(subject_id: UUID, body: SplitSubject, principal: Merging, db: Db, codes: Codes, now: Now) -> Regrouping:
    """These contacts are somebody else's: they become a file of their own."""
    async with file_in_reach(db, principal, subject_id, Permission.FILE_MERGE, now=now) as (tx, _):
        await regrouping.take_turns(tx)
        file = await load_subject_file(tx, subject_id)  # as it is now that nobody else regroups
        if file is None or not file.within(principal, Permission.FILE_MERGE):
            raise NotFound
        return await regrouping.split(tx, file, body.contact_ids, codes, by=principal.person_id, now=now)


@router.post("/merges/{regrouping_id}/undo")
async def undo(regrouping_id: UUID, principal: Merging, db: Db, now: Now) -> Regrouping:
    """Take a merge or a split back, exactly as it was."""
    async with db.transaction() as tx:
        await regrouping.take_turns(tx)
        row = await regrouping.find_regrouping(tx, regrouping_id)
        if row is None:
            raise NotFound
        files = [await load_subject_file(tx, row[side], lock=True) for side in ("from_subject", "to_subject")]
        outside = [f for f in files if f is not None and not f.within(principal, Permission.FILE_MERGE)]
        if not outside:
            _within_one_custody(principal, *await regrouping.custodies(tx, row))
            return await regrouping.undo(tx, row, by=principal.person_id, now=now)
        for file in outside:
            await refused(tx, principal, file.id, Permission.FILE_MERGE, now=now)
    raise NotFound


@router.get("/hand-overs")
async def hand_overs(principal: HandingOver, db: Db, codes: Codes) -> list[HandOver]:
    """The requests that wait for an answer, of the organisations one answers for."""
    async with db.reading() as tx:
        return await hand_over.open_hand_overs(tx, principal, codes)


@router.get("/organisations")
async def organisations(_: Opening, db: Db) -> list[OrganisationName]:
    """Every organisation by its names, one's own or not: those that a file may lie with, or be handed over to."""
    async with db.reading() as tx:
        return await hand_over.organisations(tx)


@router.post("/subjects/{subject_id}/hand-overs", status_code=201)
async def ask(
    subject_id: UUID,
    body: RequestHandOver,
    principal: HandingOver,
    gate: Gate,
    known: KnownIn,
    db: Db,
    codes: Codes,
    now: Now,
) -> HandOver:
    """Ask another organisation to take the file. For those in charge of the whole organisation that has custody."""
    found = await gate.find(body.reason, await known(subject_id), field="reason")
    async with file_in_reach(db, principal, subject_id, Permission.FILE_HAND_OVER, now=now, lock=True) as (tx, file):
        if not file.in_custody_of(principal, Permission.FILE_HAND_OVER):
            raise Forbidden(
                "Only the organisation that has custody of a file can give it. 只有档案归属单位可以提出移交。"
            )
        (reason,) = await clean(gate, tx, file, [found])
        made = await hand_over.request_hand_over(
            tx, file, body.to_organisation, reason, by=principal.person_id, now=now
        )
        return await hand_over.show_hand_over(tx, principal, codes, made)


Answer = Callable[[UUID, HandOverEvent, AnswerHandOver], Awaitable[HandOver]]


def answering(principal: HandingOver, gate: Gate, known: KnownIn, db: Db, codes: Codes, now: Now) -> Answer:
    """How a request to hand a file over is answered, whatever the answer is."""

    async def answer(hand_over_id: UUID, event: HandOverEvent, body: AnswerHandOver) -> HandOver:
        side = "giving" if event is HandOverEvent.WITHDRAWN else "receiving"
        async with db.reading() as tx:
            subject_id = await hand_over.subject_of(tx, hand_over_id)
        found = await gate.find(body.reason, await known(subject_id), field="reason")
        async with db.transaction() as tx:
            row = await hand_over.lock_hand_over(tx, hand_over_id)
            if row is None:
                raise NotFound
            sides = hand_over.sides_of(principal, row["from_organisation"], row["to_organisation"])
            if side in sides:
                (reason,) = await gate.settle(tx, [(found, ())], scope=row["subject_id"])
                await hand_over.answer_hand_over(
                    tx, row, event, reason.text, version=body.version, by=principal.person_id, now=now
                )
                return await hand_over.show_hand_over(tx, principal, codes, hand_over_id)
            if not sides:
                await refused(tx, principal, row["subject_id"], Permission.FILE_HAND_OVER, now=now)
        if sides:
            raise Forbidden("This is for the other side to answer. 此操作应由另一方进行。")
        raise NotFound

    return answer


Answering = Annotated[Answer, Depends(answering)]


@router.post("/hand-overs/{hand_over_id}/accept")
async def accept(hand_over_id: UUID, body: AnswerHandOver, answer: Answering) -> HandOver:
    """Take the file into one's organisation's custody."""
    return await answer(hand_over_id, HandOverEvent.ACCEPTED, body)


@router.post("/hand-overs/{hand_over_id}/refuse")
async def refuse(hand_over_id: UUID, body: AnswerHandOver, answer: Answering) -> HandOver:
    """Leave the file where it is, and say why."""
    return await answer(hand_over_id, HandOverEvent.REFUSED, body)


@router.post("/hand-overs/{hand_over_id}/withdraw")
async def withdraw(hand_over_id: UUID, body: AnswerHandOver, answer: Answering) -> HandOver:
    """Take the request back, before it is answered."""
    return await answer(hand_over_id, HandOverEvent.WITHDRAWN, body)
