"""Notes written by hand for the training, each identifier marked ⟦TYPE|text⟧ (written/README.md)."""

import random
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.privacy.training.another import Another

FOLDER = Path(__file__).parent / "written"
MARK = re.compile(r"⟦([A-Z]+)\|([^⟦⟧|]+)⟧")
_END = re.compile(r"(?<=[。！？!?；\n])|(?<=[a-z\d⟧]\.)\s")
LITERAL = 0.35
"""How often a name stays as it was written; otherwise another one of its kind and form stands there."""

Piece = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its sentences, each in parts, with the label of what is marked."""

    sentences: tuple[tuple[Piece, ...], ...]


def parsed(line: str) -> Note:
    """A line of a file. Raises ValueError where a mark is broken."""
    text = line.replace("\\n", "\n")
    if re.search(r"[⟦⟧]", MARK.sub("", text)):
        raise ValueError(f"a broken mark: {line}")
    ends = [match.end() for match in _END.finditer(text) if not _within_a_mark(text, match.start())]
    bounds = [0, *(end for end in ends if 0 < end < len(text)), len(text)]
    return Note(tuple(_pieces(text[start:end]) for start, end in pairwise(bounds)))


def _within_a_mark(text: str, at: int) -> bool:
    return text.rfind("⟦", 0, at) > text.rfind("⟧", 0, at)


def _pieces(sentence: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    for match in MARK.finditer(sentence):
        pieces += [(sentence[at : match.start()], None), (match[2], match[1])]
        at = match.end()
    return (*pieces, (sentence[at:], None))


def read_written() -> list[Note]:
    """All notes of the folder."""
    files = sorted(FOLDER.rglob("*.txt"))
    return [parsed(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


class Written:
    """Draws notes, or one or two sentences of one, with the names that stand there or others."""

    def __init__(self, rng: random.Random, another: Another) -> None:
        self._rng = rng
        self._another = another
        self._notes = read_written()

    def draw(self) -> list[Piece]:
        """A text in parts, each with its label."""
        sentences = self._rng.choice(self._notes).sentences
        if len(sentences) > 1 and self._rng.random() < 0.5:
            start = self._rng.randrange(len(sentences))
            sentences = sentences[start : start + self._rng.choice([1, 1, 2])]
        others: dict[Piece, str] = {}  # whoever is named twice gets one name
        literal = self._rng.random() < LITERAL
        told: list[Piece] = []
        for text, label in (piece for sentence in sentences for piece in sentence):
            if label and not literal:
                if (text, label) not in others:
                    others[text, label] = self._another.of(label, text)
                told.append((others[text, label], label))
            else:
                told.append((text, label))
        return told
