"""What the routes of instruments take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.casework.instruments.document import Code, InstrumentDoc, InstrumentId, ItemDoc
from app.casework.instruments.library import WEIGHTS_MISSING, Known
from app.domain.instruments import UNKNOWN
from app.domain.risk import DANGER_QUESTION, NOT_POSSIBLE, UNKNOWNS, RiskLevel


class Public(BaseModel):
    """A frozen shape."""

    model_config = ConfigDict(frozen=True)


class Taken(BaseModel):
    """A request's body: fields it does not know are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Public):
    """The same in both languages."""

    zh: str
    en: str


class Coded(Public):
    """A code and what it says."""

    code: str
    text: Words


class Question(Public):
    """An item. `asked_when`: {"item", "answered"}, or {"all"} or {"any"} of such; null: always asked.

    It is asked unless the answers so far make that false; an answer not known does not.
    """

    id: str
    text: Words
    ask: Words | None
    answers: list[Coded]
    asked_when: dict[str, Any] | None


class InstrumentView(Public):
    """An instrument as it is filled in. `disabled`: why it cannot be used now. `weights`: whose points it counts by."""

    id: str
    version: int
    name: Words
    about: Words
    source: str
    kind: Literal["screener", "scale", "plan"]
    items: list[Question]
    prompts: list[Coded]
    disabled: Words | None
    weights: str | None


class DangerQuestion(Public):
    """What is asked on every contact, and the reasons why it may not have been possible."""

    text: Words
    not_possible: list[Coded]


class Instruments(Public):
    """Everything the console needs to ask about danger."""

    instruments: list[InstrumentView]
    danger: DangerQuestion
    unknowns: list[Coded]
    levels: list[RiskLevel]


class NewAssessment(Taken):
    """Answers as far as they were given: item → answer; what is left out is not known, as "unknown" is."""

    instrument_id: InstrumentId
    version: Annotated[int, Field(ge=1, le=999)]
    answers: Annotated[dict[Code, Annotated[str, StringConstraints(min_length=1, max_length=40)]], Field(max_length=60)]


class Score(Public):
    """Points of what is known, and what they may come to; `lowest` equals `highest` when all is known."""

    lowest: int
    highest: int


class Assessment(Public):
    """What was answered and what it prompts. It prompts: a person sets the level (`PUT /contacts/{id}/level`).

    `level` null: nothing is prompted. `lower_bound`: what is not known could raise it, up to `could_be`.
    """

    id: UUID
    instrument_id: str
    version: int
    name: Words
    answers: dict[str, str]
    level: RiskLevel | None
    could_be: RiskLevel | None
    lower_bound: bool
    because: list[Coded]
    not_known: list[Coded]
    contradictory: list[Coded]
    score: Score | None
    weights: str | None
    entered_by: str
    entered_at: datetime


class Assessments(Public):
    """A contact's assessments, newest first, and the level that they prompt together now."""

    prompted: RiskLevel | None
    assessments: list[Assessment]


_YES_NO = (
    Coded(code="yes", text=Words(zh="有／是", en="Yes")),
    Coded(code="no", text=Words(zh="没有／否", en="No")),
)
_NOT_KNOWN = Coded(code=UNKNOWN, text=Words(zh="不清楚", en="Not known"))


def words(pair: tuple[str, str]) -> Words:
    """Chinese and English."""
    return Words(zh=pair[0], en=pair[1])


def coded(table: dict[str, tuple[str, str]]) -> list[Coded]:
    """A table of codes, in its order."""
    return [Coded(code=code, text=words(pair)) for code, pair in table.items()]


def everything(known: list[Known]) -> Instruments:
    """The answer of GET /instruments."""
    return Instruments(
        instruments=[view(one) for one in known],
        danger=DangerQuestion(text=words(DANGER_QUESTION), not_possible=coded(dict(NOT_POSSIBLE))),
        unknowns=coded(dict(UNKNOWNS)),
        levels=list(RiskLevel),
    )


def view(known: Known) -> InstrumentView:
    """One instrument."""
    document = known.document
    return InstrumentView(
        id=document.id,
        version=document.version,
        name=Words(**document.name.model_dump()),
        about=Words(**document.about.model_dump()),
        source=document.source,
        kind=document.kind,
        items=[_question(known, item) for item in document.items],
        prompts=[Coded(code=rule.code, text=Words(**rule.says.model_dump())) for rule in document.rules],
        disabled=words(WEIGHTS_MISSING) if known.disabled else None,
        weights=None if known.weights is None else known.weights.weights,
    )


def _question(known: Known, item: ItemDoc) -> Question:
    answers: list[Coded] = []
    if known.document.kind != "plan":
        if item.answers == "yes_no":
            answers = [*_YES_NO, _NOT_KNOWN]
        elif item.answers == "weighed":
            weighed = [] if known.weights is None else known.weights.items[item.id]
            answers = [Coded(code=each.id, text=Words(**each.text.model_dump())) for each in weighed]
            answers += [_NOT_KNOWN] if weighed else []
        else:
            answers = [Coded(code=each.id, text=Words(**each.text.model_dump())) for each in item.answers]
            answers += [_NOT_KNOWN]
    return Question(
        id=item.id,
        text=Words(**item.text.model_dump()),
        ask=None if item.ask is None else Words(**item.ask.model_dump()),
        answers=answers,
        asked_when=None if item.asked_when is None else item.asked_when.model_dump(),
    )


def reasons(document: InstrumentDoc, codes: list[str]) -> list[Coded]:
    """What these rules say."""
    says = {rule.code: rule.says for rule in document.rules}
    return [Coded(code=code, text=Words(**says[code].model_dump())) for code in codes if code in says]


def questions(document: InstrumentDoc, ids: list[str]) -> list[Coded]:
    """The text of these items."""
    texts = {item.id: item.text for item in document.items}
    return [Coded(code=name, text=Words(**texts[name].model_dump())) for name in ids if name in texts]
