"""Setting a contact's level of risk: a person's act, with what was prompted written down beside it (P6, P8).

Nothing else sets one. A level above its prompt or below it is the person's to set; below, she says why. Supervisors are
told of high and imminent, and of what was set below a prompt of these: told, not paged; escalation is another act.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from app.casework.instruments.assessing import prompted_now
from app.casework.instruments.library import Library
from app.casework.notes.filing import file_level
from app.casework.notes.numbering import take_turns
from app.casework.notes.words import PLACEHOLDER
from app.casework.reaching import Reached
from app.casework.redacting import NOTHING, RedactedText
from app.casework.review.choosing import choose_high_risk
from app.domain.acts import Act
from app.domain.errors import Invalid, StaleVersion
from app.domain.risk import AT_ONCE, UNKNOWNS, Refusal, RiskLevel, below, judge
from app.platform.audit import record_act
from app.platform.changes import record_change
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.roster.notices import give_notice

log = get_log()

REFUSALS = {
    Refusal.RATIONALE_BELOW_PROMPT: (
        "This is lower than what the assessment prompts. You may set it: please say why. "
        "该等级低于评估提示的等级。可以这样设，请写明理由。"
    ),
    Refusal.RATIONALE_MISSING: "Please say what the level rests on. 请写明判断依据。",
}


@dataclass(frozen=True, slots=True)
class Rationale:
    """Why a level is set, and within what its placeholders are numbered."""

    text: RedactedText = NOTHING
    scope: UUID | None = None

    @property
    def numbered_in(self) -> UUID | None:
        """The scope that the contact's other texts keep to; none where this one has no placeholder."""
        return self.scope if PLACEHOLDER.search(self.text) else None


@dataclass(frozen=True, slots=True)
class _Last:
    level: RiskLevel
    prompted: RiskLevel | None
    version: int
    rationale_owed: bool


async def set_level(
    tx: Tx,
    reached: Reached,
    library: Library,
    level: RiskLevel,
    *,
    rationale: Rationale,
    unknowns: Sequence[str],
    version: int,
    now: datetime,
) -> None:
    """Enter a level. Raises Invalid (a rationale is needed, an unknown code), StaleVersion (somebody was first).

    The same high or imminent level once more, with a rationale, explains the entry that still owes one.
    """
    _check_unknowns(library, unknowns)
    last = await _last(tx, reached.contact_id)
    if version != (0 if last is None else last.version):
        raise StaleVersion
    prompt = await prompted_now(tx, reached.contact_id)
    prompted = None if prompt is None else prompt.level
    verdict = judge(
        level,
        prompted=prompted,
        before=None if last is None else last.level,
        prompted_before=None if last is None else last.prompted,
        explained=bool(rationale.text.strip()),
    )
    if isinstance(verdict, Refusal):
        raise Invalid(REFUSALS[verdict], fields={"rationale": "is missing · 缺少理由"})
    if last is not None and last.rationale_owed and level is last.level and not verdict.below_prompt and rationale.text:
        await _explain(tx, reached, last.version, rationale, unknowns, now=now)
        return
    try:
        await tx.execute(
            """INSERT INTO risk_level (id, contact_id, version, level, prompted, assessment_id, below_prompt,
                 rationale, scope, unknowns, set_by, set_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)""",
            fresh_id(), reached.contact_id, version + 1, level.value, None if prompted is None else prompted.value,
            None if prompt is None else prompt.assessment_id, verdict.below_prompt,
            None if verdict.explain_later else rationale.text, rationale.numbered_in, list(unknowns),
            reached.principal.person_id, now,
        )  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise StaleVersion from None
    # After a note that is being stored at this moment, which would not see this level, nor we the note.
    await take_turns(tx, reached.contact_id)
    await file_level(tx, reached.contact_id, level)
    await choose_high_risk(tx, reached.contact_id, now=now)
    await _enter(tx, reached, Act.LEVEL_SET, {"level": level.value, "prompted": prompted, "version": version + 1}, now)
    if verdict.tell:
        kind = "risk_below_prompt" if verdict.below_prompt else f"risk_{level.value}"
        await give_notice(
            tx, kind, about=reached.principal.person_id, contact_id=reached.contact_id, line_id=reached.line_id, now=now
        )
    log.info(Log.LEVEL_SET, contact=reached.contact_id, level=level.value, below_prompt=verdict.below_prompt)


async def _explain(
    tx: Tx, reached: Reached, version: int, rationale: Rationale, unknowns: Sequence[str], *, now: datetime
) -> None:
    await tx.execute(
        "UPDATE risk_level SET rationale = $3, scope = $4, unknowns = $5 WHERE contact_id = $1 AND version = $2",
        reached.contact_id, version, rationale.text, rationale.numbered_in, list(unknowns),
    )  # fmt: skip
    await _enter(tx, reached, Act.LEVEL_EXPLAINED, {"version": version}, now)


async def _enter(tx: Tx, reached: Reached, act: Act, facts: dict[str, object], now: datetime) -> None:
    await record_act(
        tx, act, by=reached.principal.person_id, target_kind="contact", target_id=reached.contact_id,
        line_id=reached.line_id, now=now, facts=facts,
    )  # fmt: skip
    await record_change(tx, "level", reached.contact_id, at=now)


async def _last(tx: Tx, contact_id: UUID) -> _Last | None:
    row = await tx.fetchrow(
        """SELECT level, prompted, version, rationale IS NULL AS owed FROM risk_level
           WHERE contact_id = $1 ORDER BY version DESC LIMIT 1 FOR UPDATE""",
        contact_id,
    )
    if row is None:
        return None
    prompted = None if row["prompted"] is None else RiskLevel(row["prompted"])
    return _Last(RiskLevel(row["level"]), prompted, row["version"], row["owed"])


def _check_unknowns(library: Library, unknowns: Sequence[str]) -> None:
    items = {f"{known.document.id}.{item.id}" for known in library.known.values() for item in known.document.items}
    wrong = [code for code in unknowns if code not in UNKNOWNS and code not in items]
    if wrong:
        raise Invalid(fields={"unknowns": "has a code that is not known here · 含有未知的代码"})


async def may_wait_for_its_rationale(tx: Tx, contact_id: UUID, level: RiskLevel) -> bool:
    """Whether a level can be set though its rationale cannot be kept just now (no tagger): danger does not wait."""
    prompt = await prompted_now(tx, contact_id)
    return level in AT_ONCE and not below(level, None if prompt is None else prompt.level)
