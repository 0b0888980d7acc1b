"""What an instrument's answers come to: its branching, its rules, its score (field.md section 3; issue part 5).

An instrument is data; this evaluates it and decides nothing else. Three values rule: yes, no and *not known*. An item
that was not answered, or answered "unknown", is not known and never counts as no: the result says what is not known,
its level is then a lower bound, and `could_be` the highest it may turn out to be. Only what an answer has closed off
(no thoughts, so no plan is asked about) counts as no; an answer that was given all the same counts as it was given, and
is named as contradictory. A result prompts; it closes, downgrades and routes nothing (P6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.domain.risk import ORDER, RiskLevel, highest

UNKNOWN: Final = "unknown"
"""The answer that every item takes."""

Answers = Mapping[str, str]


class Truth(Enum):
    """Kleene's three values."""

    NO = 0
    UNKNOWN = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Is:
    """The item was answered with one of these."""

    item: str
    one_of: frozenset[str]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of these holds."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these holds."""

    of: tuple["Condition", ...]


Condition = Is | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Item:
    """A question. `points`: what each answer adds to a score; `asked_when` None: always asked."""

    id: str
    answers: tuple[str, ...]
    asked_when: Condition | None = None
    points: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """When `when` holds, `level` is prompted, for the reason `code`."""

    code: str
    level: RiskLevel
    when: Condition


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from `lowest` on, up to the next band, prompt `level`."""

    lowest: int
    level: RiskLevel


@dataclass(frozen=True, slots=True)
class Instrument:
    """Items in the order in which they are asked; rules, or bands of a summed score."""

    items: tuple[Item, ...]
    rules: tuple[Rule, ...] = ()
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """The points of what is known, and what they may come to when the rest is."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Result:
    """What the answers prompt.

    `level` None: every question that had to be asked is answered and none prompts anything. `because`: codes of the
    rules that hold. `not_known`: items asked for and not known. `contradictory`: answered though an earlier answer
    closed them off. `lower_bound`: what is not known could raise the level, up to `could_be`.
    """

    level: RiskLevel | None
    could_be: RiskLevel | None
    because: tuple[str, ...]
    not_known: tuple[str, ...]
    contradictory: tuple[str, ...]
    score: Score | None = None

    @property
    def lower_bound(self) -> bool:
        """Whether the level could still be higher."""
        return self.could_be is not None and (self.level is None or ORDER[self.could_be] > ORDER[self.level])


def wrong_answers(instrument: Instrument, answers: Answers) -> dict[str, str]:
    """What cannot be taken: item → why. Empty when all is well."""
    known = {item.id: item for item in instrument.items}
    wrong: dict[str, str] = {}
    for name, answer in answers.items():
        if name not in known:
            wrong[name] = "no_such_item"
        elif answer != UNKNOWN and answer not in known[name].answers:
            wrong[name] = "no_such_answer"
    return wrong


def evaluate(instrument: Instrument, answers: Answers) -> Result:
    """The result of these answers, which `wrong_answers` has let pass."""
    sheet = _Sheet(instrument.items, answers)
    not_known = tuple(item.id for item in instrument.items if sheet.wanted(item) and sheet.answer(item.id) is None)
    contradictory = tuple(item.id for item in instrument.items if sheet.answer(item.id) and not sheet.open(item))
    held = [(rule, sheet.truth(rule.when)) for rule in instrument.rules]
    because = tuple(rule.code for rule, truth in held if truth is Truth.YES)
    sure = highest(rule.level for rule, truth in held if truth is Truth.YES)
    possible = highest(rule.level for rule, truth in held if truth is not Truth.NO)
    score = None
    if instrument.bands:
        score = _score(instrument.items, sheet)
        sure = highest((sure, _band(instrument.bands, score.lowest)))
        possible = highest((possible, _band(instrument.bands, score.highest)))
    if possible is not None and (sure is None or len(not_known) == len(instrument.items)):
        sure = RiskLevel.UNKNOWN  # nothing is known yet, and a sum of nothing is not a low score
    return Result(sure, possible, because, not_known, contradictory, score)


def replaces(level: RiskLevel | None, *, lower_bound: bool, earlier: RiskLevel | None) -> bool:
    """Whether a filling-in prompts `level` instead of what an `earlier` one of the same instrument prompts.

    A higher prompt does. A lower one does when it is certain: what was left open this time takes no danger back. The
    same one goes on, and is prompted since it was first.
    """
    return level is not earlier and (not lower_bound or highest((level, earlier)) is level)


class _Sheet:
    """The answers, read with the branching."""

    def __init__(self, items: Sequence[Item], answers: Answers) -> None:
        self._answers = {name: answer for name, answer in answers.items() if answer != UNKNOWN}
        self._given = answers.keys()
        self._branch: dict[str, Truth] = {}
        for item in items:  # a branch hangs on earlier items alone, which the loader has seen to
            self._branch[item.id] = Truth.YES if item.asked_when is None else self.truth(item.asked_when)

    def open(self, item: Item) -> bool:
        """Whether it has to be asked: unless what is known closes it off."""
        return self._branch[item.id] is not Truth.NO

    def wanted(self, item: Item) -> bool:
        """Whether its answer counts: it has to be asked, or was all the same."""
        return self.open(item) or item.id in self._given

    def answer(self, name: str) -> str | None:
        """What was answered; None when that is not known."""
        return self._answers.get(name)

    def truth(self, condition: Condition) -> Truth:
        """Whether a condition holds."""
        if isinstance(condition, Is):
            return self._is(condition.item, condition.one_of)
        weakest_or_strongest = min if isinstance(condition, AllOf) else max
        return weakest_or_strongest((self.truth(each) for each in condition.of), key=_value)

    def _is(self, name: str, one_of: frozenset[str]) -> Truth:
        answer = self._answers.get(name)
        if answer is not None:
            return Truth.YES if answer in one_of else Truth.NO
        closed_off = self._branch[name] is Truth.NO and name not in self._given
        return Truth.NO if closed_off else Truth.UNKNOWN


def _value(truth: Truth) -> int:
    return truth.value


def _score(items: Iterable[Item], sheet: _Sheet) -> Score:
    lowest = most = 0
    for item in items:
        points = item.points or {}
        answer = sheet.answer(item.id)
        if answer is not None:
            lowest += points[answer]
            most += points[answer]
        elif sheet.wanted(item):
            lowest += min(points.values())
            most += max(points.values())
    return Score(lowest, most)


def _band(bands: Sequence[Band], points: int) -> RiskLevel | None:
    return highest(band.level for band in bands if points >= band.lowest)
