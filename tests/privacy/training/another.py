"""Another name of the same kind and form as a given one: it has to fit the sentence that the first was written for."""

import random
import re

from app.domain.redaction.names import SURNAMES
from tests.privacy.training.callnames import CallNames, Dictionary
from tests.privacy.training.figures import Figures
from tests.privacy.training.parts import PARTS
from tests.privacy.training.people import People
from tests.privacy.training.spots import Spots

_CHINESE = re.compile(r"[一-鿿]+")
_TITLES = sorted({*PARTS["titles"], "妈", "爸", "总", "哥", "工", "婶子", "叔", "家的", "儿"}, key=len, reverse=True)
_TITLED = re.compile(rf"(?P<who>.{{1,3}}?)(?P<title>{'|'.join(_TITLES)})")
_ENGLISH_TITLED = re.compile(
    r"(?P<title>(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sister|Nurse|Uncle|Aunty?|Auntie|Coach|Officer|PC|Sgt|Father|"
    r"Pastor|Nana|Gran|mr|mrs|ms|miss|dr|uncle|aunty?|auntie|nurse|coach)\.?) (?P<who>\w+)"
)
_HEADED = re.compile(r"(?P<head>[小老阿大胖二])(?P<who>[一-鿿]|[A-Za-z])(?P<tail>)")
_LETTER = re.compile(r"(?P<head>[小老阿]?)(?P<who>[A-Za-z])(?P<tail>某|姐|哥|总|同学|女士|先生|老师|君)?")
_FIGURE = re.compile(r"[0-9０-９零〇一二三四五六七八九幺两]")
_SETS = ("0123456789", "０１２３４５６７８９", "零一二三四五六七八九", "幺两〇")
_PLACES = {
    "ADDRESS": ("address", "en_address"),
    "SCHOOL": ("school", "en_school"),
    "CLASS": ("class", "en_class"),
    "EMPLOYER": ("employer", "en_employer"),
    "HOSPITAL": ("hospital", "en_hospital"),
    "ORG": ("organisation", "en_organisation"),
    "CITY": ("city", "en_city"),
}
_BY_END = ((re.compile(r"[村屯寨庄沟湾坝]$"), "village"), (re.compile(r"[桥坝库河江]$"), "bridge"))
_ENGLISH_BRIDGE = re.compile(r"(?:Bridge|Pier|Station)$")
_A_WORD = 0.15
"""How often a Chinese name becomes an everyday word, where the sentence says that it is somebody."""


class Another:
    """Draws them; everything comes from the generator and the words it is given."""

    def __init__(self, rng: random.Random, callnames: CallNames, dictionary: Dictionary) -> None:
        self._rng = rng
        self._callnames = callnames
        self._people, self._spots, self._figures = People(rng, callnames), Spots(rng), Figures(rng)
        self._words = frozenset(word for words in dictionary.values() for word in words)

    def of(self, label: str, text: str) -> str:
        """One that may stand where this one stood; the same where none would fit."""
        if label == "PERSON":
            return self._person(text)
        if label == "NUMBER":
            return _FIGURE.sub(lambda figure: self._figure(figure[0]), text)
        if label == "DOB":
            return text
        if label == "SOCIAL":
            return self._account(text)
        rule = _PLACES[label][text.isascii()]
        if label == "ADDRESS":
            if text.isascii():
                rule = "en_bridge" if _ENGLISH_BRIDGE.search(text) else rule
            else:
                rule = next((name for end, name in _BY_END if end.search(text)), rule)
        place = self._spots.draw(rule)
        return place.lower() if text.isascii() and text.islower() else place

    def _figure(self, figure: str) -> str:
        return next(self._rng.choice(figures) for figures in _SETS if figure in figures)

    def _account(self, text: str) -> str:
        if _CHINESE.fullmatch(text):
            return self._people.net()
        if re.fullmatch(r"[A-Za-z][\w.-]{3,}", text, re.ASCII) and not re.search(r"\.[a-z]{2,}$", text):
            return self._people.handle()
        return re.sub(r"\d", lambda figure: self._figure(figure[0]), text)

    def _person(self, text: str) -> str:
        if letter := _LETTER.fullmatch(text):
            other = self._rng.choice("ABCDEFGHJKLMNPQRSTWXYZ")
            return letter["head"] + (other.lower() if letter["who"].islower() else other) + (letter["tail"] or "")
        return self._english(text) if text.isascii() else self._chinese(text)

    def _chinese(self, text: str) -> str:
        people, rng = self._people, self._rng
        if "·" in text:
            return people.minority() if rng.random() < 0.5 else text
        if not _CHINESE.fullmatch(text):
            return text
        if len(text) == 1:
            return people.surname()[0] if text in SURNAMES else people.given_character()
        if rng.random() < _A_WORD:
            return self._callnames.word()
        if headed := _HEADED.fullmatch(text):
            return headed["head"] + (people.surname()[0] if headed["head"] == "老" else people.given_character())
        if (titled := _TITLED.fullmatch(text)) and titled["who"][0] in SURNAMES:
            whole = people.chinese() if len(titled["who"]) > 1 else people.surname()
            return whole + titled["title"]
        if text in self._words:
            return self._callnames.word()
        if len(text) in (2, 3) and text[0] in SURNAMES:
            return people.chinese() if rng.random() < 0.8 else people.mostly_given()
        if len(text) == 2:
            return people.given() if rng.random() < 0.6 else people.nickname()
        return text if rng.random() < 0.5 else people.nickname()

    def _english(self, text: str) -> str:
        people = self._people
        if titled := _ENGLISH_TITLED.fullmatch(text):
            last = people.last()
            return f"{titled['title']} {last.lower() if titled['who'].islower() else last}"
        if not re.fullmatch(r"[A-Za-z'-]+(?: [A-Za-z'-]+)?", text) or text.isupper():
            return text
        name = f"{people.first()} {people.last()}" if " " in text else people.first()
        return name.lower() if text.islower() else name
