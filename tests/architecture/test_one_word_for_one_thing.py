"""A thing is called the same on every screen, on paper, in a sheet and in the glossary, in both languages."""

import re
import subprocess
from pathlib import Path

import pytest

from app.casework.review.packet_words import WORDS
from app.casework.review.schemas import Dimension
from app.casework.review.sheets import HEADS

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SCREENS = REPOSITORY / "app/console/web/src/i18n"
OTHER_WORDS_FOR_IT = re.compile(
    "(?:危险|风险)(?:级别|程度|水平)|危险等[级級]|风险等級|"
    r"\b[Ll]evels? of (?:risk|danger)\b|\b[Dd]anger levels?\b"
)


def _in_the_glossary(term: str) -> str:
    """The Chinese word of a term."""
    lines = (REPOSITORY / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    (word,) = [line.split("|")[2].strip() for line in lines if line.startswith(f"| {term} |")]
    return word


def _shown() -> list[Path]:
    """Whatever is read by people who use the product: screens, templates, lists of codes, what is printed."""
    wanted = ("app/console/web/src/i18n/**", "app/**.yaml", "app/**.html", "app/casework/review/**.py", "README*.md")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *wanted], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return [REPOSITORY / name for name in listed.stdout.split("\0") if name and (REPOSITORY / name).exists()]


def test_the_level_that_a_person_sets_is_called_a_risk_level_wherever_it_is_shown() -> None:
    files = _shown()
    assert {"record.ts", "packet_words.py", "sheets.py", "criteria.yaml", "README.zh-CN.md"} <= {f.name for f in files}
    found = [(f.name, m.group()) for f in files for m in OTHER_WORDS_FOR_IT.finditer(f.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("wrong", ["危险等级：高", "风险级别", "Level of risk", "levels of danger"])
def test_another_word_for_it_would_be_found(wrong: str) -> None:
    assert OTHER_WORDS_FOR_IT.search(wrong)


def test_the_sheet_the_packet_the_glossary_and_the_screens_agree_on_it() -> None:
    word = _in_the_glossary("risk level")
    assert word == "风险等级"
    assert HEADS[Dimension.LEVEL] == (word, "Risk level")
    assert WORDS["levels"] == (word, "Risk levels")
    for name in ("counts.ts", "records.ts"):
        assert f'level: "{word}"' in (SCREENS / "zh" / name).read_text(encoding="utf-8"), name
        assert 'level: "Risk level"' in (SCREENS / "en" / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize(("term", "key"), [("flag", "flags"), ("plan", "plan"), ("task", "tasks")])
def test_what_hangs_on_a_file_is_called_on_paper_as_on_the_screen(term: str, key: str) -> None:
    word = _in_the_glossary(term)
    assert WORDS[key][0] == word
    assert f'title: "{word}"' in (SCREENS / "zh/files.ts").read_text(encoding="utf-8")
