"""Levels of risk, and what a person's setting of one amounts to beside what was prompted (P6; field.md section 3).

Decided here: a person sets the level, an instrument only prompts. Any level may be set; below the prompted one it
takes a rationale. `unknown` is a level: it says that the danger could not be told, never that there is none. High and
imminent may be set at once and explained afterwards: nobody types while a life is in danger.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class RiskLevel(StrEnum):
    """How much danger a life is in, as a person judged it; in rising order."""

    UNKNOWN = "unknown"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    IMMINENT = "imminent"


ORDER: Final[Mapping[RiskLevel, int]] = {level: rank for rank, level in enumerate(RiskLevel)}

AT_ONCE: Final = frozenset({RiskLevel.HIGH, RiskLevel.IMMINENT})
"""The levels that supervisors are told of, and that may be set before they are explained."""

UNKNOWNS: Final[Mapping[str, tuple[str, str]]] = {
    "thoughts": ("是否有自杀想法", "Whether there are thoughts of suicide"),
    "plan": ("是否有计划或方式", "Whether there is a plan or a method"),
    "intent": ("是否打算付诸行动", "Whether they intend to act"),
    "past_acts": ("过去是否有过自杀行为", "Whether there were suicidal acts before"),
    "means": ("身边是否有可用于自伤的物品", "Whether means are within reach"),
    "whereabouts": ("现在身在何处", "Where they are now"),
    "alone": ("身边是否有人", "Whether somebody is with them"),
    "substances": ("是否饮酒或用药", "Whether they have taken alcohol or drugs"),
    "supports": ("有谁可以依靠", "Whom they can turn to"),
    "who": ("处于危险的是谁", "Who it is that is in danger"),
}
"""What was not found out, besides unanswered items of instruments: code → zh, en (ours)."""

NOT_POSSIBLE: Final[Mapping[str, tuple[str, str]]] = {
    "silent": ("来电者未说话", "The caller did not speak"),
    "ended_first": ("还没问到就断线了", "The call ended before it could be asked"),
    "not_counselling": ("非咨询来电（打错、测试、致谢等）", "Not counselling (wrong number, test, thanks)"),
    "nuisance": ("骚扰或恶作剧", "Abuse or a prank"),
    "third_party_unsure": ("替他人来电，对情况不了解", "Calling for somebody else, who could not say"),
    "language": ("语言不通", "No language in common"),
    "refused": ("来电者拒绝回答", "The caller would not answer"),
    "state": ("来电者当时的状态无法作答", "The caller was in no state to answer"),
}
"""Why danger could not be asked about, though it is asked on every contact (field.md section 2): code → zh, en."""

DANGER_QUESTION: Final = (
    "每一通来电都要评估自杀危险：是否已询问？",
    "Danger is assessed on every contact: has it been asked about?",
)


def below(level: RiskLevel, prompted: RiskLevel | None) -> bool:
    """Whether `level` is lower than what was prompted; nothing prompted, nothing to be below."""
    return prompted is not None and ORDER[level] < ORDER[prompted]


def highest(levels: Iterable[RiskLevel | None]) -> RiskLevel | None:
    """The highest of these; None when there is none."""
    return max((level for level in levels if level is not None), key=ORDER.__getitem__, default=None)


def decision_owed(prompted: RiskLevel | None, *, level: RiskLevel | None, set_since: bool) -> bool:
    """Whether a prompt of danger still waits for a person; `set_since`: `level` was set when it was prompted already.

    Whatever she sets then is her decision. A level of before stands only if it is as high as the prompt.
    """
    return prompted in AT_ONCE and (level is None or (below(level, prompted) and not set_since))


class Refusal(StrEnum):
    """Why a level cannot be set as it is."""

    RATIONALE_BELOW_PROMPT = "rationale_below_prompt"
    RATIONALE_MISSING = "rationale_missing"


@dataclass(frozen=True, slots=True)
class Setting:
    """What setting a level comes to. `tell`: supervisors hear of it; `explain_later`: its rationale is still owed."""

    below_prompt: bool
    explain_later: bool
    tell: bool


def judge(
    level: RiskLevel,
    *,
    prompted: RiskLevel | None,
    before: RiskLevel | None,
    prompted_before: RiskLevel | None,
    explained: bool,
) -> Setting | Refusal:
    """Whether a person may set `level` so.

    `before` is the contact's level until now, `prompted_before` what was prompted when it was set, `explained`: with a
    rationale. Supervisors are told of high and imminent when they are new, and of every level below a prompt of these,
    unless the same level was below a prompt at least as high already.
    """
    lower = below(level, prompted)
    if not explained:
        if lower:
            return Refusal.RATIONALE_BELOW_PROMPT
        if level not in AT_ONCE:
            return Refusal.RATIONALE_MISSING
    new = before is None or ORDER[level] > ORDER[before]
    told = level is before and prompted_before is not None and not below(prompted_before, prompted)
    tell = (level in AT_ONCE and new) or (lower and prompted in AT_ONCE and not told)
    return Setting(below_prompt=lower, explain_later=not explained, tell=tell)
