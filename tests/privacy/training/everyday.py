"""Invented sentences that name nobody: what the tagger has to leave alone, among it much that looks like a name."""

import random
import re
from collections.abc import Callable

from tests.privacy.training.callnames import Dictionary
from tests.privacy.training.parts import PARTS
from tests.privacy.training.people import words

TEMPTING = (
    *("{w}", "说{w}", "就是{w}", "{w}了", "很{w}", "感觉{w}", "{role}{w}", "{w}的{w2}", "{w}都没有", "{role}说{w}"),
    *("{f}开了", "{f}真好看", "窗外是{f}", "喜欢{f}", "像{f}一样", "{f}的时候", "没有{f}", "{f}没了", "{role}买了{f}"),
)
_PART = re.compile(r"(\{\w+\})")


class Everyday:
    """Draws them; everything comes from the generator and the lists it is given."""

    def __init__(self, rng: random.Random, dictionary: Dictionary, latin: list[str], vocabulary: list[str]) -> None:
        """`dictionary`: everyday words by word class; `latin`: in Chinese text; `vocabulary`: English words."""
        self.rng = rng
        self.dictionary = dictionary
        self.latin, self.vocabulary = latin, vocabulary
        self.roles, self.pseudo = words("roles"), words("pseudo_words")

    def filler(self, language: str) -> str:
        """Everyday words in an everyday order."""
        if language == "en":
            chosen = [self.rng.choice(self.vocabulary) for _ in range(self.rng.choice([1, 2, 3, 3, 4, 5, 6]))]
            if self.rng.random() < 0.15:
                chosen = [word.capitalize() for word in chosen]
            return " ".join(chosen)
        return self._put(self.rng.choice(PARTS["patterns"]), self.word)

    def tempting(self) -> str:
        """An everyday word that begins like a name, or is one as well, where a name could stand."""
        return self._put(self.rng.choice(TEMPTING), self._like_a_name)

    def _put(self, pattern: str, make: Callable[[str], str]) -> str:
        return "".join(make(piece[1:-1]) if piece.startswith("{") else piece for piece in _PART.split(pattern))

    def word(self, name: str) -> str:
        """An everyday word of a class, a role, or Latin letters (x)."""
        if name == "role":
            return self.rng.choice(self.roles)
        if name == "x":
            return self.rng.choice(self.latin)
        if name == "n" and self.rng.random() < 0.35:
            name = "z"
        return self.rng.choice(self.dictionary.get(name) or self.pseudo)

    def _like_a_name(self, name: str) -> str:
        if name == "role":
            return self.rng.choice(self.roles)
        return self.rng.choice(PARTS["nature"] if name == "f" else self.pseudo)
