"""An instrument's answers: branching, triage and score as field.md section 3 has them, and unknown never as no."""

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.instruments import (
    UNKNOWN,
    AllOf,
    AnyOf,
    Band,
    Instrument,
    Is,
    Item,
    Result,
    Rule,
    Score,
    evaluate,
    replaces,
    wrong_answers,
)
from app.domain.risk import ORDER, RiskLevel

L = RiskLevel
YES_NO = ("yes", "no")


def yes(item: str) -> Is:
    return Is(item, frozenset({"yes"}))


# The two of the package, written out once more from the field's own words: the files are compared with these.
C_SSRS = Instrument(
    items=(
        Item("q1", YES_NO),
        Item("q2", YES_NO),
        *(Item(name, YES_NO, yes("q2")) for name in ("q3", "q4", "q5")),
        Item("q6", YES_NO),
        Item("q6_recent", YES_NO, yes("q6")),
    ),
    rules=(
        Rule("wish_or_thoughts", L.LOW, AnyOf((yes("q1"), yes("q2")))),
        Rule("method", L.MODERATE, yes("q3")),
        Rule("behaviour_lifetime", L.MODERATE, yes("q6")),
        Rule("intent", L.HIGH, yes("q4")),
        Rule("plan", L.HIGH, yes("q5")),
        Rule("behaviour_recent", L.HIGH, yes("q6_recent")),
    ),
)
RULES = Instrument(
    items=(
        Item("act_in_progress", YES_NO),
        Item("attempt_two_weeks", YES_NO),
        Item("plan", YES_NO),
        Item("intent_72h", YES_NO, yes("plan")),
    ),
    rules=(
        Rule("act_in_progress", L.IMMINENT, yes("act_in_progress")),
        Rule("attempt_two_weeks", L.HIGH, yes("attempt_two_weeks")),
        Rule("plan_with_intent_72h", L.HIGH, AllOf((yes("plan"), yes("intent_72h")))),
    ),
)
SCALE = Instrument(
    items=tuple(Item(f"e{n}", ("none", "some", "much"), points={"none": 0, "some": 1, "much": 2}) for n in range(8)),
    bands=(Band(0, L.LOW), Band(4, L.MODERATE), Band(8, L.HIGH)),
)
ALL = {"c-ssrs": C_SSRS, "rules": RULES, "scale": SCALE}


def triage(answers: Mapping[str, str]) -> RiskLevel | None:
    """The screener's triage, straight from field.md: who answered everything that was asked."""
    said = {name for name, answer in answers.items() if answer == "yes"}
    if said & {"q4", "q5", "q6_recent"}:
        return L.HIGH
    if said & {"q3", "q6"}:
        return L.MODERATE
    return L.LOW if said & {"q1", "q2"} else None


def test_the_screener_triages_every_complete_sheet_as_the_field_says() -> None:
    for q1, q2, q6 in product(YES_NO, repeat=3):
        for q3, q4, q5 in product(YES_NO, repeat=3) if q2 == "yes" else [(None, None, None)]:
            for recent in YES_NO if q6 == "yes" else [None]:
                sheet = {"q1": q1, "q2": q2, "q3": q3, "q4": q4, "q5": q5, "q6": q6, "q6_recent": recent}
                answers = {name: answer for name, answer in sheet.items() if answer is not None}
                result = evaluate(C_SSRS, answers)
                assert result.level == triage(answers), answers
                assert not result.lower_bound
                assert result.not_known == result.contradictory == ()


def test_no_thoughts_close_off_method_intent_and_plan_but_never_behaviour() -> None:
    result = evaluate(C_SSRS, {"q1": "no", "q2": "no"})

    assert result.not_known == ("q6", "q6_recent")
    assert result.level is L.UNKNOWN
    assert result.could_be is L.HIGH


