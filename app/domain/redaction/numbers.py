"""Numbers that name somebody: telephone, identity card, bank card, passport, student and medical numbers …

Shapes are the public ones: Chinese mobile numbers begin 13 to 19 and have 11 digits, landlines have an area code that
begins with 0, GB 11643 gives identity cards 17 digits and a check character. What has no shape of its own is what
the word before it says. Plates: `plates.py`. Doses, scores, amounts, crisis numbers: `keep.py`.
"""

import re
from collections.abc import Iterator

from app.domain.redaction.digits import SPOKEN, Piece, groups, in_digits, loose_groups
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span

_MOBILE = re.compile(r"(?:00)?(?:86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:0086|86)?0(?:10|2\d|[3-9]\d{2})\d{7,8}")
_ID_CARD = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_OLD_ID_CARD = re.compile(r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_BANK = re.compile(r"(?:62|60|3[57]|4|5[1-5])\d{13,17}")
_CHECK = re.compile(r"[\s\-]{0,2}[0-9XxＸ×叉零〇一二三四五六七八九幺]")

_CUES: tuple[tuple[Kind, str], ...] = (
    (Kind.ID_CARD, r"身份证|身份證|证件号|ID\s*card|identity\s+(?:card|number)|national\s+ID|身份号"),
    (Kind.PASSPORT, r"护照|護照|通行证|回乡证|台胞证|passport"),
    (
        Kind.STUDENT_ID,
        (
            r"学号|學號|学籍号?|考号|考生号|准考证号?|学生证号?|校园卡号?|一卡通号?|饭卡号?|"
            r"student\s*(?:number|no\.?|id)|exam\s*number"
        ),
    ),
    (
        Kind.MEDICAL_ID,
        (
            r"病历号?|病案号?|住院号|门诊号|就诊卡?号?|登记号|医保卡?号?|社保卡?号?|检查号|条码号|"
            r"(?:medical|patient|chart|record|hospital)\s*(?:record)?\s*(?:number|no\.?|id)|\bMRN\b"
        ),
    ),
    (
        Kind.BADGE,
        (
            r"警号|工号|工牌号?|员工号|编号为|执业证号?|badge(?:\s*(?:number|no\.?))?|staff\s*(?:number|no\.?|id)|"
            r"employee\s*id"
        ),
    ),
    (
        Kind.BANK,
        (
            r"银行卡号?|卡号|账户|开户|存折|储蓄卡|信用卡|支付宝账号|(?:bank|credit|debit)\s*(?:card|account)|"
            r"account\s*(?:number|no\.?)"
        ),
    ),
    (Kind.QQ, r"(?:QQ|扣扣|企鹅号|球球|Q\s*Q|qq|Qq)\s*(?:群号?|号码?|空间)?"),
    (Kind.WECHAT, r"微信号?|薇信|威信|V信|v信|(?<![A-Za-z])[vVwW][xX](?![A-Za-z])|加[vV](?![A-Za-z])|wechat"),
    (
        Kind.DEVICE,
        (
            r"IMEI|IMSI|MEID|IDFA|OAID|设备号|设备码|设备ID|序列号|机器码|serial\s*(?:number|no\.?)|device\s*(?:id|"
            r"number)"
        ),
    ),
    (
        Kind.SOCIAL,
        (
            r"抖音号?|快手号?|小红书号?|B站|b站|哔哩哔哩|bilibili|微博|知乎|豆瓣|陌陌号?|探探|UID|uid|Uid|游戏ID|"
            r"游戏id|游戏号|"
            r"王者荣耀|原神|和平精英|英雄联盟|蛋仔派对|第五人格|[Ss]team|YY号?|好友码|roblox|Roblox|discord|Discord"
        ),
    ),
    (
        Kind.PHONE,
        (
            r"电话|電話|手机|手機|号码|號碼|座机|联系方式|联络方式|拨打|拨|打给|回电|短信|热线电话|tel(?:ephone)?|"
            r"phone|mobile|cell|call(?:ed)?(?:\s+\w+)?\s+(?:on|at)|"
            r"number\s+is|reach\s+\w+\s+(?:on|at)|text(?:ed)?\s+\w+\s+(?:on|at)|尾号|whatsapp"
        ),
    ),
    (
        Kind.NUMBER,
        (r"快递单号|单号|订单号?|案件编号|报警回执|回执编号|档案号|房卡号?|邀请码|验证码|密码|password|passcode"),
    ),
)
_CUE = [
    (kind, re.compile(words, re.IGNORECASE if "\\b" in words or kind is not Kind.QQ else 0)) for kind, words in _CUES
]
_LEAST = {Kind.PHONE: 7, Kind.BANK: 8, Kind.ID_CARD: 6, Kind.PASSPORT: 6, Kind.BADGE: 3, Kind.NUMBER: 4}
_USUALLY = 5  # digits that a number has at least when only the word before it says what it is
_REACH = 16  # characters before a number in which its word may stand
_LINK = re.compile(r"[^。！？!?\n；;]*")
_COUNTED = "0123456789 1098765432101"  # somebody counts
_ALONE = 8  # this many digits in a row without a unit are a number of somebody or something
_UNIT = re.compile(
    r"\s*(?:元|块|万|亿|千|百|美元|岁|分钟?|秒|小时|天|日|周|月|年|次|个|人|名|粉|赞|多|余|来|毫克|克|公斤|斤|片|"
    r"粒|颗|米|公里|度|"
    r"%|％|mg|ml|kg|km|cm|步|赞|字|rmb|yuan|dollars?)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\s*(?:元|块|万|亿|美元|粉|赞|步|字|%|％|rmb|yuan|dollars?)", re.IGNORECASE)

_CODE = r"(?P<code>[A-Za-z]{0,6}[-_ ]?\d[\dA-Za-z]*(?:[-_/]\d[\dA-Za-z]*)*)"
_IS = r"(?:号码|号|码|number|no\.?)?\s*(?:是|为|叫|is|was|[:：#＃=]|尾号|后四位)*\s*[（(“\"']?\s*"
_CODED = [(kind, re.compile(rf"(?:{words}){_IS}{_CODE}", re.IGNORECASE)) for kind, words in _CUES]
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.PASSPORT,
        re.compile(r"(?<![A-Za-z0-9])(?:[EGDSPH]\d{8}|E[A-HJ-NP-Z]\d{7}|[CHM]\d{8,10})(?![A-Za-z0-9])", re.IGNORECASE),
    ),
    (Kind.NUMBER, re.compile(rf"(?<![A-Za-z0-9])[A-Z]{{1,2}}\s?[\d{SPOKEN}]{{7,9}}(?![A-Za-z0-9{SPOKEN}])")),
    (Kind.PHONE, re.compile(r"(?<![\d*])1[3-9]\d[\s-]?[*xX×＊某]{3,8}[\s-]?\d{0,4}(?![\d*])")),
    (Kind.PHONE, re.compile(r"[*xX×＊]{4,8}[\s-]?\d{4}(?![\d*])")),
    (Kind.PHONE, re.compile(r"(?<![\w*])\+?\d(?:[\s-]?\d){2,9}[\s-]?[*xX×＊]{2,6}(?:[\s-]?\d{1,4})?(?![\w*])")),
    (
        Kind.PHONE,
        re.compile(r"(?<!\d)1[3-9]\d(?=\s?(?:开头|打头))|(?<=开头是)1[3-9]\d(?!\d)|(?<=打头是)1[3-9]\d(?!\d)"),
    ),
    (Kind.PHONE, re.compile(r"(?<=\d)\s?(?:转|分机|ext\.?|extension)\s?\d{1,5}(?!\d)", re.IGNORECASE)),
    (  # with signs for some of its digits, here and there: 1*9 00x2 34*6
        Kind.PHONE,
        re.compile(
            r"(?<![\w*])(?=(?:[\s-]?[\d*xX×＊?？#_○■]){11}(?![\w*]))(?=(?:[^\d]{0,2}\d){5})1(?:[\s-]?\d)*[\s-]?[*xX×＊?？#_○■]"
            r"(?:[\s-]?[\d*xX×＊?？#_○■])*"
        ),
    ),
    (Kind.PHONE, re.compile(r"(?<![\w+])\+\d{1,3}[\s().-]{0,2}(?:\d[\s().-]{0,2}){6,12}\d(?!\d)")),
    (Kind.PHONE, re.compile(r"(?<![\w(])\(?\d{3}\)?[\s.-]{1,2}\d{3}[\s.-]\d{4}(?!\d)")),
    (
        Kind.PHONE,
        re.compile(
            r"(?:尾号|尾数|[后末尾][三四五六几]位数?|last (?:three|four|five|six|few)(?: digits)?|last digits|"
            r"(?:card|phone|mobile|number|account)\s+end(?:ing|s)(?:\s+(?:in|with))?)"
            rf"\s*(?:数字)?(?:是|为|[:：]|is|are)?\s*(?P<code>[\d{SPOKEN}]{{3,6}}[xX]?)(?![\d{SPOKEN}])"
        ),
    ),
    (
        Kind.PHONE,
        re.compile(rf"区号\s*(?:是|为|[:：])?\s*(?P<code>0\d{{2,3}}|[零〇洞][{SPOKEN}]{{2,3}})(?!\d)"),
    ),
    (Kind.PHONE, re.compile(r"分机号?\s*(?:是|为|[:：])?\s*(?P<code>\d{3,6})(?!\d)")),
    (
        Kind.MEDICAL_ID,
        re.compile(
            r"(?:[一-龥]{0,3}(?:病区|病房|科|[A-Za-z]区|楼))?(?P<code>(?:[一二三四五六七八九十]{1,3}|"
            r"[A-Za-z]?[-]?\d{1,4})\s*(?:号病床|号床位?|床位))"
        ),
    ),
    (
        Kind.MEDICAL_ID,
        re.compile(
            r"(?:病区|病房|ICU|科|楼|院)(?P<code>(?:[A-Za-z]?\d{1,3}|[一二三四五六七八九十]{1,3})床)(?!头|位?[上单])"
        ),
    ),
    (
        Kind.MEDICAL_ID,
        re.compile(r"(?<![\d.米宽])(?P<code>(?:\d{1,2}-)?加?\d{1,3}床)(?![上头边单被垫位褥棉铺])"),
    ),
    (
        Kind.MEDICAL_ID,
        re.compile(r"床位?号[是为:：\s]*(?P<code>[A-Za-z加]?[-]?\d{1,4}[A-Za-z加]?|[一二三四五六七八九十]{1,3})"),
    ),
    (
        Kind.MEDICAL_ID,
        re.compile(r"\b(?P<code>bed\s*(?:number|no\.?)?\s*[A-Za-z]?-?\d{1,4}[A-Za-z]?)\b", re.IGNORECASE),
    ),
)


