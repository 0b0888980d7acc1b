"""Which findings hold: our tagger has a say in what rules and LAC found, and shapes have one in what it found itself.

A shape (a mobile number, a link) holds whatever the taggers think. The thresholds were chosen on the tuning notes
(tests/privacy/tune.jsonl); they are low, for it is better to hide.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from app.casework.redaction.english_words import EnglishWords
from app.casework.redaction.lac_network import Tagged
from app.casework.redaction.lac_words import Lexicon
from app.casework.redaction.tagger import Reading
from app.domain.redaction.company import ENGLISH_CLOSE
from app.domain.redaction.dates import tells_a_birth
from app.domain.redaction.digits import groups, in_digits
from app.domain.redaction.kinds import Kind
from app.domain.redaction.nobody import is_office_or_kin, names_nobody
from app.domain.redaction.pinyin import can_be_small
from app.domain.redaction.span import Reason, Span

LEAST_BELIEF = {Reason.CUE: 0.1, Reason.LEARNT: 0.0, Reason.TAGGED: 0.2}
"""How likely our tagger has to hold a finding to name somebody before it counts."""
CUED_BELIEF = 0.3
"""The same for a person in Chinese characters: much follows 叫 and 姓, and stands before 师傅."""
WORD_BELIEF = 0.4
"""The same for a person who is called like an everyday word: the sentence has to say that it is one."""
TAGGED_BELIEF = 0.93
"""The same where LAC alone takes a word of two characters for a name (白雪; longer ones are seldom words)."""
_SHORT = 2
ALONE_BELIEF = 0.5
"""The same where nothing beside the word says so."""
THROUGHOUT_BELIEF = 0.12
"""The same there, of each of its tokens: half of a saying is no name (石沉大海)."""
_NEVER = 2.0
CHARACTER_BELIEF = 0.6
"""The same for a single character."""
CHINESE_BELIEF = 0.3
"""The same for Chinese characters that only our tagger speaks for: of Latin letters it is less sure."""
MONTH_BELIEF = 0.9
"""The same for somebody who is called like a month."""
ENGLISH_BELIEF = 0.6
"""The same for what only our tagger speaks for, if it is a word of English."""
SMALL_BELIEF = 0.6
"""The same for English words without a capital, which cannot be a Chinese name in pinyin either."""
COMPANY_BELIEF = 0.2
"""The same for a name that has nothing but its company to speak for it."""
KIN_BELIEF = 0.02
"""The same for an English word with a capital beside one for somebody close (mum Ada, Ada's mum)."""
PLACE_BELIEF = 0.6
"""The same for a place that has nothing but what is done there to speak for it."""
SURE_BELIEF = 0.97
"""The same, of each of its tokens, for what only seldom is a name (老幺, a centre), a short code, a part of a date."""
_LEAST_DIGITS = 5
_LEAST_OF_A_CODE = 3
_NEITHER_NOUN_NOR_VERB = frozenset((*range(14), *range(26, 38), 40, 41, *range(44, 48)))
"""Of the tags in data/lac/tag.dic: adjectives, adverbs, numbers, pronouns, times and the like."""

_NAMES = frozenset(range(16, 22))
"""Those of people, places and organisations."""

_CALENDAR = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|"
    r"Fri|Satur|Sun)days?|Christmas|Easter|Halloween|Thanksgiving|Ramadan|"
    r"Spring Festival|New Year|Hari Raya|Diwali|Deepavali|Eid|Vesak|Lent|Songkran|Boxing Day|Mid-Autumn|Qingming|"
    r"平安夜|七夕|元宵|腊八|除夕|圣诞|万圣|(?:周|星期|礼拜)[一二三四五六日天])",
    re.IGNORECASE,
)
_NAMED_LIKE_MONTHS = re.compile(r"April|May|June|August")
_KIN = re.compile(rf"\b(?:{ENGLISH_CLOSE}),?\s$")
_OF_KIN = re.compile(rf"['’]s\s(?:{ENGLISH_CLOSE})s?\b")
# Not beside a sign of an address or account, nor beside what was found already (a stand-in, of the private use area).
_SMALL_WORDS = re.compile("(?<![\\w.@:/\ue000-\uf8ff-])[a-z]+(?: [a-z]+)*(?![\\w.@:/\ue000-\uf8ff-])")
_WITH_A_CAPITAL = frozenset(
    {Kind.PERSON, Kind.ADDRESS, Kind.SCHOOL, Kind.CLASS, Kind.DOB, Kind.EMPLOYER, Kind.HOSPITAL, Kind.ORG, Kind.CITY}
)
_ACCOUNT_CUE = re.compile(
    r"(?:@|\b(?:id|account|user|username|name|named|as|called|is|online|tag|handle|add|follows?)\b|号|叫|名|是|[:：])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Holding:
    """What is known of one simplified text when its findings are judged."""

    text: str
    reading: Reading
    tagged: Tagged
    lexicon: Lexicon
    english: EnglishWords
    company: Sequence[Span]  # what the words beside it speak for

    def holds(self, span: Span) -> bool:
        """Whether a finding counts."""
        if span.reason is Reason.SHAPE:
            return True
        surface = self.text[span.start : span.end]
        cued = span.reason is Reason.CUE
        if cued and span.kind is Kind.PERSON and is_office_or_kin(surface):
            return False
        if cued and span.kind not in _WITH_A_CAPITAL and any(map(str.isdigit, in_digits(surface))):
            return True  # a number that the word before it explains
        if not cued and not self._may_be(span, surface):
            return False
        least = self._least_with_a_cue(span, surface) if cued else self._least(span, surface)
        return self.reading.belief(span) >= least

    @staticmethod
    def _least_with_a_cue(span: Span, surface: str) -> float:
        return CUED_BELIEF if span.kind is Kind.PERSON and not surface.isascii() else LEAST_BELIEF[Reason.CUE]

    def _least(self, span: Span, surface: str) -> float:
        """How likely a finding without a cue has to be: the likelier, the more its words mean something else."""
        least = LEAST_BELIEF[span.reason]
        if span.reason is Reason.LEARNT and not surface.isascii():
            least = CHINESE_BELIEF
        if _NAMED_LIKE_MONTHS.fullmatch(surface):
            least = MONTH_BELIEF
        if span.kind is Kind.PERSON and self._is_everyday(span):
            least = self._least_of_a_word(span, surface)
        if span.reason is Reason.LEARNT and span.kind is Kind.PERSON and self.english.rank(surface):
            least = max(least, ENGLISH_BELIEF)
        if len(surface) == 1:
            least = CHARACTER_BELIEF
        if span.kind in _WITH_A_CAPITAL and self._is_small(span):
            least = max(least, SMALL_BELIEF)
        return least

    def _least_of_a_word(self, span: Span, surface: str) -> float:
        tagged = span.reason is Reason.TAGGED
        if any(_meet(span, other) for other in self.company) or (tagged and len(surface) > _SHORT):
            return WORD_BELIEF
        if tagged:
            return TAGGED_BELIEF
        return ALONE_BELIEF if self.reading.least_belief(span) >= THROUGHOUT_BELIEF else _NEVER

    def _is_small(self, span: Span) -> bool:
        words = _SMALL_WORDS.match(self.text, span.start)
        return words is not None and words.end() >= span.end and not can_be_small(self.text[span.start : span.end])

    def holds_in_company(self, span: Span) -> bool:
        """Whether a name that was found by its company counts: each of its tokens has to be possible."""
        if self._names_nobody(span):
            return False
        if self.text[span.start].isascii() and (
            _KIN.search(self.text, max(0, span.start - 16), span.start) or _OF_KIN.match(self.text, span.end)
        ):
            return not _CALENDAR.fullmatch(self.text, span.start, span.end) and self.reading.belief(span) >= KIN_BELIEF
        likely = self._is_everyday(span) or self.text[span.start].isascii()  # Training is over; Hope is gone
        return self.reading.least_belief(span) >= (WORD_BELIEF if likely else COMPANY_BELIEF)

    def holds_as_a_place(self, span: Span) -> bool:
        """Whether a place that was found by what is done there counts: one of its tokens has to be likely."""
        return self.reading.belief(span) >= PLACE_BELIEF and not self._names_nobody(span)

    def _names_nobody(self, span: Span) -> bool:
        return names_nobody(span.kind, self.text[span.start : span.end], sure=self._is_sure(span))

    def _is_sure(self, span: Span) -> bool:
        return self.reading.least_belief(span) >= SURE_BELIEF

    def _may_be(self, span: Span, surface: str) -> bool:
        """Whether the surface has the shape of what a tagger takes it for."""
        named_so = span.kind is Kind.PERSON and _NAMED_LIKE_MONTHS.fullmatch(surface)
        if (_CALENDAR.fullmatch(surface) and not named_so) or self._names_nobody(span):
            return False
        if span.kind is Kind.DOB:
            return tells_a_birth(self.text, span.start, span.end) or self._is_sure(span)
        digits = sum(character.isdigit() for character in in_digits(surface))
        if span.kind is Kind.NUMBER:
            count = sum(len(piece.digits) for row in groups(surface) for piece in row)
            return count >= _LEAST_DIGITS or (count >= _LEAST_OF_A_CODE and "/" not in surface and self._is_sure(span))
        if span.kind is Kind.SOCIAL and surface.isascii():
            if not any(character.isalpha() for character in surface):
                return digits >= _LEAST_DIGITS
            if surface.isalpha() and surface.islower():
                return _ACCOUNT_CUE.search(self.text[max(0, span.start - 24) : span.start]) is not None
        return True

    def _is_everyday(self, span: Span) -> bool:
        """Whether a name is a word of the dictionary, holds one, or is made of neither nouns nor verbs (says LAC)."""
        if self.lexicon.is_word(self.text[span.start : span.end]):
            return True
        tokens = self.tagged.tokens
        first = bisect_right(tokens, span.start, key=attrgetter("end"))
        last = bisect_left(tokens, span.end, lo=first, key=attrgetter("start"))
        within = list(zip(tokens[first:last], self.tagged.tags[first:last], strict=True))
        if any(
            token.end - token.start > 1 and tag not in _NAMES and not self.text[token.start].isascii()
            for token, tag in within
        ):
            return True
        return bool(within) and all(tag in _NEITHER_NOUN_NOR_VERB for _, tag in within)


def _meet(span: Span, other: Span) -> bool:
    return span.start < other.end and other.start < span.end
