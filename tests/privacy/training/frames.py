"""Sentences in which somebody or something may stand: the word itself has to say which (frames/README.md)."""

import random
from pathlib import Path

from tests.privacy.training.callnames import Dictionary
from tests.privacy.training.people import People

FOLDER = Path(__file__).parent / "frames"
SOMEBODY = 0.45
"""How often it is somebody, where it may be."""
ONLY_THINGS = 0.25
"""How often a sentence is one that speaks of things alone."""
OF_THE_LISTS = 0.8
"""How often a thing is one of our lists; otherwise an everyday word of LAC's dictionary."""
_CLASSES = "nnnztvas"


def _lines(name: str) -> list[str]:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()


class Frames:
    """Draws them, in parts, each with its label."""

    def __init__(self, rng: random.Random, people: People, dictionary: Dictionary) -> None:
        """`dictionary`: everyday words by word class."""
        self._rng = rng
        self._people = people
        self._dictionary = dictionary
        self._frames = {language: _lines(language) for language in ("zh", "en")}
        self._of_things = {language: _lines(f"things_{language}") for language in ("zh", "en")}
        self._things = {language: _lines(f"words_{language}") for language in ("zh", "en")}

    def draw(self, language: str) -> list[tuple[str, str | None]]:
        """A sentence."""
        rng = self._rng
        only_things = rng.random() < ONLY_THINGS
        frame = rng.choice((self._of_things if only_things else self._frames)[language])
        before, after = frame.split("{}")
        if not only_things and rng.random() < SOMEBODY:
            return [(before, None), (self._somebody(language), "PERSON"), (after, None)]
        thing = self._thing(language)
        if language == "en" and not before and rng.random() < 0.8:
            thing = thing[0].upper() + thing[1:]
        return [(before + thing + after, None)]

    def _somebody(self, language: str) -> str:
        people, draw = self._people, self._rng.random()
        if language == "en":
            return people.english() if draw < 0.7 else people.english_titled() if draw < 0.8 else people.pinyin()
        if draw < 0.45:
            return people.chinese()
        if draw < 0.6:
            return people.given()
        if draw < 0.75:
            return people.titled()
        return people.nickname() if draw < 0.92 else people.minority()

    def _thing(self, language: str) -> str:
        if language == "zh" and self._rng.random() >= OF_THE_LISTS:
            return self._rng.choice(self._dictionary.get(self._rng.choice(_CLASSES)) or self._things["zh"])
        return self._rng.choice(self._things[language])
