"""Invented numbers and dates, in the ways in which people write, say and hide them."""

import random

from tests.privacy.training.parts import PARTS

_SPOKEN = dict(zip("0123456789", ("零洞〇", "幺一", "二两", "三", "四", "五", "六", "七拐", "八", "九"), strict=True))
_TENS = "一二三四五六七八九十"


class Figures:
    """Draws numbers; everything comes from the generator it is given."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def _digits(self, count: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(count))

    def _one(self) -> str:
        r = self.rng
        draw = r.random()
        if draw < 0.5:
            return "1" + r.choice("3456789") + self._digits(9)
        if draw < 0.62:
            born = f"{r.randrange(1950, 2016)}{r.randrange(1, 13):02d}{r.randrange(1, 29):02d}"
            return f"{r.randrange(110000, 659000)}{born}{self._digits(4)}"
        return self._digits(r.choice([5, 6, 7, 8, 8, 9, 10, 12, 16, 19]))

    def number(self) -> str:
        """A number of any kind, plain, spaced, spoken, mixed, or with a letter before it."""
        r = self.rng
        digits = self._one()
        draw = r.random()
        if draw < 0.38:
            return digits
        if draw < 0.45:
            return self._masked(digits)
        if draw < 0.6:
            return r.choice([" ", "-", ".", " - "]).join(part for part in (digits[:3], digits[3:7], digits[7:]) if part)
        if draw < 0.82:
            gap = r.choice(["", "", "", " ", "，", "-"])
            said = [r.choice(_SPOKEN[digit]) for digit in digits[:11]]
            cut = r.choice([3, 3, 4])
            filler = r.choice(["", "", "，嗯，", "，然后", "…", " ", "，那个，"])
            return gap.join(said[:cut]) + filler + gap.join(said[cut:])
        if draw < 0.9:
            return "".join(r.choice([digit, r.choice(_SPOKEN[digit])]) for digit in digits[:11])
        if draw < 0.95:
            return " ".join(PARTS["digits"][int(digit)] for digit in digits[:11])
        return r.choice("EGWFSZKH") + digits[:8]

    def amount(self) -> str:
        """A number that names nobody: money, a rank, how often."""
        r = self.rng
        return r.choice(
            [str(r.randrange(100, 10 ** r.randint(3, 6))), f"{r.randrange(1, 99)}000", f"{r.randrange(1, 99)}00"]
        )

    def _masked(self, digits: str) -> str:
        """Some of its digits are signs, here and there or in a row."""
        r = self.rng
        sign = r.choice("*×xX某？#_○■")
        if r.random() < 0.5:
            start = r.randrange(2, max(3, len(digits) - 3))
            return digits[:start] + sign * r.choice([2, 3, 4, 4, 5]) + digits[start + 4 :]
        return "".join(sign if at and r.random() < 0.35 else digit for at, digit in enumerate(digits))

    def born(self) -> str:
        """A date of birth in Chinese."""
        r = self.rng
        year, month, day = r.randrange(1945, 2018), r.randrange(1, 13), r.randrange(1, 29)
        said = "".join("零一二三四五六七八九"[int(digit)] for digit in str(year))
        short = f"{year % 100:02d}年"
        ways = [f"{year}年{month}月{day}日", f"{year}年{month}月", f"{year}年", short, f"{short}{month}月"]
        ways += [f"{year}.{month}.{day}", f"{year}-{month:02d}-{day:02d}", f"{year}/{month}/{day}", f"{year}.{month}"]
        ways += [f"{said}年{r.choice(_TENS)}月{r.choice(_TENS)}日", f"{said[2:]}年", f"{said}年", f"{said[2:]}年腊月"]
        ways += [f"{month}月{day}日", f"{month}月{day}号", f"农历{r.choice(_TENS)}月初{r.choice(_TENS)}"]
        return r.choice(ways)

    def born_en(self) -> str:
        """A date of birth in English."""
        r = self.rng
        month, day, year = r.choice(PARTS["months_short"]), r.randrange(1, 29), r.randrange(1945, 2018)
        ways = [f"{day} {month} {year}", f"{month} {day}, {year}", f"{year}-{r.randrange(1, 13):02d}-{day:02d}"]
        ways += [f"{month} {day}", f"{day}/{r.randrange(1, 13)}/{year}", f"{month} {year}", f"{day}th of {month}"]
        ways += [f"the {day}th of {month} {year}", f"{day} {month} {year % 100:02d}"]
        return r.choice(ways)
