"""Merging two subjects that are one person, splitting one that is two, and taking either back exactly.

Subjects form a forest: each stands for itself or points at the one it was merged into, and a file is a whole tree. A
merge moves nothing, it only points; taking it back takes the pointer away, and what came meanwhile by a pseudonym of
the merged one is with that one again. A split moves contacts to a new subject, and a pseudonym with them when every
contact it led to goes: what moved, and from whom, is written down. Taking a split back returns all of that and points
the new subject at the old one, so that what was entered for it meanwhile is not lost.

A merge can be taken back at any time. A split cannot while something it moved has been moved on, or the two subjects
have become one in another way: that is to be taken back first.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

S = TypeVar("S")  # subjects
C = TypeVar("C")  # contacts
T = TypeVar("T")  # tokens of aliases


class Why(StrEnum):
    """Why a regrouping is refused."""

    SAME_FILE = "same_file"
    NOT_A_FILE_OF_ITS_OWN = "not_a_file_of_its_own"
    NOTHING_CHOSEN = "nothing_chosen"
    NOT_IN_THIS_FILE = "not_in_this_file"
    NOTHING_WOULD_STAY = "nothing_would_stay"
    MOVED_ON = "moved_on"


@dataclass(frozen=True, slots=True)
class Refusal:
    """It must not be done, and why."""

    why: Why


@dataclass(frozen=True, slots=True)
class Forest(Generic[S, C, T]):
    """The subjects concerned with all that hangs on them: a view that is wide enough for the question asked."""

    merged_into: Mapping[S, S | None]
    contacts: Mapping[C, S]  # which subject each contact is linked to
    aliases: Mapping[T, S]  # which subject each pseudonym leads to
    found_by: Mapping[C, T]  # the pseudonym of a contact that has one

    def root(self, subject: S) -> S:
        """The subject that stands for this one."""
        above = self.merged_into[subject]
        while above is not None:
            subject, above = above, self.merged_into[above]
        return subject


@dataclass(frozen=True, slots=True)
class Moved(Generic[S, C, T]):
    """What a split takes along, and with whom each was."""

    contacts: Mapping[C, S]
    aliases: Mapping[T, S]


def judge_merge(forest: Forest[S, C, T], kept: S, other: S) -> Refusal | None:
    """Whether `other` may be pointed at `kept`. Both must stand for themselves: that is why no cycle can come about."""
    if forest.merged_into[kept] is not None or forest.merged_into[other] is not None:
        return Refusal(Why.NOT_A_FILE_OF_ITS_OWN)
    return Refusal(Why.SAME_FILE) if kept == other else None


def judge_undo_merge(forest: Forest[S, C, T], kept: S, other: S) -> Refusal | None:
    """Whether the pointer of `other` may be taken away: whenever it is still the one this merge made."""
    return None if forest.merged_into[other] == kept else Refusal(Why.MOVED_ON)


def plan_split(forest: Forest[S, C, T], root: S, chosen: Collection[C]) -> Moved[S, C, T] | Refusal:
    """What goes when these contacts leave the file of `root`."""
    if not chosen:
        return Refusal(Why.NOTHING_CHOSEN)
    own = {contact: subject for contact, subject in forest.contacts.items() if forest.root(subject) == root}
    if not set(chosen) <= own.keys():
        return Refusal(Why.NOT_IN_THIS_FILE)
    staying = own.keys() - set(chosen)
    if not staying:
        return Refusal(Why.NOTHING_WOULD_STAY)
    still_needed = {forest.found_by[contact] for contact in staying if contact in forest.found_by}
    going = {forest.found_by[contact] for contact in chosen if contact in forest.found_by} - still_needed
    return Moved(
        contacts={contact: own[contact] for contact in chosen},
        aliases={
            token: subject
            for token, subject in forest.aliases.items()
            if token in going and forest.root(subject) == root
        },
    )


def judge_undo_split(forest: Forest[S, C, T], old: S, new: S, moved: Moved[S, C, T]) -> Refusal | None:
    """Whether everything that moved is still where the split put it, and the two are still two."""
    elsewhere = any(forest.contacts.get(contact) != new for contact in moved.contacts) or any(
        forest.aliases.get(token) != new for token in moved.aliases
    )
    if elsewhere or forest.merged_into[new] is not None or forest.root(old) == new:
        return Refusal(Why.MOVED_ON)
    return None


SAY: Final[Mapping[Why, tuple[str, str]]] = {
    Why.SAME_FILE: (
        "These two are the same file already; nothing has to be merged.",
        "两者已是同一份档案，无需合并。",
    ),
    Why.NOT_A_FILE_OF_ITS_OWN: (
        "One of the two has been merged into another file meanwhile; open that file and merge it instead.",
        "其中一份档案已被并入另一份；请打开那份档案再合并。",
    ),
    Why.NOTHING_CHOSEN: ("Choose at least one contact to split out.", "请至少选择一次来电进行拆分。"),
    Why.NOT_IN_THIS_FILE: (
        "One of these contacts is not in this file; load the file again and choose anew.",
        "所选来电中有不属于此档案的；请刷新档案后重新选择。",
    ),
    Why.NOTHING_WOULD_STAY: (
        "All contacts were chosen, and an empty file would stay behind; leave at least one.",
        "已选中全部来电，原档案将为空；请至少保留一次。",
    ),
    Why.MOVED_ON: (
        "What this moved has been moved again since; undo the later change first.",
        "此次操作涉及的内容之后又被移动；请先撤销之后的操作。",
    ),
}
"""What a person is told, in English and Chinese."""
