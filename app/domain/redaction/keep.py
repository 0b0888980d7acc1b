"""What is never hidden: crisis numbers, doses, scores of scales, clinical words.

A finding inside one of these zones is dropped, one that reaches into a zone is cut back. The words are those of
clinical.py and eponyms.py; whoever calls can add a line's own numbers (`extra`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from app.domain.redaction.clinical import (
    ACTS,
    ALSO_NAMES,
    CARE,
    CONDITIONS,
    MEDICINES,
    STEMS_IN_CHINESE,
    SUBSTANCES,
)
from app.domain.redaction.clinical_english import ENGLISH, STEMS
from app.domain.redaction.eponyms import CALLED_AFTER, CALLED_AFTER_IN_CHINESE, ILLNESSES, SCALES_BY_AUTHOR
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span

CRISIS_NUMBERS = (
    *("110", "119", "120", "122", "12320", "12338", "12345", "12348", "12349", "12355", "12356", "12388", "12393"),
    *(
        "96111",
        "962525",
        "988",
        "911",
        "999",
        "112",
        "116123",
        "116 123",
        "1926",
        "1995",
        "1925",
        "741741",
        "85258",
        "13 11 14",
    ),
    *(
        "010-82951332",
        "010-67440033",
        "022-88188858",
        "027-85844666",
        "028-87577510",
        "0411-84689595",
        "0431-89685000",
        "0532-85659516",
        "0592-5395159",
        "0731-85501010",
        "0755-25629459",
        "0760-88884120",
        "800-810-1117",
        "021-962525",
        "0571-85029595",
        "025-83712977",
        "020-81899120",
        "2389 2222",
        "8585",
    ),
    *(
        "12110",
        "12117",
        "12309",
        "12315",
        "12333",
        "12361",
        "12366",
        "12369",
        "12378",
        "96110",
        "114",
        "116000",
        "116111",
    ),
    *("12301", "12305", "12306", "12308", "12313", "12316", "12318", "12328", "12350", "12351", "12358", "12365"),
    *("12367", "12368", "12371", "12377", "12380", "12381", "12385", "12395", "12399"),
    *("0800 1111", "1300 22 4636", "1800 55 1800", "1-800-273-8255", "2382 0000", "18288"),
    *("0775-4200330", "88588818", "4000716515", "4001600525", "0519-68016801", "13915016801", "2896 0000", "18111"),
)
_NUMBER = "|".join(
    re.escape(number).replace(r"\ ", r"\s?").replace(r"\-", r"[-—–\s)）]{0,2}") for number in CRISIS_NUMBERS
)
_LONG_SERVICE = (  # numbers that are called for nothing or at one price everywhere: nobody's own
    r"[48]00[-\s]?\d{3}[-\s]?\d{4}|[48]00[-\s]?\d{4}[-\s]?\d{3}|1-8(?:00|33|44|55|66|77|88)-\d{3}-(?:\d{4}|[A-Z]{4})|"
    r"(?:0800|0808|1800|1300|0120|0570)[-\s]\d{3}[-\s]?\d{3,4}|955\d{2}|1008[56]|10010|10000"
)
_NUMERAL = "零〇一二三四五六七八九幺两"
_SAID = rf"[一幺][一幺][零〇九]|[一幺]二[零〇]|[一幺]二[一三][{_NUMERAL}]{{2}}"
_SAID_ALONE = rf"(?<![{_NUMERAL}十百\d])(?:{_SAID})(?![{_NUMERAL}十百千\d年月号])"
_HOTLINE = re.compile(  # a landline that is called a hotline
    r"(?:热线|hotline|helpline)(?:电话|号码|number)?\s?(?:是|为|is|at|on)?[\s:：（(]*"
    r"(?P<number>0\d{2,3}[)）]?[-—–\s]?\d{7,8}(?!\d)|"
    r"(?:\+86\s?)?\d{2,3}[-\s]\d{4}[-\s]?\d{4}(?!\d)|[2-9]\d{3}\s\d{4}(?!\d))",
    re.IGNORECASE,
)

_SCALES = (
    r"PHQ|GAD|SDS|SAS|SCL|HAMD|HAMA|BDI|MMPI|ISI|PSQI|MDQ|YMRS|C-?SSRS|AUDIT|ASQ|SBQ|BHS|PCL|IES|CES-?D|DASS|EPDS|"
    r"MMSE|CDI|MSSNS|PDSS|Y-?BOCS|SIOSS|SSI|CBCL|SDQ|ICD|DSM|PTSD|ADHD|OCD|MECT|ECT|DBT|CBT|SSRI|SNRI|BPD|ICU|"
    r"BPRS|PANSS|MADRS|NGASR|SUDS|GCS|BMI|IQ|SpO2|TSH|QTc|BAC|EMDR|r?TMS|EEG|ECG|MRI|"
    r"(?-i:NSSI|HCG|TESS|OD|PUA|CRRT|AED|EPQ|LES|GDS|BSSI|HRT|QPR|CJD|ALS|MSE|WAIS|HoNOS|CIWA(?:-Ar)?|DNAR|DoLS|AVO|MARAC|"
    r"HAM-D|ACE-III|GORD|GBL|DDVP|HbA1c|K10)|"
    r"(?-i:MoCA|CORE|ALT|AST|UCLA|CT|HCL|SNAP(?:-IV)?|CGI(?:-[SI])?|GAF)"
)
_OF_THE_FIELD = (
    "来电者 求助者 求助人 身份证 护照 通行证 银行卡 学号 手机号 电话 邮箱 住院号 小时候 小时 白天 晚上 老家 班主任 "
    "心理老师 志愿者 热线 咨询师 督导 双十一 双十二 六一儿童节 情人节 母亲节 父亲节 教师节 劳动节 圣诞节 国庆节 "
    "中秋节 端午节 清明节 春节 除夕 石头剪刀布 剪刀石头布 王者荣耀 和平精英 小红书 抖音 快手 微博 微信 知乎 豆瓣 "
    "贴吧"
).split()
_TAKEN = "喝吃吞服"
_OFFICES = frozenset({"督导", "咨询师", "志愿者", "班主任"})  # a title as well (贺督导)
_AMOUNT = (
    r"(?<![\dA-Za-z.])\d{1,4}(?:\.\d{1,3})?\s*(?:[-~～至到]\s*\d{1,4}(?:\.\d+)?\s*)?"
    r"(?:mmol/L|mmHg|毫米汞柱|℃|°C|mg|毫克|ml|毫升|µg|μg|ug|mcg|微克|IU|单位|片|粒|颗|支|瓶|盒|板|度|"
    r"tablets?|pills?|capsules?|milligrams?|tabs?)(?![A-Za-z])"
)
_HALF = r"[一二两三四五六七八九十半几]{1,3}(?:片|粒|颗|瓶|盒|板)(?:药)?"
_SCORE = (
    rf"(?<![A-Za-z])(?:{_SCALES})(?:[-–\s]?\d{{1,2}}(?![\d./]))?(?![A-Za-z])(?:\s*(?:量表|评分|得分|总分|score|scored|of|is|"
    rf"was|[:：=为是]))*"
    r"(?:\s*(?!\d{4}|\d{3}[-–\s]\d{3})\d{1,3}(?:\.\d{1,2})?(?:\s*/\s*\d{1,3})?\s*(?:分|points?|%|ms)?)?"  # no telephone
)
_PRESSURE = r"(?:血压|(?<![A-Za-z])BP|blood pressure)\s*(?:是|为|of|is|was|[:：])?\s*\d{2,3}\s*/\s*\d{2,3}(?![\d/])"
_POINTS = r"(?<!\d)\d{1,3}(?:\.\d)?\s*(?:/\s*\d{1,3}\s*)?分(?!钟|店|校|部|公司|局|行)"
_TIME = (
    r"(?<!\d)\d{1,3}\s?(?:岁|周岁|分钟|个?小时|天|个月|周(?!岁)|个?星期|次|秒|斤|公斤|kg|cm|小时)(?!\d)|"
    r"(?<!\d)[0-2]?\d[:：][0-5]\d(?![\d:：])|(?<!\d)[0-2]?\d点(?:[0-5]?\d分?|半)?(?!\d)|"
    r"[一二两三四五六七八九十]{1,3}点(?:零?[一二三四五六七八九十]{1,3}分?|半|一刻|三刻|整|钟)|"
    r"[一二两三四五六七八九十百半几]{1,4}(?:周?岁|个多?月|个半?小时|分钟|小时|个?星期)|"
    r"(?<!\d)\d{1,3}\s?(?:years? old|year-old|minutes?|hours?|days?|weeks?|months?)(?![A-Za-z])"
)
_ZONES = re.compile(
    r"(?=[\dA-Za-z一幺二两三四五六七八九十百半几贝汉匹爱艾格康罗明卡哥耶杨蒙韦血])"  # how any of them begins
    rf"(?:(?<![\dA-Za-z\-])(?:{_LONG_SERVICE}|{_NUMBER})(?!\d|-\d|\s?年)|{_AMOUNT}|{_HALF}|{_SCORE}|{SCALES_BY_AUTHOR}|"
    rf"{ILLNESSES}|{_SAID_ALONE}|{_PRESSURE}|{_POINTS}|{_TIME})",
    re.IGNORECASE,
)
_WORDS = tuple(
    word for word in (*MEDICINES, *SUBSTANCES, *ACTS, *CONDITIONS, *CARE, *_OF_THE_FIELD) if word not in ALSO_NAMES
)
_BY_BEGIN: dict[str, list[str]] = {}  # by their first two characters, the longest first
for _word in sorted({*_WORDS}, key=len, reverse=True):
    _BY_BEGIN.setdefault(_word[:2], []).append(_word)
_ENGLISH_WORD = re.compile(r"[Ss]elf-harm(?![A-Za-z])|[A-Za-z]+(?:['’]s)?(?![A-Za-z])")


def kept_zones(text: str, extra: Sequence[str] = ()) -> list[tuple[int, int]]:
    """The parts of a `plain` text that are never hidden, in order."""
    zones = [match.span() for match in _ZONES.finditer(text)]
    zones += [match.span("number") for match in _HOTLINE.finditer(text)]
    zones += _words(text)
    for pattern in (STEMS_IN_CHINESE, CALLED_AFTER, CALLED_AFTER_IN_CHINESE):
        zones += [match.span() for match in pattern.finditer(text)]
    zones += [match.span() for match in _ENGLISH_WORD.finditer(text) if _is_clinical(match[0])]
    for number in extra:
        zones += [m.span() for m in re.finditer(rf"(?<!\d){re.escape(number)}(?!\d)", text)]
    return sorted(zones)


def _is_clinical(word: str) -> bool:
    small = word.lower().replace("’", "'")
    return small in ENGLISH or STEMS.fullmatch(small) is not None


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Where words of the field stand; none within another."""
    at = 0
    while at < len(text) - 1:
        words = _BY_BEGIN.get(text[at : at + 2], ())
        length = next((len(word) for word in words if text.startswith(word, at)), 0)
        if length:
            yield at, at + length
        at += length or 1


