"""Reading reviews: one, a page of the queue, and one's own."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.casework.review.choosing import Sampling
from app.casework.review.schemas import OwnReview, Review, ReviewDetail, Reviews, Round
from app.contacts.schemas import LineName
from app.domain.errors import Invalid
from app.domain.note_review import Because, ReviewState
from app.domain.permissions import Permission
from app.people.access import Principal
from app.platform.db import Tx

PAGE: Final = 30
OWN_DAYS: Final = timedelta(days=30)
MOST_OWN: Final = 100

# Whose own note it is ($1): whoever wrote any of it, or held the talk it is about.
OWN: Final = """
    (n.person_id = $1 OR c.person_id = $1
     OR EXISTS (SELECT FROM note_version v WHERE v.note_id = n.id AND v.by = $1)
     OR EXISTS (SELECT FROM note_amendment m WHERE m.note_id = n.id AND m.by = $1)
     OR EXISTS (SELECT FROM offer o WHERE o.contact_id = c.id AND o.person_id = $1 AND o.bridged_at IS NOT NULL))
"""
CHANGED: Final = """
    coalesce((SELECT n.version > q.note_version
        OR (SELECT count(*) FROM note_amendment m WHERE m.note_id = n.id) > q.amendments
      FROM note_review_round q WHERE q.review_id = r.id ORDER BY q.round DESC LIMIT 1), false)
"""
ROUNDS: Final = """
    (SELECT jsonb_agg(jsonb_build_object('round', q.round, 'by', p.work_name, 'at', q.at, 'outcome', q.outcome,
       'criteria_version', q.criteria_version, 'scores', q.scores, 'feedback', q.feedback,
       'answered_by', a.work_name, 'answered_at', q.answered_at) ORDER BY q.round)
     FROM note_review_round q JOIN person p ON p.id = q.by LEFT JOIN person a ON a.id = q.answered_by
     WHERE q.review_id = r.id)
"""
_FROM: Final = """
    FROM note_review r JOIN note n ON n.id = r.note_id JOIN contact c ON c.id = n.contact_id
    JOIN person w ON w.id = n.person_id LEFT JOIN person v ON v.id = r.reviewer_id LEFT JOIN line l ON l.id = r.line_id
"""
_REVIEW: Final = f"""
    SELECT r.id, r.note_id, n.contact_id, r.line_id, l.name_zh, l.name_en, r.because, n.topics, r.state,
      (SELECT level FROM risk_level k WHERE k.contact_id = n.contact_id ORDER BY k.version DESC LIMIT 1) AS level,
      w.work_name AS written_by, n.submitted_at, r.chosen_at, v.work_name AS reviewer, r.taken_at, r.finished_at,
      {OWN} AS own, coalesce(r.reviewer_id = $1, false) AS mine, {CHANGED} AS changed, r.version {{more}}
    {_FROM}
"""  # noqa: S608 the text is ours alone
_PLACES: Final = "($2 OR r.line_id = ANY($3))"
_OPEN: Final = f"""
    {_REVIEW.format(more="")} WHERE {_PLACES} AND r.state <> 'done' AND ($4::text IS NULL OR r.state = $4)
      AND ($5::text IS NULL OR (r.because, r.chosen_at, r.id) > ($5, $6::timestamptz, $7::uuid))
    ORDER BY r.because, r.chosen_at, r.id LIMIT $8
"""
_DONE: Final = f"""
    {_REVIEW.format(more="")} WHERE {_PLACES} AND r.state = 'done' AND $4::text = 'done'
      AND ($5::text IS NULL OR (r.finished_at, r.id) < ($6::timestamptz, $7::uuid))
    ORDER BY r.finished_at DESC, r.id DESC LIMIT $8
"""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page ends."""

    because: str
    at: datetime
    id: UUID

    def encoded(self) -> str:
        """As a caller carries it."""
        return base64.urlsafe_b64encode(f"{self.because} {self.at.isoformat()} {self.id.hex}".encode()).decode()


