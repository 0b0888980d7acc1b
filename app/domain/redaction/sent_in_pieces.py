"""Numbers that were sent piece by piece, one message each, so that no message looks like one."""

import re
from collections.abc import Iterator

from app.domain.redaction.digits import SPOKEN, in_digits
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span

_LINE = re.compile(
    rf"^(?:[^\n:：\d]{{0,12}}[:：])?[ \t]*(?P<piece>(?:\d[\d \-]{{0,9}})?\d|[{SPOKEN}]{{2,8}})[ \t]*[.。,，]?$",
    re.MULTILINE,
)
_LEAST, _MOST = 7, 19  # digits of a whole number


def find_pieces(text: str) -> Iterator[Span]:
    """The pieces of numbers in a `plain` text: lines, one under another, that hold nothing but some digits."""
    row: list[re.Match[str]] = []
    for match in _LINE.finditer(text):
        if row and match.start() != row[-1].end() + 1:
            yield from _number(row)
            row = []
        row.append(match)
    yield from _number(row)


def _number(row: list[re.Match[str]]) -> Iterator[Span]:
    digits = sum(character.isdigit() for match in row for character in in_digits(match["piece"]))
    if len(row) > 1 and _LEAST <= digits <= _MOST:
        for match in row:
            yield Span(match.start("piece"), match.end("piece"), Kind.PHONE, Reason.SHAPE)
