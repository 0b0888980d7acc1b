"""What our own tagger sees of a text: a token for each Chinese character, each Latin word and each run of digits.

Numbers for each token: LAC's embedding of it, hashes of its letters and of its neighbours, its shape, and what LAC made
of the word it stands in. Training and use read the same code (ADR 12).
"""

import re
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.casework.redaction.lac_network import SEEN, LacNetwork, Tagged
from app.casework.redaction.lac_words import Token
from app.domain.redaction.names import SURNAMES
from app.domain.redaction.pinyin import PINYIN_SURNAMES, is_pinyin
from app.domain.redaction.placeholders import is_stand_in

HASHES, PAIRS = 32768, 65536
SHAPES, PLACES, TAGS = 24, 8, 50
COLUMNS = ("lac", "word", "left", "right", "shape", "place", "tag", "flags")
_TOKEN = re.compile(r"[㐀-鿿]|[A-Za-zÀ-ɏ]+(?:['’-][A-Za-zÀ-ɏ]+)*|[0-9]+|\n|[^\s]")
_SURNAMES = frozenset(SURNAMES)


@dataclass(frozen=True, slots=True)
class View:
    """A text as the tagger sees it: the place of each token, a row of whole numbers each, and what LAC saw there."""

    places: list[tuple[int, int]]
    rows: NDArray[np.int32]  # tokens × COLUMNS
    seen: NDArray[np.float32]  # tokens × SEEN


def view(text: str, lac: LacNetwork, tagged: Tagged) -> View:
    """The view of a simplified text that LAC has tagged."""
    matches = list(_TOKEN.finditer(text))
    places = [match.span() for match in matches]
    if not matches:
        return View([], np.zeros((0, len(COLUMNS)), np.int32), np.zeros((0, SEEN), np.float32))
    words = [match[0].lower() for match in matches]
    owner = _owners(len(text), tagged)
    behind = ["", *words[:-1]]
    ahead = [*words[1:], ""]
    ids = lac.lexicon.id_of
    at_lac = [owner[start] for start, _ in places]
    tags = [*tagged.tags, TAGS - 1]
    rows: list[int] = []
    for match, word, before, after, token in zip(matches, words, behind, ahead, at_lac, strict=True):
        latin = "a" <= word[0] <= "z"
        left = f"<{word[:3]}" if latin else before[-6:] + word
        right = f"{word[-3:]}>" if latin else word + after[:6]
        start = match.start()
        rows += (
            ids(word),
            crc32(word.encode()) % HASHES,
            crc32(left.encode()) % PAIRS,
            crc32(right.encode()) % PAIRS,
            _shape(match[0]),
            _place(start, tagged.tokens[token]) if token >= 0 else 7,
            tags[token],
            _flags(match[0], spaced=start > 0 and text[start - 1].isspace()),
        )
    seen = np.concatenate([tagged.seen, np.zeros((1, SEEN), np.float32)])[at_lac]
    return View(places, np.array(rows, np.int32).reshape(-1, len(COLUMNS)), seen)


def _owners(length: int, tagged: Tagged) -> list[int]:
    """For each character the token of LAC that it is in, or -1 (the last row of what was seen, which is zero)."""
    owner = [-1] * length
    for number, token in enumerate(tagged.tokens):
        owner[token.start : token.end] = [number] * (token.end - token.start)
    return owner


def _shape(word: str) -> int:
    first = word[0]
    if is_stand_in(first):
        return 1
    if "㐀" <= first <= "鿿":
        return 3 if first in _SURNAMES else 2
    if first.isdigit():
        return 4 + min(len(word), 8)
    if first.isalpha():
        if word.isupper():
            return 13 if len(word) == 1 else 14
        if first.isupper():
            return 15 if word[1:].islower() else 16
        return 17 if word.islower() else 18
    return 19 if first in "，。！？；：、,.!?;:\n" else 20 if first in "“”\"'‘’「」『』《》（）()【】[]" else 21


def _place(start: int, token: Token) -> int:
    """Whether a character begins or goes on a token of LAC, and how long that token and its word are."""
    whole = token.end - token.start
    if whole == 1:
        return 4 if token.word_length == 1 else 5
    begins = token.start == start
    if whole == 2:
        return 0 if begins else 1
    return 2 if begins else 3


def _flags(word: str, *, spaced: bool) -> int:
    flags = int(spaced)
    if word[0].isascii() and word[0].isalpha():
        flags += 2 * is_pinyin(word) + 4 * (word.lower() in PINYIN_SURNAMES)
    return flags
