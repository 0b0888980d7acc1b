"""What people are called that is no name by itself: everyday words, letters, and sayings as names on the net."""

import random
import re

from tests.privacy.training.parts import PARTS

Dictionary = dict[str, list[str]]
_LETTERS = "ABCDEFGHJKLMNPQRSTWXYZ"
_PART = re.compile(r"\{(\w+)\}")


class CallNames:
    """Draws them; everything comes from the generator and the dictionary it is given."""

    def __init__(self, rng: random.Random, dictionary: Dictionary) -> None:
        """`dictionary`: everyday words by word class; where it has none, short lists stand in."""
        self.rng = rng
        self._words = {name: dictionary.get(name) or PARTS["real_words"] for name in "nvazts"}

    def word(self) -> str:
        """An everyday word: of nouns first, for those are what people are called."""
        draw = self.rng.random()
        name = "n" if draw < 0.6 else "z" if draw < 0.8 else "v" if draw < 0.9 else "a"
        if draw < 0.12:
            return self.rng.choice(PARTS["nature"])
        return self.rng.choice(self._words[name])

    def letter(self) -> str:
        """A letter, with or without what makes it a person."""
        r = self.rng
        letter = r.choice(_LETTERS)
        letter = letter if r.random() < 0.85 else letter.lower()
        return r.choice(
            [letter, letter, letter, letter, f"小{letter}", f"小{letter}", f"老{letter}", f"阿{letter}"]
            + [letter + tail for tail in ("某", "君", "女士", "先生", "姐", "哥", "总", "老师")]
            + [letter + r.choice(_LETTERS), letter + r.choice("·.") + r.choice(_LETTERS)]
        )

    def net(self) -> str:
        """A saying as people put one together to be called by."""
        saying = self.rng.choice(PARTS["sayings"])
        return _PART.sub(lambda part: self._part(part[1]), saying)

    def _part(self, name: str) -> str:
        if name == "d":
            return str(self.rng.randrange(1, 10 ** self.rng.randint(1, 6)))
        if name in self._words:
            return self.rng.choice(self._words[name])
        return self.rng.choice(PARTS[name])
