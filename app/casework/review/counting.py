"""Counts of notes for an export: codes alone, by one or two ways of counting, with small counts hidden.

What is counted is looked at month by month and line by line, and added up from what may be shown of each
(`domain/added_counts.py`): two exports over other months or lines tell together no more than these.

No text of a note is read here. Months are those of the line service's day, in UTC+8 (`Asia/Shanghai`).
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.casework.notes.coding import Kind, code_book
from app.casework.review.schemas import Cell, CountedCode, Counts, Dimension, ExportCounts
from app.contacts.schemas import LineName
from app.domain.added_counts import Block, Codes, add_up
from app.domain.errors import Invalid, NotFound
from app.domain.permissions import Permission
from app.people.access import Principal
from app.platform.db import Tx

MOST_CELLS: Final = 2000
MOST_COUNTED: Final = 50_000
"""Of so many cells of single months and lines a table is added up; deciding on them takes seconds."""
MOST_MONTHS: Final = 60
NONE: Final = ""
"""The code of what was not entered."""
_D = Dimension
_SQL: Final[Mapping[Dimension, str]] = {
    _D.TOPIC: "t.topic",
    _D.LEVEL: "(SELECT level FROM risk_level k WHERE k.contact_id = n.contact_id ORDER BY k.version DESC LIMIT 1)",
    _D.AGE_BAND: "n.age_band",
    _D.GENDER: "n.gender",
    _D.CALLER_ROLE: "n.called_as",
    _D.REGION: "n.region",
    _D.LINE: "n.line_id",
    _D.MONTH: "to_char(c.offered_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')",
}
_KINDS: Final[Mapping[Dimension, Kind]] = {
    _D.AGE_BAND: "age_bands",
    _D.GENDER: "genders",
    _D.CALLER_ROLE: "caller_roles",
    _D.REGION: "regions",
}
LEVEL_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "low": ("低", "Low"),
    "moderate": ("中", "Moderate"),
    "high": ("高", "High"),
    "imminent": ("紧急", "Imminent"),
    "unknown": ("无法判断", "Unknown"),
}
_NOT_ENTERED: Final = ("未填写", "Not entered")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is counted, and on which lines; None: on all, and what came in on none."""

    asked: ExportCounts
    lines: list[str] | None


def wanted(asked: ExportCounts, principal: Principal) -> Wanted:
    """Raises Invalid for months that do not follow, NotFound for a line that is not the asker's."""
    months = _months(asked.from_, asked.to)
    if not 0 < months <= MOST_MONTHS:
        raise Invalid(
            f"Give the first and the last month, at most {MOST_MONTHS} in all. "
            f"请填写起止月份，最多 {MOST_MONTHS} 个月。",
            fields={"to": "must follow from, within 60 months"},
        )
    everywhere = principal.may_everywhere(Permission.NOTE_EXPORT)
    own = principal.lines_for(Permission.NOTE_EXPORT)
    if not set(asked.line_ids) <= own:
        raise NotFound
    if asked.line_ids:
        return Wanted(asked, sorted(set(asked.line_ids)))
    return Wanted(asked, None if everywhere else sorted(own))


def _months(first: str, last: str) -> int:
    (year, month), (last_year, last_month) = (map(int, each.split("-")) for each in (first, last))
    return (last_year - year) * 12 + last_month - month + 1


async def count_notes(tx: Tx, what: Wanted, *, k: int) -> Counts:
    """The counts, small ones hidden."""
    asked = what.asked
    blocks = await _blocks(tx, what)
    # A large table takes a moment, and calls arrive meanwhile.
    added = await asyncio.to_thread(add_up, blocks, [way.value for way in asked.by], k=k)
    shown = added.cells
    if len(shown) > MOST_CELLS:
        raise _too_large()
    codes = [_in_order(way, await _names_of(tx, way), {key[at] for key in shown}) for at, way in enumerate(asked.by)]
    names = [{one.code: one.zh if asked.language == "zh" else one.en for one in each} for each in codes]
    places = [{one.code: place for place, one in enumerate(each)} for each in codes]
    return Counts(
        by=asked.by,
        codes=codes,
        from_month=asked.from_,
        to_month=asked.to,
        line_ids=what.lines or [],
        k=k,
        hidden=sum(each.count == 0 for each in shown.values()),
        left_out=added.left_out,
        withheld=added.left_out > 0 and not shown,
        cells=[
            Cell(
                codes=list(key),
                names=[names[at][code] for at, code in enumerate(key)],
                count=shown[key].count or None,
                at_least=shown[key].at_least and shown[key].count > 0,
            )
            for key in sorted(shown, key=lambda key: [places[at][code] for at, code in enumerate(key)])
        ],
    )


