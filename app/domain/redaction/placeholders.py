"""What takes the place of a name: 〔姓名1〕 in Chinese text, [person 1] in English; the same number for the same name.

Dates keep their year and classes their school stage, so that the story stays readable. A placeholder is recognised by
its exact form (`collapsed`), so that redacting a redacted text changes nothing; brackets around anything else protect
nothing, nor does a number that is longer than one of ours.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from app.domain.free_text import unseen_in, without_unseen
from app.domain.redaction.digits import in_digits, plain
from app.domain.redaction.kinds import WORDS, Kind
from app.domain.redaction.span import Finding, Span

_STAGES = {
    "小学": (
        "primary school",
        re.compile(r"小学|小[一二三四五六1-6]|^[一二三四五六1-6]\s?(?:年|[（(])|primary|grade [1-6]\b", re.IGNORECASE),
    ),
    "初中": (
        "middle school",
        re.compile(r"初|[七八九789]\s?(?:年|[（(])|junior|middle|(?:grade|year) [789]\b", re.IGNORECASE),
    ),
    "高中": ("high school", re.compile(r"高|职|senior|(?:grade|year) 1[0-3]\b", re.IGNORECASE)),
    "大学": ("university", re.compile(r"大[一二三四]|研|博|级|专业|university", re.IGNORECASE)),
}
_YEAR = re.compile(r"(?<!\d)(19[3-9]\d|20[0-4]\d)(?=\d{4}(?!\d)|(?!\d))")
_CHINESE_YEAR = re.compile(r"[一二][九零〇○][零〇○一二三四五六七八九]{2}(?=\s?年)")
_FIRST_OF_PRIVATE_USE = 0xE000
_KINDS = list(Kind)
_BY_WORD = {word: kind for kind, words in WORDS.items() for word in words}
_NUMBER = "[1-9][0-9]{0,2}"  # of a longer one, parts of telephone numbers might be made
_ZH = "|".join(re.escape(kind.word) for kind in Kind)
_EN = "|".join(re.escape(kind.english) for kind in Kind)
_COARSE_ZH = "|".join(["[12][09][0-9]{2}年", *_STAGES])
_COARSE_EN = "|".join(["[12][09][0-9]{2}", *(english for english, _ in _STAGES.values())])
_WRITTEN = re.compile(
    rf"〔(?P<zh>{_ZH})(?:(?P<zh_number>{_NUMBER})|：(?:{_COARSE_ZH}))?〕"
    rf"|\[(?P<en>{_EN})(?: (?P<en_number>{_NUMBER})|: (?:{_COARSE_EN}))?\]"
)
_NUMBERED_BY_DIGITS = frozenset(
    {Kind.PHONE, Kind.ID_CARD, Kind.BANK, Kind.QQ, Kind.STUDENT_ID, Kind.MEDICAL_ID, Kind.NUMBER}
)


class Numbering(Protocol):
    """Which number a surface has among those of its kind: the same for the same surface as long as it is asked."""

    def number(self, kind: str, surface: str) -> int:
        """The number, from 1; a surface that was not asked for before gets the next one."""


class NumberingInMemory:
    """Numbers for one text, or several that belong together, from those after `last`; nothing is written anywhere."""

    def __init__(self, last: Mapping[str, int] = MappingProxyType({})) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self._last = dict(last)

    def number(self, kind: str, surface: str) -> int:
        """See Numbering."""
        if (kind, surface) not in self._numbers:
            self._last[kind] = self._last.get(kind, 0) + 1
            self._numbers[kind, surface] = self._last[kind]
        return self._numbers[kind, surface]


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its identities, and for each span of the input where its placeholder stands."""

    text: str
    placed: tuple[tuple[Span, int, int], ...]


def put(text: str, spans: Sequence[Span], numbering: Numbering) -> Redacted:
    """Put placeholders for the spans (in order, not meeting); the language is that of the text."""
    parts: list[str] = []
    placed: list[tuple[Span, int, int]] = []
    at = length = 0
    for span in spans:
        before = text[at : span.start]
        name = instead_of(text, span, numbering.number)
        length += len(before)
        placed.append((span, length, length + len(name)))
        length += len(name)
        parts += [before, name]
        at = span.end
    return Redacted("".join([*parts, text[at:]]), tuple(placed))


def instead_of(text: str, finding: Finding, number: Callable[[str, str], int]) -> str:
    """What stands for one finding of a text; `number` is asked for that of (kind, what is written)."""
    return placeholder(Kind(finding.kind), text[finding.start : finding.end], number, chinese=_is_chinese(text))