def find_numbers(text: str) -> Iterator[Span]:
    """Every number in a `plain` text that names somebody."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            where = "code" if "code" in pattern.groupindex else 0
            yield Span(match.start(where), match.end(where), kind, Reason.SHAPE)
    for kind, pattern in _CODED:
        for match in pattern.finditer(text):
            digits = sum(character.isdigit() for character in match["code"])
            if digits >= _LEAST.get(kind, _USUALLY) and not _UNIT.match(text, match.end()):
                yield Span(match.start("code"), match.end("code"), kind, Reason.CUE)
    for row in groups(text):
        yield from _in_row(text, row)
    for row in loose_groups(text):
        yield from _mobiles(row)


def _mobiles(row: list[Piece]) -> Iterator[Span]:
    """Pieces that together are a mobile number, whatever few words stand between them."""
    for first in range(len(row) - 1):
        for last in range(first + 1, min(first + 4, len(row))):
            if _MOBILE.fullmatch("".join(piece.digits for piece in row[first : last + 1])):
                yield Span(row[first].start, row[last].end, Kind.PHONE, Reason.SHAPE)


def _in_row(text: str, row: list[Piece]) -> Iterator[Span]:
    first = 0
    while first < len(row):
        taken = _longest_shape(text, row, first) or _by_its_word(text, row, first) or _alone(text, row, first)
        if taken is None:
            first += 1
            continue
        span, count = taken
        yield span
        first += count


def _longest_shape(text: str, row: list[Piece], first: int) -> tuple[Span, int] | None:
    found = None
    digits = ""
    for last in range(first, len(row)):
        digits += row[last].digits
        if len(digits) > 19:
            break
        kind, end = _shape(text, digits, row[last].end, spoken=last > first)
        if kind is not None:
            start = _with_country(text, row[first].start)
            found = Span(start, end, kind, Reason.SHAPE), last - first + 1
    return found


def _shape(text: str, digits: str, end: int, *, spoken: bool) -> tuple[Kind | None, int]:
    if _ID_CARD.fullmatch(digits) and (check := _CHECK.match(text, end)):
        return Kind.ID_CARD, check.end()
    if len(digits) == 18 and _ID_CARD.fullmatch(digits[:17]):
        return Kind.ID_CARD, end
    if _MOBILE.fullmatch(digits):
        return Kind.PHONE, end
    if _LANDLINE.fullmatch(digits):
        return Kind.PHONE, end
    if _OLD_ID_CARD.fullmatch(digits) and not spoken:
        return Kind.ID_CARD, end
    if _BANK.fullmatch(digits) and _luhn(digits):
        return Kind.BANK, end
    return None, end


def _by_its_word(text: str, row: list[Piece], first: int) -> tuple[Span, int] | None:
    kind = cue_before(text, row[first].start)
    if kind is None:
        return None
    last = first
    total = len(row[first].digits)
    while last + 1 < len(row) and total + len(row[last + 1].digits) <= 19 and _is_one(text, row[last], row[last + 1]):
        last += 1
        total += len(row[last].digits)
    written = text[row[first].start : row[last].end]
    spoken = not any(character.isascii() and character.isdigit() for character in written)
    least = _LEAST.get(kind, _USUALLY) + (3 if spoken else 0)
    if total < least or _UNIT.match(text, row[last].end):
        return None
    return Span(row[first].start, row[last].end, kind, Reason.CUE), last - first + 1


def _is_one(text: str, piece: Piece, following: Piece) -> bool:
    """Whether digits and those that follow them are one number, and not two of a list."""
    between = text[piece.end : following.start]
    if len(between) > 6 or any(mark in between for mark in "、；;"):
        return False
    return not ("," in between or "，" in between) or max(len(piece.digits), len(following.digits)) < 5


def _alone(text: str, row: list[Piece], first: int) -> tuple[Span, int] | None:
    """Digits without a word that says what they are: many in one piece, or many said one by one in English."""
    piece = row[first]
    last = first
    if text[piece.start].isalpha() and text[piece.start].isascii():
        while last + 1 < len(row) and _is_one(text, row[last], row[last + 1]):
            last += 1
    digits = "".join(one.digits for one in row[first : last + 1])
    if len(digits) < _ALONE or digits in _COUNTED or _MONEY.match(text, row[last].end):
        return None
    return Span(piece.start, row[last].end, Kind.NUMBER, Reason.SHAPE), last - first + 1


def cue_before(text: str, at: int) -> Kind | None:
    """What the words before a number say that it is: the nearest of them counts."""
    before = text[max(0, at - _REACH) : at]
    before = re.split(r"[。！？!?\n；;]", before)[-1]
    nearest = None
    place = -1
    for kind, pattern in _CUE:
        for match in pattern.finditer(before):
            if match.end() > place:
                nearest, place = kind, match.end()
    if nearest is None or re.search(r"[\d一-龥]{0,2}(?:元|分|岁|天|次|个月|小时|mg|片)", before[place:]):
        return None
    return nearest


def _with_country(text: str, start: int) -> int:
    plus = re.search(r"(?:\+|＋)\s*(?:86)?[\s()-]{0,2}$", text[max(0, start - 7) : start])
    return start - len(plus[0]) if plus else start


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(in_digits(digits))):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
