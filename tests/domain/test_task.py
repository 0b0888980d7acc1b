"""A task of a file ends by a person's act alone, and what was ended by mistake is opened again."""

from itertools import product

import pytest

from app.domain.hand_over import TRANSITIONS as HAND_OVER_TRANSITIONS
from app.domain.hand_over import HandOverEvent, HandOverState
from app.domain.hand_over import apply as apply_to_hand_over
from app.domain.lifecycle import Moved, Refused
from app.domain.task import TRANSITIONS, TaskEvent, TaskState, apply


@pytest.mark.parametrize(("state", "event"), list(product(TaskState, TaskEvent)))
def test_every_pair_of_a_tasks_state_and_event_is_moved_or_refused(state: TaskState, event: TaskEvent) -> None:
    verdict = apply(state, event)
    assert isinstance(verdict, Moved if (state, event) in TRANSITIONS else Refused)


def test_an_ended_task_can_only_be_opened_again() -> None:
    for ended in (TaskState.DONE, TaskState.CANCELLED):
        assert [event for event in TaskEvent if isinstance(apply(ended, event), Moved)] == [TaskEvent.REOPENED]


@pytest.mark.parametrize(("state", "event"), list(product(HandOverState, HandOverEvent)))
def test_every_pair_of_a_hand_overs_state_and_event_is_moved_or_refused(
    state: HandOverState, event: HandOverEvent
) -> None:
    verdict = apply_to_hand_over(state, event)
    assert isinstance(verdict, Moved if (state, event) in HAND_OVER_TRANSITIONS else Refused)


def test_a_hand_over_that_has_ended_stays_as_it_ended() -> None:
    for ended in set(HandOverState) - {HandOverState.REQUESTED}:
        assert all(isinstance(apply_to_hand_over(ended, event), Refused) for event in HandOverEvent)
