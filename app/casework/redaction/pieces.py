"""A text in the pieces of a vocabulary, as the language model reads it: the likeliest division, by the pieces' scores.

The vocabulary is a part of that of XLM-RoBERTa (data/own/README.md); what is in none of its pieces is unknown.
"""

import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.domain.redaction.placeholders import is_stand_in

UNKNOWN, STAND_IN, BEGIN, END = 0, 1, 2, 3
RESERVED = 4
_SPACE = "▁"
_SENTENCE_ENDS = frozenset("。.!?;！？；")
_WORST = -1e30


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a text: their ids, and for each character of the text the index of its piece."""

    ids: list[int]
    at: list[int]


class Vocabulary:
    """Pieces with their ids and scores (logarithms of how frequent each is)."""

    def __init__(self, scores: Mapping[str, float]) -> None:
        """In the order of their ids, the reserved ones not among them."""
        self.pieces = list(scores)
        self._ids = {piece: RESERVED + at for at, piece in enumerate(self.pieces)}
        self._scores = [0.0] * RESERVED + list(scores.values())
        self._longest: dict[str, int] = {}
        for piece in scores:
            self._longest[piece[0]] = max(len(piece), self._longest.get(piece[0], 1))
        self.ends = frozenset(number for piece, number in self._ids.items() if piece[-1] in _SENTENCE_ENDS)
        self._unknown = min(scores.values(), default=0.0) - 10.0

    @classmethod
    def load(cls, folder: Path) -> "Vocabulary":
        """Read `pieces.txt`: a piece, a space and its score a line. Raises OSError or ValueError."""
        numbers: dict[str, float] = {}  # the same ones are kept once
        with (folder / "pieces.txt").open(encoding="utf-8", newline="\n") as lines:
            parts = (line.rstrip("\n").rpartition(" ") for line in lines)
            return cls({sys.intern(piece): numbers.setdefault(score, float(score)) for piece, _, score in parts})

    def divide(self, text: str) -> Pieces:
        """The pieces of a text that has been simplified. A space belongs to the piece after it."""
        written = _SPACE + "".join(map(_plain, text))
        size = len(written)
        best, came, ids = [_WORST] * (size + 1), [0] * (size + 1), [UNKNOWN] * (size + 1)
        best[0] = 0.0
        id_of, score_of, longest = self._ids.get, self._scores, self._longest.get
        for start in range(size):
            sofar = best[start]
            for end in range(start + 1, min(size, start + longest(written[start], 1)) + 1):
                known = id_of(written[start:end])
                if known is not None and (score := sofar + score_of[known]) > best[end]:
                    best[end], came[end], ids[end] = score, start, known
            if sofar + self._unknown > best[start + 1]:
                best[start + 1], came[start + 1] = sofar + self._unknown, start
                ids[start + 1] = STAND_IN if is_stand_in(written[start]) else UNKNOWN
        bounds = []
        end = size
        while end:
            bounds.append((came[end], end, ids[end]))
            end = came[end]
        bounds.reverse()
        at = [number for number, (start, end, _) in enumerate(bounds) for _ in range(start, end)]
        return Pieces([number for *_, number in bounds], at[1:])


def _plain(character: str) -> str:
    if character.isspace():
        return _SPACE
    if character.isascii() or "一" <= character <= "鿿":
        return character
    narrow = unicodedata.normalize("NFKC", character)
    return narrow if len(narrow) == 1 else character
