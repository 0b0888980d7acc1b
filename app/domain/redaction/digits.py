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
_ONES = {
    word: str(digit)
    for digit, words in enumerate("zero/oh/o/nought one two three four five six seven eight nine".split())
    for word in words.split("/")
}
_TEENS = {
    word: str(number)
    for number, word in enumerate(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), start=10
    )
}
_TENS = {
    word: str(digit)
    for digit, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
SPOKEN = "".join(_SPOKEN)
_DIGIT = "0-9" + SPOKEN
_FILLER = (
    r"(?:嗯+|呃+|额+|唔|哦|噢|啊|哈|呀|那个|这个|然后|后面|后边|接着|再来|再|就是|完了|还有|对|横杠|杠|空格|中间|"
    r"跟着|等一?下|等等|稍等|我看看|好像|应该|最后|是|"
    r"um+|uh+|er+|hm+|then|and|dash|space|hyphen|finally|next|followed by|wait|sorry|so|it's|is|ending|ends)"
)
_MARK = r"[\s\-‐‑–—―－_·•・.．/\\|,，、;；~～…()（）\[\]【】*“”\"'-]"
_GAP = re.compile(rf"{_MARK}{{0,3}}(?:{_FILLER}{_MARK}{{0,3}}){{0,2}}", re.IGNORECASE)
_PIECE = re.compile(rf"[{_DIGIT}]+")
_ONE, _TEEN, _TEN = "|".join(_ONES), "|".join(_TEENS), "|".join(_TENS)
_SAID = re.compile(
    rf"\b(?:(?:double|triple)\s+(?:{_ONE})|(?:{_TEN})(?:[\s-](?:{_ONE}))?|{_TEEN}|(?:{_ONE})(?:\s+hundred)?)\b",
    re.IGNORECASE,
)
_LONGEST_GAP = 18
_LOOSE_GAP = re.compile(r"[^\d。！？!?;；\n]{1,8}")
_LOOSE_PIECE = 3  # digits at least in a piece that any few words may stand beside


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
    pieces = [Piece(m.start(), m.end(), in_digits(m[0])) for m in _PIECE.finditer(text)]
    pieces += [Piece(m.start(), m.end(), _said(m[0])) for m in _SAID.finditer(text)]
    yield from _rows(text, sorted(pieces, key=lambda piece: piece.start))


def loose_groups(text: str) -> Iterator[list[Piece]]:
    """The same with any few words between them, of pieces long enough to be parts of a number (139, 等一下, 0012)."""
    row: list[Piece] = []
    for match in _PIECE.finditer(text):
        piece = Piece(match.start(), match.end(), in_digits(match[0]))
        if row and _LOOSE_GAP.fullmatch(text, row[-1].end, piece.start) is None:
            yield row
            row = []
        if len(piece.digits) >= _LOOSE_PIECE:
            row.append(piece)
    if row:
        yield row


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
    first, *rest = words.lower().replace("-", " ").split()
    if first in ("double", "triple"):
        return _ONES[rest[0]] * (2 if first == "double" else 3)
    if first in _TENS:
        return _TENS[first] + (_ONES[rest[0]] if rest else "0")
    return _TEENS[first] if first in _TEENS else _ONES[first] + ("00" if rest else "")
