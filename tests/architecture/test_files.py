"""What every file of the repository keeps to: its size, its name, and nothing of the machine it was written on."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent
LIMIT, LIMIT_OF_TESTS = 310, 400
# Longer for a reason, with the reason. A file that grows beyond the number here has to be divided.
LONGER: dict[str, tuple[int, str]] = {}
VAGUE_NAMES = {"utils.py", "util.py", "helpers.py", "helper.py", "manager.py", "service.py", "common.py", "misc.py"}
OF_A_MACHINE = re.compile(
    r"(?<![\w.])/(?:work|root|home|opt(?!/homebrew)|Users|mnt)/[\w.-]+|pypi\.org|pythonhosted\.org|registry\.npmjs\.org|"
    r"npmmirror|tuna\.tsinghua|--(?:extra-)?index-url[= ]\S"
)
BINARY = {".wav", ".png", ".ico", ".woff2", ".xlsx", ".npz", ".onnx"}


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return [REPOSITORY / name for name in listed.stdout.split("\0") if name and (REPOSITORY / name).exists()]


def _name(file: Path) -> str:
    return file.relative_to(REPOSITORY).as_posix()


def test_no_file_is_longer_than_one_can_take_in() -> None:
    too_long = {}
    for file in _tracked("app/**.py", "tests/**.py", "app/**.ts", "app/**.tsx"):
        name = _name(file)
        if name.endswith(".gen.ts"):
            continue
        allowed, _why = LONGER.get(name, (LIMIT_OF_TESTS if name.startswith("tests/") else LIMIT, ""))
        lines = len(file.read_text(encoding="utf-8").splitlines())
        if lines > allowed:
            too_long[name] = lines
    assert too_long == {}


def test_the_list_of_longer_files_names_only_files_that_need_it() -> None:
    for name, (allowed, why) in LONGER.items():
        lines = len((REPOSITORY / name).read_text(encoding="utf-8").splitlines())
        assert (LIMIT_OF_TESTS if name.startswith("tests/") else LIMIT) < lines <= allowed, name
        assert why


def test_files_are_named_for_what_happens_in_them() -> None:
    assert [_name(file) for file in _tracked("app/**.py", "tests/**.py") if file.name in VAGUE_NAMES] == []


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    found = []
    for file in _tracked():
        if file.suffix in BINARY or file == Path(__file__).resolve():
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if (match := OF_A_MACHINE.search(line)) is not None:
                found.append(f"{_name(file)}:{number}: {match[0]}")
    assert found == []


@pytest.mark.parametrize("line", ["/work/project/app", "see /root/notes.md", "https://pypi.org/simple", "/home/me/x"])
def test_the_search_for_machine_paths_finds_one(line: str) -> None:
    assert OF_A_MACHINE.search(line)


@pytest.mark.parametrize("line", ["app/work/loop", "/api/work", "the frame/root/node", "/webhooks/twilio", "/healthz"])
def test_the_search_for_machine_paths_leaves_our_own_paths_alone(line: str) -> None:
    assert OF_A_MACHINE.search(line) is None


def test_every_test_is_a_sentence_and_every_module_says_what_it_is_for() -> None:
    nameless = []
    for file in _tracked("tests/**.py"):
        text = file.read_text(encoding="utf-8")
        nameless += [
            f"{_name(file)}: {name}" for name in re.findall(r"def (test_\w+)", text) if len(name.split("_")) < 4
        ]
    undescribed = [
        _name(file)
        for file in _tracked("app/**.py", "tests/**.py", "migrations/**.py")
        if (text := file.read_text(encoding="utf-8")) and ast.get_docstring(ast.parse(text)) is None
    ]
    assert nameless == []
    assert undescribed == []
