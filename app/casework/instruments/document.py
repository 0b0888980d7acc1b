"""The shape of an instrument's file, `data/<id>.v<version>.yaml` beside this; unknown settings are refused.

A file never changes once it has been used: another wording, another rule, is another version. The header of each file
names its source, and says what of it is in words of our own.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.domain.risk import RiskLevel

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
InstrumentId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=600)]


class Shape(BaseModel):
    """Frozen, and nothing it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Words(Shape):
    """The same in both languages."""

    zh: Prose
    en: Prose


class AnswerDoc(Shape):
    """One answer an item takes; "unknown" is always one more, and written nowhere."""

    id: Code
    text: Words


class ItemDoc(Shape):
    """A question. `answers`: "yes_no", a list, or "weighed": the operator's weights say which."""

    id: Code
    text: Words
    ask: Words | None = None
    """How to ask it, or what to mind."""
    answers: Literal["yes_no", "weighed"] | Annotated[list[AnswerDoc], Field(min_length=2, max_length=12)] = "yes_no"
    asked_when: "ConditionDoc | None" = None


class IsDoc(Shape):
    """The item is answered with one of these."""

    item: Code
    answered: Annotated[list[Code], Field(min_length=1, max_length=12)]


class AllDoc(Shape):
    """Every one of these holds."""

    all: Annotated[list["ConditionDoc"], Field(min_length=1, max_length=12)]


class AnyDoc(Shape):
    """One of these holds."""

    any: Annotated[list["ConditionDoc"], Field(min_length=1, max_length=12)]


ConditionDoc = IsDoc | AllDoc | AnyDoc


class RuleDoc(Shape):
    """When it holds, this level is prompted, and `says` tells why."""

    code: Code
    level: Annotated[RiskLevel, Field(strict=False)]
    when: ConditionDoc
    says: Words


class BandDoc(Shape):
    """From this score on, this level is prompted."""

    lowest: Annotated[int, Field(ge=0, le=1000)]
    level: Annotated[RiskLevel, Field(strict=False)]


class ScoreDoc(Shape):
    """A summed score by the operator's weights: what all the highest points must come to, and its bands."""

    highest: Annotated[int, Field(ge=1, le=1000)]
    bands: Annotated[list[BandDoc], Field(min_length=1, max_length=8)]


class InstrumentDoc(Shape):
    """One instrument in one version."""

    id: InstrumentId
    version: Annotated[int, Field(ge=1, le=999)]
    name: Words
    about: Words
    source: Prose
    kind: Literal["screener", "scale", "plan"]
    """A plan is a template to fill in; it is written in the note, and nothing of it is evaluated."""
    items: Annotated[list[ItemDoc], Field(min_length=1, max_length=60)]
    rules: Annotated[list[RuleDoc], Field(max_length=40)] = []
    score: ScoreDoc | None = None


class WeightDoc(Shape):
    """One answer of a weighed item: its words as the operator's licensed copy has them, and its points."""

    id: Code
    text: Words
    points: Annotated[int, Field(ge=0, le=1000)]


class WeightsDoc(Shape):
    """The operator's weights for a scale whose points are not published: `HOTLINE_INSTRUMENT_WEIGHTS`."""

    instrument: InstrumentId
    version: Annotated[int, Field(ge=1, le=999)]
    """The version of the instrument that these are for."""
    weights: Code
    """The name of this set of weights; written into every result, so that it says how it came about."""
    source: Prose
    """Whence the weights are, and who verified them."""
    items: Annotated[
        dict[Code, Annotated[list[WeightDoc], Field(min_length=2, max_length=12)]], Field(min_length=1, max_length=60)
    ]
