"""Who was found once is found wherever else a text names them, also by a shorter name."""

from app.domain.redaction.kinds import Kind
from app.domain.redaction.known import CALLED_SHORT, MENTIONED_AGAIN, find_again
from app.domain.redaction.nobody import without_grammar
from app.domain.redaction.span import Reason, Span


def again(text: str, name: str, *, words: tuple[str, ...] = (), belief: float = 1.0) -> list[str]:
    """The mentions of a name that stands first in a text; `belief` holds for all of them."""
    at = text.index(name)
    spans = [Span(at, at + len(name), Kind.PERSON, Reason.LEARNT)]
    found = find_again(text, spans, lambda word: word in words, lambda _span: belief)
    return sorted(text[span.start : span.end] for span in found if span.start >= at + len(name))


def test_a_name_and_its_given_name_are_found_again_whatever_else_is_believed() -> None:
    assert again("欧阳静怡来电，静怡说没睡", "欧阳静怡", belief=0.0) == ["静怡"]
    assert "欧阳静怡" in again("欧阳静怡来电，又提欧阳静怡", "欧阳静怡", belief=0.0)


def test_a_latin_name_is_found_again_as_a_whole_word() -> None:
    assert again("Mei Tan rang; Mei met Meier and Tan", "Mei Tan", belief=0.0) == ["Mei", "Tan"]


def test_a_name_that_is_written_with_a_space_is_the_same() -> None:
    assert again("周亦可来电，周 亦可挂断", "周亦可", belief=0.0) == ["亦可", "周 亦可"]


def test_a_shorter_name_counts_when_it_may_name_somebody() -> None:
    text = "周亦可没来，小可说老周在，可可哭了"
    assert again(text, "周亦可", belief=CALLED_SHORT) == ["可可", "小可", "老周"]
    assert again(text, "周亦可", belief=CALLED_SHORT - 0.01) == []
    assert again("周太来电，太太没来", "周太", words=("太太",), belief=CALLED_SHORT) == []


def test_one_who_is_called_like_a_word_counts_again_when_the_word_may_name_somebody() -> None:
    text = "高兴来电，说高兴不高兴"
    assert again(text, "高兴", words=("高兴",), belief=MENTIONED_AGAIN) == ["高兴", "高兴"]
    assert again(text, "高兴", words=("高兴",), belief=0.0) == []


def test_a_letter_that_is_somebody_counts_again() -> None:
    assert again("小W来电，W哭了，WHO没哭", "小W", belief=0.0) == ["W"]


def test_who_is_addressed_by_a_title_is_not_looked_for_by_it() -> None:
    assert again("周老师来电，老师说没事", "周老师", belief=1.0) == []


def test_the_grammar_of_a_dialect_is_no_part_of_a_name() -> None:
    text = "话佢阿欣喺阿明度"
    parts = without_grammar(Span(1, 7, Kind.PERSON, Reason.LEARNT), text)
    assert [text[part.start : part.end] for part in parts] == ["阿欣", "阿明"]
