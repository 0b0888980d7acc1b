"""Invented people for the needle week: names, numbers, schools and accounts that occur nowhere else, each once.

Numbers are reserved for drama, identity numbers have no such district, places and schools exist in no atlas. The
sentences are as a volunteer writes them on an ordinary night; how much of hard text is found the recall test measures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, product

from tests.privacy.needles import Needle

_SURNAMES = "沈顾陆温季阮柏祁虞简梁邹聂康岳谭龚严秦童"
_GIVEN = (
    "澜舟", "星野", "听澜", "木槿", "松年", "雁归", "砚秋", "鹿鸣", "望舒", "清越",
    "书言", "知夏", "云深", "疏桐", "晚晴", "景行",
)  # fmt: skip
_TOWNS = ("临溪", "云浦", "青峪", "鹤汀", "松川")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _names() -> Iterator[str]:
    yield from (surname + given for given, surname in product(_GIVEN, _SURNAMES))


def _identity_number(number: int) -> str:
    digits = f"3399992009{number % 12 + 1:02d}{number % 28 + 1:02d}{number % 1000:03d}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11]


@dataclass
class Planted:
    """Makes needles, and remembers them."""

    needles: list[Needle] = field(default_factory=list)
    _name: Iterator[str] = field(default_factory=_names)
    _number: Iterator[int] = field(default_factory=lambda: count(1))

    def _plant(self, what: str, text: str) -> str:
        self.needles.append(Needle(what, text))
        return text

    def name(self) -> str:
        """A person's name."""
        return self._plant("a name", next(self._name))

    def mobile(self) -> str:
        """A mobile number in its national form."""
        number = f"07700 900{next(self._number) % 1000:03d}"
        self.needles.append(Needle("a telephone", f"+44{number[1:].replace(' ', '')}"))
        return number

    def school(self) -> str:
        """A school."""
        at = next(self._number)
        return self._plant("a school", f"{_TOWNS[at % 5]}市第{50 + at}中学")

    def wechat(self) -> str:
        """A WeChat id."""
        return self._plant("a WeChat id", f"wxid_heron{next(self._number):05d}q")

    def qq(self) -> str:
        """A QQ number."""
        return self._plant("a QQ number", f"{874_310_000 + next(self._number)}")

    def account(self) -> str:
        """An account on a video platform."""
        return self._plant("an account", f"reedbed_{next(self._number):04d}")

    def email(self) -> str:
        """A mail address (a reserved domain)."""
        return self._plant("a mail address", f"willow{next(self._number):04d}@mail.example")

    def identity_number(self) -> str:
        """An identity card's number with its right check sign."""
        return self._plant("an identity number", _identity_number(next(self._number)))

    def address(self) -> str:
        """A dwelling."""
        at = next(self._number)
        return self._plant("an address", f"{_TOWNS[at % 5]}市鹭洲区芦花路{300 + at}号{at % 9 + 1}幢{at % 6 + 1}02室")

    def note(self) -> dict[str, object]:
        """A note with twenty needles in its fields."""
        return {
            "facts": f"来电者自称{self.name()}，就读于{self.school()}，电话{self.mobile()}，微信号{self.wechat()}，"
            f"QQ是{self.qq()}，身份证号{self.identity_number()}，住{self.address()}。说最近常想到跳楼。",
            "judgement": f"班主任{self.name()}老师知道情况，邮箱{self.email()}。情绪低落两周，PHQ-9 14分。",
            "unknown": f"不清楚室友{self.name()}是否在场，手机{self.mobile()}没人接。",
            "means": f"药放在{self.address()}的抽屉里，舍曲林50mg。",
            "supports": f"舅舅{self.name()}愿意陪伴，电话{self.mobile()}，微信{self.wechat()}。",
            "safety_plan": {"people_to_ask": f"难受时找{self.name()}同学，抖音号{self.account()}。"},
            "actions": [{"text": f"明天由{self.name()}老师联系家长，电话{self.mobile()}。", "state": "planned"}],
            "danger_asked": "asked",
        }

    def sentence(self) -> str:
        """One short text with three, for every other field that takes words."""
        return f"已告知{self.name()}老师，电话{self.mobile()}，QQ{self.qq()}。"
