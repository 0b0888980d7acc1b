"""Every failure seen in the wild that concerns calls has a test named after it, and every promise that is kept too.

The failures are numbered in the project's list of what went wrong in systems of this kind. Those of escalation,
chat and case work join the list here when they are built.
"""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
OF_CALLS = (*range(1, 12), *range(13, 19), *range(20, 28), 30, 31)
NAMED = re.compile(r"def test_(failure_0?|p)(\d+)_\w+\(")
ROW = re.compile(r"^\| \*\*P(\d+)\*\* [^|]*\| (?P<kept>[^|]*) \| (?P<shown>[^|]*) \|$", re.MULTILINE)


def _named() -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """(tests by failure, tests by promise): the files they are in."""
    failures: dict[int, list[str]] = defaultdict(list)
    promises: dict[int, list[str]] = defaultdict(list)
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for kind, number in NAMED.findall(file.read_text()):
            found = promises if kind == "p" else failures
            found[int(number)].append(file.relative_to(ROOT / "tests").as_posix())
    return failures, promises


def _claimed(document: str) -> dict[int, str]:
    """The promises that the document says are kept, and where it says that is shown."""
    rows = {int(row[1]): (row["kept"].strip(), row["shown"].strip()) for row in ROW.finditer(document)}
    assert rows.keys() == set(range(1, 12)), "a row of the table of promises could not be read"
    return {number: shown for number, (kept, shown) in rows.items() if not kept.startswith("-")}


def test_every_failure_that_concerns_calls_has_a_test_named_after_it() -> None:
    failures, _ = _named()
    assert [number for number in OF_CALLS if number not in failures] == []


def test_failures_of_the_call_path_are_shown_where_they_would_hurt() -> None:
    """Not only in the core's tables: with the database, the carrier, or a journey. Shifts are the core's alone."""
    failures, _ = _named()
    of_the_core = {31}
    shallow = [
        number
        for number in OF_CALLS
        if number not in of_the_core and all(file.startswith("domain/") for file in failures[number])
    ]
    assert shallow == []


def test_every_promise_that_is_said_to_be_kept_has_a_test_named_after_it() -> None:
    _, promises = _named()
    claimed = _claimed((ROOT / "docs/architecture.md").read_text())
    assert [f"P{number}" for number in claimed if number not in promises] == []


def test_whatever_the_table_of_promises_names_is_there() -> None:
    for number, shown in _claimed((ROOT / "docs/architecture.md").read_text()).items():
        named = re.findall(r"`([\w/]+(?:\.py|/))`", shown)
        assert named, f"P{number} is shown nowhere"
        assert [name for name in named if not (ROOT / "tests" / name).exists()] == []


def test_a_promise_with_a_dash_is_not_claimed() -> None:
    rows = "\n".join(
        f"| **P{number}** x | {'- (later)' if number == 4 else 'kept'} | `x.py` |" for number in range(1, 12)
    )
    assert 4 not in _claimed(rows)
    assert 3 in _claimed(rows)
