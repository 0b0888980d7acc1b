"""Dividing Chinese text into words as the LAC tagger knows them: the path of greatest probability over its dictionary.

A word that the network knows is one token, any other falls to its single characters (its authors' choice, see
data/lac/README.md). Ours: an unknown run of letters or digits is one token too, for it takes long and tells nothing to
read a telephone number or an English word letter by letter.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_PARTS = re.compile(r"[A-Za-z]+|[0-9]+(?:\.[0-9]+)?|[㐀-鿿]+|\s+|.", re.DOTALL)
_CHINESE = re.compile(r"[㐀-鿿]")
_CHINESE_ONLY = re.compile(r"[㐀-鿿]+")
_LENGTHS = (2, 3)
_FIRST_CHINESE = 0x3400
_TRADITIONAL = "於後夥麽著徵鍾"  # though the simplified set has them too


@dataclass(frozen=True, slots=True)
class Token:
    """One input of the network: the part of the text it stands for, its id, and the length of its word."""

    start: int
    end: int
    id: int
    word_length: int


class _Counts:
    """How often each word of two or three Chinese characters was counted: a sorted table, a tenth of a dict."""

    def __init__(self, counts: dict[str, int]) -> None:
        """Raises ValueError for other words: two characters of sixteen bits are one number, and so are three."""
        if any(len(word) not in _LENGTHS or not _CHINESE_ONLY.fullmatch(word) for word in counts):
            raise ValueError("the dictionary has words of other lengths")
        keys = np.array([_key(word) for word in counts], np.int64)
        order = np.argsort(keys)
        self._keys = keys[order]
        self._logarithms = np.log(np.maximum(1, np.fromiter(counts.values(), np.int64))[order])
        self.total = float(np.exp(self._logarithms).sum())

    def of_runs(self, run: str) -> list[list[float]]:
        """The logarithms for the words of two and of three characters at each place of a Chinese text; none: -inf."""
        codes = np.frombuffer(run.encode("utf-16-le"), np.uint16).astype(np.int64)
        twos = (codes[:-1] << 16) | codes[1:]
        return [self._of(twos), self._of((twos[:-1] << 16) | codes[2:])]

    def _of(self, keys: NDArray[np.int64]) -> list[float]:
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found: list[float] = np.where(self._keys[at] == keys, self._logarithms[at], -np.inf).tolist()
        return found

    def __contains__(self, word: str) -> bool:
        if len(word) not in _LENGTHS or not _CHINESE_ONLY.fullmatch(word):
            return False
        key = _key(word)
        at = int(np.searchsorted(self._keys, key))
        return at < len(self._keys) and int(self._keys[at]) == key


def _key(word: str) -> int:
    key = 0
    for character in word:
        key = key << 16 | ord(character)
    return key


class Lexicon:
    """The dictionaries of LAC: words with counts, ids of the known ones, full-width and traditional forms."""

    def __init__(self, counts: dict[str, int], ids: dict[str, int], plain: dict[int, str]) -> None:
        self._counts = _Counts(counts)
        self._ids = ids
        self._plain = plain
        self._simplified = {code: to for code, to in plain.items() if code >= _FIRST_CHINESE and not _usual(chr(code))}
        self._unknown = ids["OOV"]
        self._number = ids.get("2000", self._unknown)
        self._floor = -math.log(self._counts.total)

    @classmethod
    def load(cls, folder: Path) -> "Lexicon":
        """Read the dictionary files of a folder. Raises OSError or ValueError when they are not what they should be."""
        entries = (line.rpartition(" ") for line in _lines(folder / "small_seg.dic"))
        counts = {word: int(count) for word, _, count in entries if _CHINESE_ONLY.fullmatch(word)}
        ids: dict[str, int] = {}
        for line in _lines(folder / "word.dic"):
            number, _, word = line.partition("\t")
            if word:
                ids[word] = int(number)
        pairs = (line.split("\t") for line in _lines(folder / "q2b.dic") if line)
        plain = {ord(pair[0]): pair[1] for pair in pairs if len(pair) == 2 and len(pair[0]) == len(pair[1]) == 1}
        if "OOV" not in ids or not counts:
            raise ValueError("the dictionaries of the tagger are incomplete")
        return cls(counts, ids, plain)

    def simplify(self, text: str) -> str:
        """The text in simplified characters, each in its place."""
        return text.translate(self._simplified)

    def read(self, text: str) -> str:
        """The text as the network was trained on it: simplified, half-width and without capitals."""
        return text.translate(self._plain)

    def id_of(self, word: str) -> int:
        """The id of a word, or of a word that is not known."""
        return self._ids.get(word, self._unknown)

    def is_word(self, word: str) -> bool:
        """Whether a word of two or more characters is in the dictionary."""
        return word in self._counts

    def tokens(self, text: str) -> list[Token]:
        """The network's view of a simplified text."""
        found: list[Token] = []
        for part in _PARTS.finditer(text):
            if part[0].isspace():
                continue
            if _CHINESE.match(part[0]):
                for start, end in self._divide(part[0]):
                    self._add(found, text, part.start() + start, part.start() + end)
            else:
                self._add(found, text, part.start(), part.end())
        return found

    def _add(self, found: list[Token], text: str, start: int, end: int) -> None:
        known = self._ids.get(text[start:end])
        if known is None and text[start].isascii():  # one token whatever its length: LAC has no more to say of it
            known = self._number if text[start].isdigit() else self._unknown
        if known is not None:
            found.append(Token(start, end, known, end - start))
            return
        found.extend(Token(at, at + 1, self._ids.get(text[at], self._unknown), end - start) for at in range(start, end))

    def _divide(self, run: str) -> list[tuple[int, int]]:
        """The words of a run of Chinese characters, by dynamic programming from its end."""
        length = len(run)
        best = [0.0] * (length + 1)
        ends = [0] * length
        floor = self._floor
        twos, threes = self._counts.of_runs(run) if length > 1 else ([], [])
        twos.append(-math.inf)
        threes += [-math.inf, -math.inf]
        for start in range(length - 1, -1, -1):
            score, end_of_best = floor + best[start + 1], start + 1
            for end, count in ((start + 2, twos[start]), (start + 3, threes[start])):
                if count > -math.inf and (total := count + floor + best[end]) > score:
                    score, end_of_best = total, end
            best[start], ends[start] = score, end_of_best
        words = []
        at = 0
        while at < length:
            words.append((at, ends[at]))
            at = ends[at]
        return words


def _lines(file: Path) -> Iterator[str]:
    """One after the other: all at once they take four times as much, and memory that was taken is not given back."""
    with file.open(encoding="utf-8", newline="\n") as opened:
        yield from (line.rstrip("\n") for line in opened)


def _usual(character: str) -> bool:
    """Whether a character is simplified already, though the network may want another (三 → 叁, 沈 → 渖)."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return character not in _TRADITIONAL