def placeholder(kind: Kind, surface: str, number: Callable[[str, str], int], *, chinese: bool) -> str:
    """What stands for one surface."""
    surface = without_unseen(surface)
    coarse = _coarse(kind, surface, chinese=chinese)
    if kind in (Kind.DOB, Kind.DATE, Kind.CLASS):
        if chinese:
            return f"〔{kind.word}：{coarse}〕" if coarse else f"〔{kind.word}〕"
        return f"[{kind.english}: {coarse}]" if coarse else f"[{kind.english}]"
    which = number(kind, canonical(kind, surface))
    return f"〔{kind.word}{which}〕" if chinese else f"[{kind.english} {which}]"


def _is_chinese(text: str) -> bool:
    return any("一" <= character <= "鿿" for character in text)


def canonical(kind: Kind, surface: str) -> str:
    """How a surface is compared with another of its kind: without width, case, spaces and, in numbers, other marks."""
    narrow = plain(surface).casefold()
    if kind in _NUMBERED_BY_DIGITS:
        digits = "".join(c for c in in_digits(narrow) if c.isalnum())
        return digits.removeprefix("86") if kind is Kind.PHONE and len(digits) > 11 else digits
    return "".join(narrow.split())


def _coarse(kind: Kind, surface: str, *, chinese: bool) -> str:
    narrow = plain(surface)
    if kind is Kind.CLASS:
        for stage, (english, pattern) in _STAGES.items():
            if pattern.search(narrow):
                return stage if chinese else english
        return ""
    if kind in (Kind.DOB, Kind.DATE):
        found = _YEAR.search(narrow)
        spoken = _CHINESE_YEAR.search(narrow)
        year = found[0] if found else in_digits(spoken[0]) if spoken else ""
        return f"{year}年" if year and chinese else year
    return ""


@dataclass(frozen=True, slots=True)
class Collapsed:
    """A text in which every placeholder is one private-use character; `places` leads back: one (start, end) each."""

    text: str
    places: tuple[tuple[int, int], ...]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of it stands in the original."""
        return self.places[start][0], self.places[end - 1][1]

    def without(self, spans: Iterable[Span]) -> "Collapsed":
        """With these spans (in order, not meeting) taken for placeholders as well."""
        return self._with((span.start, span.end, stand_in(span.kind)) for span in spans)

    def seen(self) -> "Collapsed":
        """Without what cannot be seen, a character that looks like one of our own among it: it cuts nothing."""
        return self._with((match.start(), match.end(), "") for match in unseen_in(self.text))

    def without_placeholders(self) -> "Collapsed":
        """With one character for each placeholder that is written in it."""
        return self._with((*match.span(), stand_in(_kind_of(match))) for match in _WRITTEN.finditer(self.text))

    def _with(self, cuts: Iterable[tuple[int, int, str]]) -> "Collapsed":
        """With another character, or none, for each of these parts."""
        parts: list[str] = []
        places: list[tuple[int, int]] = []
        at = 0
        for start, end, instead in cuts:
            parts += [self.text[at:start], instead]
            places += self.places[at:start]
            if instead:
                places.append(self.back(start, end))
            at = end
        return Collapsed("".join([*parts, self.text[at:]]), (*places, *self.places[at:]))


def collapsed(text: str) -> Collapsed:
    """The text as it is looked through: every placeholder is one character, and what cannot be seen is not there."""
    return Collapsed(text, tuple((at, at + 1) for at in range(len(text)))).seen().without_placeholders()


def highest_written(texts: Iterable[str]) -> dict[str, int]:
    """The highest number that a placeholder written in these texts has, by its kind."""
    highest: dict[str, int] = {}
    for match in (match for text in texts for match in _WRITTEN.finditer(text)):
        number = int(match["zh_number"] or match["en_number"] or 0)
        highest[_kind_of(match)] = max(number, highest.get(_kind_of(match), 0))
    return highest


def _kind_of(written: re.Match[str]) -> Kind:
    return _BY_WORD[written["zh"] or written["en"]]


def stand_in(kind: Kind) -> str:
    """The character that stands for a placeholder of this kind."""
    return chr(_FIRST_OF_PRIVATE_USE + _KINDS.index(kind))


def is_stand_in(character: str) -> bool:
    """Whether a character stands for a placeholder."""
    return _FIRST_OF_PRIVATE_USE <= ord(character) < _FIRST_OF_PRIVATE_USE + len(_KINDS)
