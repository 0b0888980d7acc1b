"""The rules of redaction find numbers in any digits, accounts, dates, places and cued names; what must stay does."""

import pytest

from app.domain.redaction.company import find_company, find_places_by_company
from app.domain.redaction.digits import groups, in_digits, plain
from app.domain.redaction.keep import kept_zones, spare
from app.domain.redaction.kinds import Kind
from app.domain.redaction.mending import mended
from app.domain.redaction.nobody import names_nobody
from app.domain.redaction.placeholders import NumberingInMemory, canonical, collapsed, placeholder
from app.domain.redaction.rules import find_by_rules
from app.domain.redaction.span import Reason, Span, join


def found(text: str) -> list[tuple[str, Kind]]:
    """What the rules find, joined, without what has to stay."""
    narrow = plain(text)
    spans = join(spare(find_by_rules(narrow), kept_zones(narrow), narrow), text)
    return [(text[span.start : span.end], span.kind) for span in spans]


@pytest.mark.parametrize(
    ("text", "surface", "kind"),
    [
        ("电话13812345678。", "13812345678", Kind.PHONE),
        ("电话１３８ １２３４ ５６７８。", "１３８ １２３４ ５６７８", Kind.PHONE),
        ("我号幺三八，嗯，一二三四，然后五六七八", "幺三八，嗯，一二三四，然后五六七八", Kind.PHONE),
        ("打1三8一2三4五6七8", "1三8一2三4五6七8", Kind.PHONE),
        ("call one three eight, double one, two two three three four four", None, Kind.PHONE),
        ("座机0571-87654321，", "0571-87654321", Kind.PHONE),
        ("his cell +44 7700 900123.", "+44 7700 900123", Kind.PHONE),
        ("手机138****5678", "138****5678", Kind.PHONE),
        ("手机1x80013x5x2，", "1x80013x5x2", Kind.PHONE),
        ("尾号是零零七八的手机", "零零七八", Kind.PHONE),
        ("座机转分机8023", "8023", Kind.PHONE),
        ("区号零五七一", "零五七一", Kind.PHONE),
        ("电话138，后面是0013，再后面5678", "138，后面是0013，再后面5678", Kind.PHONE),
        ("her card ending in 4471", "4471", Kind.PHONE),
        ("ring oh one six three two nine six oh one two three", None, Kind.NUMBER),
        ("身份证330106200903154527，", "330106200903154527", Kind.ID_CARD),
        ("身份证33010620090315452X", "33010620090315452X", Kind.ID_CARD),
        ("护照E12345678过期", "E12345678", Kind.PASSPORT),
        ("学号20230715", "20230715", Kind.STUDENT_ID),
        ("卡号6222021234567890123", "6222021234567890123", Kind.BANK),
        ("警号053217", "053217", Kind.BADGE),
        ("住院号0087321", "0087321", Kind.MEDICAL_ID),
        ("二病区12床", "12床", Kind.MEDICAL_ID),
        ("车牌浙A·12D45", "浙A·12D45", Kind.PLATE),
        ("车牌浙A幺二D四五", "浙A幺二D四五", Kind.PLATE),
        ("一辆浙AD12345", "浙AD12345", Kind.PLATE),
        ("plate Zhe A 12D45", "Zhe A 12D45", Kind.PLATE),
        ("a van, AB12 CDE", "AB12 CDE", Kind.PLATE),
        ("QQ是284719305，", "284719305", Kind.QQ),
        ("加微信wxid_lily0912", "wxid_lily0912", Kind.WECHAT),
        ("加我vx：Zhao_1998xx，", "Zhao_1998xx", Kind.WECHAT),
        ("微博@不想长大的鲸鱼，", "@不想长大的鲸鱼", Kind.SOCIAL),
        ("抖音号lonely_fish99", "lonely_fish99", Kind.SOCIAL),
        ("邮箱xiaoyu2008@163.com", "xiaoyu2008@163.com", Kind.EMAIL),
        ("邮箱sad艾特qq点com", "sad艾特qq点com", Kind.EMAIL),
        ("write to sad dot fish at gmail dot com", "sad dot fish at gmail dot com", Kind.EMAIL),
        ("邮箱sad2008#163.com", "sad2008#163.com", Kind.EMAIL),
        ("北纬29度52分", "北纬29度52分", Kind.GPS),
        ("30°16′N，120°9′E", "30°16′N，120°9′E", Kind.GPS),
        ("见https://example.org/u/1?x=2。", "https://example.org/u/1?x=2", Kind.URL),
        ("IP 203.0.113.7，", "203.0.113.7", Kind.IP),
        ("在30.2741, 120.1551附近", "30.2741, 120.1551", Kind.GPS),
        ("IMEI 861234050012347", "861234050012347", Kind.DEVICE),
        ("2009年3月15日出生", "2009年3月15日", Kind.DOB),
        ("生日是3月15日", "3月15日", Kind.DOB),
        ("孩子1995年生", "1995年", Kind.DOB),
        ("born 15 March 2009", "15 March 2009", Kind.DOB),
        ("2024年3月15日住院", "2024年3月15日", Kind.DATE),
        ("在杭州市第十四中学", "杭州市第十四中学", Kind.SCHOOL),
        ("读初三（2）班", "初三（2）班", Kind.CLASS),
        ("家住西湖区文三路478号3幢2单元501室", "西湖区文三路478号3幢2单元501室", Kind.ADDRESS),
        ("去了浙江省人民医院", "浙江省人民医院", Kind.HOSPITAL),
        ("自称李雪，", "李雪", Kind.PERSON),
        ("告诉了刘老师", "刘老师", Kind.PERSON),
        ("医生姓周，", "周", Kind.PERSON),
        ("男友叫艾力·买买提，", "艾力·买买提", Kind.PERSON),
        ("treated by Dr. Chen", "Dr. Chen", Kind.PERSON),
        ('She calls herself "Luna"', "Luna", Kind.PERSON),
        ("谈姓男生先到", "谈姓男生", Kind.PERSON),
        ("尾号20418X，", "20418X", Kind.PHONE),
        ("她管自己叫夜航船，", "夜航船", Kind.PERSON),
        ("she spelt it m-e-i-l-i-n for us", "m-e-i-l-i-n", Kind.PERSON),
        ("读中三乙班", "中三乙班", Kind.CLASS),
        ("G11-4的学生", "G11-4", Kind.CLASS),
        ("98年6月，独居", "98年6月", Kind.DOB),
        ("turned 17 on May 9", "May 9", Kind.DOB),
        ("3 May 98, retired", "3 May 98", Kind.DOB),
        ("she is in dorm 4 rm 512, alone", "dorm 4 rm 512", Kind.ADDRESS),
        ("discharged from the Larkhill Unit", "Larkhill Unit", Kind.HOSPITAL),
        ("他：138\n他：0000\n他：1234\n他：分开发", "0000", Kind.PHONE),
    ],
)
def test_an_identifier_is_found_whole_and_named(text: str, surface: str | None, kind: Kind) -> None:
    spans = found(text)
    if surface is None:
        assert [named for _, named in spans] == [kind]
    else:
        assert (surface, kind) in spans


