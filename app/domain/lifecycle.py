"""How every lifecycle answers an event: moved, late but harmless, or refused (style.md, habit 1).

A lifecycle is two tables: TRANSITIONS, (state, event) → state, and LATE_BUT_HARMLESS, the pairs that only a race or a
slow network produces. Every other pair is refused. What the asker does with the verdict:

- Moved: write the new state (it may be the old one: the event was heard and changes nothing else).
- Late: the world has gone on. Drop it, answer success, raise no alarm; a leg that came too late is sent away.
- Refused: nobody should ask for this now. The asker is told (409), and the carrier's events of this kind are alarmed.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Moved(Generic[S]):
    """The event was heard; this is the state to write."""

    state: S


@dataclass(frozen=True, slots=True)
class Late:
    """The event was overtaken by another one and changes nothing."""

    because: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The event has no place in this state."""

    because: str


def judge(
    transitions: Mapping[tuple[S, E], S],
    late_but_harmless: AbstractSet[tuple[S, E]],
    state: S,
    event: E,
) -> Moved[S] | Late | Refused:
    """The verdict of two tables on one event; total, it never raises."""
    moved = transitions.get((state, event))
    if moved is not None:
        return Moved(moved)
    if (state, event) in late_but_harmless:
        return Late(f"{event} came after {state}")
    return Refused(f"{event} has no place in {state}")
