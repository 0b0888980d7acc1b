"""Routes of reviewing: the queue of one's lines, and one's own notes that came back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import StringConstraints

from app.casework.notes.known import known_of
from app.casework.redacting import NOTHING, Redacting
from app.casework.review.choosing import Sampling
from app.casework.review.coverage import coverage_of
from app.casework.review.criteria import SCORES, criteria_book
from app.casework.review.queries import OWN, list_reviews, own_reviews, read_review
from app.casework.review.reviewing import Acting, answer, finish, give_back, take
from app.casework.review.schemas import (
    Coverage,
    Criteria,
    Criterion,
    FinishReview,
    OfVersion,
    OwnReview,
    ReviewDetail,
    Reviews,
)
from app.contacts.api import Db
from app.domain.acts import Act
from app.domain.errors import NotFound
from app.domain.note_review import ReviewEvent, ReviewState
from app.domain.permissions import Permission
from app.people.access import Principal, require
from app.people.door import Door, door
from app.platform.audit import record_act
from app.platform.db import Database
from app.platform.edges import Now

router = APIRouter(prefix="/api/reviews", tags=["reviews"])


def sampling_of(request: Request) -> Sampling:
    """The rules by which notes are chosen."""
    rules: Sampling = request.app.state.sampling
    return rules


def redacting_of(request: Request) -> Redacting:
    """The gate from raw text to stored text."""
    gate: Redacting = request.app.state.redacting
    return gate


Rules = Annotated[Sampling, Depends(sampling_of)]
Gate = Annotated[Redacting, Depends(redacting_of)]
Opened = Annotated[Door, Depends(door)]
Reviewing = Annotated[Principal, Depends(require(Permission.NOTE_REVIEW))]
Writing = Annotated[Principal, Depends(require(Permission.NOTE_WRITE))]
After = Annotated[str, StringConstraints(max_length=200)]


async def asked_for(db: Database, principal: Principal, review_id: UUID, *, as_writer: bool, now: Now) -> Any:
    """The review's note, contact and scope, if it is this person's to review (or answer); NotFound, audited, if not."""
    async with db.transaction() as tx:
        row = await tx.fetchrow(
            f"""SELECT r.note_id, r.line_id, n.contact_id, n.scope, {OWN} AS own
                FROM note_review r JOIN note n ON n.id = r.note_id JOIN contact c ON c.id = n.contact_id
                WHERE r.id = $2""",  # noqa: S608 the text is ours alone
            principal.person_id, review_id,
        )  # fmt: skip
        if row is None:
            raise NotFound
        line_id = row["line_id"]
        in_charge = (
            principal.may_everywhere(Permission.NOTE_REVIEW)
            if line_id is None
            else principal.may(Permission.NOTE_REVIEW, line=line_id)
        )
        may = row["own"] if as_writer else in_charge
        if not may:
            await record_act(
                tx, Act.FILE_REFUSED, by=principal.person_id, target_kind="review", target_id=review_id,
                line_id=line_id, now=now,
            )  # fmt: skip
    if not may:
        raise NotFound
    return row


@router.get("")
async def reviews(
    principal: Reviewing, db: Db, rules: Rules, now: Now,
    state: ReviewState | None = None, after: Annotated[After | None, Query()] = None,
) -> Reviews:  # fmt: skip
    """A page of the queue of one's lines. No state: everything that is not done."""
    async with db.statements() as tx:
        return await list_reviews(tx, principal, state, after, rules, now=now)


@router.get("/criteria", dependencies=[Depends(require(Permission.NOTE_WRITE))])
async def criteria(rules: Rules) -> Criteria:
    """What notes are looked at for, and how many of them."""
    book = criteria_book()
    names = ("code", "zh", "en", "asks_zh", "asks_en")
    return Criteria(
        version=book.version,
        percent=rules.percent,
        scores=list(SCORES),
        criteria=[Criterion(**{name: getattr(each, name) for name in names}) for each in book.in_force],
    )


@router.get("/coverage")
async def coverage(principal: Reviewing, db: Db, rules: Rules, now: Now) -> Coverage:
    """How far reviewing has come on one's lines."""
    async with db.statements() as tx:
        return await coverage_of(tx, principal, rules, now=now)


@router.get("/own")
async def own(principal: Writing, db: Db, now: Now) -> list[OwnReview]:
    """What was said of one's own notes: those that were returned first."""
    async with db.statements() as tx:
        return await own_reviews(tx, principal.person_id, now=now)


@router.get("/{review_id}")
async def review(principal: Reviewing, review_id: UUID, db: Db, rules: Rules, now: Now) -> ReviewDetail:
    """One review with all that was said."""
    asked = await asked_for(db, principal, review_id, as_writer=False, now=now)
    async with db.transaction() as tx:
        found = await read_review(tx, principal.person_id, review_id, rules, now=now)
        await record_act(
            tx, Act.REVIEW_SEEN, by=principal.person_id, target_kind="note", target_id=asked["note_id"],
            line_id=asked["line_id"], facts={"review": str(review_id)}, now=now,
        )  # fmt: skip
    if found is None:
        raise NotFound
    return found


@router.post("/{review_id}/take")
async def take_review(principal: Reviewing, review_id: UUID, db: Db, rules: Rules, now: Now) -> ReviewDetail:
    """Take it. 409 stale_version with the review as `current` when a colleague was first."""
    await asked_for(db, principal, review_id, as_writer=False, now=now)
    async with db.transaction() as tx:
        return await take(Acting(tx, principal.person_id, review_id, rules, now))


@router.post("/{review_id}/give-back")
async def give_review_back(
    principal: Reviewing, review_id: UUID, body: OfVersion, db: Db, rules: Rules, now: Now
) -> ReviewDetail:
    """Let somebody else take it; also for a colleague's who has left."""
    await asked_for(db, principal, review_id, as_writer=False, now=now)
    async with db.transaction() as tx:
        return await give_back(Acting(tx, principal.person_id, review_id, rules, now), body.version)


@router.post("/{review_id}/finish")
async def finish_review(
    principal: Reviewing,
    review_id: UUID,
    body: FinishReview,
    db: Db,
    gate: Gate,
    opened: Opened,
    rules: Rules,
    now: Now,
) -> ReviewDetail:
    """Accept the note, or return it to its writer. 409 stale_version carries the review as `current`."""
    asked = await asked_for(db, principal, review_id, as_writer=False, now=now)
    found = None
    if body.feedback.strip():
        async with db.transaction() as tx:
            known = await known_of(tx, opened.sealer, asked["contact_id"])
        found = await gate.find(body.feedback, known, field="feedback")
    event = ReviewEvent(body.outcome)
    async with db.transaction() as tx:
        feedback = NOTHING
        if found is not None:
            feedback = (await gate.settle(tx, [(found, ())], scope=asked["scope"]))[0].text
        acting = Acting(tx, principal.person_id, review_id, rules, now)
        return await finish(acting, event, body.scores, feedback, version=body.version)


@router.post("/{review_id}/answered")
async def answered(principal: Writing, review_id: UUID, body: OfVersion, db: Db, rules: Rules, now: Now) -> OwnReview:
    """The writer has changed or amended the note: back to whoever returned it."""
    await asked_for(db, principal, review_id, as_writer=True, now=now)
    async with db.transaction() as tx:
        return await answer(Acting(tx, principal.person_id, review_id, rules, now), body.version)