@pytest.mark.parametrize("thoughts", [{}, {"q2": UNKNOWN}])
def test_thoughts_not_known_leave_method_intent_and_plan_to_be_asked(thoughts: dict[str, str]) -> None:
    result = evaluate(C_SSRS, {"q1": "yes", "q6": "no", **thoughts})

    assert result.level is L.LOW
    assert result.lower_bound
    assert result.could_be is L.HIGH
    assert result.not_known == ("q2", "q3", "q4", "q5")


def test_everything_asked_and_answered_with_no_prompts_nothing() -> None:
    assert evaluate(C_SSRS, {"q1": "no", "q2": "no", "q6": "no"}) == Result(None, None, (), (), ())


def test_an_answer_given_though_it_was_closed_off_counts_and_is_named() -> None:
    result = evaluate(C_SSRS, {"q1": "no", "q2": "no", "q5": "yes", "q6": "no"})

    assert result.level is L.HIGH
    assert result.contradictory == ("q5",)
    assert result.because == ("plan",)


def test_unknown_given_to_a_closed_item_is_not_a_no_either() -> None:
    result = evaluate(C_SSRS, {"q1": "no", "q2": "no", "q4": UNKNOWN, "q6": "no"})

    assert result.level is L.UNKNOWN
    assert result.not_known == ("q4",)
    assert result.could_be is L.HIGH


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"act_in_progress": "yes"}, L.IMMINENT),
        ({"act_in_progress": "no", "attempt_two_weeks": "yes", "plan": "no"}, L.HIGH),
        ({"act_in_progress": "no", "attempt_two_weeks": "no", "plan": "yes", "intent_72h": "yes"}, L.HIGH),
        ({"act_in_progress": "no", "attempt_two_weeks": "no", "plan": "yes", "intent_72h": "no"}, None),
        ({"act_in_progress": "no", "attempt_two_weeks": "no", "plan": "no"}, None),
        ({"act_in_progress": "no", "attempt_two_weeks": "no", "plan": "yes"}, L.UNKNOWN),
        ({"act_in_progress": UNKNOWN, "attempt_two_weeks": "yes", "plan": "no"}, L.HIGH),
        ({}, L.UNKNOWN),
    ],
)
def test_the_rule_based_high_risk_is_each_of_its_three_rules(answers: dict[str, str], level: RiskLevel | None) -> None:
    assert evaluate(RULES, answers).level is level


