"""Whatever months and lines somebody asks for, no small count is the difference of two figures that are shown."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.added_counts import Block, Codes, add_up
from app.domain.small_cells import hide_in_list

K = 3
MONTHS, LINES = ("01", "02", "03"), ("harbour", "lamp", "pier")
Blocks = Mapping[Block, Mapping[Codes, int]]


def blocks_of(codes: st.SearchStrategy[Codes]) -> st.SearchStrategy[Blocks]:
    counts = st.dictionaries(codes, st.integers(1, 6), min_size=1, max_size=6)
    return st.dictionaries(st.tuples(st.sampled_from(MONTHS), st.sampled_from(LINES)), counts, max_size=9)


lists = blocks_of(st.tuples(st.sampled_from("abc")))
tables = blocks_of(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")))


def areas() -> Iterator[frozenset[Block]]:
    """Every range of months on every choice of lines."""
    choices = list(chain.from_iterable(combinations(LINES, many) for many in range(1, len(LINES) + 1)))
    for start in range(len(MONTHS)):
        for end in range(start + 1, len(MONTHS) + 1):
            for lines in choices:
                yield frozenset((month, line) for month in MONTHS[start:end] for line in lines)


def asked(blocks: Blocks, area: frozenset[Block], *by: str) -> Mapping[Codes, tuple[int, bool]]:
    added = add_up({block: counts for block, counts in blocks.items() if block in area}, by, k=K)
    return {codes: (each.count, each.at_least) for codes, each in added.cells.items()}


def holds_for_every_two(blocks: Blocks, *by: str) -> None:
    shown = {area: asked(blocks, area, *by) for area in areas()}
    everywhere = set().union(*(counts for counts in blocks.values()))
    for codes in everywhere:
        figures = {area: found.get(codes, (0, False))[0] for area, found in shown.items()}
        for wide, many in figures.items():
            for narrow, few in figures.items():
                if narrow < wide:
                    assert many - few == 0 or many - few >= K, (codes, sorted(wide), sorted(narrow))


@settings(max_examples=40, deadline=None)
@given(lists)
def test_the_difference_of_two_figures_of_a_list_is_none_or_large_enough(blocks: Blocks) -> None:
    holds_for_every_two(blocks, "gender")


@settings(max_examples=30, deadline=None)
@given(tables)
def test_the_difference_of_two_figures_of_a_table_is_none_or_large_enough(blocks: Blocks) -> None:
    holds_for_every_two(blocks, "gender", "age_band")


@settings(max_examples=40, deadline=None)
@given(lists)
def test_a_figure_is_exact_or_says_that_it_is_less_and_a_small_one_is_in_none(blocks: Blocks) -> None:
    for area in areas():
        for codes, (count, at_least) in asked(blocks, area, "gender").items():
            there = sum(counts.get(codes, 0) for block, counts in blocks.items() if block in area)
            assert count <= there if at_least else count == there
            assert count == 0 or count >= K


@settings(max_examples=40, deadline=None)
@given(lists)
def test_the_months_and_lines_of_a_table_add_up_to_the_table_without_them(blocks: Blocks) -> None:
    area = frozenset((month, line) for month in MONTHS for line in LINES)
    for way in ("month", "line"):
        sums: defaultdict[Codes, int] = defaultdict(int)
        for (code, _), (count, _at_least) in asked(blocks, area, "gender", way).items():
            sums[code,] += count
        assert sums == {codes: count for codes, (count, _) in asked(blocks, area, "gender").items()}


def test_a_block_is_decided_as_an_export_of_it_alone_would_be() -> None:
    counts = {("a",): 9, ("b",): 1, ("c",): 7}
    hidden, _ = hide_in_list({code: count for (code,), count in counts.items()}, k=K)
    assert asked({("01", "lamp"): counts}, frozenset({("01", "lamp")}), "gender") == {
        (code,): (0, True) if code in hidden else (count, False) for (code,), count in counts.items()
    }


def test_what_a_block_cannot_show_at_all_is_said_of_every_figure_that_it_may_belong_to() -> None:
    blocks = {("01", "lamp"): {("a",): 9}, ("02", "lamp"): {("a",): 8}, ("02", "pier"): {("b",): 1}}
    added = add_up(blocks, ("gender", "month"), k=K)
    assert added.left_out == 1
    assert {codes: (each.count, each.at_least) for codes, each in added.cells.items()} == {
        ("a", "01"): (9, False), ("a", "02"): (8, True),
    }  # fmt: skip


def test_months_and_lines_alone_are_counted_where_there_are_enough_contacts() -> None:
    blocks = {("01", "lamp"): {(): 9}, ("01", "pier"): {(): 2}, ("02", "pier"): {(): 1}}
    added = add_up(blocks, ("month",), k=K)
    assert {codes: (each.count, each.at_least) for codes, each in added.cells.items()} == {
        ("01",): (9, True), ("02",): (0, True),
    }  # fmt: skip
