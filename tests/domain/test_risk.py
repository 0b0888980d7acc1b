"""A person sets the level; what is prompted stands beside it and decides nothing (P6)."""

from itertools import product

import pytest

from app.domain.risk import (
    AT_ONCE,
    DANGER_QUESTION,
    NOT_POSSIBLE,
    ORDER,
    UNKNOWNS,
    Refusal,
    RiskLevel,
    Setting,
    below,
    decision_owed,
    highest,
    judge,
)

MAYBE = [None, *RiskLevel]


def test_levels_rise_from_unknown_to_imminent() -> None:
    assert sorted(RiskLevel, key=ORDER.__getitem__) == ["unknown", "low", "moderate", "high", "imminent"]
    assert {"high", "imminent"} == AT_ONCE


@pytest.mark.parametrize(("level", "prompted"), list(product(RiskLevel, MAYBE)))
def test_p6_any_level_may_be_set_with_a_rationale(level: RiskLevel, prompted: RiskLevel | None) -> None:
    for before, prompted_before in product(MAYBE, MAYBE):
        verdict = judge(level, prompted=prompted, before=before, prompted_before=prompted_before, explained=True)
        assert isinstance(verdict, Setting)
        assert verdict.below_prompt == (prompted is not None and ORDER[level] < ORDER[prompted])
        assert not verdict.explain_later


@pytest.mark.parametrize(("level", "prompted"), list(product(RiskLevel, MAYBE)))
def test_without_a_rationale_only_danger_at_or_above_its_prompt_is_set(
    level: RiskLevel, prompted: RiskLevel | None
) -> None:
    verdict = judge(level, prompted=prompted, before=None, prompted_before=None, explained=False)

    if below(level, prompted):
        assert verdict is Refusal.RATIONALE_BELOW_PROMPT
    elif level in AT_ONCE:
        assert verdict == Setting(below_prompt=False, explain_later=True, tell=True)
    else:
        assert verdict is Refusal.RATIONALE_MISSING


@pytest.mark.parametrize(
    ("level", "prompted", "before", "prompted_before", "told"),
    [
        ("high", None, None, None, True),
        ("imminent", None, "high", None, True),
        ("high", None, "high", None, False),  # they know
        ("high", None, "imminent", None, False),
        ("moderate", "high", None, None, True),  # below what would have been told
        ("moderate", "high", "moderate", "high", False),
        ("moderate", "high", "moderate", "imminent", False),
        ("moderate", "imminent", "moderate", None, True),  # kept, though more is prompted now than it was set beside
        ("moderate", "imminent", "moderate", "low", True),
        ("moderate", "imminent", "moderate", "moderate", True),
        ("moderate", "imminent", "moderate", "high", True),
        ("high", "imminent", "high", "high", True),
        ("low", "high", "moderate", "high", True),
        ("low", "moderate", None, None, False),
        ("low", "moderate", "low", None, False),
        ("moderate", None, "low", None, False),
        ("high", "imminent", None, None, True),
    ],
)
def test_supervisors_hear_of_new_danger_and_of_less_than_a_prompt_of_danger(
    level: str, prompted: str | None, before: str | None, prompted_before: str | None, told: bool
) -> None:
    verdict = judge(
        RiskLevel(level),
        prompted=None if prompted is None else RiskLevel(prompted),
        before=None if before is None else RiskLevel(before),
        prompted_before=None if prompted_before is None else RiskLevel(prompted_before),
        explained=True,
    )
    assert isinstance(verdict, Setting)
    assert verdict.tell is told


@pytest.mark.parametrize(("prompted", "level", "since"), list(product(MAYBE, MAYBE, [True, False])))
def test_p6_a_prompt_of_danger_waits_for_a_person_and_for_nothing_but_her_decision(
    prompted: RiskLevel | None, level: RiskLevel | None, since: bool
) -> None:
    owed = decision_owed(prompted, level=level, set_since=since)

    if prompted not in AT_ONCE:
        assert not owed
    elif level is None:
        assert owed
    else:
        assert owed is (below(level, prompted) and not since)


def test_the_highest_of_some_levels_and_of_none() -> None:
    assert highest([RiskLevel.LOW, None, RiskLevel.HIGH, RiskLevel.UNKNOWN]) is RiskLevel.HIGH
    assert highest([None]) is None
    assert highest([]) is None


def test_every_code_has_both_languages() -> None:
    for zh, en in (*UNKNOWNS.values(), *NOT_POSSIBLE.values(), DANGER_QUESTION):
        assert zh.strip()
        assert en.strip()
        assert not zh.isascii()