@pytest.mark.parametrize(("points", "level"), [(0, L.LOW), (3, L.LOW), (4, L.MODERATE), (7, L.MODERATE), (8, L.HIGH)])
def test_a_score_falls_into_its_band(points: int, level: RiskLevel) -> None:
    grades = ["much"] * (points // 2) + ["some"] * (points % 2)
    answers = {f"e{n}": grades[n] if n < len(grades) else "none" for n in range(8)}

    result = evaluate(SCALE, answers)

    assert result.score == Score(points, points)
    assert result.level is level
    assert not result.lower_bound


def test_a_score_with_elements_not_known_is_a_lower_bound() -> None:
    result = evaluate(SCALE, {f"e{n}": "none" for n in range(5)} | {"e5": UNKNOWN})

    assert result.score == Score(0, 6)
    assert result.level is L.LOW
    assert result.could_be is L.MODERATE
    assert result.not_known == ("e5", "e6", "e7")


def test_a_sum_of_nothing_is_not_a_low_score() -> None:
    assert evaluate(SCALE, {}).level is L.UNKNOWN


def test_an_element_closed_off_adds_nothing() -> None:
    scale = Instrument((SCALE.items[0], Item("more", ("a", "b"), Is("e0", frozenset({"much"})), {"a": 0, "b": 5})))
    banded = Instrument(scale.items, bands=(Band(0, L.LOW),))

    assert evaluate(banded, {"e0": "none"}).score == Score(0, 0)


def test_what_an_instrument_does_not_know_is_named() -> None:
    assert wrong_answers(C_SSRS, {"q1": "yes", "q2": UNKNOWN, "q3": "maybe", "q9": "yes"}) == {
        "q3": "no_such_answer",
        "q9": "no_such_item",
    }


@st.composite
def sheets(draw: st.DrawFn) -> tuple[Instrument, dict[str, str]]:
    instrument = ALL[draw(st.sampled_from(sorted(ALL)))]
    answers = {
        item.id: draw(st.sampled_from([*item.answers, UNKNOWN])) for item in instrument.items if draw(st.booleans())
    }
    return instrument, answers


def rank(level: RiskLevel | None) -> int:
    """Nothing prompted is no more than unknown."""
    return 0 if level is None else ORDER[level]


@given(sheets(), st.data())
def test_whatever_is_found_out_later_the_level_was_a_lower_bound(
    sheet: tuple[Instrument, dict[str, str]], data: st.DataObject
) -> None:
    instrument, answers = sheet
    before = evaluate(instrument, answers)
    known = dict(answers)
    for item in instrument.items:
        if answers.get(item.id, UNKNOWN) == UNKNOWN and (item.id in answers or data.draw(st.booleans())):
            known[item.id] = data.draw(st.sampled_from(item.answers))
    after = evaluate(instrument, known)
    # An answer to what the others had closed off is no finding out but a contradiction, and is named as one.
    assume(set(after.contradictory) <= set(before.contradictory))

    assert rank(before.level) <= rank(after.level) <= rank(before.could_be)
    assert rank(after.could_be) <= rank(before.could_be)
    assert set(before.because) <= set(after.because)


@given(sheets())
def test_unknown_and_unanswered_prompt_alike_where_the_item_was_asked(
    sheet: tuple[Instrument, dict[str, str]],
) -> None:
    instrument, answers = sheet
    result = evaluate(instrument, answers)
    spelled_out = evaluate(instrument, {**dict.fromkeys(result.not_known, UNKNOWN), **answers})

    assert spelled_out == result


@given(sheets())
def test_a_result_that_is_certain_says_so_and_one_that_is_not_names_what_is_missing(
    sheet: tuple[Instrument, dict[str, str]],
) -> None:
    result = evaluate(*sheet)

    assert rank(result.level) <= rank(result.could_be)
    if result.lower_bound or result.level is L.UNKNOWN:
        assert result.not_known
    if not result.not_known:
        assert result.level is result.could_be


@pytest.mark.parametrize(
    ("level", "lower_bound", "earlier", "replaced"),
    [
        (L.LOW, False, L.HIGH, True),  # a correction of everything that counts
        (None, False, L.HIGH, True),
        (L.UNKNOWN, True, L.HIGH, False),  # an empty sheet, or one question more
        (L.MODERATE, True, L.HIGH, False),
        (L.HIGH, True, L.HIGH, False),  # it goes on being prompted
        (L.HIGH, False, L.HIGH, False),
        (L.HIGH, True, L.MODERATE, True),
        (L.IMMINENT, False, L.HIGH, True),
        (L.UNKNOWN, True, None, True),
        (L.LOW, False, L.UNKNOWN, True),
        (None, False, None, False),
    ],
)
def test_p6_a_sheet_with_open_questions_takes_no_higher_prompt_back(
    level: RiskLevel | None, lower_bound: bool, earlier: RiskLevel | None, replaced: bool
) -> None:
    assert replaces(level, lower_bound=lower_bound, earlier=earlier) is replaced


@given(st.sampled_from(list(ALL.values())), st.data())
def test_what_a_sheet_leaves_out_takes_no_prompt_back(instrument: Instrument, data: st.DataObject) -> None:
    """Whatever was answered first, answering less of it the same way never lowers what is prompted."""
    everything = {item.id: data.draw(st.sampled_from(item.answers)) for item in instrument.items}
    less = {name: answer for name, answer in everything.items() if data.draw(st.booleans())}
    first, second = evaluate(instrument, everything), evaluate(instrument, less)
    assume(not first.contradictory)
    if replaces(second.level, lower_bound=second.lower_bound, earlier=first.level):
        assert first.level is None or (second.level is not None and ORDER[second.level] >= ORDER[first.level])