def spare(spans: Iterable[Span], zones: Sequence[tuple[int, int]], text: str) -> list[Span]:
    """The spans without what lies in a zone: dropped inside one, cut back where they only reach into it.

    One that holds a zone in its middle stays whole: 北京安定医院 is a hospital, though 安定 is a drug. So does a
    nickname (失眠的鲸鱼), and what the record knows: a person called 安定 is on the record as such.
    """
    return [cut for span in spans if (cut := _cut(span, zones, text)) is not None]


def _cut(span: Span, zones: Sequence[tuple[int, int]], text: str) -> Span | None:
    if span.reason is Reason.KNOWN:
        return span
    start, end = span.start, span.end
    zones = [zone for zone in zones if zone[0] < end and start < zone[1]]
    for zone_start, zone_end in zones:
        if span.kind in (Kind.DOB, Kind.DATE) and text[zone_start:zone_end].isdigit():
            continue  # a year that is a number to call as well (1995)
        if zone_start <= start and end <= zone_end:
            return None
        kept = text[zone_start:zone_end]
        if zone_start > start and zone_end == end and text[zone_start - 1] in _TAKEN:
            end = zone_start - 1  # who takes it may have a name, of which the poison is no part (柚子喝百草枯)
            continue
        whole = start <= zone_start and zone_end <= end  # no name ends within a drug
        if whole and (_holds(span.kind, kept) or (span.kind is Kind.PERSON and zone_end == end and kept in _OFFICES)):
            continue
        if zone_start <= start < zone_end and text[zone_end] not in "的地":
            start = zone_end
        elif zone_start < end <= zone_end and text[zone_start - 1] not in "的地":
            end = zone_start
    inside = [text[at] for at in range(start, end) if not any(first <= at < last for first, last in zones)]
    return Span(start, end, span.kind, span.reason) if any(map(str.isalnum, inside)) else None


def _holds(kind: Kind, kept: str) -> bool:
    """Whether names of this kind may well begin or end with this word (抑郁的鲸鱼, 安定医院); no place holds an act."""
    if kind in (Kind.HOSPITAL, Kind.ADDRESS):
        return kept not in ACTS and not kept.isascii()  # 市一院, and not its ICU
    return kind in (Kind.SOCIAL, Kind.WECHAT, Kind.GPS)  # 29度52分: no score
