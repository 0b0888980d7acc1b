"""Dividing Chinese text into words as the LAC tagger knows them: the path of greatest probability over its dictionary.

A word that the network knows is one token, any other falls to its single characters (its authors' choice, see
data/lac/README.md). Ours: an unknown run of letters or digits is one token too, for it takes long and tells nothing to
read a telephone number or an English word letter by letter.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

_PARTS = re.compile(r"[A-Za-z]+|[0-9]+(?:\.[0-9]+)?|[㐀-鿿]+|\s+|.", re.DOTALL)
_CHINESE = re.compile(r"[㐀-鿿]")
_FIRST_CHINESE = 0x3400
_TRADITIONAL = "於後夥麽著徵鍾"  # though the simplified set has them too


@dataclass(frozen=True, slots=True)
class Token:
    """One input of the network: the part of the text it stands for, its id, and the length of its word."""

    start: int
    end: int
    id: int
    word_length: int


class Lexicon:
    """The dictionaries of LAC: words with counts, ids of the known ones, full-width and traditional forms."""

    def __init__(self, counts: dict[str, float], ids: dict[str, int], plain: dict[int, str]) -> None:
        self._scores = counts
        self._ids = ids
        self._plain = plain
        self._simplified = {code: to for code, to in plain.items() if code >= _FIRST_CHINESE and not _usual(chr(code))}
        self._unknown = ids["OOV"]
        self._number = ids.get("2000", self._unknown)
        self._floor = -math.log(sum(math.exp(score) for score in counts.values()) or 1.0)
        longest: dict[str, int] = {}
        for word in counts:
            if len(word) > longest.get(word[:2], 1):
                longest[word[:2]] = len(word)
        self._longest = longest  # of the words that begin with these two characters

    @classmethod
    def load(cls, folder: Path) -> "Lexicon":
        """Read the dictionary files of a folder. Raises OSError or ValueError when they are not what they should be."""
        counts: dict[str, float] = {}
        for line in (folder / "small_seg.dic").read_text(encoding="utf-8").splitlines():
            word, _, count = line.rpartition(" ")
            counts[word] = math.log(max(1, int(count)))
        ids: dict[str, int] = {}
        for line in (folder / "word.dic").read_text(encoding="utf-8").split("\n"):
            number, _, word = line.partition("\t")
            if word:
                ids[word] = int(number)
        pairs = (line.split("\t") for line in (folder / "q2b.dic").read_text(encoding="utf-8").split("\n") if line)
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
        return word in self._scores

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
        count_of, longest, floor = self._scores.get, self._longest.get, self._floor
        for start in range(length - 1, -1, -1):
            score, end_of_best = count_of(run[start], 0.0) + floor + best[start + 1], start + 1
            for end in range(start + 2, min(length, start + longest(run[start : start + 2], 1)) + 1):
                count = count_of(run[start:end])
                if count is not None and (total := count + floor + best[end]) > score:
                    score, end_of_best = total, end
            best[start], ends[start] = score, end_of_best
        words = []
        at = 0
        while at < length:
            words.append((at, ends[at]))
            at = ends[at]
        return words


def _usual(character: str) -> bool:
    """Whether a character is simplified already, though the network may want another (三 → 叁, 沈 → 渖)."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return character not in _TRADITIONAL
