"""A long text is cut so that nothing on a cut is seen in halves alone."""

import re
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.text_pieces import CORE, MARGIN, WHOLE, pieces_of

NUMBER = re.compile(r"1\d{10}")


@given(st.text(alphabet="说了很多。\n 1380", min_size=0, max_size=200), st.integers(1, 60))
@example("1" * 200, 60)
@example("说" * 200, 60)
def test_cores_follow_one_another_and_cover_the_text(piece: str, times: int) -> None:
    text = piece * times
    pieces = pieces_of(text)

    assert pieces[0].start == 0
    assert pieces[-1].end == len(text)
    assert all(one.end == two.start for one, two in pairwise(pieces))
    assert all(0 < each.end - each.start <= WHOLE for each in pieces) or text == ""
    assert all(each.seen_from <= each.start <= each.end <= each.seen_to <= len(text) for each in pieces)


@given(st.lists(st.sampled_from(["说了很多很多", "。", "，", "\n", " ", "a"]), max_size=50), st.data())
def test_a_number_is_found_whole_wherever_it_stands(words: list[str], data: st.DataObject) -> None:
    filling = ("".join(words) or "说") * (3 * CORE // max(1, len("".join(words)) or 1) + 1)
    at = data.draw(st.integers(0, len(filling)))
    text = f"{filling[:at]}13800138000{filling[at:]}"

    found = {
        (match.start() + piece.seen_from, match.end() + piece.seen_from)
        for piece in pieces_of(text)
        for match in NUMBER.finditer(text[piece.seen_from : piece.seen_to])
        if piece.counts(match.start() + piece.seen_from, match.end() + piece.seen_from)
    }

    assert found == {(at, at + 11)}


def test_a_cut_is_made_where_a_sentence_ends_if_one_does() -> None:
    text = "说了很多很多，" * 200 + "。" + "说了很多很多，" * 400

    first = pieces_of(text)[0]

    assert text[first.end - 1] in "。，"
    assert first.seen_to - first.end == MARGIN
