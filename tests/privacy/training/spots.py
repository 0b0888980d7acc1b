"""Invented places, from the grammar in words/places.grammar: addresses, schools, classes, hospitals, workplaces."""

import random
import re
from collections.abc import Callable

from tests.privacy.training.people import COMMON_SURNAMES, FIRST, GIVEN, LAST, SYLLABLES, WORDS, words

CITIES = words("cities")
_CHARS = words("place_chars")[0]
_RULE = re.compile(r"<([^<>]+)>")
_RANGE = re.compile(r"(\d+)-(\d+)")


def _grammar() -> dict[str, list[str]]:
    rules = {}
    for line in (WORDS / "places.grammar").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, ways = line.partition(" =")
            rules[name] = [way.strip() if way.strip(", ") else "" for way in ways.split("|")]
    return rules


class Spots:
    """Draws places; everything comes from the generator it is given."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._rules = _grammar()
        cities, brands, english = words("english_cities"), words("english_brands"), words("english_words")
        own = words("brands")
        self._made: dict[str, Callable[[], str]] = {
            "stem": lambda: "".join(rng.choice(_CHARS) for _ in range(rng.choice([2, 2, 2, 3]))),
            "char": lambda: rng.choice(_CHARS),
            "given": lambda: rng.choice(GIVEN) + rng.choice(GIVEN),
            "surname": lambda: rng.choice(COMMON_SURNAMES),
            "known_city": lambda: rng.choice(CITIES),
            "city_letter": lambda: rng.choice(CITIES)[0],
            "brand": lambda: rng.choice(own),
            "pinyin": lambda: "".join(rng.choice(SYLLABLES) for _ in range(rng.choice([1, 2, 2, 3]))).capitalize(),
            "en_known_city": lambda: rng.choice(cities),
            "en_brand": lambda: rng.choice(brands),
            "en_word": lambda: rng.choice(english),
            "en_first": lambda: rng.choice(FIRST),
            "en_last": lambda: rng.choice(LAST),
        }

    def draw(self, name: str) -> str:
        """One place of a rule's kind."""
        if name in self._made:
            return self._made[name]()
        span = _RANGE.fullmatch(name)
        if span:
            return str(self.rng.randint(int(span[1]), int(span[2])))
        return _RULE.sub(lambda rule: self.draw(rule[1]), self.rng.choice(self._rules[name]))
