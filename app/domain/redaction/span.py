"""A finding: which part of a text names somebody, as what and why; and how findings that meet are joined."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from app.domain.redaction.digits import groups
from app.domain.redaction.kinds import Kind


class Reason(StrEnum):
    """Why something was found, the surest first: where two findings meet, the surer one says what it is."""

    KNOWN = "known"
    CHOSEN = "chosen"
    SHAPE = "shape"
    CUE = "cue"
    LEARNT = "learnt"
    TAGGED = "tagged"
    AGAIN = "again"

    @property
    def in_words(self) -> tuple[str, str]:
        """The reason for a person, in Chinese and English."""
        return _IN_WORDS[self]


_IN_WORDS: dict[Reason, tuple[str, str]] = {
    Reason.KNOWN: ("保险库里登记的来电者信息", "The vault holds this of the caller"),
    Reason.CHOSEN: ("您要求隐去", "You asked for it to be hidden"),
    Reason.SHAPE: ("形式上是号码、账号或地址", "It has the shape of a number, an account or an address"),
    Reason.CUE: ("旁边的词表明它指向某个人或地方", "The words beside it say that it names somebody or some place"),
    Reason.LEARNT: (
        "从上下文看像人名、账号、学校或地址",
        "In its context it looks like a name, account, school or address",
    ),
    Reason.AGAIN: ("与本文中已识别的姓名或账号相同", "The same as a name or account found elsewhere in this text"),
    Reason.TAGGED: ("词性分析认为是人名、地名或机构", "Word analysis takes it for a name, a place or an organisation"),
}
_SURENESS = {reason: rank for rank, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Span:
    """The code points [start, end) of a text, which name somebody."""

    start: int
    end: int
    kind: Kind
    reason: Reason


class Known(Protocol):
    """Something that the record already knows of a person: to be found wherever it is written."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def reason(self) -> Reason: ...


class Finding(Protocol):
    """A span from here, or what a person has marked by hand."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class KnownValue:
    """The plainest Known."""

    kind: Kind
    value: str
    reason: Reason = Reason.KNOWN


def join(spans: Iterable[Span], text: str) -> list[Span]:
    """Spans that do not meet, in order, which cover all that the given ones cover.

    The surer finding says what a part is. What it leaves of a less sure one stays found: as the same thing when it is
    of the same kind or too short to stand alone, else by itself.
    """
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (_SURENESS[s.reason], s.start - s.end, s.start)):
        if span.end > span.start:
            _add(kept, span, text)
    return sorted(kept, key=lambda s: s.start)


def _add(kept: list[Span], span: Span, text: str) -> None:
    for at, other in enumerate(kept):
        if span.start < other.end and other.start < span.end:
            if other.start <= span.start and span.end <= other.end:
                return
            if other.kind is span.kind:
                del kept[at]
                united = replace(other, start=min(span.start, other.start), end=max(span.end, other.end))
                _add(kept, united, text)
                return
            left = replace(span, end=other.start) if span.start < other.start else None
            right = replace(span, start=other.end) if other.end < span.end else None
            _leave(kept, other, left, text)
            _leave(kept, next(s for s in kept if s.start < other.end and other.start < s.end), right, text)
            return
    kept.append(span)


def _leave(kept: list[Span], beside: Span, rest: Span | None, text: str) -> None:
    """Keep what is left of a span beside a surer one: alone if it is long enough, else as a part of that one."""
    if rest is None:
        return
    left = text[rest.start : rest.end]
    words = sum(character.isalnum() for character in left)
    if words == 0 or (rest.kind is Kind.NUMBER and sum(len(piece.digits) for row in groups(left) for piece in row) < 2):
        return  # IP, beside what it says of the number
    if words == 1:
        kept.remove(beside)
        _add(
            kept,
            replace(beside, start=min(beside.start, rest.start), end=max(beside.end, rest.end)),
            text,
        )
        return
    _add(kept, rest, text)


def matches_at(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` gives, if every match begins at one of these places (in order)."""
    after = 0
    for place in places:
        if place >= after and (match := pattern.match(text, place)):
            yield match
            after = match.end()
