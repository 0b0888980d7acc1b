"""A task of a file: something still to be done for this person, by somebody, until a time.

It ends by a person's act: done, with what came of it, or cancelled, with why. Being overdue ends nothing: the
supervisors are told, and it stays open. What was ended by mistake is opened again.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.domain.lifecycle import Late, Moved, Refused, judge


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskEvent(StrEnum):
    """What a person does with a task."""

    DONE = "done"
    CANCELLED = "cancelled"
    REOPENED = "reopened"


_S = TaskState
_E = TaskEvent

TRANSITIONS: Final[Mapping[tuple[TaskState, TaskEvent], TaskState]] = {
    (_S.OPEN, _E.DONE): _S.DONE,
    (_S.OPEN, _E.CANCELLED): _S.CANCELLED,
    (_S.DONE, _E.REOPENED): _S.OPEN,
    (_S.CANCELLED, _E.REOPENED): _S.OPEN,
}
LATE_BUT_HARMLESS: Final[frozenset[tuple[TaskState, TaskEvent]]] = frozenset()
"""None: a person acts on what they see, and versions tell them when it has changed."""


def apply(state: TaskState, event: TaskEvent) -> Moved[TaskState] | Late | Refused:
    """What `event` does to a task in `state`. Total."""
    return judge(TRANSITIONS, LATE_BUT_HARMLESS, state, event)
