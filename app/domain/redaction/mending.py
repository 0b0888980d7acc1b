"""Findings made whole at their edges: the rest of a code, of a house number, of a class."""

import re
from dataclasses import replace

from app.domain.redaction.edges import begin
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Span

_CODES = frozenset(
    {
        Kind.ID_CARD,
        Kind.PASSPORT,
        Kind.STUDENT_ID,
        Kind.MEDICAL_ID,
        Kind.BADGE,
        Kind.BANK,
        Kind.PLATE,
        Kind.DEVICE,
        Kind.NUMBER,
    }
)
_NO = r"(?:[A-Za-z]?\d{1,5}[A-Za-z]?(?:[-–]\d{1,4})*|[一二三四五六七八九十百零〇两]{1,5}|[A-Z甲乙丙丁东西南北])"
_UNIT = r"(?:号楼|号院|号门|号铺|号|弄|幢|栋|座|期|单元|楼|层|室|房|门|户|组|队|社|区|出口|口|航站楼)"
_BEFORE = {
    Kind.CLASS: re.compile(
        r"(?:[初高大小研职][一二三四五六1-6]|[一二三四五六七八九1-9]年级|(?:20)?\d\d级[一-鿿]{0,6}?|(?:Grade|Year|Class)\s\w{1,5},?\s)$"
    ),
    Kind.ADDRESS: re.compile(
        r"(?<![A-Za-z\d])(?:(?:[Nn]o\.?|[Ff]lat|[Aa]pt\.?|[Rr]oom|[Uu]nit)\s?)?\d{1,5}[A-Z]?,?\s$"
    ),
}
_AFTER = {
    Kind.CLASS: re.compile(
        r"\s?(?:[（(]\s?[\d一二三四五六七八九十]{1,3}\s?[)）]\s?班?|(?:[\d一二三四五六七八九十]{1,3}|[A-F])\s?班)|班"
    ),
    Kind.ADDRESS: re.compile(
        rf"(?:\s?(?:地下|负)?{_NO}\s?{_UNIT}(?!线|友|码|学|[上下里][的面]))+(?:\s?\d{{3,4}}(?!\d))?|\s?\d{{1,2}}-\d{{1,4}}(?:-\d{{1,4}})?"
    ),
}
_REST_OF_CODE = re.compile(r"(?:[A-Za-z0-9]|[-_·/](?=[A-Za-z0-9]))+")
_BEGIN_OF_CODE = re.compile(r"(?:[A-Za-z0-9]|(?<=[A-Za-z0-9])[-_·/])+$")
_SUBJECT = re.compile(r"[一-鿿]{2,4}$")  # 计科2101班
_LETTER_BEFORE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\s$")


_MISTYPED = re.compile(r"[IlOoSB]\d{1,6}(?![A-Za-z\d])")  # 943 476 59I9
_ANOTHER = re.compile(r"[，,、；;]\s*\d{1,4}(?P<date>月\d{0,2}[日号]?)?$")
_COUNTED = re.compile(r"\d{0,2}\s?(?:年|月|日|号|点|岁|片|粒|颗|个|次|天|分|mg|毫克|元|块|万)")


def mended(span: Span, text: str) -> Span:
    """A span with what belongs to it on both sides, and without what begins something else: 0000 5518，4 of 4月17号."""
    start, end = span.start, span.end
    if span.kind is Kind.NUMBER:
        if (more := _ANOTHER.search(text, start, end)) and (more["date"] or _COUNTED.match(text, end)):
            end = more.start()
        end -= len(text[start:end]) - len(text[start:end].rstrip("，,、；; "))
    if span.kind is Kind.PHONE and (rest := _MISTYPED.match(text, end)):
        end = rest.end()
    if span.kind in _CODES and text[start:end].isascii():
        if rest := _REST_OF_CODE.match(text, end):
            end = rest.end()
        if first := _BEGIN_OF_CODE.search(text, max(0, start - 12), start) or _LETTER_BEFORE.search(
            text, max(0, start - 4), start
        ):
            start = first.start()
    if (
        span.kind is Kind.CLASS
        and text[start].isdigit()
        and (subject := _SUBJECT.search(text, max(0, start - 4), start))
    ):
        start = begin(text, subject.start(), start)
    if (before := _BEFORE.get(span.kind)) and (found := before.search(text, max(0, start - 16), start)):
        start = found.start()
    if (after := _AFTER.get(span.kind)) and (found := after.match(text, end)):
        end = found.end()
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)
