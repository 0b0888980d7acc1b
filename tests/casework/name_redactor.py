"""A finder that knows a few invented names and mobile numbers: for tests of what is done with what is found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.casework.redacting import Finding, Known, Number

NAMES: Final = ("欧阳晓岚", "晓岚", "顾长风", "Tamsin Hale")
_PATTERN: Final = re.compile(r"(?P<PERSON>" + "|".join(NAMES) + r")|(?P<PHONE>1[3-9]\d{9})|(?P<CLASS>初二3班)")
_WORDS: Final = {"PERSON": "姓名", "PHONE": "电话"}


@dataclass(frozen=True, slots=True)
class Spot:
    """What was found."""

    start: int
    end: int
    kind: str
    reason: str


class NameRedactor:
    """Finds what the list says and what is known; a class is made coarser, everything else gets a number."""

    def __init__(self) -> None:
        self.asked = 0

    def find(self, text: str, known: Sequence[Known]) -> Sequence[Finding]:
        """The names and numbers in order."""
        self.asked += 1
        spots = [Spot(m.start(), m.end(), str(m.lastgroup), "shape") for m in _PATTERN.finditer(text)]
        for each in known:
            spots += [Spot(m.start(), m.end(), each.kind, "known") for m in re.finditer(re.escape(each.value), text)]
        spots.sort(key=lambda s: (s.start, -s.end))
        apart: list[Spot] = []
        for spot in spots:
            if not apart or spot.start >= apart[-1].end:
                apart.append(spot)
        return apart

    def replacement(self, text: str, finding: Finding, number: Number) -> str:
        """A numbered placeholder; a class becomes a school stage."""
        if finding.kind == "CLASS":
            return "〔初中〕"
        written = text[finding.start : finding.end]
        return f"〔{_WORDS.get(finding.kind, finding.kind)}{number(finding.kind, written)}〕"
