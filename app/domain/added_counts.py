"""Counts of several months and lines, added up so that no two of them give a small one away by their difference.

Decided here: one month on one line (a block) is the least that an export can be asked for, so what may be shown is
decided in every block by itself, with nobody's question in view. A sum adds what its blocks show and nothing else, and
says that it is at least so much where a block hides something. So whatever months and lines somebody asks for, each
figure is made of figures that may be seen anyway, and each of those is large enough. A block whose month is over stays
decided however many months follow: a year's sheet tells nothing beside those of its months.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.small_cells import hide, hide_in_list

Block = tuple[str, str]
"""A month and a line."""
Codes = tuple[str, ...]
MONTH: Final = "month"
LINE: Final = "line"


@dataclass(slots=True)
class Sum:
    """What may be shown of one cell; a count of 0: nothing. `at_least`: something that is hidden is not in it."""

    count: int = 0
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """The cells of a table. `left_out`: so many blocks show nothing at all, not even which codes there are."""

    cells: Mapping[Codes, Sum]
    left_out: int


def add_up(blocks: Mapping[Block, Mapping[Codes, int]], by: Sequence[str], *, k: int) -> Added:
    """`blocks`: the counts of each by those codes of `by` that are neither its month nor its line."""
    sums: defaultdict[Codes, Sum] = defaultdict(Sum)
    left_out: list[Block] = []
    for block, counts in blocks.items():
        hidden = _hidden(counts, k)
        if hidden is None:
            left_out.append(block)
            continue
        for codes, count in counts.items():
            into = sums[_cell(block, codes, by)]
            if codes in hidden:
                into.at_least = True
            else:
                into.count += count
    for cell, into in sums.items():
        into.at_least |= any(_may_be_in(cell, block, by) for block in left_out)
    return Added(dict(sums), len(left_out))


def _cell(block: Block, codes: Codes, by: Sequence[str]) -> Codes:
    left = iter(codes)
    return tuple({MONTH: block[0], LINE: block[1]}[way] if way in (MONTH, LINE) else next(left) for way in by)


def _may_be_in(cell: Codes, block: Block, by: Sequence[str]) -> bool:
    """Whether this cell counts what is in this block."""
    own = {MONTH: block[0], LINE: block[1]}
    return all(own.get(way, code) == code for way, code in zip(by, cell, strict=True))


def _hidden(counts: Mapping[Codes, int], k: int) -> frozenset[Codes] | None:
    """What a block hides; None: everything, even which codes there are."""
    ways = max(map(len, counts), default=0)
    if ways == 0:
        return frozenset(codes for codes, count in counts.items() if count < k)
    if ways == 1:
        names, withheld = hide_in_list({code: count for (code,), count in counts.items()}, k=k)
        return None if withheld else frozenset((name,) for name in names)
    table = hide({(row, column): count for (row, column), count in counts.items()}, k=k)
    return None if table.withheld else frozenset(table.keys)
