"""Invented people: names of every make that occurs in notes, from lists of parts."""

import random
from pathlib import Path

from app.domain.redaction.names import DOUBLE_SURNAMES, SURNAMES
from tests.privacy.training.callnames import CallNames
from tests.privacy.training.parts import PARTS

WORDS = Path(__file__).parent / "words"


def words(name: str) -> list[str]:
    """A list of the folder words/."""
    return (WORDS / f"{name}.txt").read_text(encoding="utf-8").split()


COMMON_SURNAMES = words("surnames_common")
GIVEN = words("given_chars")[0]
FIRST, LAST = words("english_first"), words("english_last")
MORE_FIRST, MORE_LAST = words("english_first_more"), words("english_last_more")
PINYIN_SURNAMES, SYLLABLES = words("pinyin_surnames"), words("pinyin_syllables")
MINORITY, HEADS, NET = words("minority"), words("nick_heads"), words("net_patterns")
TRANSLITERATED = (
    "阿艾巴贝布达迪尔古哈吉卡克库拉兰丽娜努帕热赛苏塔图吐瓦西亚依伊扎买提木江汗别肯提甫曼尼娅玛沙赫萨穆罕默德依斯"
)
TITLES, REAL_WORDS = PARTS["titles"], PARTS["real_words"]
FOREIGN, FOREIGN_PARTS = words("foreign"), PARTS["foreign_parts"]
STANDING = random.Random(20)  # noqa: S311 the rare characters of names are the same in every run
RARE = "".join(chr(STANDING.randrange(0x4E00, 0x9FA5)) for _ in range(600))


