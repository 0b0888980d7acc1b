"""From an instrument's file to the core's terms, or to everything that is wrong with it.

Decided here: a file with any problem is refused whole, each problem with its path and reason. A branch may hang on
earlier items alone, so that whoever asks in order never needs to know what comes later.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from app.casework.instruments.document import (
    AllDoc,
    AnyDoc,
    ConditionDoc,
    InstrumentDoc,
    IsDoc,
    ItemDoc,
    WeightsDoc,
)
from app.domain.instruments import UNKNOWN, AllOf, AnyOf, Band, Condition, Instrument, Is, Item, Rule
from app.lines.reading import Path as Where
from app.lines.reading import Problem, RefusedError, nearest_line, read_as, show

YES_NO: Final = ("yes", "no")
Found = tuple[Where, str]


def read_instrument(text: str, file: str) -> InstrumentDoc:
    """One instrument; raises RefusedError with every problem of the file."""
    document, lines = read_as(InstrumentDoc, text, file, keys="`id`, `version`, `name`, `items` and what follows")
    wrong = [*_wrong(document)]
    if wrong:
        raise RefusedError([Problem(file, nearest_line(lines, where), show(where), why) for where, why in wrong])
    return document


def read_weights(path: Path, instruments: Mapping[tuple[str, int], InstrumentDoc]) -> WeightsDoc:
    """An operator's weights; raises RefusedError when they do not fit the instrument they name, or can't be read."""
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as failure:
        raise RefusedError([Problem(file, 1, "", failure.strerror or "can't be read")]) from None
    except UnicodeDecodeError:
        raise RefusedError([Problem(file, 1, "", "this is not UTF-8 text")]) from None
    weights, lines = read_as(WeightsDoc, text, file, keys="`instrument`, `version`, `weights`, `source` and `items`")
    instrument = instruments.get((weights.instrument, weights.version))
    wrong = [*_wrong_weights(weights, instrument)]
    if wrong:
        raise RefusedError([Problem(file, nearest_line(lines, where), show(where), why) for where, why in wrong])
    return weights


def _wrong(document: InstrumentDoc) -> Iterator[Found]:
    yield from _wrong_kind(document)
    answers: dict[str, frozenset[str]] = {}
    for number, item in enumerate(document.items):
        at: Where = ("items", number)
        if item.id in answers:
            yield (*at, "id"), f"there are two items `{item.id}`"
        if isinstance(item.answers, list):
            names = [answer.id for answer in item.answers]
            if UNKNOWN in names:
                yield (*at, "answers"), "every item takes `unknown` already: leave it out"
            if len(set(names)) < len(names):
                yield (*at, "answers"), "an answer is given twice"
        if item.asked_when is not None:
            yield from _wrong_condition(item.asked_when, (*at, "asked_when"), answers, "an earlier item")
        answers[item.id] = frozenset(_names(item))
    for number, rule in enumerate(document.rules):
        if rule.code in {earlier.code for earlier in document.rules[:number]}:
            yield ("rules", number, "code"), f"there are two rules `{rule.code}`"
        yield from _wrong_condition(rule.when, ("rules", number, "when"), answers, "an item")


def _wrong_kind(document: InstrumentDoc) -> Iterator[Found]:
    weighed = [item.id for item in document.items if item.answers == "weighed"]
    match document.kind:
        case "plan":
            if document.rules or document.score or weighed:
                yield ("kind",), "a plan is filled in and not evaluated: it has no rules, score or weighed items"
        case "screener":
            if not document.rules or document.score or weighed:
                yield ("kind",), "a screener has rules, no score and no weighed items"
        case "scale":
            if document.score is None or len(weighed) < len(document.items):
                yield ("kind",), "a scale has a score, and each of its items is weighed"
    if document.score is not None:
        lowest = [band.lowest for band in document.score.bands]
        if lowest[0] != 0 or lowest != sorted(set(lowest)) or lowest[-1] > document.score.highest:
            yield ("score", "bands"), "bands begin at 0, rise, and end at or below the highest score"


def _wrong_condition(
    condition: ConditionDoc, at: Where, answers: Mapping[str, frozenset[str]], which: str
) -> Iterator[Found]:
    match condition:
        case IsDoc():
            if condition.item not in answers:
                yield (*at, "item"), f"`{condition.item}` is not {which}"
            else:
                for answer in condition.answered:
                    if answer not in answers[condition.item]:
                        yield (*at, "answered"), f"`{answer}` is not an answer of `{condition.item}`"
        case AllDoc() | AnyDoc():
            inner, key = (condition.all, "all") if isinstance(condition, AllDoc) else (condition.any, "any")
            for number, each in enumerate(inner):
                yield from _wrong_condition(each, (*at, key, number), answers, which)


def _wrong_weights(weights: WeightsDoc, instrument: InstrumentDoc | None) -> Iterator[Found]:
    if instrument is None or instrument.score is None:
        yield ("instrument",), f"there is no scale `{weights.instrument}` in version {weights.version} to be weighed"
        return
    wanted = [item.id for item in instrument.items]
    for name in wanted:
        if name not in weights.items:
            yield ("items",), f"`{name}` has no weights"
    most = 0
    for name, answers in weights.items.items():
        at: Where = ("items", name)
        if name not in wanted:
            yield at, f"`{name}` is not an item of the scale"
        names = [answer.id for answer in answers]
        if UNKNOWN in names or len(set(names)) < len(names):
            yield at, "each answer is given once, and `unknown` is always one more: leave it out"
        if min(answer.points for answer in answers) != 0:
            yield at, "one answer must be worth 0 points"
        most += max(answer.points for answer in answers)
    if most != instrument.score.highest:
        yield ("items",), f"the highest points add up to {most}, and the scale goes to {instrument.score.highest}"


def _names(item: ItemDoc) -> tuple[str, ...]:
    if isinstance(item.answers, list):
        return tuple(answer.id for answer in item.answers)
    return YES_NO if item.answers == "yes_no" else ()


def in_core_terms(document: InstrumentDoc, weights: WeightsDoc | None = None) -> Instrument:
    """The instrument as the core evaluates it."""
    return Instrument(
        items=tuple(_item(item, weights) for item in document.items),
        rules=tuple(Rule(rule.code, rule.level, _condition(rule.when)) for rule in document.rules),
        bands=tuple(Band(band.lowest, band.level) for band in document.score.bands) if document.score else (),
    )


def _item(item: ItemDoc, weights: WeightsDoc | None) -> Item:
    asked_when = None if item.asked_when is None else _condition(item.asked_when)
    if weights is None:
        return Item(item.id, _names(item), asked_when)
    points = {answer.id: answer.points for answer in weights.items[item.id]}
    return Item(item.id, tuple(points), asked_when, points)


def _condition(condition: ConditionDoc) -> Condition:
    match condition:
        case IsDoc():
            return Is(condition.item, frozenset(condition.answered))
        case AllDoc():
            return AllOf(tuple(_condition(each) for each in condition.all))
        case AnyDoc():
            return AnyOf(tuple(_condition(each) for each in condition.any))
