"""Which counts of a table may be shown so that no small one can be found out (issue 3, part 8).

A count from 1 to k - 1 is hidden. Hiding it alone is not enough: whoever knows the sums (every sum over one of the two
ways of counting is an export of its own) takes what is shown from the sum. So further counts are hidden, until for
every small one there is another table, of whole numbers and at least 1 where something is hidden, that fits everything
that is shown here or there. What is none is shown as none.

Decided here: the sums are hidden by the same rule, as the export of them would be; the sum of everything counts as
known. Hidden counts and hidden sums are a flow: a row's hidden sum flows into the row, from there through its hidden
counts into their columns, and out through the columns' hidden sums; what every node takes in and gives differs by an
amount that is known. Another table that fits is another flow, and the two differ by circles, along which one count more
goes round, or one less wherever more than 1 flows. A small amount that lies on no circle is given away.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

Key = tuple[str, str]
"""A cell: its row and its column."""
_Node = tuple[str, str]
_Edge = tuple[_Node, _Node]
ROUNDS: Final = 12
"""A table that gives small counts away after so many rounds has hardly anything left to show: none of it is shown."""
_CIRCLES: Final = 60
"""So many circles are looked for in a round; for the others the nearest count is hidden."""
_IN: Final[_Node] = ("in", "")
_OUT: Final[_Node] = ("out", "")


@dataclass(frozen=True, slots=True)
class Hidden:
    """What may not be shown. `withheld`: nothing at all may, not even what is none."""

    keys: frozenset[Key]
    withheld: bool = False


def hide_in_list(counts: Mapping[str, int], *, k: int) -> tuple[frozenset[str], bool]:
    """The same for a table of one way of counting, whose sum is known: what is hidden, and whether all is withheld."""
    there = {name: count for name, count in counts.items() if count > 0}
    hidden = {name for name, count in there.items() if count < k}
    # One hidden count is the rest of the sum; several are known when all of them are 1.
    while hidden and (len(hidden) == 1 or sum(there[name] for name in hidden) == len(hidden)):
        shown = there.keys() - hidden
        if not shown:
            return frozenset(there), True
        hidden.add(min(shown, key=lambda name: (there[name], name)))
    return frozenset(hidden), False


def hide(counts: Mapping[Key, int], *, k: int) -> Hidden:
    """Which of these counts of a table with rows and columns are hidden."""
    there = {key: count for key, count in counts.items() if count > 0}
    table = _Table(there, *(_sums(there, at, k) for at in (0, 1)))
    hidden = {key for key, count in there.items() if count < k}
    for _ in range(ROUNDS):
        given_away = table.given_away(hidden, k)
        if not given_away:
            return Hidden(frozenset(hidden))
        _hide_further(table, hidden, given_away)
    return Hidden(frozenset(there), withheld=True)


def _sums(there: Mapping[Key, int], at: int, k: int) -> Mapping[str, int]:
    """The sums of the rows (0) or the columns (1) that an export of them alone would hide."""
    sums: defaultdict[str, int] = defaultdict(int)
    for key, count in there.items():
        sums[key[at]] += count
    hidden, _ = hide_in_list(sums, k=k)
    return {name: sums[name] for name in hidden}


def _hide_further(table: "_Table", hidden: set[Key], given_away: Iterable[_Edge]) -> None:
    """More counts beside each that is given away: a circle through it, else the smallest near it, else of all."""
    helped: set[_Node] = set()
    for start, end in given_away:
        if start in helped or end in helped:
            continue
        shown = [key for key in table.there if key not in hidden]
        if not shown:
            return
        circle: set[Key] = set()
        if start != _IN and end != _OUT and len(helped) < _CIRCLES:
            circle = table.circle((start[1], end[1]), hidden)
        near = [key for key in shown if table.is_near(key, start, end)]
        hidden |= circle or {min(near or shown, key=lambda key: (table.there[key], key))}
        helped |= {start, end} - {_IN, _OUT}


@dataclass(frozen=True, slots=True)
class _Table:
    """The counts there are, and the sums of rows and columns that are hidden."""

    there: Mapping[Key, int]
    rows: Mapping[str, int]
    columns: Mapping[str, int]

    def is_near(self, key: Key, start: _Node, end: _Node) -> bool:
        """Whether hiding this count may help the amount that flows from `start` to `end`."""
        if start == _IN:
            return key[0] in self.rows and key[0] != end[1]
        if end == _OUT:
            return key[1] in self.columns and key[1] != start[1]
        return key[0] == start[1] or key[1] == end[1]

    def circle(self, key: Key, hidden: set[Key]) -> set[Key]:
        """Three counts that make a circle of four with this one and show least in all; none where there is none."""
        (row, column), count = key, self.there.get
        best: tuple[int, set[Key]] | None = None
        for other_row, across in self.there:
            if other_row == row or across == column:
                continue
            beside, below, corner = (row, across), (other_row, column), (other_row, across)
            more = count(beside, 0) > 1 and count(below, 0) > 1  # one more here, one less beside and below
            less = count(key, 0) > 1 and self.there[corner] > 1 and count(beside, 0) > 0 and count(below, 0) > 0
            if more or less:
                new = {beside, below, corner} - hidden
                cost = sum(self.there[each] for each in new)
                if new and (best is None or (cost, sorted(new)) < (best[0], sorted(best[1]))):
                    best = cost, new
        return set() if best is None else best[1]

    def given_away(self, hidden: set[Key], k: int) -> list[_Edge]:
        """The small amounts that could be worked out with these counts hidden."""
        flow = _Flow()
        for row, amount in self.rows.items():
            flow.put(_IN, ("row", row), amount)
        for column, amount in self.columns.items():
            flow.put(("column", column), _OUT, amount)
        for row, column in sorted(hidden):
            flow.put(("row", row), ("column", column), self.there[row, column])
        return [edge for edge, amount in flow.amounts.items() if amount < k and flow.is_fixed(edge)]


@dataclass(slots=True)
class _Flow:
    """What is hidden, as amounts that flow from node to node."""

    amounts: dict[_Edge, int] = field(default_factory=dict)
    ways: defaultdict[_Node, set[_Node]] = field(default_factory=lambda: defaultdict(set))

    def put(self, start: _Node, end: _Node, amount: int) -> None:
        """An amount that might be greater; and smaller, if it is more than 1."""
        self.amounts[start, end] = amount
        self.ways[start].add(end)
        if amount > 1:
            self.ways[end].add(start)

    def is_fixed(self, edge: _Edge) -> bool:
        """Whether it could be neither one more nor one less."""
        start, end = edge
        return not self._reaches(end, start, edge) and not (self.amounts[edge] > 1 and self._reaches(start, end, edge))

    def _reaches(self, start: _Node, end: _Node, without: _Edge) -> bool:
        back = (without[1], without[0])
        seen = {start}
        waiting = [start]
        for node in waiting:  # grows as it goes
            for following in self.ways[node]:
                if following in seen or (node, following) in (without, back):
                    continue
                if following == end:
                    return True
                seen.add(following)
                waiting.append(following)
        return False
