"""What our own tagger sees of a text: a token for each Chinese character, each Latin word and each run of digits.

Numbers for each token: LAC's embedding of it, a hash of its letters, its shape, whether it is a word of English, what
LAC made of the word it stands in, and its place in a piece of the language model. Training and use read the same code
(ADR 12).
"""

import re
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.casework.redaction.english_words import EnglishWords
from app.casework.redaction.lac_network import SEEN, LacNetwork, Tagged
from app.casework.redaction.pieces import Vocabulary
from app.domain.redaction.names import SURNAMES
from app.domain.redaction.pinyin import PINYIN_SURNAMES, is_pinyin
from app.domain.redaction.placeholders import is_stand_in

HASHES = 32768
SHAPES, PLACES, TAGS, FLAGS, WITHIN = 24, 8, 50, 32, 4
COLUMNS = ("lac", "word", "shape", "place", "tag", "flags", "within")
_TOKEN = re.compile(r"[㐀-鿿]|[A-Za-zÀ-ɏ]+(?:['’-][A-Za-zÀ-ɏ]+)*|[0-9]+|\n|[^\s]")
_SURNAMES = frozenset(SURNAMES)


@dataclass(frozen=True, slots=True)
class View:
    """A text as the tagger sees it: the place of each token, a row of whole numbers each, and what LAC saw there."""

    places: list[tuple[int, int]]
    rows: NDArray[np.int32]  # tokens × COLUMNS
    seen: NDArray[np.float32]  # tokens × SEEN
    pieces: list[int]  # what the language model reads
    piece: NDArray[np.int32]  # for each token the first piece that it stands in


def view(text: str, lac: LacNetwork, tagged: Tagged, english: EnglishWords, vocabulary: Vocabulary) -> View:
    """The view of a simplified text that LAC has tagged."""
    matches = list(_TOKEN.finditer(text))
    places = [match.span() for match in matches]
    if not matches:
        return View(
            [], np.zeros((0, len(COLUMNS)), np.int32), np.zeros((0, SEEN), np.float32), [], np.zeros(0, np.int32)
        )
    written = [match[0] for match in matches]
    words = [word.lower() for word in written]
    latin = ["a" <= word[0] <= "z" for word in words]
    owner, stands = _owners(len(text), tagged)
    starts = [start for start, _ in places]
    at_lac = [owner[start] for start in starts]
    ids = lac.lexicon.id_of
    rows = np.empty((len(words), len(COLUMNS)), np.int32)
    rows[:, 0] = [ids(word) for word in words]
    rows[:, 1] = [crc32(word.encode("utf-8", "surrogatepass")) % HASHES for word in words]
    rows[:, 2] = [_shape(word) for word in written]
    rows[:, 3] = [stands[start] for start in starts]
    rows[:, 4] = np.array([*tagged.tags, TAGS - 1])[at_lac]
    rows[:, 5] = [text[start - 1 : start].isspace() for start in starts]
    for at, word in enumerate(words):
        if latin[at]:
            rows[at, 5] += 2 * is_pinyin(written[at]) + 4 * (word in PINYIN_SURNAMES) + 8 * english.rank(word)
    divided = vocabulary.divide(text)
    piece = [divided.at[start] for start in starts]
    rows[:, 6] = [
        (before == here) + 2 * (after == here)
        for before, here, after in zip([-1, *piece], piece, [*piece[1:], -1], strict=False)
    ]
    seen = np.concatenate([tagged.seen, np.zeros((1, SEEN), np.float32)])[at_lac]
    return View(places, rows, seen, divided.ids, np.array(piece, np.int32))


def _owners(length: int, tagged: Tagged) -> tuple[list[int], list[int]]:
    """For each character the token of LAC that it is in, and whether it begins it or goes on, by its length.

    -1, the last row of what was seen, which is zero, and 7 where it is in none.
    """
    owner, stands = [-1] * length, [7] * length
    for number, token in enumerate(tagged.tokens):
        start, end = token.start, token.end
        if end - start == 1:
            owner[start] = number
            stands[start] = 4 if token.word_length == 1 else 5
        else:
            owner[start:end] = [number] * (end - start)
            stands[start:end] = [1 if end - start == 2 else 3] * (end - start)
            stands[start] -= 1
    return owner, stands


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
