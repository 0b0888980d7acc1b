"""What callers hear: every moment has its sentence in both languages, and a line may have its own."""

from datetime import UTC, datetime
from string import Formatter
from uuid import UUID

import pytest

from app.lines.document import Version
from app.lines.interpreting import KeptVersion, interpret
from app.lines.phrases import EN, VALUES, ZH, Phrase
from app.lines.policy import LinePolicy, Wording, say
from app.lines.reading import read_document
from app.lines.versions import checksum, stored
from tests.lines.conftest import LINES, VERSION, line_file

START = datetime(2026, 1, 1, tzinfo=UTC)


def version_of(text: str) -> Version:
    return read_document(text, "lamp.yaml").document.lines[0].versions[0]


def policy_of(version: Version) -> LinePolicy:
    kept = KeptVersion(UUID(int=1), "lamp", "lighthouse", ("灯", "Lamp"), START, None, stored(version), START)
    return interpret(kept, {"day": ("白班", "Day")})


@pytest.mark.parametrize("phrase", Phrase)
def test_a_phrase_is_there_in_both_languages_with_its_values_and_no_others(phrase: Phrase) -> None:
    for text in (ZH[phrase], EN[phrase]):
        fields = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
        assert fields == VALUES.get(phrase, frozenset())


def test_a_line_says_it_in_its_own_words_where_it_has_some() -> None:
    policy = policy_of(version_of(line_file(VERSION + '  phrases: {hold: {zh: "稍等一下。"}}\n')))

    assert [spoken.text for spoken in policy.say(Phrase.HOLD, "zh")] == ["稍等一下。"]
    assert policy.say(Phrase.HOLD, "en") == say(Phrase.HOLD, "en")
    assert "3" in policy.say(Phrase.POSITION, "zh", ahead=3)[0].text


def test_a_message_missing_in_a_language_is_said_in_another_and_never_left_out() -> None:
    wording = Wording({"zh": "您好"})

    assert [(s.text, s.language) for s in wording.spoken("en")] == [("您好", "zh")]


def test_the_menu_offers_a_language_in_that_language() -> None:
    source = read_document((LINES / "ningbo.yaml").read_text(), "ningbo.yaml")
    menu = policy_of(source.document.lines[0].versions[0]).menu

    assert menu is not None
    assert menu.language_keys == {"2": "en"}
    chinese, english = menu.say.spoken_in_all()
    assert "English" not in chinese.text
    assert english.text.endswith("just hold on. For English, press 2.")


def test_skills_follow_the_language_and_the_danger_key() -> None:
    skills = "  skills: {required: [youth], by_language: {zh: [mandarin]}, danger: [crisis, youth]}\n"
    policy = policy_of(version_of(line_file(VERSION + skills)))

    assert policy.skills.wanted(language="zh", danger=False) == ("mandarin", "youth")
    assert policy.skills.wanted(language="en", danger=True) == ("crisis", "youth")


def test_versions_that_mean_the_same_have_the_same_checksum() -> None:
    plain = version_of(line_file())
    explicit = version_of(line_file(VERSION + "  skills: {required: []}\n  outside_numbers: []\n  why: a word\n"))
    other = version_of(line_file(VERSION.replace("ring_seconds: 20", "ring_seconds: 21")))

    assert checksum(plain) == checksum(explicit)
    assert checksum(plain) != checksum(other)


def test_what_is_kept_can_be_read_again() -> None:
    for file in LINES.glob("*.yaml"):
        for line in read_document(file.read_text(), file.name).document.lines:
            for version in line.versions:
                again = Version.model_validate(stored(version))
                assert checksum(again) == checksum(version)
