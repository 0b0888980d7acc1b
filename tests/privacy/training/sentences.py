"""Everyday sentences with a slot where somebody stood (sentences/README.md)."""

import random
import re
from pathlib import Path

FOLDER = Path(__file__).parent / "sentences"
SLOT = re.compile(r"\{(\w+)\}")
_CHINESE = {"h": "他", "s": "她"}


class Sentences:
    """Draws sentences, in parts: a text with no name in it, or None where one has to be put."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._all = {name: (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines() for name in ("zh", "en")}
        self._with = {name: [one for one in all_ if "{" in one] for name, all_ in self._all.items()}

    def draw(self, language: str, *, names: bool) -> list[str | None]:
        """A sentence with names, or as it was."""
        sentence = self.rng.choice((self._with if names else self._all)[language])
        parts: list[str | None] = []
        for at, piece in enumerate(SLOT.split(sentence)):
            if at % 2 == 0:
                parts.append(piece)
            elif names and (piece == "T" or self.rng.random() < 0.7):
                parts.append(None)
            else:
                parts.append(_CHINESE.get(piece, piece) if piece != "T" else self._nobody(language))
        return parts

    def _nobody(self, language: str) -> str:
        return self.rng.choice(["他", "她", "我", "大家"] if language == "zh" else ["he", "she", "everyone", "nobody"])
