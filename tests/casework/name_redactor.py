"""A finder that knows a few invented names and mobile numbers: for tests of what is done with what is found."""

import re
from collections.abc import Sequence
from typing import Final

from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Known, Reason, Span, join

NAMES: Final = ("欧阳晓岚", "晓岚", "顾长风", "Tamsin Hale")
_PATTERN: Final = re.compile(r"(?P<PERSON>" + "|".join(NAMES) + r")|(?P<PHONE>1[3-9]\d{9})|(?P<CLASS>初二3班)")


class NameRedactor:
    """Finds what the list says and what is known."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find(self, text: str, known: Sequence[Known] = (), *, keep: Sequence[str] = ()) -> list[Span]:
        """The names and numbers in order."""
        self.asked.append(text)
        spans = [Span(m.start(), m.end(), Kind(str(m.lastgroup)), Reason.SHAPE) for m in _PATTERN.finditer(text)]
        for each in known:
            written = re.finditer(re.escape(each.value), text)
            spans += [Span(m.start(), m.end(), each.kind, each.reason) for m in written]
        return join(spans, text)
