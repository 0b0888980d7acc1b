"""The exact pass: what the record already knows of a person, and what was found once, wherever else it is written."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from app.domain.redaction.digits import Piece, groups, plain
from app.domain.redaction.kinds import Kind
from app.domain.redaction.names import DOUBLE_SURNAMES
from app.domain.redaction.span import Known, Reason, Span

_LEAST_DIGITS = 5
_CHINESE_NAME = re.compile(r"[一-鿿]{3,4}")


def find_known(text: str, known: Sequence[Known]) -> Iterator[Span]:
    """Every mention of known values in a `plain` text: numbers in any digits, names with or without the surname."""
    rows = list(groups(text)) if any(sum(c.isdigit() for c in k.value) >= _LEAST_DIGITS for k in known) else []
    for entry in known:
        value = plain(entry.value).strip()
        digits = "".join(character for character in value if character.isdigit())
        if len(digits) >= _LEAST_DIGITS and len(digits) * 2 > len(value):
            yield from _digits(rows, digits, Kind(entry.kind))
        for written in _forms(Kind(entry.kind), value):
            yield from _written(text, written, Kind(entry.kind))


def find_again(text: str, spans: Sequence[Span], is_word: Callable[[str], bool]) -> Iterator[Span]:
    """Further mentions of the people and accounts in `spans`, but not of one who is called like an everyday word."""
    surfaces = {(span.kind, text[span.start : span.end]) for span in spans if span.kind in (Kind.PERSON, Kind.SOCIAL)}
    for kind, surface in sorted(surfaces):
        if surface.isascii() and surface.islower():
            continue
        for form in _forms(kind, surface):
            if not is_word(form):
                for span in _written(text, form, kind, flags=0):
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


def _written(text: str, value: str, kind: Kind, flags: int = re.IGNORECASE) -> Iterator[Span]:
    body = r"\s*".join(re.escape(character) for character in value if not character.isspace())
    left = r"(?<![A-Za-z0-9])" if value[0].isascii() else ""
    right = r"(?![A-Za-z0-9])" if value[-1].isascii() else ""
    for match in re.finditer(left + body + right, text, flags):
        yield Span(match.start(), match.end(), kind, Reason.KNOWN)


def _digits(rows: list[list[Piece]], digits: str, kind: Kind) -> Iterator[Span]:
    for row in rows:
        joined = "".join(piece.digits for piece in row)
        owners = [piece for piece in row for _ in piece.digits]
        at = joined.find(digits)
        while at >= 0:
            yield Span(owners[at].start, owners[at + len(digits) - 1].end, kind, Reason.KNOWN)
            at = joined.find(digits, at + len(digits))
