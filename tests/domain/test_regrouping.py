"""Merging and splitting subjects: every file stays a tree, nobody's contact is lost, and each act can be taken back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.regrouping import (
    SAY,
    Forest,
    Moved,
    Refusal,
    Why,
    judge_merge,
    judge_undo_merge,
    judge_undo_split,
    plan_split,
)

View: TypeAlias = tuple[dict[str, str], dict[str, str]]


@dataclass
class World:
    """Subjects with contacts and pseudonyms, changed only as the rules allow."""

    merged_into: dict[str, str | None]
    contacts: dict[str, str]
    aliases: dict[str, str]
    found_by: dict[str, str]
    done: list[Callable[[], bool]] = field(default_factory=list)

    @property
    def forest(self) -> Forest[str, str, str]:
        """As the rules read it."""
        return Forest(self.merged_into, self.contacts, self.aliases, self.found_by)

    def view(self) -> View:
        """Which file each contact and each pseudonym is in: what a person sees."""
        root = self.forest.root
        return ({c: root(s) for c, s in self.contacts.items()}, {t: root(s) for t, s in self.aliases.items()})

    def merge(self, kept: str, other: str) -> bool:
        """Merge; False: refused."""
        if judge_merge(self.forest, kept, other):
            return False
        self.merged_into[other] = kept
        self.done.append(lambda: self._undo_merge(kept, other))
        return True

    def _undo_merge(self, kept: str, other: str) -> bool:
        if judge_undo_merge(self.forest, kept, other):
            return False
        self.merged_into[other] = None
        return True

    def split(self, root: str, chosen: set[str]) -> bool:
        """Split these contacts out; False: refused."""
        moved = plan_split(self.forest, root, chosen)
        if isinstance(moved, Refusal):
            return False
        new = f"new {len(self.merged_into)}"
        self.merged_into[new] = None
        self.contacts |= dict.fromkeys(moved.contacts, new)
        self.aliases |= dict.fromkeys(moved.aliases, new)
        self.done.append(lambda: self._undo_split(root, new, moved))
        return True

    def _undo_split(self, old: str, new: str, moved: Moved[str, str, str]) -> bool:
        if judge_undo_split(self.forest, old, new, moved):
            return False
        self.contacts |= moved.contacts
        self.aliases |= moved.aliases
        self.merged_into[new] = old
        return True

    def calls(self, token: str) -> None:
        """The caller behind a pseudonym talks with us once more."""
        contact = f"contact {len(self.contacts)}"
        self.contacts[contact] = self.aliases[token]
        self.found_by[contact] = token

    def has_no_cycle(self) -> bool:
        """Whether every subject comes to a root."""
        for subject in self.merged_into:
            seen = set()
            at: str | None = subject
            while at is not None:
                if at in seen:
                    return False
                seen.add(at)
                at = self.merged_into[at]
        return True


def world(subjects: int = 4, calls: int = 3) -> World:
    """Callers a, b, c … each with a subject, a pseudonym and some contacts; the last contact of each had no number."""
    made = World({}, {}, {}, {})
    for name in "abcdefgh"[:subjects]:
        made.merged_into[name] = None
        made.aliases[f"token {name}"] = name
        for _ in range(calls - 1):
            made.calls(f"token {name}")
        made.contacts[f"by hand {name}"] = name
    return made


STEP = st.tuples(st.sampled_from(["merge", "split", "undo", "call"]), st.integers(0, 99), st.integers(0, 9999))


def walk(made: World, steps: list[tuple[str, int, int]]) -> None:
    """Do what the numbers say; what is refused changes nothing."""
    for kind, first, second in steps:
        subjects = sorted(made.merged_into)
        if kind == "merge":
            made.merge(subjects[first % len(subjects)], subjects[second % len(subjects)])
        elif kind == "split":
            root = made.forest.root(subjects[first % len(subjects)])
            own = [c for c, s in sorted(made.contacts.items()) if made.forest.root(s) == root]
            made.split(root, {c for at, c in enumerate(own) if second >> at & 1})
        elif kind == "call":
            made.calls(sorted(made.aliases)[first % len(made.aliases)])
        elif made.done:
            made.done[first % len(made.done)]()


@given(steps=st.lists(STEP, max_size=14))
def test_however_files_are_regrouped_each_stays_a_tree_and_no_contact_is_lost(
    steps: list[tuple[str, int, int]],
) -> None:
    made = world()
    before = set(made.contacts)
    walk(made, steps)
    assert made.has_no_cycle()
    assert before <= set(made.contacts)
    assert set(made.aliases) == {f"token {name}" for name in "abcd"}


@given(steps=st.lists(STEP, max_size=8), first=st.integers(0, 9), second=st.integers(0, 9))
def test_merge_then_undo_restores_what_was(steps: list[tuple[str, int, int]], first: int, second: int) -> None:
    made = world()
    walk(made, steps)
    before, pointers = made.view(), dict(made.merged_into)
    subjects = sorted(made.merged_into)
    if made.merge(subjects[first % len(subjects)], subjects[second % len(subjects)]):
        assert made.view() != before or not any(s == subjects[second % len(subjects)] for s in before[0].values())
        assert made.done[-1]()
    assert (made.view(), made.merged_into) == (before, pointers)


@given(steps=st.lists(STEP, max_size=8), which=st.integers(0, 9), chosen=st.integers(1, 9999))
def test_split_then_undo_restores_what_was(steps: list[tuple[str, int, int]], which: int, chosen: int) -> None:
    made = world()
    walk(made, steps)
    before, links, leads = made.view(), dict(made.contacts), dict(made.aliases)
    subjects = sorted(made.merged_into)
    root = made.forest.root(subjects[which % len(subjects)])
    own = [c for c, s in sorted(made.contacts.items()) if made.forest.root(s) == root]
    if made.split(root, {c for at, c in enumerate(own) if chosen >> at & 1}):
        assert made.view() != before
        assert made.done[-1]()
    assert (made.view(), made.contacts, made.aliases) == (before, links, leads)


@given(steps=st.lists(STEP, max_size=10))
def test_taking_everything_back_last_first_restores_the_beginning(steps: list[tuple[str, int, int]]) -> None:
    made = world()
    before = made.view()
    walk(made, [step for step in steps if step[0] in ("merge", "split")])
    for undo in reversed(made.done):
        assert undo()
    assert made.view() == before


def test_what_comes_by_the_pseudonym_of_a_merged_subject_goes_back_with_it() -> None:
    made = world(2)
    assert made.merge("a", "b")
    made.calls("token b")
    newest = list(made.contacts)[-1]
    assert made.view()[0][newest] == "a"
    assert made.done[-1]()
    assert made.view()[0][newest] == "b"


def test_a_pseudonym_goes_along_only_when_every_contact_it_led_to_goes() -> None:
    made = world(2)
    of_b = [c for c, token in made.found_by.items() if token == "token b"]
    assert made.merge("a", "b")
    part, whole = plan_split(made.forest, "a", of_b[:1]), plan_split(made.forest, "a", of_b)
    assert isinstance(part, Moved)
    assert isinstance(whole, Moved)
    assert part.aliases == {}  # a shared telephone: whoever rings next is looked for where most of it stayed
    assert whole.aliases == {"token b": "b"}


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (set(), Why.NOTHING_CHOSEN),
        ({"by hand b"}, Why.NOT_IN_THIS_FILE),
        ({"by hand a", "nobody's"}, Why.NOT_IN_THIS_FILE),
        ({"by hand a", "contact 0", "contact 1"}, Why.NOTHING_WOULD_STAY),
    ],
)
def test_a_split_that_makes_no_sense_is_refused_with_its_reason(chosen: set[str], why: Why) -> None:
    assert plan_split(world(2).forest, "a", chosen) == Refusal(why)


def test_a_subject_is_not_merged_with_itself_nor_one_that_was_merged_already() -> None:
    made = world(3)
    assert judge_merge(made.forest, "a", "a") == Refusal(Why.SAME_FILE)
    assert made.merge("a", "b")
    assert judge_merge(made.forest, "b", "a") == Refusal(Why.NOT_A_FILE_OF_ITS_OWN)
    assert judge_merge(made.forest, "c", "b") == Refusal(Why.NOT_A_FILE_OF_ITS_OWN)


def test_a_split_is_not_taken_back_while_its_subjects_have_become_one_again() -> None:
    made = world(1)
    assert made.split("a", {"by hand a"})
    undo_split = made.done[-1]
    (new,) = set(made.merged_into) - {"a"}
    assert made.merge(new, "a")  # the other way round: the old one now points at the new one
    assert not undo_split()
    assert made.has_no_cycle()
    assert made.done[-1]()
    assert undo_split()


@pytest.mark.parametrize("why", Why)
def test_every_refusal_says_what_to_do_in_both_languages(why: Why) -> None:
    english, chinese = SAY[why]
    assert english.isascii()
    assert not chinese.isascii()
