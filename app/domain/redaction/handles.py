"""Accounts and addresses of the net: e-mail, links, IP, positions, devices, names on WeChat, QQ, games, videos."""

import re
from collections.abc import Iterator

from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span, matches_at

_PLATFORM = (
    r"抖音|快手|小红书|B站|b站|哔哩哔哩|[Bb]ilibili|微博|知乎|豆瓣|贴吧|陌陌|探探|[Ss]oul|虎扑|网易云(?:音乐)?|"
    r"QQ音乐|YY|斗鱼|虎牙|闲鱼|淘宝|支付宝|"
    r"王者荣耀|王者|和平精英|吃鸡|原神|英雄联盟|LOL|lol|蛋仔派对|蛋仔|第五人格|我的世界|崩铁|星铁|明日方舟|阴阳师|"
    r"光遇|永劫无间|"
    r"[Ss]team|[Rr]oblox|[Mm]inecraft|[Dd]iscord|[Ii]nstagram|[Ii]ns|IG|[Tt]witter|[Tt]ik[Tt]ok|[Ss]napchat|"
    r"[Ss]nap|[Ff]acebook|"
    r"[Tt]elegram|[Ww]hats[Aa]pp|[Rr]eddit|[Tt]witch|[Yy]ou[Tt]ube|[Xx]iaohongshu|RED(?=\s)|[Dd]ouyin|[Ww]eibo|"
    r"Honor of Kings|Genshin(?: Impact)?"
)
_ACCOUNT = (
    r"(?:个人|游戏|直播|主页)?(?:账号|帐号|賬號|账户|用户名|昵称|暱稱|网名|名字|名|ID|id|Id|UID|uid|号|号码|"
    r"主页|user(?:name)?|handle|account|tag|nickname)"
)
_IS = r"(?:\s*(?:是|叫做|叫|为|改成|:|：|=|is|was|called|named|under|as)\s*)"
_QUOTED = r"[“\"「『‘'《【〈](?P<quoted>[^”\"」』’'》】〉\n]{1,24})[”\"」』’'》】〉]"
_BARE = r"(?P<bare>@?[A-Za-z0-9_一-鿿][\w.\-·~～]{1,23})"
_STOP = re.compile(
    r"(?:的|上面|上|里面|里|，|发了|发过|发|说|私信|加|找|直播|已经|最近|经常|每天|天天|现在|但|可以|可能|一直|都|"
    r"也|还|就|在|和|跟|被|没|不更|有)"
)

_WECHAT_CUE = (
    r"(?:微信|微 信|薇信|威信|维信|[Vv]信|(?<![A-Za-z])[VvWw][Xx]|绿泡泡|(?<=加)[Vv]|"
    r"(?<=[我他她])的?[Vv](?=[:：是])|[Ww]e[Cc]hat|[Ww]eixin)"
)
_LATIN_ID = r"(?P<bare>[A-Za-z][A-Za-z0-9_\-]{4,24})"
_WECHAT_IS = (
    r"(?:\s*(?:号码|号|ID|id|account)?\s*(?:改成了|换成了|也是|就是|是|叫|为|给你|:|：|=|is|was|as|"
    r"at)?\s*[“\"「『（(]?\s*)"
)

