"""A long text in pieces that can be looked through one after another without losing what lies on a cut.

Each piece has a core and is looked at with a margin on both sides. What touches the core counts, whole, even where it
reaches into the margin; so whatever is shorter than a margin is seen whole by somebody, and nothing is found in halves.
Cuts are made where a line or a sentence ends, if one does nearby.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

WHOLE: Final = 3_000
"""Texts up to here are one piece."""
CORE: Final = 2_000
LOOK_BACK: Final = 600
"""How far before the full length of a core a good place for the cut is looked for."""
MARGIN: Final = 300

_ENDS: Final = re.compile(r"\n+|[。！？!?；;]+|\.\s|[，,、]\s*|\s+")
_GOOD: Final = ("\n", "。", "！", "？", "!", "?", "；", ";", ".")


@dataclass(frozen=True, slots=True)
class Piece:
    """Positions in the whole text: the core [start, end), looked at within [seen_from, seen_to)."""

    start: int
    end: int
    seen_from: int
    seen_to: int

    def counts(self, start: int, end: int) -> bool:
        """Whether something found at these positions of the whole text is this piece's to tell."""
        return start < self.end and self.start < end


def pieces_of(text: str) -> list[Piece]:
    """The pieces in order; their cores follow one another and cover the text."""
    if len(text) <= WHOLE:
        return [Piece(0, len(text), 0, len(text))]
    return [Piece(start, end, max(0, start - MARGIN), min(len(text), end + MARGIN)) for start, end in _cores(text)]


def _cores(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while len(text) - start > WHOLE:
        end = _cut(text, start + CORE)
        yield start, end
        start = end
    yield start, len(text)


def _cut(text: str, full: int) -> int:
    """The best place for a cut before `full`: after a sentence, else after a comma or a space, else there."""
    good = fair = 0
    for match in _ENDS.finditer(text, full - LOOK_BACK, full):
        if match[0].startswith(_GOOD):
            good = match.end()
        else:
            fair = match.end()
    return good or fair or full
