"""No small count can be worked out from what is shown, here or in an export by one of the two ways alone.

Every property is held against somebody who tries all tables: whole numbers, at least 1 where something is hidden, that
fit what is shown, every sum that is shown elsewhere, and the sum of everything.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.small_cells import Hidden, Key, hide, hide_in_list

K = 3


def every_table(
    hidden: list[Key], groups: Mapping[Key, list[str]], left: Mapping[str, int]
) -> Iterator[dict[Key, int]]:
    """All values of the hidden counts; `left`: what each known sum has left for the hidden ones of its group."""
    if not hidden:
        if all(rest == 0 for rest in left.values()):
            yield {}
        return
    key, *others = hidden
    most = min(left[group] for group in groups[key])
    for value in range(1, most + 1):
        less = {**left, **{group: left[group] - value for group in groups[key]}}
        for rest in every_table(others, groups, less):
            yield {key: value, **rest}


def possible(counts: Mapping[Key, int], found: Hidden, *, k: int = K) -> dict[Key, set[int]]:
    """For each hidden count the values it may have, for somebody who knows every sum that is shown anywhere."""
    hidden = sorted(found.keys)
    known: dict[Key, list[str]] = {key: ["all"] for key in hidden}
    left: defaultdict[str, int] = defaultdict(int)
    for at, way in enumerate(("row", "column")):
        sums: defaultdict[str, int] = defaultdict(int)
        for key, count in counts.items():
            sums[key[at]] += count
        not_shown, _ = hide_in_list(sums, k=k)
        for key in hidden:
            if key[at] not in not_shown:
                known[key].append(f"{way} {key[at]}")
    for key in hidden:
        for group in known[key]:
            left[group] += counts[key]
    values: dict[Key, set[int]] = {key: set() for key in hidden}
    for table in every_table(hidden, known, left):
        for key, value in table.items():
            values[key].add(value)
    return values


tables = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 5), max_size=8)


@settings(max_examples=250, deadline=None)
@given(tables)
def test_every_small_count_may_be_another_for_whoever_knows_all_that_is_shown(counts: dict[Key, int]) -> None:
    found = hide(counts, k=K)
    small = {key for key, count in counts.items() if 0 < count < K}
    assert small <= found.keys
    if found.withheld:
        return
    values = possible({key: count for key, count in counts.items() if count}, found)
    for key in small:
        assert len(values[key]) > 1, f"{key} is {counts[key]} and nothing else"


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 9), max_size=7))
def test_every_small_count_of_a_list_may_be_another_for_whoever_knows_its_sum(counts: dict[str, int]) -> None:
    hidden, withheld = hide_in_list(counts, k=K)
    small = {name for name, count in counts.items() if 0 < count < K}
    assert small <= hidden
    if small and not withheld:
        assert len(hidden) > 1
        assert sum(counts[name] for name in hidden) > len(hidden)


def test_a_single_small_count_takes_others_with_it_so_that_no_sum_gives_it_away() -> None:
    counts = {("a", "x"): 2, ("a", "y"): 30, ("b", "x"): 40, ("b", "y"): 50}
    assert hide(counts, k=5).keys == frozenset(counts)  # its row, its column, and the corner between them
    wide = {(row, column): 10 * at + 10 for at, (row, column) in enumerate((r, c) for r in "abc" for c in "xyz")}
    wide["a", "x"] = 1
    found = hide(wide, k=5)
    assert not found.withheld
    assert len(found.keys) == 4


def test_two_circles_of_hidden_counts_do_not_give_away_the_one_that_joins_them() -> None:
    # Every row and column has two small counts or more; yet e,x alone joins the two corners, and would be known.
    corners = {(row, column): 2 for rows, columns in (("ab", "xy"), ("ef", "uv")) for row in rows for column in columns}
    counts = {(row, column): 40 for row in "abef" for column in "xyuv"} | corners | {("e", "x"): 1}
    found = hide(counts, k=3)
    assert found.keys > corners.keys() | {("e", "x")}


def test_counts_that_are_all_one_are_not_known_to_be_one() -> None:
    assert hide_in_list({"a": 1, "b": 1, "c": 9}, k=5) == (frozenset("abc"), False)
    assert hide_in_list({"a": 1, "b": 1}, k=5) == (frozenset("ab"), True)


def test_what_is_large_enough_is_shown_and_what_is_none_hides_nothing() -> None:
    assert hide({("a", "x"): 5, ("b", "y"): 0, ("b", "x"): 900}, k=5) == Hidden(frozenset())
    assert hide({}, k=5) == Hidden(frozenset())


def test_a_large_table_with_many_small_counts_is_done_within_a_second_or_two() -> None:
    counts = {(f"r{row}", f"c{column}"): (row * 31 + column * 17) % 12 for row in range(60) for column in range(60)}
    began = time.process_time()
    found = hide(counts, k=5)
    assert not found.withheld
    assert time.process_time() - began < 5