_ANY = "any"
_PATTERNS: tuple[tuple[str, Kind, re.Pattern[str]], ...] = (  # the first: a match has one of these characters
    (
        "@＠([（#",
        Kind.EMAIL,
        re.compile(
            r"[A-Za-z0-9][A-Za-z0-9._%+\-]*\s?(?:@|＠|\(at\)|\[at\]|（at）|"
            r"#at#)\s?[A-Za-z0-9\-]+(?:\s?[.。．]\s?[A-Za-z0-9\-]+)*\s?[.．。]\s?(?:com|cn|net|org|edu|me|io|co|uk|"
            r"hk|tw|gov|info)(?:[.．]cn|[.．]hk)?(?![A-Za-z])",
            re.IGNORECASE,
        ),
    ),
    (
        "特圈鼠加#tT",
        Kind.EMAIL,
        re.compile(
            r"[A-Za-z0-9](?:[A-Za-z0-9._\-]|\s(?:dot|underscore|dash)\s)*\s*(?:艾特|爱特|圈[aA]|小老鼠|加|#|\bat|\bAT|\[at\])"
            r"\s*(?:(?:[a-z]{2,12}|[A-Z]{2}|163|126|139)\s*(?:点|\.|\bdot|。|\[dot\])\s*(?:com|cn|net|org|edu)(?![a-z])"
            r"|(?:gmail|outlook|hotmail|foxmail|icloud|yahoo)(?![a-z]))"
        ),
    ),
    (":.", Kind.URL, re.compile(r"(?:https?://|www\.)[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.IGNORECASE)),
    (
        ".",
        Kind.URL,
        re.compile(
            r"(?<![A-Za-z0-9@._\-])(?:[A-Za-z0-9\-]+\.)+(?:com|cn|net|org|top|xyz|cc|tv|me|"
            r"io)(?:\.cn)?(?:/[A-Za-z0-9\-._~/?#=&%@+]*)?(?![A-Za-z0-9])",
            re.IGNORECASE,
        ),
    ),
    (
        ".",
        Kind.IP,
        re.compile(
            r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:[:：]\d{2,5})?(?![\d.])"
        ),
    ),
    (
        ":",
        Kind.IP,
        re.compile(r"(?<![A-Za-z0-9:])(?:[0-9A-Fa-f]{1,4}:){3,7}:?(?:[0-9A-Fa-f]{1,4}:?){1,4}(?![A-Za-z0-9:])"),
    ),
    (":-", Kind.DEVICE, re.compile(r"(?<![A-Za-z0-9:])(?:[0-9A-Fa-f]{2}[:\-]){5}[0-9A-Fa-f]{2}(?![A-Za-z0-9:])")),
    (
        "-",
        Kind.DEVICE,
        re.compile(r"(?<![A-Za-z0-9])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![A-Za-z0-9])"),
    ),
    (
        ".",
        Kind.GPS,
        re.compile(
            r"(?<![\d.])-?\d{1,2}\.\d{3,8}\s*°?\s*[NSns北]?\s*[,，、/\s]\s*-?1?\d{1,2}\.\d{3,8}(?:\s*°?\s*[EWew](?!"
            r"[A-Za-z]))?(?![\d.])"
        ),
    ),
    (".", Kind.GPS, re.compile(r"(?<![\d.])-?1?\d{1,2}\.\d{3,8}\s*[,，、\s]\s*-?\d{1,2}\.\d{3,8}(?![\d.])")),
    (
        "纬经NSEW",
        Kind.GPS,
        re.compile(
            r"(?:北纬|东经|南纬|西经|纬度|经度|(?<![A-Za-z])[NSEW](?=\s*\d{1,3}[.°]))\s*(?:约|是|为|:|"
            r"：)?\s*\d{1,3}(?:\.\d+)?\s*[°度]?(?:\s*\d{1,2}(?:\.\d+)?\s*[′'分])?(?:\s*\d{1,2}(?:\.\d+)?\s*[″\"秒])"
            r"?"
        ),
    ),
    (
        "°",
        Kind.GPS,
        re.compile(
            r"\d{1,3}°\s?\d{1,2}(?:\.\d+)?\s?[′'](?:\s?\d{1,2}(?:\.\d+)?\s?[″\"])?\s?[NSEW]?"
            r"(?:\s?[,，、]?\s?\d{1,3}°\s?\d{1,2}(?:\.\d+)?\s?[′'](?:\s?\d{1,2}(?:\.\d+)?\s?[″\"])?\s?[NSEW]?)?"
        ),
    ),
    ("_", Kind.WECHAT, re.compile(r"(?<![A-Za-z0-9_])wxid_[A-Za-z0-9_]{4,24}", re.IGNORECASE)),
    ("信泡VvXxWw", Kind.WECHAT, re.compile(_WECHAT_CUE + _WECHAT_IS + _LATIN_ID)),
    (
        "信泡VvXxWw",
        Kind.WECHAT,
        re.compile(
            _WECHAT_CUE
            + r"(?:昵称|暱稱|名字|名|号|ID|id)?(?:备注)?"
            + r"\s*(?:改成了|也是|就是|是|叫做|叫|为|:|：)?\s*"
            + _QUOTED
        ),
    ),
    ("Qq扣企", Kind.QQ, re.compile(r"(?:QQ|qq|扣扣|企鹅)(?:昵称|名字|名|号|空间)?\s*(?:是|叫|为|:|：)\s*" + _QUOTED)),
    (_ANY, Kind.SOCIAL, re.compile(rf"(?:{_PLATFORM})(?:上|里|平台)?的?(?:{_ACCOUNT})?{_IS}?\s*{_QUOTED}")),
    (_ANY, Kind.SOCIAL, re.compile(rf"(?:{_PLATFORM})(?:上|里|平台)?的?\s*{_ACCOUNT}{_IS}?\s*{_BARE}")),
    (_ANY, Kind.SOCIAL, re.compile(rf"(?:{_PLATFORM}){_IS}\s*(?P<bare>@?[A-Za-z0-9_][\w.\-]{{3,23}})")),
    ("主", Kind.SOCIAL, re.compile(r"(?:主播|博主|up主|UP主|[Uu][Pp]主)(?:叫|是|：|:)\s*" + _BARE)),
    (
        _ANY,
        Kind.SOCIAL,
        re.compile(
            r"(?:(?<![A-Za-z])(?:ID|id|UID|uid|[Uu]sername|[Hh]andle|[Gg]amertag|用户名|账号|帐号)|"
            r"[Uu]ser\s+name)\s*(?:是|叫|为|:|：|is|was)+\s*" + _BARE
        ),
    ),
    ("@", Kind.SOCIAL, re.compile(r"(?<![A-Za-z0-9._\-])@(?P<bare>[\w一-鿿][\w一-鿿.\-·~]{1,23})")),
    ("#", Kind.SOCIAL, re.compile(r"(?<![A-Za-z0-9_])[A-Za-z一-鿿][\w一-鿿.]{1,19}#\d{4,5}(?!\d)")),
    (
        "_",
        Kind.SOCIAL,
        re.compile(
            r"(?<![A-Za-z0-9_@.\-])(?=[A-Za-z0-9_.]*[A-Za-z])(?=[A-Za-z0-9_.]*_)[A-Za-z0-9]+(?:[_.][A-Za-z0-9]+)+_?"
            r"(?![A-Za-z0-9_@])"
        ),
    ),
)
_NAMED = re.compile(rf"(?={_PLATFORM})")
_BY_PLATFORM = tuple(pattern for _, _, pattern in _PATTERNS if _PLATFORM in pattern.pattern)
_BY_THEMSELVES = tuple(
    (None if needs == _ANY else frozenset(needs), kind, pattern)
    for needs, kind, pattern in _PATTERNS
    if _PLATFORM not in pattern.pattern
)

_NOT_A_NAME = re.compile(
    r"(?:什么|谁|没有|不|了|过|好友|朋友|群|视频|聊天|记录|直播|游戏|他|她|我|你|一|这|那|就|都|被|the|a|an|my|her|"
    r"his|and|but|or|to|with|from|in|on|at|of|is|was|blocked|account|messages?|videos?|group|name)(?:$|[\s，。])",
    re.IGNORECASE,
)
_WHOLE = 12  # an @ says that what follows is a name, up to this length whatever words are in it
_TAIL = re.compile(r"[.\-·~～]+$")


def find_handles(text: str) -> Iterator[Span]:
    """Every account or net address in a `plain` text."""
    there = frozenset(text)
    for needs, kind, pattern in _BY_THEMSELVES:
        if needs is None or not there.isdisjoint(needs):
            yield from _found(kind, pattern.finditer(text))
    if platforms := [match.start() for match in _NAMED.finditer(text)]:
        for pattern in _BY_PLATFORM:
            yield from _found(Kind.SOCIAL, matches_at(pattern, text, platforms))


def _found(kind: Kind, matches: Iterator[re.Match[str]]) -> Iterator[Span]:
    for match in matches:
        start, end = _part(match)
        if kind is Kind.WECHAT and "bare" in match.re.groupindex and _is_english(match):
            continue
        if end - start >= 2 and not _NOT_A_NAME.match(match.string[start:end]):
            yield Span(
                start, end, kind, Reason.SHAPE if kind in (Kind.EMAIL, Kind.URL, Kind.IP, Kind.GPS) else Reason.CUE
            )


def _is_english(match: re.Match[str]) -> bool:
    """Whether what looks like an id is the next word of a sentence: WeChat voice notes."""
    name, before = match["bare"], match[0].lower()
    return name.isalpha() and name.islower() and before.startswith("we") and " is " not in before and ":" not in before


def _part(match: re.Match[str]) -> tuple[int, int]:
    named = match.re.groupindex
    for name in ("quoted", "bare"):
        if name in named and match[name] is not None:
            start, end = match.span(name)
            if start and match.string[start - 1] == "@":
                start -= 1
            if name == "bare":
                written = match.string[start:end]
                whole = written.startswith("@") and len(written) <= _WHOLE
                end = start + len(_TAIL.sub("", written) if whole else _cut_tail(written))
            return start, end
    start, end = match.span()
    return start, start + len(match[0].rstrip(".,;:!?)'，。"))


def _cut_tail(name: str) -> str:
    """A bare name up to the words that go on after it: nobody writes a space between them in Chinese."""
    first_chinese = next((at for at, c in enumerate(name) if "一" <= c <= "鿿"), len(name))
    latin = re.match(r"@?[A-Za-z0-9_.\-]+", name)
    if latin and len(latin[0]) >= 4 and first_chinese == len(latin[0]):
        return _TAIL.sub("", latin[0])
    stop = _STOP.search(name, 2)
    return _TAIL.sub("", name[: stop.start()] if stop else name)
