"""Dates that point at a person: birth dates in any precision, and other dates that say day, month and year.

A date coarsens to its year (`placeholders.py`); "in March", "for three days" and
"at 21:14" name nobody and stay.
"""

import re
from collections.abc import Iterator

from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span

_C = "零〇○一二三四五六七八九"
_YEAR = rf"(?:(?:19|20)\d{{2}}|[{_C}]{{4}}|(?<!\d)\d{{2}}|(?<![{_C}])[{_C}]{{2}})"
_FULL_YEAR = rf"(?:(?<!\d)(?:19|20)\d{{2}}|(?<![{_C}])[一二][九〇零○][{_C}]{{2}})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]|正|腊|冬)"
_DAY = (
    r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|廿[一二三四五六七八九]?|十[一二三四五六七八九]?|"
    r"初?[一二三四五六七八九十])"
)
_FULL = (
    rf"(?:农历|阴历|阳历|公历)?{_FULL_YEAR}\s?年\s?{_MONTH}\s?月\s?{_DAY}(?:\s?[日号])?|"
    rf"{_FULL_YEAR}\s?[-./／·]\s?(?:1[0-2]|0?[1-9])\s?[-./／·]\s?(?:3[01]|[12]\d|0?[1-9])(?!\d)"
)
_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_ENGLISH_FULL = (
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTHS},?\s+(?:19|20)\d{{2}}\b|\b{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|"
    rf"th)?,?\s+(?:19|20)\d{{2}}\b|"
    rf"(?<!\d)\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)\d{{2}}(?!\d)"
)
_ENGLISH_PART = rf"(?:{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTHS})"
_DATE = re.compile(f"{_FULL}|{_ENGLISH_FULL}")
_BIRTH_BEFORE = re.compile(
    r"(?:出生(?:日期|年月|于|在|时间)?|生日|生辰|生于|诞辰|DOB|D\.O\.B\.?|[Bb]orn(?:\s+(?:on|in))?|"
    r"[Bb]irth\s?(?:day|date)|[Dd]ate of birth)[^。；;\n]{0,8}$"
)
_BIRTH_AFTER = re.compile(
    r"^\s*(?:出生|生人|生的|生日|生(?![活病意气命前理产物长效怕])|的生日|is (?:her|his|my) birthday|birthday)"
)
_BIRTH = re.compile(
    r"生日|出生|生于|生人|诞|\|\s*(?:日|号|的?)?生|属[鼠牛虎兔龙蛇马羊猴鸡狗猪]|\|[^，。]{0,2}的(?:[，。；、）)]|$)|座\b|"
    r"[Bb]orn|[Bb]irth|DOB|D\.O\.B|turn(?:s|ed|ing)? \d"
)
_PARTS: tuple[re.Pattern[str], ...] = (
    # born on a day, in a year, or both, in few words
    re.compile(
        rf"(?:出生(?:日期|年月|时间)?(?:是|为|于|在|[:：])*|生于|生日(?:就|正好|刚好)?(?:是|为|在|[:：])*)\s*(?P<part>(?:农历|阴历|"
        rf"阳历|公历)?{_YEAR}\s?年(?:\s?{_MONTH}\s?月(?:\s?{_DAY}[日号]?)?)?|(?:农历|阴历|阳历|"
        rf"公历)?{_MONTH}\s?月\s?{_DAY}[日号]?|(?:19|20)\d{{2}}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)|(?:19|"
        rf"20)\d{{2}}[-./]\d{{1,2}}|{_FULL_YEAR}(?!\d))"
    ),
    re.compile(
        rf"(?P<part>(?:农历|阴历|阳历)?{_YEAR}\s?年(?:\s?{_MONTH}\s?月(?:份|\s?{_DAY}[日号]?)?)?)(?=出生|生人|生的|"
        rf"生[，。,.；;、）)\s]|的生日|属[鼠牛虎兔龙蛇马羊猴鸡狗猪])"
    ),
    re.compile(rf"(?P<part>(?:农历|阴历|阳历)?{_MONTH}\s?月\s?{_DAY}[日号]?)(?=出生|生日|的?生日|过生日|生人)"),
    re.compile(
        rf"(?:[我他她是女男儿孩子妹弟哥姐人婆妻夫妈爸娘公，,（(、。\s]|^)(?P<part>(?<!\d)(?:[089]\d|(?:19[5-9]|20[01])\d|"
        rf"[零〇九八][{_C}])年)(?:生人|生|的)?(?=[，,。.；;、）)\s]|$)"
    ),
    # a year too far back for what is told of, with a month
    re.compile(
        rf"(?<![\d-])(?P<part>(?:[5-9]\d|0\d|1[0-5])年\s?{_MONTH}\s?月(?:\s?{_DAY}[日号]?)?)(?=[，,。.；;、）)\s]|$)"
    ),
    re.compile(rf"(?P<part>{_ENGLISH_PART},?\s+['’]?(?:[4-9]\d|0\d|1[0-5])(?!\d))"),
    re.compile(
        r"\b[Bb]orn\s+(?:on|in)?\s*(?P<part>(?:"
        + _ENGLISH_PART
        + r")(?:,?\s+(?:19|20)\d{2})?|(?:"
        + _MONTHS
        + r"\s+)?(?:19|20)\d{2})"
    ),
    re.compile(
        r"(?:[Bb]irth\s?(?:day|date)|DOB)\s*(?:is|was|falls|on|of|[:：])*\s*(?P<part>"
        + _ENGLISH_PART
        + r"|\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|(?:19|20)\d{6})"
    ),
    re.compile(r"\bturn(?:s|ed|ing)?\s\d{1,2}\s(?:on|this)?\s*(?P<part>" + _ENGLISH_PART + ")"),
    re.compile(r"(?P<part>" + _ENGLISH_PART + r")(?=\s*(?:is|was)\s+(?:her|his|my|their)\s+birthday)"),
)


def tells_a_birth(text: str, start: int, end: int) -> bool:
    """Whether the words around a date say that somebody was born then, or it is as exact as a birth date."""
    around = text[max(0, start - 14) : start] + "|" + text[end : end + 8]
    return _BIRTH.search(around) is not None or _DATE.fullmatch(text, start, end) is not None


def find_dates(text: str) -> Iterator[Span]:
    """Every date in a `plain` text that points at a person."""
    for match in _DATE.finditer(text):
        birth = _BIRTH_BEFORE.search(text[max(0, match.start() - 24) : match.start()]) or _BIRTH_AFTER.match(
            text[match.end() : match.end() + 24]
        )
        yield Span(match.start(), match.end(), Kind.DOB if birth else Kind.DATE, Reason.SHAPE)
    for pattern in _PARTS:
        for match in pattern.finditer(text):
            yield Span(match.start("part"), match.end("part"), Kind.DOB, Reason.CUE)
