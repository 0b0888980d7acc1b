"""The exact pass: what the record already knows of a person, and what was found once, wherever else it is written.

What is known is hidden, and whether it is known is nobody's to learn: what would be found without the record as well
gets no other placeholder for being on it (`named_as_found`).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from app.domain.redaction.digits import Piece, groups, plain
from app.domain.redaction.kinds import Kind
from app.domain.redaction.names import DOUBLE_SURNAMES, SURNAMES, is_title
from app.domain.redaction.span import Known, Reason, Span, join

_LEAST_DIGITS = 5
_DIGITS_TO_CALL = 7
_CHINESE_NAME = re.compile(r"[一-鿿]{3,4}")
_WHOLE_NAME = re.compile(r"[一-鿿]{2,4}")
_LETTER = re.compile(r"[小老阿]?[A-Z]")
_SURNAMES = frozenset(SURNAMES)

MENTIONED_AGAIN = 0.3
"""How likely a mention of somebody who is called like an everyday word has to be to name somebody."""
CALLED_SHORT = 0.2
"""The same for a shorter name than the one that was found."""
A_WORD = 0.5
"""The same for a shorter name that is a word (太太 of 周太)."""


def find_known(text: str, known: Sequence[Known]) -> Iterator[Span]:
    """Every mention of known values in a `plain` text: numbers in any digits, names with or without the surname."""
    if not known:
        return
    rows = list(groups(text)) if any(map(_number_of, known)) else []
    squeezed = _Squeezed(text, small=True)
    for entry in known:
        kind = Kind(entry.kind)
        for span in _digits(rows, _number_of(entry), kind):
            yield replace(span, reason=entry.reason)
        for written in _forms(kind, plain(entry.value).strip()):
            for span in squeezed.find(written, kind):
                yield replace(span, reason=entry.reason)


def named_as_found(spans: Sequence[Span], text: str) -> list[Span]:
    """The spans; what is known and lies within what was found without the record is of its kind, and as long."""
    held = [span for span in spans if span.reason is Reason.KNOWN]
    if not held:
        return list(spans)
    found = [span for span in spans if span.reason is not Reason.KNOWN]
    whole = join(found, text)
    around = [next((one for one in whole if one.start <= span.start and span.end <= one.end), span) for span in held]
    return [*found, *(replace(span, reason=Reason.KNOWN) for span in around)]


def may_be_called(kind: Kind, surface: str) -> bool:
    """Whether what was found is a telephone number, or has digits enough for one, whatever it was taken for."""
    if kind in (Kind.PHONE, Kind.DOB, Kind.DATE):
        return kind is Kind.PHONE
    return any(sum(len(piece.digits) for piece in row) >= _DIGITS_TO_CALL for row in groups(plain(surface)))


def _number_of(known: Known) -> str:
    """The digits of a known number; empty for what is no number."""
    value = plain(known.value).strip()
    digits = "".join(character for character in value if character.isdigit())
    return digits if len(digits) >= _LEAST_DIGITS and len(digits) * 2 > len(value) else ""


def find_again(
    text: str, spans: Sequence[Span], is_word: Callable[[str], bool], belief: Callable[[Span], float]
) -> Iterator[Span]:
    """Further mentions of the people and accounts in `spans`, also by a shorter name.

    Where one is called like an everyday word, `belief` (how likely a mention is to name somebody) has a say.
    """
    squeezed = _Squeezed(text, small=False)
    surfaces = {(span.kind, text[span.start : span.end]) for span in spans if span.kind in (Kind.PERSON, Kind.SOCIAL)}
    for kind, surface in sorted(surfaces):
        if surface.isascii() and surface.islower():
            continue
        least = {form: MENTIONED_AGAIN if is_word(form) else 0.0 for form in _forms(kind, surface)}
        if kind is Kind.PERSON:
            shorter = {form: A_WORD if is_word(form) else CALLED_SHORT for form in _short_forms(surface)}
            least = shorter | least
            if _LETTER.fullmatch(surface):
                least[surface[-1]] = 0.0
        for form, needed in least.items():
            if is_title(form):
                continue
            for span in squeezed.find(form, kind):
                if not needed or belief(span) >= needed:
                    yield replace(span, reason=Reason.AGAIN)


def _forms(kind: Kind, value: str) -> Iterator[str]:
    if len(value) >= 2:
        yield value
    if kind is Kind.PERSON and _CHINESE_NAME.fullmatch(value):
        surname = 2 if value[:2] in DOUBLE_SURNAMES else 1
        if len(value) - surname >= 2:
            yield value[surname:]
    if kind is Kind.PERSON and value.isascii():
        yield from (part for part in value.split() if len(part) >= 3)


def _short_forms(name: str) -> Iterator[str]:
    """What else somebody of a Chinese name is called: 小涵, 涵涵, 阿涵, 小王, 老王."""
    if _WHOLE_NAME.fullmatch(name) and name[0] in _SURNAMES:
        last = name[-1]
        yield from ("小" + last, "阿" + last, last * 2, last + "儿", "小" + name[0], "老" + name[0])


class _Squeezed:
    """A text without its spaces, in small letters on demand: what is looked for may be written with spaces."""

    def __init__(self, text: str, *, small: bool) -> None:
        self._text = text
        self._small = small
        self._places = [at for at, character in enumerate(text) if not character.isspace()]
        self.letters = self._of(text)

    def _of(self, text: str) -> str:
        kept = "".join(text.split())
        return "".join(_small(character) for character in kept) if self._small else kept

    def find(self, value: str, kind: Kind) -> Iterator[Span]:
        """Every place of a value; a Latin one does not begin or end within a word."""
        wanted = self._of(value)
        at = self.letters.find(wanted) if wanted else -1
        while at >= 0:
            start, end = self._places[at], self._places[at + len(wanted) - 1] + 1
            if self._alone(wanted[0], start - 1) and self._alone(wanted[-1], end):
                yield Span(start, end, kind, Reason.KNOWN)
                at = self.letters.find(wanted, at + len(wanted))
            else:
                at = self.letters.find(wanted, at + 1)

    def _alone(self, letter: str, beside: int) -> bool:
        if not letter.isascii() or not 0 <= beside < len(self._text):
            return True
        return not (self._text[beside].isascii() and self._text[beside].isalnum())


def _small(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


def _digits(rows: list[list[Piece]], digits: str, kind: Kind) -> Iterator[Span]:
    for row in rows:
        joined = "".join(piece.digits for piece in row)
        owners = [piece for piece in row for _ in piece.digits]
        at = joined.find(digits) if digits else -1
        while at >= 0:
            yield Span(owners[at].start, owners[at + len(digits) - 1].end, kind, Reason.KNOWN)
            at = joined.find(digits, at + len(digits))