@pytest.mark.parametrize(
    "text",
    [
        "再次拨打12355或12356，危险时打110、120",
        "夜间打96111，或400-161-9995",
        "舍曲林50mg，每晚两片，PHQ-9 14分，GAD-7=12",
        "哭泣约10分钟，21:14挂断，睡3个小时",
        "想跳楼，割腕，安定吃了20片",
        "手机里存了2000多张照片，信用卡欠了8000",
        "去年11月出院，2019年确诊",
        "到当地医院就诊，学校要求休学，在公司上班",
        "一张床，睡3床被子",
        "三四个人，七八次，五六年",
        "Caller is 16, slept 3 hours, PHQ-9 score 14, call 988 or 110",
        "Sertraline 100 mg at night; follow up on Tuesday at 20:00",
        "WeChat voice notes every night",
        "count with me: one two three four five six seven eight",
        "阿司匹林吃了一把，可拨96110",
        "她管他叫师父，",
        "同姓男女不好成亲",
        "23年6月，又来电",
        "睡眠：3\n食欲：2\n情绪：4",
    ],
)
def test_what_has_to_stay_stays(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.CITY, "新疆"),
        (Kind.CITY, "四川话"),
        (Kind.ADDRESS, "东北"),
        (Kind.PERSON, "藏语"),
        (Kind.PERSON, "老天爷"),
        (Kind.ORG, "派出所"),
        (Kind.PERSON, "Tibetan"),
        (Kind.PERSON, "三婶"),
        (Kind.PERSON, "女方"),
        (Kind.SOCIAL, "网友"),
        (Kind.SCHOOL, "哈尼族"),
        (Kind.PERSON, "四千二"),
        (Kind.PERSON, "诸葛亮"),
        (Kind.PERSON, "Taylor Swift"),
        (Kind.CITY, "UK"),
    ],
)
def test_a_name_of_everybodys_names_nobody(kind: Kind, name: str) -> None:
    assert names_nobody(kind, name)
    assert not names_nobody(kind, name + "梁")


