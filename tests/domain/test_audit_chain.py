"""The audit's chain: whatever is changed, removed or slipped in afterwards, every link from there on differs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.audit_chain import Entry, Link, canonical, extend, next_link

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entry(n: int, *, at: datetime = NOON, act: str = "note_seen") -> Entry:
    return Entry(n, at, UUID(int=n % 5), act, "note", str(n), "pier", {"n": n})


def chain(entries: Sequence[Entry]) -> list[Link]:
    return list(extend(None, entries))


ENTRIES = [entry(n, at=NOON + timedelta(hours=n)) for n in range(1, 41)]


@given(cut=st.integers(0, 40))
def test_it_does_not_matter_in_how_many_stretches_entries_are_sealed(cut: int) -> None:
    whole = chain(ENTRIES)
    first = whole[:cut]

    assert first + list(extend(first[-1] if first else None, ENTRIES[cut:])) == whole


@given(n=st.integers(0, 38), data=st.data())
def test_p7_a_change_of_anything_in_an_entry_changes_every_link_from_there_on(n: int, data: st.DataObject) -> None:
    was = ENTRIES[n]
    changed = data.draw(
        st.sampled_from(
            [
                replace(was, act="note_amended"),
                replace(was, person_id=None),
                replace(was, person_id=UUID(int=77)),
                replace(was, at=was.at + timedelta(microseconds=1)),
                replace(was, target_kind="subject"),
                replace(was, target_id="x"),
                replace(was, line_id=None),
                replace(was, facts={}),
                replace(was, facts={"n": str(was.facts["n"])}),
            ]
        )
    )
    before, after = chain(ENTRIES), chain([*ENTRIES[:n], changed, *ENTRIES[n + 1 :]])

    assert before[:n] == after[:n]
    assert not {link.hash for link in before[n:]} & {link.hash for link in after[n:]}


@given(n=st.integers(0, 38))
def test_p7_an_entry_that_is_taken_out_changes_every_link_after_it(n: int) -> None:
    before, after = chain(ENTRIES), chain(ENTRIES[:n] + ENTRIES[n + 1 :])

    assert not {link.hash for link in before[n + 1 :]} & {link.hash for link in after[n:]}


def test_a_day_begins_from_the_last_hash_of_the_day_before() -> None:
    first, second = entry(1), entry(2, at=NOON + timedelta(days=1))
    other = next_link(None, replace(first, act="note_amended"))

    assert next_link(next_link(None, first), second).hash != next_link(other, second).hash
    assert [link.day for link in chain([first, second])] == [date(2026, 3, 1), date(2026, 3, 2)]


def test_a_day_that_had_nothing_in_it_is_passed_over() -> None:
    links = chain([entry(1), entry(2, at=NOON + timedelta(days=9))])

    assert [link.day for link in links] == [date(2026, 3, 1), date(2026, 3, 10)]


def test_an_entry_of_before_midnight_that_comes_after_one_of_after_midnight_belongs_to_the_later_day() -> None:
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    links = chain([entry(1, at=midnight + timedelta(seconds=1)), entry(2, at=midnight - timedelta(seconds=1))])

    assert [link.day for link in links] == [date(2026, 3, 2), date(2026, 3, 2)]


@pytest.mark.parametrize("n", [3, 2])
def test_entries_are_linked_in_the_order_of_their_ids_and_each_once(n: int) -> None:
    with pytest.raises(ValueError, match="does not come after"):
        next_link(next_link(None, entry(3)), entry(n))


def test_one_moment_is_one_form_whatever_zone_it_is_written_in() -> None:
    shanghai = NOON.astimezone(tz=None)

    assert canonical(entry(1, at=shanghai)) == canonical(entry(1))


def test_no_two_entries_that_differ_have_one_form() -> None:
    # Fields that run into one another would let a part move from one to the next.
    one = replace(entry(1), target_kind="a", target_id="bc")
    other = replace(entry(1), target_kind="ab", target_id="c")

    assert canonical(one) != canonical(other)
    assert canonical(replace(one, line_id=None)) != canonical(replace(one, line_id="None"))
