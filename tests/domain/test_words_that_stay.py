"""What is never hidden: crisis numbers, scores, illnesses and medicines in all their spellings (field.md section 7)."""

import pytest

from app.domain.redaction.clinical import ALSO_NAMES
from app.domain.redaction.keep import kept_zones, spare
from app.domain.redaction.kinds import Kind
from app.domain.redaction.mending import mended
from app.domain.redaction.nobody import names_nobody
from app.domain.redaction.span import Reason, Span


def _stays(text: str, words: str) -> bool:
    start = text.index(words)
    hidden = Span(start, start + len(words), Kind.PERSON, Reason.LEARNT)
    return spare([hidden], kept_zones(text), text) == []


@pytest.mark.parametrize(
    "words",
    [
        *(
            "贝克抑郁量表31分",
            "汉密尔顿24项",
            "匹兹堡睡眠质量指数",
            "Beck and Hamilton scales",
            "Hamilton, Beck",
            "格拉斯哥昏迷评分13分",
        ),
        *("Edinburgh Postnatal Depression Scale", "PHQ-9 14分", "BMI 16.4", "GCS 15/15", "IQ 104", "37.8℃"),
        *("双十一", "一了百了", "石头剪刀布", "伤口", "burnout", "跳楼", "吞药"),
        *("来士普", "黛力新", "美多芭", "草酸艾司西酞普兰", "Lustral", "depakote", "百草枯", "洁厕灵"),
        *("环丙沙星", "洛索洛芬", "来曲唑", "替格瑞洛", "Moxifloxacin", "rosuvastatin", "Bromazepam", "Lemborexant"),
        *("躯体化", "广泛性焦虑", "桥本甲状腺炎", "阿斯伯格", "Crohn’s", "Cushing's syndrome", "Lewy body dementia"),
        *(
            "Kernig's sign",
            "Baker’s cyst",
            "Clare's Law",
            "Yale-Brown",
            "Kleine-Levin syndrome",
            "Barnes Akathisia Scale",
        ),
        *("史蒂文斯-约翰逊综合征", "马洛里-魏斯综合征", "罗姆伯格征", "康纳-戴维森", "Keppra", "威猛先生", "乐瑞卡"),
        *("F32.1", "F42", "6A70.1", "296.32", "萨提亚", "蝴蝶拍", "Rorschach"),
        *("幺二零", "一二三五五", "12368", "1-866-488-7386", "0800 068 4141", "022-88188858", "（010）82951332"),
    ],
)
def test_a_word_of_the_field_stays(words: str) -> None:
    assert _stays(f"记录：{words}。", words)


@pytest.mark.parametrize("number", ["0571-00001234", "（010）00001234", "+86 10 0000 1234", "2852 5222"])
def test_a_landline_that_is_called_a_hotline_stays(number: str) -> None:
    assert _stays(f"告知心理热线{number}，她记下了", number.strip("（"))
    assert not _stays(f"家里{number}，她记下了", number.strip("（"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("住在F42栋，没下来", "F42"),
        ("门牌是三一二零一二，没下来", "一二零"),
        ("她叫安定，不是药", "她叫"),
        ("热线回拨13800000000，没人接", "13800000000"),
        ("Liu Wei's disease began in May", "Liu Wei"),
        ("大家叫她Moca", "Moca"),
        ("Emily's fracture is healing", "Emily"),
        ("Adam's test came back and he ran", "Adam"),
        ("Murphy's psychosis is back", "Murphy"),
        ("the Bowen family rang", "Bowen"),
        ("She studies at King's College", "King's College"),
        ("Liu Wei Test results are due", "Liu Wei"),
        ("Mr Lye rang about Wei Yew", "Lye"),
        ("佳静说她睡了，不是佳静安定", "佳静"),
        ("伟哥把我拉黑了", "伟哥"),
        ("室友艾迪生病了", "艾迪"),
        ("外教威尔逊病了三天", "威尔逊"),
        ("安娜量表得分22", "安娜"),
        ("麦格雷打来，说沙班走了", "麦格雷"),
        ("Baker rang, a sister", "Baker"),
        ("April came, and she left", "April"),
        ("阿沙坦言不想活了", "阿沙"),
    ],
)
def test_what_only_looks_like_one_does_not(text: str, words: str) -> None:
    assert not _stays(text, words)


@pytest.mark.parametrize("number", ["13800000000", "138 0000 0000", "138-0000-0000"])
@pytest.mark.parametrize("before", ["PHQ", "AED", "ICU "])
def test_a_telephone_is_no_score_of_the_scale_before_it(before: str, number: str) -> None:
    assert kept_zones(f"{before} {number}") == [(0, len(before.strip()))]


@pytest.mark.parametrize("words", ["岳母", "护士长", "课代表", "主治医师", "网格员"])
def test_an_office_or_kin_is_nobodys_name(words: str) -> None:
    assert names_nobody(Kind.PERSON, words)
    assert names_nobody(Kind.PERSON, words, sure=True)


def test_a_number_does_not_reach_into_the_date_behind_it() -> None:
    text = "就诊卡0000 5518 02，4月17号取药"
    for end in (16, 17, 18, 19, 20):
        assert mended(Span(3, end, Kind.NUMBER, Reason.LEARNT), text) == Span(3, 15, Kind.NUMBER, Reason.LEARNT)
    assert text[3:15] == "0000 5518 02"


@pytest.mark.parametrize("words", ["小满", "罗拉", "拂晓", "春天"])
def test_a_word_that_people_are_called_too_is_a_name_where_a_tagger_is_sure(words: str) -> None:
    assert words in ALSO_NAMES
    assert names_nobody(Kind.PERSON, words)
    assert not names_nobody(Kind.PERSON, words, sure=True)


def test_a_name_may_hold_a_word_that_has_to_stay() -> None:
    text = "北京安定医院，昵称失眠的鲸鱼"
    hospital, nickname = Span(0, 6, Kind.HOSPITAL, Reason.CUE), Span(9, 14, Kind.PERSON, Reason.LEARNT)
    assert spare([hospital, nickname], kept_zones(text), text) == [hospital, nickname]
