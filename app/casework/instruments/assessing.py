"""Filling in an instrument for a contact: the answers, what they prompt, and nothing more (P6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.casework.instruments.library import Known, Library
from app.casework.instruments.schemas import Assessment, Assessments, Score, Words, questions, reasons
from app.domain.acts import Act
from app.domain.errors import Invalid, NotPossibleNow
from app.domain.instruments import Result, evaluate, replaces, wrong_answers
from app.domain.risk import ORDER, RiskLevel
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.db import Tx

COMPLAINTS = {
    "no_such_item": "this instrument has no such item · 该工具没有此题",
    "no_such_answer": "this is not one of the item's answers · 不是该题的选项",
}


async def assess(
    tx: Tx,
    library: Library,
    contact_id: UUID,
    *,
    instrument_id: str,
    version: int,
    answers: dict[str, str],
    by: UUID,
    line_id: str | None,
    now: datetime,
) -> UUID:
    """Enter one filling-in; its id. Raises Invalid for what it does not know, NotPossibleNow if it is disabled."""
    known = library.find(instrument_id, version)
    if known is None:
        raise Invalid("There is no such instrument in this version. 没有该版本的评估工具。")
    if known.disabled:
        raise NotPossibleNow(
            "This scale is disabled: its points have not been supplied (HOTLINE_INSTRUMENT_WEIGHTS). "
            "该量表尚未启用：使用单位还没有提供分值文件。"
        )
    if known.core is None:
        raise Invalid("A plan is written in the note; nothing of it is evaluated. 安全计划写在个案记录中，不作评分。")
    wrong = wrong_answers(known.core, answers)
    if wrong:
        raise Invalid(fields={f"answers.{name}": COMPLAINTS[why] for name, why in wrong.items()})
    result = evaluate(known.core, answers)
    assessment_id = fresh_id()
    await tx.execute(
        """INSERT INTO assessment (id, contact_id, instrument_id, instrument_version, answers, result, prompted,
             entered_by, entered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        assessment_id, contact_id, instrument_id, version, answers, _kept(result, known),
        None if result.level is None else result.level.value, by, now,
    )  # fmt: skip
    await record_act(
        tx, Act.ASSESSED, by=by, target_kind="contact", target_id=contact_id, line_id=line_id, now=now,
        facts={"instrument": instrument_id, "version": version, "not_known": len(result.not_known)},
    )  # fmt: skip
    return assessment_id


def _kept(result: Result, known: Known) -> dict[str, Any]:
    return {
        "level": result.level,
        "could_be": result.could_be,
        "lower_bound": result.lower_bound,
        "because": result.because,
        "not_known": result.not_known,
        "contradictory": result.contradictory,
        "score": None if result.score is None else [result.score.lowest, result.score.highest],
        "weights": None if known.weights is None else known.weights.weights,
    }


@dataclass(frozen=True, slots=True)
class Prompt:
    """A level that is prompted, by which assessment, and since when."""

    level: RiskLevel
    assessment_id: UUID
    since: datetime


async def prompted_now(tx: Tx, contact_id: UUID) -> Prompt | None:
    """The highest of what each instrument prompts, once its filling-ins have replaced each other; None: nothing."""
    rows = await tx.fetch(
        """SELECT id, instrument_id, prompted, (result->>'lower_bound')::boolean AS lower_bound, entered_at
           FROM assessment WHERE contact_id = $1 ORDER BY entered_at, id""",
        contact_id,
    )
    prompts: dict[str, Prompt | None] = {}
    for row in rows:
        level = None if row["prompted"] is None else RiskLevel(row["prompted"])
        earlier = prompts.get(row["instrument_id"])
        if replaces(level, lower_bound=row["lower_bound"], earlier=None if earlier is None else earlier.level):
            prompt = None if level is None else Prompt(level, row["id"], row["entered_at"])
            prompts[row["instrument_id"]] = prompt
    standing = [prompt for prompt in prompts.values() if prompt is not None]
    return min(standing, key=lambda prompt: (-ORDER[prompt.level], prompt.since), default=None)


async def load_assessments(tx: Tx, library: Library, contact_id: UUID) -> Assessments:
    """All of a contact's, newest first."""
    rows = await tx.fetch(
        """SELECT a.*, p.work_name FROM assessment a JOIN person p ON p.id = a.entered_by
           WHERE a.contact_id = $1 ORDER BY a.entered_at DESC, a.id DESC LIMIT 200""",
        contact_id,
    )
    prompt = await prompted_now(tx, contact_id)
    prompted = None if prompt is None else prompt.level
    return Assessments(prompted=prompted, assessments=[_shown(library, row) for row in rows])


def _shown(library: Library, row: Any) -> Assessment:
    result = row["result"]
    known = library.find(row["instrument_id"], row["instrument_version"])
    document = None if known is None else known.document
    name = row["instrument_id"]
    return Assessment(
        id=row["id"],
        instrument_id=name,
        version=row["instrument_version"],
        name=Words(zh=name, en=name) if document is None else Words(**document.name.model_dump()),
        answers=row["answers"],
        level=result["level"],
        could_be=result["could_be"],
        lower_bound=result["lower_bound"],
        because=[] if document is None else reasons(document, result["because"]),
        not_known=[] if document is None else questions(document, result["not_known"]),
        contradictory=[] if document is None else questions(document, result["contradictory"]),
        score=None if result["score"] is None else Score(lowest=result["score"][0], highest=result["score"][1]),
        weights=result["weights"],
        entered_by=row["work_name"],
        entered_at=row["entered_at"],
    )