def _place_of(after: str) -> _Place:
    try:
        because, at, review_id = base64.urlsafe_b64decode(after.encode()).decode().split(" ")
        place = _Place(Because(because).value, datetime.fromisoformat(at), UUID(review_id))
        place.at.astimezone(UTC)
        if place.at.tzinfo is None:
            raise ValueError(at)
    except (ValueError, OverflowError, binascii.Error):
        raise Invalid(
            "This is not a place in a list of results. 列表位置有误，请从第一页重新查看。",
            fields={"after": "is not valid"},
        ) from None
    return place


async def list_reviews(
    tx: Tx, principal: Principal, state: ReviewState | None, after: str | None, sampling: Sampling, *, now: datetime
) -> Reviews:
    """A page of the reviews on the asker's lines; no state: all that are not done."""
    place = None if after is None else _place_of(after)
    rows = await tx.fetch(
        _DONE if state is ReviewState.DONE else _OPEN,
        principal.person_id, *reach_of(principal), None if state is None else state.value,
        None if place is None else place.because, None if place is None else place.at,
        None if place is None else place.id, PAGE + 1,
    )  # fmt: skip
    shown = rows[:PAGE]
    further = None
    if len(rows) > PAGE:
        last = shown[-1]
        at = last["finished_at"] if state is ReviewState.DONE else last["chosen_at"]
        further = _Place(last["because"], at, last["id"]).encoded()
    return Reviews(reviews=[Review(**_fields(row, sampling, now)) for row in shown], after=further)


def reach_of(principal: Principal) -> tuple[bool, list[str]]:
    """Whether the asker reviews everywhere, and else on which lines."""
    return principal.may_everywhere(Permission.NOTE_REVIEW), sorted(principal.lines_for(Permission.NOTE_REVIEW))


async def read_review(
    tx: Tx, person_id: UUID, review_id: UUID, sampling: Sampling, *, now: datetime
) -> ReviewDetail | None:
    """One review as this person sees it. Whether they may is asked elsewhere."""
    row = await tx.fetchrow(f"{_REVIEW.format(more=f', {ROUNDS} AS rounds')} WHERE r.id = $2", person_id, review_id)
    if row is None:
        return None
    return ReviewDetail(**_fields(row, sampling, now), rounds=_rounds(row))


async def own_reviews(tx: Tx, person_id: UUID, *, now: datetime, review_id: UUID | None = None) -> list[OwnReview]:
    """What was said of one's own notes: what was returned, and what was accepted lately."""
    rows = await tx.fetch(
        f"""SELECT r.id, r.note_id, n.contact_id, r.line_id, l.name_zh, l.name_en, n.submitted_at, r.state,
              {CHANGED} AS changed, {ROUNDS} AS rounds, r.version {_FROM}
            WHERE {OWN} AND ($4::uuid IS NULL OR r.id = $4)
              AND (r.state = 'returned' OR r.state = 'done' AND r.finished_at > $2 OR $4 IS NOT NULL)
            ORDER BY r.state <> 'returned', r.finished_at DESC, r.id LIMIT $3""",
        person_id, now - OWN_DAYS, MOST_OWN, review_id,
    )  # fmt: skip
    names = ("id", "note_id", "contact_id", "submitted_at", "state", "changed", "version")
    return [OwnReview(line=_line(row), rounds=_rounds(row), **{name: row[name] for name in names}) for row in rows]


def _rounds(row: Any) -> list[Round]:
    return [Round(**each) for each in row["rounds"] or ()]


def _line(row: Any) -> LineName | None:
    if row["line_id"] is None:
        return None
    return LineName(id=row["line_id"], name_zh=row["name_zh"] or "", name_en=row["name_en"] or "")


def _fields(row: Any, sampling: Sampling, now: datetime) -> dict[str, Any]:
    due_at = row["chosen_at"] + sampling.due_within(Because(row["because"]))
    names = (
        "id", "note_id", "contact_id", "because", "level", "topics", "written_by", "submitted_at", "chosen_at", "state",
        "reviewer", "taken_at", "finished_at", "own", "mine", "changed", "version",
    )  # fmt: skip
    return {
        **{name: row[name] for name in names},
        "line": _line(row),
        "due_at": due_at,
        "overdue": row["state"] in {ReviewState.WAITING, ReviewState.TAKEN} and due_at <= now,
    }
