"""Everyday words of English: what is none of them is more likely a name (data/own/README.md)."""

import re
from collections.abc import Iterable
from pathlib import Path

COMMON = 3000  # as many as are common; the words are stored by how common they are
_JOINTS = re.compile("['’-]")


class EnglishWords:
    """Tells how common a word is."""

    def __init__(self, words: Iterable[str]) -> None:
        """`words`: in small letters, the commonest first."""
        self._ranks = {word: 1 if at < COMMON else 2 for at, word in enumerate(words)}

    @classmethod
    def load(cls, folder: Path) -> "EnglishWords":
        """Read the list of a folder. Raises OSError or ValueError."""
        words = (folder / "english_words.txt").read_text(encoding="utf-8").split()
        if len(words) < COMMON:
            raise ValueError("the list of English words is incomplete")
        return cls(words)

    def rank(self, word: str) -> int:
        """1 for a common word, 2 for another, 0 for none; of a word with a joint (Tiny's, well-being), its parts."""
        small = word.lower()
        found = self._ranks.get(small)
        if found is not None or small.isalpha():
            return found or 0
        ranks = [self._ranks.get(part, 0) for part in _JOINTS.split(small) if len(part) > 1]
        return 0 if not ranks or 0 in ranks else max(ranks)
