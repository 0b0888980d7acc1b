"""A file with an error is refused whole: every error is told, with its line, its path and the reason in plain words."""

import pytest

from app.lines.checking import Known, check
from app.lines.reading import Problem, RefusedError, read_document
from tests.lines.conftest import ORGANISATION, VERSION, line_file

WHOLE = line_file()


def problems_of(text: str, known: Known | None = None) -> list[Problem]:
    """What is wrong with a file, by itself or against what is known."""
    try:
        return check([read_document(text, "city.yaml")], known or Known())
    except RefusedError as refused:
        return list(refused.problems)


def line_of(text: str, fragment: str) -> int:
    """The number of the first line with the fragment."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if fragment in line)


def test_the_file_these_tests_start_from_is_in_order() -> None:
    assert problems_of(WHOLE) == []


def test_a_later_pool_may_be_asked_for_a_shorter_time_as_each_counts_its_own() -> None:
    def of(first: int, second: int) -> list[Problem]:
        steps = (
            f"[{{pool: day, overflow_after_s: {first}}}, {{pool: night, overflow_after_s: {second}}}, {{pool: dawn}}]"
        )
        text = WHOLE.replace("[{pool: day, overflow_after_s: 30}, {pool: night}]", steps)
        assert text != WHOLE
        return problems_of(text, Known(pools=frozenset({"dawn"})))

    assert of(30, 10) == []
    assert of(30, 869) == []  # the longest wait is a quarter of an hour
    (late,) = of(30, 870)
    assert "the longest wait would be over before" in late.reason


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        ("ring_seconds: 20", "ring_second: 20", "ring_second", "there is no setting `ring_second` here"),
        ("ring_seconds: 20", "ring_seconds: 2", "ring_seconds", "this must be at least 5"),
        ("ring_seconds: 20", 'ring_seconds: "20"', "ring_seconds", "this must be a whole number"),
        ("ring_seconds: 20", "ring_seconds: 20, ring_seconds: 21", "ring_seconds", "`ring_seconds` is given twice"),
        ("ring_seconds: 20", "ring_count: 3", "queue:", "`ring_count` belongs to the strategy ring_k"),
        ("ring_seconds: 20", "strategy: fastest", "strategy", "this must be 'longest_idle', 'fewest_today' or"),
        ("  greeting:", "  greetings:", "greetings:", "there is no setting `greetings` here"),
        ("  greeting:", "  greetings:", "- valid_from", "`greeting` is missing"),
        ("languages: [zh]", "languages: [zh, en]", "greeting:", "the line speaks en, and this has no words in en"),
        ("languages: [zh]", "languages: [zh, zh]", "languages:", "a language is given twice"),
        ("languages: [zh]", "languages: [fr]", "languages:", "this must be 'zh' or 'en'"),
        ("08:00-22:00", "08:00-25:00", "daily", "hours are written 18:00-22:00"),
        ("08:00-22:00", "08:00-12:00, 11:00-13:00", "daily", "overlap each other"),
        ("08:00-22:00", "18:00-18:00", "daily", "write 24h for the whole day"),
        ("08:00-22:00", "20:00-03:00, 02:00-04:00", "daily", "into their own beginning"),
        ("08:00-22:00", "closed", "daily", "the line would never be open"),
        ("Asia/Shanghai", "Asia/Peking", "time_zone", "there is no time zone Asia/Peking"),
        ("pool: night", "pool: knight", "knight", "there is no pool knight"),
        ("pool: night", "pool: day", "overflow_after_s", "the pool day is asked twice"),
        ("{pool: night}", "{pool: night, overflow_after_s: 9}", "{pool: night", "no pool comes after this one"),
        ("overflow_after_s: 30", "overflow_after_s: 900", "overflow_after_s", "the longest wait would be over before"),
        ("overflow_after_s: 30", "overflow_when_empty: false", "when_empty", "the next pool would never be asked"),
        ("危险请按1，", "", "menu:", "callers are not told what the key 1 is for"),
        ('"危险请按1，回电请按9。"}', '"按1按9。"}, call_back: "1"', "menu:", "the key 1 means two things"),
        (
            '录音。"}}',
            '录音。"}, keys: {follow_up: {agree: "5"}}}',
            "consent:",
            "callers are not told what the key 5 is for",
        ),
        ('录音。"}}', '录音请按1。"}, keys: {recording: {refuse: "1"}}}', "consent:", "the key 1 means two things"),
        ('录音。"}}', '录音。"}, keys: {recording: {}}}', "consent:", "neither a key to agree nor one to refuse"),
        ("请拨打12356、110或120。", "请拨打12356。", "closed:", "an honest message names 110, 120 too"),
        ("请拨打12356、110或120。", "请拨打012356、110、1200。", "closed:", "an honest message names 12356, 120 too"),
        ("way: honest_message", "way: voicemail", "closed:", "the last way must be an honest message"),
        ("way: honest_message", "way: hang_up", "closed:", "`hang_up` is not a way on"),
        ("{way: honest_message", "{way: pool, pool: moon}, {way: honest_message", "closed:", "there is no pool moon"),
        ("{way: honest_message", "{way: sibling_line, line: x9}, {way: honest_message", "closed:", "no line x9"),
        ("{way: honest_message", "{way: sibling_line, line: lamp}, {way: honest_message", "closed:", "to itself"),
        ("{way: honest_message", "{way: outside_number, number: x9}, {way: honest_message", "closed:", "number x9"),
        ("2026-01-01 00:00", "2026-02-30 00:00", "valid_from", "day is out of range"),
        ("2026-01-01 00:00", "1 January", "valid_from", "a moment is written 2026-02-17 00:00"),
        ("organisation: lighthouse", "organisation: harbour", "harbour", "there is no organisation harbour"),
        ('number: "96000"', "number: 96000", "number: 96000", "if it looks like a number, put it in quotes"),
        ('number: "96000"', 'number: "+8613800138000", placeholder: true', "+86138", "could be somebody's"),
        ('number: "96000"', 'number: "+441632960999"', "+441632960999", "mark it `placeholder: true`"),
        ("  - id: lamp", "  - id: Lamp!", "Lamp!", "an id has small letters, digits and hyphens only"),
        ("queue:", "phrases: {hallo: {zh: 好}}\n        queue:", "hallo", "there is no phrase hallo"),
        ("queue:", "phrases: {position: {zh: '{caller}'}}\n        queue:", "phrases", "{caller} is not known here"),
        ("queue:", "phrases: {position: {zh: '{'}}\n        queue:", "phrases", "the braces { } do not match"),
        ("queue:", "nuisance: {block_hours: 721}\n        queue:", "nuisance", "this must be at most 720"),
        ("queue:", "nuisance: {block_hours: 9, longest_block_hours: 8}\n        queue:", "nuisance", "longer than"),
        ("- {id: night,", "- {id: day,", '{id: day, name: {zh: "夜', "the pool day is given twice"),
    ],
)
def test_an_error_is_told_with_its_line_and_reason(old: str, new: str, at: str, reason: str) -> None:
    text = WHOLE.replace(old, new, 1)
    assert text != WHOLE

    found = problems_of(text)

    assert (line_of(text, at), True) in {(problem.line, reason in problem.reason) for problem in found}, found


def test_every_error_of_a_file_is_told_at_once_in_order_of_lines() -> None:
    text = WHOLE.replace("greeting:", "greting:").replace("ring_seconds: 20", "ring_seconds: 200").replace("灯塔", "")

    found = problems_of(text)

    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert {problem.reason.split(" `")[0] for problem in found} >= {
        "there is no setting",
        "this must be at most 60",
        "this must not be empty",
    }


def test_a_problem_reads_file_line_path_reason() -> None:
    text = WHOLE.replace("ring_seconds: 20", "ring_seconds: soon")

    [problem] = problems_of(text)

    line = line_of(text, "soon")
    assert str(problem) == f"city.yaml:{line}: lines[0].versions[0].queue.ring_seconds: this must be a whole number"


@pytest.mark.parametrize(
    ("second_starts", "reason"),
    [
        ("2026-06-01 00:00", "this version overlaps the one before it"),
        ("2026-01-01 00:00", "versions are listed in order of time"),
        ("2025-01-01 00:00", "versions are listed in order of time"),
    ],
)
def test_versions_that_overlap_are_refused(second_starts: str, reason: str) -> None:
    first = VERSION.replace("\n  languages", '\n  valid_until: "2026-07-01 00:00"\n  languages', 1)
    second = VERSION.replace("2026-01-01 00:00", second_starts)

    [problem] = problems_of(line_file(first, second))

    assert problem.reason.startswith(reason)
    assert problem.path == "lines[0].versions[1].valid_from"


def test_a_version_that_ends_before_it_begins_is_refused() -> None:
    backwards = VERSION.replace("\n  languages", '\n  valid_until: "2025-07-01 00:00"\n  languages', 1)

    assert [p.reason for p in problems_of(line_file(backwards))] == ["this version ends before it begins"]


def test_a_moment_that_the_clocks_skip_is_refused() -> None:
    skipped = VERSION.replace("2026-01-01 00:00", "2026-03-29 02:30").replace("Asia/Shanghai", "Europe/Berlin")

    [problem] = problems_of(line_file(skipped))

    assert problem.reason == "2026-03-29 02:30 is skipped by the clocks in Europe/Berlin"


def test_a_pool_of_another_organisation_and_a_number_of_another_line_are_refused() -> None:
    known = Known(pool_owners={"day": "harbour"}, numbers={"96000": "candle"})

    assert sorted(problem.reason for problem in problems_of(WHOLE, known)) == [
        "96000 belongs to the line candle already",
        "the pool day belongs to harbour already",
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "the file is empty"),
        ("- lines", 1, "a file is a mapping"),
        ("lines: [\n", 2, "this is not YAML"),
        ("lines:\n\t- a\n", 2, "this is not YAML"),
        ("a: &x 1\nb: *x\n", 2, "anchors and aliases"),
        ("lines: !!python/object/apply:os.system [ls]\n", 1, "the tag"),
        ("lines: !!timestamp 2020-01-01\n", 1, "the tag"),
        ("? [a]\n: b\n", 1, "a key must be a plain word"),
        ("[" * 5000, 1, "nested too deeply"),
        ("lines: []\n# " + "x" * 1_100_000, 1, "larger than 1 MiB"),
        ("lines: \0\n", 1, "this is not YAML"),
        ("{}\n---\n{}\n", 2, "this is not YAML"),
    ],
)
def test_what_is_not_a_file_of_ours_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    [problem] = problems_of(text)

    assert (problem.line, reason in problem.reason) == (line, True), problem


def test_hours_and_noes_are_read_as_they_are_written() -> None:
    text = ORGANISATION.replace('zh: "白班", en: "Day"', "zh: no, en: 18:00")

    [organisation] = read_document(text, "city.yaml").document.organisations

    assert organisation.pools[0].name.model_dump() == {"zh": "no", "en": "18:00"}
