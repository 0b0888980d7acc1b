"""What is refused is explained in English and in Chinese: one sentence after the other, and each reader gets hers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain import errors
from app.platform.problems import in_both_languages

APP = Path(__file__).resolve().parent.parent.parent / "app"
ERRORS = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)}
FOR_THE_COMMAND_LINE = {"cli", "people/accounts.py"}  # whoever types commands reads them in English


def _explanations() -> Iterator[tuple[str, str]]:
    """Where each is, and what it says; what is put in at run time stands as {}."""
    for file in sorted(APP.rglob("*.py")):
        name = file.relative_to(APP).as_posix()
        if (
            "node_modules" in file.parts
            or name.partition("/")[0] in FOR_THE_COMMAND_LINE
            or name in FOR_THE_COMMAND_LINE
        ):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS and node.args:
                match node.args[0]:
                    case ast.Constant(value=str(said)):
                        yield f"{name}:{node.lineno}", said
                    case ast.JoinedStr(values=parts):
                        said = "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts)
                        yield f"{name}:{node.lineno}", said


def test_every_explanation_says_it_in_english_and_in_chinese() -> None:
    explanations = list(_explanations())
    assert len(explanations) > 100
    wrong = []
    for where, said in explanations:
        english, chinese = in_both_languages(said)
        if not english or not chinese or re.search(r"[一-鿿]", english.replace("{}", "")):
            wrong.append(f"{where}: {said}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("said", "english", "chinese"),
    [
        ("Nobody there is ready. 对方目前无人可接。", "Nobody there is ready.", "对方目前无人可接。"),
        ("At most 24 hours. 24 小时以内。", "At most 24 hours.", "24 小时以内。"),
        ("First one. Then another. 先此后彼。", "First one. Then another.", "先此后彼。"),
        ("It needs KEY_ID. 缺少 KEY_ID。", "It needs KEY_ID.", "缺少 KEY_ID。"),
        ("Say “yes”. “好”也可以。", "Say “yes”.", "“好”也可以。"),
        ("rang out", "rang out", ""),
        ("", "", ""),
    ],
)
def test_each_reader_gets_her_language(said: str, english: str, chinese: str) -> None:
    assert in_both_languages(said) == (english, chinese)
