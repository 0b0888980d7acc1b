"""Plates of cars: those of China (GA 36: a province's sign and a letter), spoken too; others by their word."""

import re
from collections.abc import Iterator

from app.domain.redaction.digits import SPOKEN
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span

_PLATE = f"[A-HJ-NP-Za-hj-np-z0-9挂*×{SPOKEN}]"
_PATTERNS: tuple[re.Pattern[str], ...] = (
    re.compile(
        rf"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]字?\s?[A-HJ-NP-Za-hj-np-z][\s·•・.-]{{0,2}}"
        rf"(?=[A-Za-z挂*×]{{0,4}}[\d{SPOKEN}]){_PLATE}(?:[\s-]?{_PLATE}){{3,5}}[挂学警港澳]?(?![A-Za-z0-9])"
    ),
    re.compile(
        r"(?:车牌照?|牌照|[京津沪粤]牌|牌号)号?[是为:：\s]*(?P<code>[一-龥]{0,2}?[A-Za-z]?[·\s]?(?=[A-Za-z]{0,3}\d)"
        r"[A-Za-z0-9]{3,7})(?![A-Za-z0-9])"
    ),
    re.compile(
        r"(?:(?:licen[cs]e|number)\s+plate|\bplates?|\bregistration|\breg)\s*(?:number|no\.?)?\s*(?:is|was|[:：])?\s*"
        r"(?P<code>(?:[A-Z][a-z]{1,5}\s)?(?=(?:[A-Z0-9][\s-]?){5})(?=[A-Z0-9\s-]{0,8}\d)"
        r"[A-Z0-9]{1,7}(?:[\s-]?[A-Z0-9]{2,6})?)(?![A-Za-z0-9])",
    ),
    re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}\s?[A-Z]{3}(?![A-Za-z0-9])"),
)


def find_plates(text: str) -> Iterator[Span]:
    """Every plate in a `plain` text."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            where = "code" if "code" in pattern.groupindex else 0
            yield Span(match.start(where), match.end(where), Kind.PLATE, Reason.SHAPE)
