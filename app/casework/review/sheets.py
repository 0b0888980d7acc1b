"""Counts as CSV. A cell that a spreadsheet would take for a formula is made a text (OWASP, CSV injection)."""

import csv
import io
from typing import Final

from app.casework.review.schemas import Cell, Counts, Dimension

HIDDEN: Final = "*"
AT_LEAST: Final = "≥"
_BOM: Final = "\ufeff"  # without it spreadsheets take Chinese for another encoding
HEADS: Final = {
    Dimension.TOPIC: ("主题", "Topic"),
    Dimension.LEVEL: ("风险等级", "Risk level"),
    Dimension.AGE_BAND: ("年龄段", "Age band"),
    Dimension.GENDER: ("性别", "Gender"),
    Dimension.CALLER_ROLE: ("来电者身份", "Caller"),
    Dimension.REGION: ("地区", "Region"),
    Dimension.LINE: ("线路", "Line"),
    Dimension.MONTH: ("月份", "Month"),
}


def as_csv(counts: Counts, *, language: str) -> str:
    """One line a count: code and name of each way of counting, of a topic its set too, and the count, "≥" before one
    of which something is hidden, or a star."""
    at = 0 if language == "zh" else 1
    sets = {one.code: (one.set_zh, one.set_en)[at] or "" for each in counts.codes for one in each}
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    heads = [text for way in counts.by for text in (("代码", "Code")[at], HEADS[way][at], *_set_head(way, at))]
    sheet.writerow([*heads, ("人次", "Contacts")[at]])
    for cell in counts.cells:
        said = [
            harmless(text)
            for way, code, name in zip(counts.by, cell.codes, cell.names, strict=True)
            for text in (code, name, *([sets.get(code, "")] if way is Dimension.TOPIC else []))
        ]
        sheet.writerow([*said, _said_of(cell)])
    return _BOM + out.getvalue()


def _said_of(cell: Cell) -> str | int:
    if cell.count is None:
        return HIDDEN
    return f"{AT_LEAST}{cell.count}" if cell.at_least else cell.count


def _set_head(way: Dimension, at: int) -> list[str]:
    return [("主题集", "Set of topics")[at]] if way is Dimension.TOPIC else []


def harmless(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would reckon with it."""
    return f"'{text}" if text.lstrip()[:1] in {"=", "+", "-", "@"} or text[:1] in {"\t", "\r", "\n"} else text
