"""What a note is looked at for, read once from `criteria.yaml` and checked as it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from app.domain.errors import Invalid

SCORES: Final = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class CriterionInForce:
    """One criterion with its names and the question behind it."""

    code: str
    zh: str
    en: str
    asks_zh: str
    asks_en: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class CriteriaBook:
    """One version of the criteria, those out of use included."""

    version: str
    all: tuple[CriterionInForce, ...]

    @property
    def in_force(self) -> tuple[CriterionInForce, ...]:
        """What a note is scored by now."""
        return tuple(each for each in self.all if not each.retired)

    def checked(self, scores: Mapping[str, int | None]) -> dict[str, int | None]:
        """The scores in the book's order. Raises Invalid unless each criterion in force, and no other, is there."""
        wanted = [each.code for each in self.in_force]
        wrong = {f"scores.{code}": "is missing · 缺少评分" for code in wanted if code not in scores}
        wrong |= {f"scores.{code}": "is no criterion · 没有这个评分项" for code in scores if code not in wanted}
        if wrong:
            raise Invalid(
                "Give each criterion a score, or say that it cannot be told. 请为每一项评分，无法判断的请注明。",
                fields=wrong,
            )
        return {code: scores[code] for code in wanted}


@cache
def criteria_book() -> CriteriaBook:
    """The criteria of this deployment."""
    raw: dict[str, Any] = yaml.safe_load(files("app.casework.review").joinpath("criteria.yaml").read_text("utf-8"))
    found = tuple(CriterionInForce(**row) for row in raw["criteria"])
    if len({each.code for each in found}) != len(found):
        raise ValueError("a criterion is there twice")
    return CriteriaBook(raw["version"], found)
