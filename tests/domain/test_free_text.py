"""What a free text may hold: its length and its characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.free_text import LONGEST, read_free_text


def test_fifty_thousand_characters_are_read_and_one_more_is_refused() -> None:
    assert len(read_free_text("😀" * LONGEST)) == LONGEST

    with pytest.raises(Invalid, match="50000") as refused:
        read_free_text("字" * (LONGEST + 1), field="facts")

    assert list(refused.value.fields) == ["facts"]


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\ud800", "\uffff"])
def test_what_cannot_be_stored_is_refused_by_its_name_and_not_by_what_stands_around_it(bad: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_free_text(f"顾长风{bad}来电", field="facts")

    said = refused.value.detail + str(refused.value.fields)
    assert f"U+{ord(bad):04X}" in said
    assert "顾长风" not in said


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u200c", "\u200d", "\u200e", "\u202e", "\u2066", "\u2069", "\ufeff", "\u00ad", "\U000e0031"]
)
def test_what_cannot_be_seen_does_not_cut_a_number_in_halves(unseen: str) -> None:
    assert read_free_text(f"138{unseen}0013{unseen}8000") == "13800138000"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '=HYPERLINK("https://x.example")',
        "'; DROP TABLE note; --",
        "👩‍👩‍👧 ❤️ 👍🏽",
        "a\tb\nc",
        "مرحبا שלום",
        "𠮷野家",
    ],
)
def test_markup_formulas_emoji_and_any_script_are_text(text: str) -> None:
    assert read_free_text(text) == text


def test_line_ends_are_one_kind() -> None:
    assert read_free_text("a\r\nb\rc\u2028d\x85e") == "a\nb\nc\nd\ne"


@given(st.text(max_size=200))
def test_reading_twice_is_reading_once(text: str) -> None:
    try:
        read = read_free_text(text)
    except Invalid:
        return
    assert read_free_text(read) == read
    assert len(read) <= len(text)
