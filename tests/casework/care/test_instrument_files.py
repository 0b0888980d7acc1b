"""A file of an instrument or of terms with anything wrong in it is refused whole, with the place and the reason."""

from pathlib import Path

import pytest

from app.casework.instruments.library import DATA as INSTRUMENTS
from app.casework.instruments.library import read_folder
from app.casework.instruments.reading import read_instrument
from app.casework.retention.periods import DATA as PERIODS
from app.casework.retention.periods import load_periods
from app.lines.reading import RefusedError

C_SSRS = (INSTRUMENTS / "c-ssrs-screener.v1.yaml").read_text(encoding="utf-8")
SCALE = (INSTRUMENTS / "beijing-hotline-scale.v1.yaml").read_text(encoding="utf-8")
PLAN = (INSTRUMENTS / "safety-plan.v1.yaml").read_text(encoding="utf-8")


def ten_years_of(record_class: str) -> tuple[str, str]:
    """The file, and what it says of a class."""
    return "cn-ten-years.yaml", f"  {record_class}:\n    keep: {{years: 10}}\n    at_least: {{years: 10}}\n"


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        (C_SSRS, "  - id: q2\n", "  - id: q1\n", "there are two items `q1`"),
        (
            C_SSRS,
            "asked_when: {item: q2, answered: [yes]}",
            "asked_when: {item: q6, answered: [yes]}",
            "an earlier item",
        ),
        (C_SSRS, "when: {item: q3, answered: [yes]}", "when: {item: q33, answered: [yes]}", "`q33` is not an item"),
        (
            C_SSRS,
            "when: {item: q3, answered: [yes]}",
            "when: {item: q3, answered: [maybe]}",
            "`maybe` is not an answer",
        ),
        (C_SSRS, "code: method", "code: plan", "there are two rules `plan`"),
        (C_SSRS, "level: moderate", "level: grave", "level"),
        (C_SSRS, "kind: screener", "kind: scale", "a scale has a score"),
        (C_SSRS, "kind: screener", "kind: plan", "a plan is filled in"),
        (C_SSRS, "kind: screener\n", "kind: screener\nprice: 3\n", "there is no setting `price` here"),
        (C_SSRS, "  zh: 哥伦比亚自杀严重程度筛查（C-SSRS 筛查版）\n", "", "`zh` is missing"),
        (SCALE, "kind: scale", "kind: screener", "a screener has rules"),
        (SCALE, "lowest: 4", "lowest: 9", "bands begin at 0, rise"),
        (
            SCALE,
            "{id: hopelessness, answers: weighed",
            "{id: hopelessness, answers: yes_no",
            "each of its items is weighed",
        ),
        (PLAN, "  - id: warning_signs\n", "  - id: warning_signs\n    answers: weighed\n", "a plan is filled in"),
        (
            C_SSRS,
            "  - id: q2\n",
            "  - id: q2\n    answers: [{id: unknown, text: {zh: 甲, en: A}}, {id: b, text: {zh: 乙, en: B}}]\n",
            "every item takes `unknown` already",
        ),
        (
            C_SSRS,
            "  - id: q2\n",
            "  - id: q2\n    answers: [{id: yes, text: {zh: 甲, en: A}}, {id: yes, text: {zh: 乙, en: B}}]\n",
            "an answer is given twice",
        ),
    ],
)
def test_an_instrument_that_does_not_make_sense_is_refused(text: str, old: str, new: str, said: str) -> None:
    assert old in text
    with pytest.raises(RefusedError, match=said) as refused:
        read_instrument(text.replace(old, new, 1), "it.yaml")
    assert all(str(problem).startswith("it.yaml:") for problem in refused.value.problems)


def test_a_file_is_named_for_its_instrument_and_version(tmp_path: Path) -> None:
    (tmp_path / "c-ssrs-screener.v2.yaml").write_text(C_SSRS, encoding="utf-8")

    with pytest.raises(RefusedError, match=r"this belongs in c-ssrs-screener\.v1\.yaml"):
        read_folder(tmp_path)


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("id: [", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("id: b\n", encoding="utf-8")

    with pytest.raises(RefusedError) as refused:
        read_folder(tmp_path)
    assert {problem.file for problem in refused.value.problems} == {"a.yaml", "b.yaml"}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("cn.yaml", "keep: {years: 3}", "keep: {years: 2}", "shorter than `at_least`"),
        ("cn.yaml", "keep: {days: 30}", "keep: {days: 31}", "longer than `at_most`"),
        ("cn.yaml", "keep: {days: 30}", "keep: always", "kept for ever, longer than `at_most`"),
        ("cn.yaml", "keep: {days: 30}", "keep: {days: 0}", "at least a day"),
        ("cn.yaml", "default: true", "default: false", "exactly one file with `default: true`, and there are 0"),
        ("cn.yaml", "  audit:", "  weather:", "keep.weather"),
        ("cn.yaml", "default: true\n", "default: true\napplies_to: {lines: [lamp]}\n", "names no lines"),
        ("cn-ten-years.yaml", "jurisdiction: cn-ten-years", "jurisdiction: cn", "two files of jurisdiction `cn`"),
        ("cn-ten-years.yaml", "organisations: []", "organisations: [a, a]", "`a` is under two jurisdictions"),
        (*ten_years_of("contacts"), "  contacts:\n    keep: {years: 4}\n", "nobody could find any more"),
        (*ten_years_of("ledger"), "  ledger:\n    keep: {years: 1}\n", "keeps ledger for less than cn allows"),
        (*ten_years_of("ledger"), "  vault:\n    keep: always\n", "keeps vault for longer than cn allows"),
    ],
)  # fmt: skip
def test_terms_that_do_not_make_sense_are_refused(file: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    for path in PERIODS.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if path.name == file:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / path.name).write_text(text, encoding="utf-8")

    with pytest.raises(RefusedError, match=said):
        load_periods(tmp_path)


def test_a_default_has_to_name_every_class(tmp_path: Path) -> None:
    text = (PERIODS / "cn.yaml").read_text(encoding="utf-8")
    (tmp_path / "cn.yaml").write_text(text[: text.index("  audit:")], encoding="utf-8")

    with pytest.raises(RefusedError, match="does not say how long these are kept: audit"):
        load_periods(tmp_path)
