"""What is done with a review: it is taken, given back, returned with feedback, answered by the writer, accepted.

Whoever presses twice is told how it stands; whoever comes after somebody else gets the review as it is now (P8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.casework.redacting import RedactedText
from app.casework.review.choosing import Sampling
from app.casework.review.criteria import criteria_book
from app.casework.review.queries import CHANGED, OWN, own_reviews, read_review
from app.casework.review.schemas import OwnReview, ReviewDetail
from app.domain.acts import Act
from app.domain.errors import Invalid, NotFound, NotPossibleNow, StaleVersion
from app.domain.lifecycle import Late, Moved
from app.domain.note_review import ReviewEvent, ReviewState, apply
from app.platform.audit import record_act
from app.platform.db import Tx

_LOCK: Final = f"""
    SELECT r.id, r.note_id, n.contact_id, r.line_id, r.state, r.reviewer_id, r.version, n.version AS note_version,
      {OWN} AS own, {CHANGED} AS changed, (SELECT count(*) FROM note_amendment m WHERE m.note_id = n.id) AS amendments
    FROM note_review r JOIN note n ON n.id = r.note_id JOIN contact c ON c.id = n.contact_id
    WHERE r.id = $2 FOR UPDATE OF r
"""  # noqa: S608 the text is ours alone
_ACTS: Final[Mapping[ReviewEvent, Act]] = {
    ReviewEvent.TAKEN: Act.REVIEW_TAKEN,
    ReviewEvent.GIVEN_BACK: Act.REVIEW_GIVEN_BACK,
    ReviewEvent.RETURNED: Act.REVIEW_RETURNED,
    ReviewEvent.ANSWERED: Act.REVIEW_ANSWERED,
    ReviewEvent.ACCEPTED: Act.REVIEW_ACCEPTED,
}


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, on which review, by which rules, when."""

    tx: Tx
    person_id: UUID
    review_id: UUID
    sampling: Sampling
    now: datetime

    async def locked(self) -> Any:
        """The review, which nobody else changes meanwhile."""
        row = await self.tx.fetchrow(_LOCK, self.person_id, self.review_id)
        if row is None:
            raise NotFound
        return row

    async def shown(self) -> ReviewDetail:
        """As it is now."""
        found = await read_review(self.tx, self.person_id, self.review_id, self.sampling, now=self.now)
        if found is None:
            raise NotFound
        return found

    async def stale(self) -> StaleVersion:
        """Somebody was first: what there is now goes with the answer."""
        return StaleVersion(current=(await self.shown()).model_dump(mode="json"))


async def take(acting: Acting) -> ReviewDetail:
    """Take a waiting review. Raises NotPossibleNow for one's own note, StaleVersion when a colleague was first."""
    row = await acting.locked()
    if row["own"]:
        raise NotPossibleNow("This is your own note; a colleague reviews it. 这是您本人的记录，请由其他督导评审。")
    if row["state"] == ReviewState.TAKEN and row["reviewer_id"] != acting.person_id:
        raise await acting.stale()
    await _move(acting, row, ReviewEvent.TAKEN, reviewer_id=acting.person_id)
    return await acting.shown()


async def give_back(acting: Acting, version: int) -> ReviewDetail:
    """Let somebody else take it: by whoever has it, or by a colleague in charge, when they have gone."""
    row = await acting.locked()
    if row["state"] != ReviewState.WAITING and row["version"] != version:
        raise await acting.stale()
    await _move(acting, row, ReviewEvent.GIVEN_BACK, reviewer_id=None)
    return await acting.shown()


async def finish(
    acting: Acting, event: ReviewEvent, scores: Mapping[str, int | None], feedback: RedactedText, *, version: int
) -> ReviewDetail:
    """Say what there is to say, and accept the note or return it. Raises Invalid, StaleVersion, NotPossibleNow."""
    row = await acting.locked()
    if row["version"] != version:
        raise await acting.stale()
    if row["own"]:
        raise NotPossibleNow("This is your own note; a colleague reviews it. 这是您本人的记录，请由其他督导评审。")
    if row["reviewer_id"] != acting.person_id:
        raise NotPossibleNow("Take this review first. 请先领取该评审任务。")
    book = criteria_book()
    checked = book.checked(scores)
    if event is ReviewEvent.RETURNED and not feedback.strip():
        raise Invalid(
            "Say what is to be amended. 退回时请写明需要补充的内容。", fields={"feedback": "is missing · 缺少反馈"}
        )
    await _move(acting, row, event, reviewer_id=acting.person_id)
    await acting.tx.execute(
        """INSERT INTO note_review_round (review_id, round, "by", at, outcome, criteria_version, scores, feedback,
             note_version, amendments)
           SELECT $1, coalesce(max(round), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9
           FROM note_review_round WHERE review_id = $1""",
        acting.review_id, acting.person_id, acting.now, event.value, book.version, checked, feedback,
        row["note_version"], row["amendments"],
    )  # fmt: skip
    return await acting.shown()


async def answer(acting: Acting, version: int) -> OwnReview:
    """The writer has added what was asked for: back to the reviewer. Raises NotPossibleNow if nothing was added."""
    row = await acting.locked()
    verdict = apply(ReviewState(row["state"]), ReviewEvent.ANSWERED)
    if isinstance(verdict, Moved):
        if row["version"] != version:
            raise StaleVersion(current=(await _own(acting)).model_dump(mode="json"))
        if not row["changed"]:
            raise NotPossibleNow(
                "Nothing was added to the note since it was returned; change it or add an amendment first. "
                "记录退回后还没有改动，请先修改记录或添加补充说明。"
            )
        await acting.tx.execute(
            """UPDATE note_review_round SET answered_by = $2, answered_at = $3 WHERE review_id = $1
                 AND round = (SELECT max(round) FROM note_review_round WHERE review_id = $1)""",
            acting.review_id, acting.person_id, acting.now,
        )  # fmt: skip
    await _move(acting, row, ReviewEvent.ANSWERED, reviewer_id=row["reviewer_id"])
    return await _own(acting)


async def _own(acting: Acting) -> OwnReview:
    found = await own_reviews(acting.tx, acting.person_id, now=acting.now, review_id=acting.review_id)
    if not found:
        raise NotFound
    return found[0]


async def _move(acting: Acting, row: Any, event: ReviewEvent, *, reviewer_id: UUID | None) -> None:
    """Write what follows, with its name in the audit. Late: nothing does. Refused: raises NotPossibleNow."""
    verdict = apply(ReviewState(row["state"]), event)
    if isinstance(verdict, Late):
        return
    if not isinstance(verdict, Moved):
        raise NotPossibleNow(
            "This review has gone on meanwhile; please look at it again. 该评审的状态已变化，请刷新后再操作。"
        )
    done = verdict.state is ReviewState.DONE
    await acting.tx.execute(
        """UPDATE note_review SET state = $2, reviewer_id = $3, version = version + 1,
             taken_at = CASE WHEN $3::uuid IS NULL THEN NULL WHEN $4 THEN $6 ELSE taken_at END,
             finished_at = CASE WHEN $5 THEN $6::timestamptz END
           WHERE id = $1""",
        acting.review_id, verdict.state.value, reviewer_id, event is ReviewEvent.TAKEN, done, acting.now,
    )  # fmt: skip
    await record_act(
        acting.tx, _ACTS[event], by=acting.person_id, target_kind="note", target_id=row["note_id"],
        line_id=row["line_id"], facts={"review": str(acting.review_id), "version": row["version"] + 1}, now=acting.now,
    )  # fmt: skip