class People:
    """Draws names; everything comes from the generator it is given."""

    def __init__(self, rng: random.Random, callnames: CallNames) -> None:
        self.rng = rng
        self.callnames = callnames

    def surname(self) -> str:
        draw = self.rng.random()
        if draw < 0.62:
            return self.rng.choice(COMMON_SURNAMES)
        return self.rng.choice(DOUBLE_SURNAMES) if draw < 0.68 else self.rng.choice(SURNAMES)

    def given_character(self) -> str:
        return self.rng.choice(GIVEN) if self.rng.random() < 0.93 else self.rng.choice(RARE)

    def given(self) -> str:
        draw = self.rng.random()
        one = self.given_character()
        if draw < 0.12:
            return one * 2
        return one + self.given_character()

    def chinese(self) -> str:
        draw = self.rng.random()
        if draw < 0.05:
            return self.surname() + self.rng.choice(["某某", "某", "××", "XX", "某人", "X"])
        if draw < 0.065:
            return self.rng.choice(REAL_WORDS)
        return self.surname() + (self.given_character() if draw < 0.3 else self.given())

    def minority(self) -> str:
        draw = self.rng.random()
        if draw < 0.35:
            return self.rng.choice(MINORITY) + "·" + self.rng.choice(MINORITY)
        if draw < 0.55:
            return self._transliterated() + self.rng.choice("··•.") + self._transliterated()
        if draw < 0.65:
            return self.rng.choice(self.rng.choice([MINORITY, COMMON_SURNAMES])) + self._transliterated()
        if draw < 0.85:
            return self.rng.choice(MINORITY) + self.rng.choice(MINORITY)
        return self.rng.choice(MINORITY)

    def foreign(self) -> str:
        """A foreign name in Chinese characters."""
        first = self.rng.choice(FOREIGN) if self.rng.random() < 0.6 else self._foreign()
        return first if self.rng.random() < 0.7 else first + "·" + self._foreign()

    def _foreign(self) -> str:
        return "".join(self.rng.choice(FOREIGN_PARTS) for _ in range(self.rng.choice([2, 2, 3, 3, 4])))

    def _transliterated(self) -> str:
        return "".join(self.rng.choice(TRANSLITERATED) for _ in range(self.rng.randint(2, 5)))

    def nickname(self) -> str:
        draw = self.rng.random()
        one = self.given_character() if self.rng.random() < 0.6 else self.surname()[0]
        if draw < 0.24:
            return "小" + (one if self.rng.random() < 0.85 else one * 2)
        if draw < 0.36:
            return "阿" + one
        if draw < 0.46:
            return self.rng.choice("老老大胖二三") + self.surname()[0] + self.rng.choice(["", "", "", "", "头", "家的"])
        if draw < 0.6:
            return one + self.rng.choice(PARTS["nick_tails"])
        if draw < 0.75:
            return one * 2
        if draw < 0.8:
            return self.rng.choice(PARTS["nick_firsts"]) + self.rng.choice(PARTS["nick_lasts"])
        if draw < 0.92:
            return one + self.given_character()
        return self.rng.choice(HEADS) + self.rng.choice(["", "", "", "哥", "姐", "妹"])

    def titled(self) -> str:
        draw = self.rng.random()
        name = self.surname() if draw < 0.72 else self.chinese() if draw < 0.86 else self.given()
        if draw > 0.97:
            name = self.rng.choice("ABCDHJKLMSTWXYZ")
        return name + self.rng.choice(TITLES)

    def initials(self) -> str:
        letters = "".join(self.rng.choice("ABCDEFGHJKLMNPQRSTWXYZ") for _ in range(self.rng.choice([1, 1, 2, 2, 3])))
        letters = letters if self.rng.random() < 0.6 else letters.lower()
        return letters + self.rng.choice(["", "", "某", "同学", "君"]) if len(letters) > 1 else letters + "同学"

    def net(self) -> str:
        if self.rng.random() < 0.5:
            return self.callnames.net()
        text = self.rng.choice(NET).replace("{n}", str(self.rng.randrange(1, 9999)))
        while "{h}" in text:
            head = self.rng.choice(HEADS) if self.rng.random() < 0.6 else self.given() + self.given_character()
            text = text.replace("{h}", head, 1)
        return text

    def handle(self) -> str:
        rng = self.rng
        if rng.random() < 0.1:
            return rng.choice(PARTS["feels"] + PARTS["nicks_en"]).lower() + rng.choice(PARTS["nicks_en"]).lower()
        parts = [
            rng.choice([rng.choice(SYLLABLES) + rng.choice(SYLLABLES), rng.choice(FIRST).lower(), self._letters()])
        ]
        parts.append(rng.choice(["", "", rng.choice(SYLLABLES), rng.choice(FIRST), "x", "xx", "vip", "zz"]))
        parts.append(str(rng.choice([rng.randrange(1, 99), rng.randrange(1985, 2013), rng.randrange(100, 99999), ""])))
        text = rng.choice(["", "", "_", "-", "."]).join(part for part in parts if part)
        if rng.random() < 0.1:
            text = "wxid_" + "".join(rng.choice("abcdefghijkmnpqrstuvwxyz0123456789") for _ in range(12))
        return text if rng.random() < 0.85 else text.title()

    def _letters(self) -> str:
        return "".join(self.rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(self.rng.randint(2, 7)))

    def pinyin(self) -> str:
        """A Chinese name in Latin letters, now and then without capitals."""
        name = self._pinyin()
        return name.lower() if self.rng.random() < 0.1 else name

    def _pinyin(self) -> str:
        rng = self.rng
        surname = rng.choice(PINYIN_SURNAMES)
        syllables = [rng.choice(SYLLABLES) for _ in range(rng.choice([1, 2, 2]))]
        given = rng.choice(["", "-", "", ""]).join(syllables).capitalize()
        if rng.random() < 0.1:
            given = " ".join(syllable.capitalize() for syllable in syllables)
        draw = rng.random()
        if draw < 0.55:
            return f"{surname} {given}"
        if draw < 0.75:
            return f"{given} {surname}"
        if draw < 0.8:
            return f"{surname.upper()} {given}"
        return given if draw < 0.95 else surname + given.lower()

    def first(self) -> str:
        draw = self.rng.random()
        if draw < 0.25:  # names nobody has: the place in the sentence has to say it
            return self._made_up()
        if draw < 0.5:
            return self.rng.choice(MORE_FIRST)
        return self.rng.choice(FIRST if draw < 0.92 else PARTS["words_as_names_en"])

    def last(self) -> str:
        draw = self.rng.random()
        if draw < 0.35:
            return self.rng.choice(PINYIN_SURNAMES)
        return self.rng.choice(LAST if draw < 0.65 else MORE_LAST)

    def _made_up(self) -> str:
        begin, middle, end = (self.rng.choice(PARTS[f"name_{part}"]) for part in ("begins", "middles", "ends"))
        vowel = self.rng.choice("aeiou")
        return (
            begin + vowel + (middle + self.rng.choice("aeiou") if self.rng.random() < 0.5 else "") + end
        ).capitalize()

    def english(self) -> str:
        draw = self.rng.random()
        if draw < 0.42:
            return self.first()
        if draw < 0.6:
            return f"{self.first()} {self.last()}"
        if draw < 0.63:
            return f"{self.first()} {self.rng.choice('ABCDEGHJKLMPRSTW')}."
        if draw < 0.66:
            return self.rng.choice(["Xiao", "Lao", "Ah", "A"]) + " " + self.rng.choice(SYLLABLES).capitalize()
        if draw < 0.69:
            return self.first() + "-" + self.first()
        if draw < 0.71:
            return f"{self.rng.choice(PARTS['firsts_en'])} {self.first()}"
        if draw < 0.74:
            return self.rng.choice(PARTS["nicks_en"])
        if draw < 0.77:
            return self._initials()
        return self.pinyin() if draw < 0.95 else self.rng.choice(LAST)

    def _initials(self) -> str:
        """K, K., AK, A.K."""
        letters = [self.rng.choice("ABCDEGHJKLMNPRSTVWZ") for _ in range(self.rng.choice([1, 1, 2]))]
        dot = "." if self.rng.random() < 0.5 else ""
        return dot.join(letters) + dot

    def english_titled(self) -> str:
        title = self.rng.choice(PARTS["titles_en"])
        last = self.last()
        if self.rng.random() < 0.12:
            return f"{last} laoshi"
        return f"{title} {last}" if self.rng.random() < 0.8 else f"{title} {self.english()}"

    def anyone(self) -> str:
        """A person as a Chinese note may name one."""
        draw = self.rng.random()
        for below, make in (
            (0.33, self.chinese),
            (0.51, self.nickname),
            (0.63, self.given),
            (0.71, self.titled),
            (0.77, self.minority),
            (0.8, self.foreign),
            (0.84, self.english),
            (0.865, self.initials),
            (0.915, self.callnames.letter),
            (0.96, self.callnames.word),
            (0.97, self.given_character),
        ):
            if draw < below:
                return make()
        return self.net()

    def full(self) -> str:
        """A name in full."""
        draw = self.rng.random()
        return self.chinese() if draw < 0.85 else self.minority() if draw < 0.95 else self.english()

    def mostly_given(self) -> str:
        """A given name, or anything else where one may stand."""
        return self.given() if self.rng.random() < 0.6 else self.anyone()

    def mostly_net(self) -> str:
        """A name on the net, or anything else where one may stand."""
        return self.net() if self.rng.random() < 0.7 else self.anyone()

    def called(self) -> str:
        """Whatever somebody may be called, where what is said leaves no doubt that it is somebody."""
        draw = self.rng.random()
        for below, make in ((0.3, self.callnames.word), (0.36, self.callnames.letter), (0.55, self.nickname)):
            if draw < below:
                return make()
        return self.anyone()

    def account(self) -> str:
        """What somebody is called on a platform."""
        draw = self.rng.random()
        if draw < 0.06:
            return self.callnames.word()
        return self.net() if draw < 0.53 else self.handle() if draw < 0.86 else self.nickname()

    def english_nickname(self) -> str:
        """What somebody calls herself in English."""
        draw = self.rng.random()
        return self.first() if draw < 0.5 else self.handle() if draw < 0.7 else self.rng.choice(PARTS["nicks_en"])

    def pinyin_surname(self) -> str:
        """A surname in Latin letters."""
        return self.rng.choice(PINYIN_SURNAMES)
