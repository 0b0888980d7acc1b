"""What the redaction engine promises whatever the text is: offsets, idempotence, one placeholder for one name."""

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.casework.redaction.engine import Redactor
from app.domain.errors import TaggerMissing
from app.domain.redaction.kinds import Kind
from app.domain.redaction.placeholders import NumberingInMemory
from app.domain.redaction.span import KnownValue, Reason, Span

WORDS = (
    *(
        "来电者",
        "李雪",
        "王老师",
        "说",
        "叫",
        "在",
        "杭州市第十四中学",
        "初三（2）班",
        "13812345678",
        "幺三八",
        "，",
        "。",
    ),
    *("〔姓名1〕", "〔", "〕", "安定", "12356", "Emily", "Zhang", "wxid_lily0912", "2009年3月15日", "·", "舍曲林50mg"),
    *("跳楼", "👩‍👧", "１３８", "𠮷", "小雨", "5号楼", "陳", "“", "”"),
)
UNSEEN = ("\ue000", "\ue00d", "\u200b", "\u200d")
PIECES = st.sampled_from([*WORDS, "\n", "\r\n", " her name is ", "[person 1]", *UNSEEN, "\x00", "e\u0301"])
NUMBERS = st.lists(st.sampled_from([*string.digits, "顾", "长风", *UNSEEN]), max_size=24).map("".join)
TEXTS = st.one_of(
    NUMBERS,
    st.lists(PIECES, max_size=12).map("".join),
    st.text(max_size=60),
    st.text(alphabet=string.ascii_letters + string.digits + " @._-:/", max_size=60),
)
ANY_TEXT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANY_TEXT
@given(text=TEXTS)
def test_spans_lie_in_the_text_in_order_and_never_meet(redactor: Redactor, text: str) -> None:
    end = 0
    for span in redactor.find(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end


@ANY_TEXT
@given(text=TEXTS)
def test_redacting_a_redacted_text_changes_nothing(redactor: Redactor, text: str) -> None:
    once = redactor.apply(text, redactor.find(text), NumberingInMemory()).text
    assert redactor.find(once) == []


@ANY_TEXT
@given(text=TEXTS)
def test_what_is_found_is_replaced_and_all_else_stays_as_it_was(redactor: Redactor, text: str) -> None:
    spans = redactor.find(text)
    redacted = redactor.apply(text, spans, NumberingInMemory())
    at = placed_at = 0
    for span, start, end in redacted.placed:
        assert redacted.text[placed_at:start] == text[at : span.start]
        assert redacted.text[start] in "〔["
        assert redacted.text[end - 1] in "〕]"
        at, placed_at = span.end, end
    assert redacted.text[placed_at:] == text[at:]


@ANY_TEXT
@given(marks=st.lists(st.sampled_from(UNSEEN), min_size=10, max_size=10))
def test_what_cannot_be_seen_cuts_no_number_and_no_name(redactor: Redactor, marks: list[str]) -> None:
    number = "".join(digit + mark for digit, mark in zip("13800138000", [*marks, ""], strict=True))
    name = f"顾{marks[0]}长{marks[1]}风"
    text = f"自称{name}，电话{number}{marks[2]}。{name}"
    redacted = redactor.apply(text, redactor.find(text), NumberingInMemory()).text
    assert redacted == f"自称〔姓名1〕，电话〔电话1〕{marks[2]}。〔姓名1〕"


def test_one_person_keeps_one_placeholder_over_the_notes_of_a_file(redactor: Redactor) -> None:
    numbering = NumberingInMemory()
    told = [
        redactor.apply(text, redactor.find(text), numbering).text
        for text in ("来电者自称张建国，妻子叫吴芳。", "张建国说昨晚没有睡。", "吴芳来电，说张建国去上班了。")
    ]
    assert told == [
        "来电者自称〔姓名1〕，妻子叫〔姓名2〕。",
        "〔姓名1〕说昨晚没有睡。",
        "〔姓名2〕来电，说〔姓名1〕去上班了。",
    ]


def test_the_same_number_in_other_digits_keeps_its_placeholder(redactor: Redactor) -> None:
    text = "电话13812345678，再说一遍：幺三八 一二三四 五六七八。"
    redacted = redactor.apply(text, redactor.find(text), NumberingInMemory()).text
    assert redacted == "电话〔电话1〕，再说一遍：〔电话1〕。"


def test_dates_keep_their_year_and_classes_their_stage(redactor: Redactor) -> None:
    text = "出生日期2009年3月15日，在读初三（2）班。"
    assert redactor.apply(text, redactor.find(text), NumberingInMemory()).text == (
        "出生日期〔出生日期：2009年〕，在读〔班级：初中〕。"
    )


def test_english_notes_get_english_placeholders(redactor: Redactor) -> None:
    text = "Caller says her name is Emily Zhang; call her on 139-0012-3456."
    assert redactor.apply(text, redactor.find(text), NumberingInMemory()).text == (
        "Caller says her name is [person 1]; call her on [phone 1]."
    )


def test_what_the_record_knows_is_found_however_it_is_written(redactor: Redactor) -> None:
    known = [
        KnownValue(Kind.PERSON, "高兴"),
        KnownValue(Kind.PERSON, "欧阳静怡"),
        KnownValue(Kind.PHONE, "0775 4200331"),
    ]
    text = "高兴今天来了，静怡陪着她，电话零七七五四二零零三三一。"
    spans = redactor.find(text, known)
    assert [(text[s.start : s.end], s.reason) for s in spans] == [
        ("高兴", Reason.KNOWN),
        ("静怡", Reason.KNOWN),
        ("零七七五四二零零三三一", Reason.KNOWN),
    ]


def test_what_is_found_without_the_record_is_not_called_otherwise_for_being_on_it(redactor: Redactor) -> None:
    text = "号码447700900123，QQ是447700900123。"
    spans = redactor.find(text, [KnownValue(Kind.PHONE, "+447700900123")])
    assert {span.reason for span in spans} == {Reason.KNOWN}
    assert [(s.start, s.end, s.kind) for s in spans] == [(s.start, s.end, s.kind) for s in redactor.find(text)]


def test_brackets_around_a_name_protect_nothing_but_a_placeholder(redactor: Redactor) -> None:
    text = "〔张建国〕说〔姓名1〕走了。"
    assert [text[s.start : s.end] for s in redactor.find(text)] == ["张建国"]


def test_a_person_may_keep_a_finding_or_hide_more(redactor: Redactor) -> None:
    text = "方圆说没事。"
    hidden = redactor.apply(text, [Span(0, 2, Kind.PERSON, Reason.KNOWN)], NumberingInMemory())
    assert hidden.text == "〔姓名1〕说没事。"
    assert redactor.apply(text, [], NumberingInMemory()).text == text


def test_a_line_can_name_numbers_that_are_never_hidden(redactor: Redactor) -> None:
    text = "请打本线路85851234，或回拨0571-87654321。"
    assert [text[s.start : s.end] for s in redactor.find(text, keep=["85851234"])] == ["0571-87654321"]


def test_missing_or_damaged_data_is_one_sentence_for_a_person(tmp_path: Path) -> None:
    with pytest.raises(TaggerMissing, match="install the package again"):
        Redactor.load(tmp_path)
    (tmp_path / "lac").mkdir()
    for name in ("lac.npz", "small_seg.dic", "word.dic", "q2b.dic"):
        (tmp_path / "lac" / name).write_bytes(b"\xff\x00 broken")
    for weights in (b"\xff\x00 broken", b"PK\x03\x04 cut off", b""):
        (tmp_path / "lac" / "lac.npz").write_bytes(weights)
        with pytest.raises(TaggerMissing):
            Redactor.load(tmp_path)
