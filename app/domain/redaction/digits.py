"""Digits however they are written: full-width, spoken (幺三八, one three eight), spaced out, or cut by filler words.

`plain` gives a text of the same length that rules can read; `groups` finds the numbers in it, each as groups of digits
with the place they stand at. What a number is, `numbers.py` decides.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_SPOKEN = {
    character: digit
    for digit, characters in enumerate(
        ("零〇○洞", "幺么一壹", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒拐", "八捌", "九玖勾")
    )
    for character in characters
}
_WORDS = {
    "zero": 0,
    "oh": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
}
_DIGIT = "0-9" + "".join(_SPOKEN)
_FILLER = (
    r"(?:嗯+|呃+|额+|唔|哦|噢|啊|哈|呀|那个|这个|然后|后面|后边|接着|再来|再|就是|完了|还有|对|横杠|杠|空格|中间|"
    r"跟着|"
    r"um+|uh+|er+|then|and|dash|space|hyphen)"
)
_MARK = r"[\s\-‐‑–—―－_·•・.．/\\|,，、;；~～…()（）\[\]【】*“”\"'-]"
_GAP = re.compile(rf"{_MARK}{{0,3}}(?:{_FILLER}{_MARK}{{0,3}}){{0,2}}", re.IGNORECASE)
_PIECE = re.compile(rf"[{_DIGIT}]+")
_WORD = "|".join(_WORDS)
_SAID = re.compile(rf"\b(?:(?:double|triple)\s+)?(?:{_WORD})\b", re.IGNORECASE)
_LONGEST_GAP = 14


@dataclass(frozen=True, slots=True)
class Piece:
    """Digits that stand together: what they are, and where."""

    start: int
    end: int
    digits: str


def plain(text: str) -> str:
    """The text in half-width characters, each in its place (as NFKC has them, where that is one character)."""
    return "".join(_half(character) for character in text)


def _half(character: str) -> str:
    if character < "\u2000":
        return character
    narrow = unicodedata.normalize("NFKC", character)
    return narrow if len(narrow) == 1 else character


def in_digits(characters: str) -> str:
    """The digits that Arabic or Chinese characters stand for."""
    return "".join(str(_SPOKEN.get(character, character)) for character in characters)


def groups(text: str) -> Iterator[list[Piece]]:
    """Pieces of digits with no more than marks and fillers between them, one list for each such row."""
    yield from _rows(text, [Piece(m.start(), m.end(), in_digits(m[0])) for m in _PIECE.finditer(text)])
    yield from _rows(text, [Piece(m.start(), m.end(), _said(m[0])) for m in _SAID.finditer(text)])


def _rows(text: str, pieces: list[Piece]) -> Iterator[list[Piece]]:
    row: list[Piece] = []
    for piece in pieces:
        if row:
            between = text[row[-1].end : piece.start]
            if len(between) > _LONGEST_GAP or _GAP.fullmatch(between) is None:
                yield row
                row = []
        row.append(piece)
    if row:
        yield row


def _said(words: str) -> str:
    times = 1
    first, *rest = words.lower().split()
    if rest:
        times = 2 if first == "double" else 3
    return str(_WORDS[rest[0] if rest else first]) * times