@pytest.mark.parametrize(
    ("text", "part", "kind", "whole"),
    [
        ("护照E12345678X。", "12345678", Kind.PASSPORT, "E12345678X"),
        ("证件 K 0349 2187", "0349 2187", Kind.NUMBER, "K 0349 2187"),
        ("住翠湖名都十二号楼三单元1103，", "翠湖名都", Kind.ADDRESS, "翠湖名都十二号楼三单元1103"),
        ("at 12B Ashgrove Court", "Ashgrove Court", Kind.ADDRESS, "12B Ashgrove Court"),
        ("在初三（2）班", "（2）班", Kind.CLASS, "初三（2）班"),
        ("他在计科2101班", "2101班", Kind.CLASS, "计科2101班"),
        ("在翠湖名都，三楼", "翠湖名都", Kind.ADDRESS, "翠湖名都"),
    ],
)
def test_a_finding_has_what_belongs_to_it(text: str, part: str, kind: Kind, whole: str) -> None:
    start = text.index(part)
    span = mended(Span(start, start + len(part), kind, Reason.LEARNT), text)
    assert text[span.start : span.end] == whole


def test_a_place_is_found_by_what_is_done_there() -> None:
    text = "在盒马上夜班，送新华儿科，躲在锦绣前程楼下"
    assert [text[span.start : span.end] for span in find_places_by_company(text)] == ["盒马", "新华", "锦绣前程"]


def test_spoken_digits_are_the_digits_they_stand_for() -> None:
    assert in_digits("幺三八零洞拐勾两壹") == "138007921"
    rows = list(groups("号码是一三八 0013，嗯，五七八八"))
    assert ["".join(piece.digits for piece in row) for row in rows] == ["13800135788"]


def test_half_width_keeps_every_place() -> None:
    text = "１３８（全角）ﬁ㈱①"
    assert len(plain(text)) == len(text)


def test_a_surer_finding_names_what_meets_and_nothing_is_uncovered() -> None:
    text = "杭州市第十四中学初三2班"
    spans = [Span(0, 12, Kind.ORG, Reason.TAGGED), Span(8, 12, Kind.CLASS, Reason.SHAPE)]
    assert join(spans, text) == [Span(0, 8, Kind.ORG, Reason.TAGGED), Span(8, 12, Kind.CLASS, Reason.SHAPE)]
    assert join([Span(0, 2, Kind.PERSON, Reason.CUE), Span(1, 3, Kind.PERSON, Reason.TAGGED)], "孙浩然") == [
        Span(0, 3, Kind.PERSON, Reason.CUE)
    ]


@pytest.mark.parametrize("words", ["佢", "喺度", "话唔", "瞓唔", "三语", "yuan"])
def test_words_of_a_dialects_grammar_name_nobody(words: str) -> None:
    assert names_nobody(Kind.PERSON, words)
    assert not names_nobody(Kind.PERSON, "阿欣")


def test_spellings_of_one_number_are_one() -> None:
    assert (
        canonical(Kind.PHONE, "+86 138-1234-5678") == canonical(Kind.PHONE, "幺三八１２３４五六七八") == "13812345678"
    )


def test_a_placeholder_is_known_by_its_exact_form_alone() -> None:
    numbering = NumberingInMemory()
    made = [
        placeholder(kind, "初三（2）班 2009年", numbering.number, chinese=zh) for kind in Kind for zh in (True, False)
    ]
    assert all(len(collapsed(each).text) == 1 for each in made)
    for other in ("〔李雪〕", "〔姓名〕〔", "[person]x", "〔姓名1", "[李雪 1]", "〔出生日期：2009年3月〕"):
        assert len(collapsed(other).text) > 1


@pytest.mark.parametrize(
    ("text", "digits", "kind"),
    [
        ("〔QQ号881234〕", "881234", Kind.QQ),
        ("[student number 202311]", "202311", Kind.STUDENT_ID),
        ("〔电话138001〕〔电话38000〕", "138001〕〔电话38000", Kind.PHONE),
        ("〔电话１３８〕〔电话００１３〕〔电话８０００〕", "１３８〕〔电话００１３〕〔电话８０００", Kind.PHONE),
    ],
)
def test_a_placeholder_hides_no_number_that_somebody_wrote_into_it(text: str, digits: str, kind: Kind) -> None:
    assert collapsed(text).text == text
    assert (digits, kind) in found(text)


def test_what_is_looked_through_leads_back_to_what_was_written() -> None:
    text = "a\ue00013\u200b8〔姓\ue001名1〕\ue002b"
    seen = collapsed(text)
    assert (seen.text[:4], seen.text[5:]) == ("a138", "b")
    assert [text[start:end] for start, end in seen.places] == ["a", "1", "3", "8", "〔姓\ue001名1〕", "b"]
    assert text[slice(*seen.back(1, 4))] == "13\u200b8"


def test_one_who_is_called_like_a_number_is_not_nobody() -> None:
    assert not names_nobody(Kind.PERSON, "万一")


@pytest.mark.parametrize(("text", "name"), [("his mum Ada rang", "Ada"), ("Zane's friends text me", "Zane")])
def test_an_english_name_is_found_beside_a_word_for_somebody_close(text: str, name: str) -> None:
    assert name in [text[span.start : span.end] for span in find_company(text)]