async def _blocks(tx: Tx, what: Wanted) -> Mapping[Block, Mapping[Codes, int]]:
    """What there is in each month on each line, by the other ways of counting."""
    asked = what.asked
    inside = [way for way in asked.by if way not in (_D.MONTH, _D.LINE)]
    ways = "".join(f", coalesce({_SQL[way]}, '') AS way_{at}" for at, way in enumerate(inside))
    topics = "CROSS JOIN LATERAL unnest(n.topics) t(topic)" if _D.TOPIC in inside else ""
    grouped = ", ".join(str(at + 1) for at in range(2 + len(inside)))
    rows = await tx.fetch(
        f"""SELECT {_SQL[_D.MONTH]} AS month, coalesce({_SQL[_D.LINE]}, '') AS line {ways},
              count(DISTINCT n.id) AS count
            FROM note n JOIN contact c ON c.id = n.contact_id {topics}
            WHERE n.non_counselling IS NULL AND ($1::text[] IS NULL OR n.line_id = ANY($1))
              AND c.offered_at >= $2::date::timestamp AT TIME ZONE 'Asia/Shanghai'
              AND c.offered_at < ($3::date + interval '1 month') AT TIME ZONE 'Asia/Shanghai'
            GROUP BY {grouped} LIMIT {MOST_COUNTED + 1}""",  # noqa: S608 the text is ours alone
        what.lines, _first_of(asked.from_), _first_of(asked.to),
    )  # fmt: skip
    if len(rows) > MOST_COUNTED:
        raise _too_large()
    blocks: defaultdict[Block, dict[Codes, int]] = defaultdict(dict)
    for row in rows:
        codes = tuple(row[f"way_{at}"] for at in range(len(inside)))
        blocks[row["month"], row["line"]][codes] = int(row["count"])
    return blocks


def _too_large() -> Invalid:
    return Invalid(
        "This table would have too many cells; count fewer months, or by fewer things. "
        "表格过大，请缩短时间范围或减少统计维度。",
        fields={"by": "gives too many cells"},
    )


def _first_of(month: str) -> date:
    return datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007 a calendar month


async def _names_of(tx: Tx, way: Dimension) -> Mapping[str, tuple[str, str]]:
    book = code_book()
    if way is _D.TOPIC:
        return {f"{s.id}:{item.code}": (item.zh, item.en) for s in book.topic_sets.values() for item in s.items}
    if way is _D.LEVEL:
        return LEVEL_NAMES
    if way is _D.LINE:
        rows: Sequence[Any] = await tx.fetch("SELECT id, name_zh, name_en FROM line ORDER BY id")
        return {row["id"]: (row["name_zh"], row["name_en"]) for row in rows}
    kind = _KINDS.get(way)
    return {item.code: (item.zh, item.en) for each in book.lists if each.kind == kind for item in each.items}


def _in_order(way: Dimension, names: Mapping[str, tuple[str, str]], codes: Iterable[str]) -> list[CountedCode]:
    """These codes as their list has them; then those that are in none, as months are; last what was not entered."""
    places = {code: place for place, code in enumerate(names)}
    ordered = sorted(codes, key=lambda code: (code == NONE, places.get(code, len(places)), code))
    said = [(code, *(_NOT_ENTERED if code == NONE else names.get(code, (code, code)))) for code in ordered]
    sets = code_book().topic_sets if way is _D.TOPIC else {}
    found = {code: sets[code.partition(":")[0]].name for code in ordered if code.partition(":")[0] in sets}
    return [
        CountedCode(
            code=code,
            zh=zh,
            en=en,
            set_zh=found[code].zh if code in found else None,
            set_en=found[code].en if code in found else None,
        )
        for code, zh, en in said
    ]


async def lines_to_count(tx: Tx, principal: Principal) -> list[LineName]:
    """The lines whose notes somebody may have counted."""
    ids = sorted(principal.lines_for(Permission.NOTE_EXPORT))
    rows = await tx.fetch("SELECT id, name_zh, name_en FROM line WHERE id = ANY($1) ORDER BY id", ids)
    return [LineName(id=row["id"], name_zh=row["name_zh"], name_en=row["name_en"]) for row in rows]
