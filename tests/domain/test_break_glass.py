"""The vault is opened by two different people, for minutes; by one alone only for an act in progress, and reviewed."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TypeAlias
from uuid import UUID

import pytest

from app.domain.break_glass import (
    LATE_BUT_HARMLESS,
    SHOWS,
    TRANSITIONS,
    OpeningEvent,
    OpeningState,
    Reason,
    apply,
    may_open_alone,
    state_at,
    two_people,
)
from app.domain.lifecycle import Late, Moved, Refused

S: TypeAlias = OpeningState
E: TypeAlias = OpeningEvent
NOW = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
OVER = [S.REFUSED, S.LAPSED, S.CLOSED, S.REVIEWED]


@pytest.mark.parametrize(("state", "event"), list(product(S, E)))
def test_every_pair_of_state_and_event_has_exactly_one_verdict(state: S, event: E) -> None:
    verdict = apply(state, event)
    assert isinstance(verdict, Moved) == ((state, event) in TRANSITIONS)
    assert isinstance(verdict, Late) == ((state, event) in LATE_BUT_HARMLESS)
    assert isinstance(verdict, Refused) == ((state, event) not in TRANSITIONS.keys() | LATE_BUT_HARMLESS)


def test_no_pair_is_both_a_transition_and_late() -> None:
    assert not TRANSITIONS.keys() & LATE_BUT_HARMLESS


def test_a_look_shows_something_only_while_it_is_open() -> None:
    assert {state for state in S if isinstance(apply(state, E.LOOKED), Moved)} == SHOWS
    assert not [state for state in S if isinstance(apply(state, E.LOOKED), Late)]


def test_it_opens_by_an_answer_to_a_request_and_in_no_other_way() -> None:
    assert {pair for pair, to in TRANSITIONS.items() if to is S.OPEN and pair[0] is not S.OPEN} == {
        (S.REQUESTED, E.APPROVED)
    }
    assert {pair for pair, to in TRANSITIONS.items() if to is S.OPEN_ALONE} == {(S.OPEN_ALONE, E.LOOKED)}


@pytest.mark.parametrize("state", OVER)
def test_what_is_over_is_never_opened_again(state: S) -> None:
    assert not [event for event in E if isinstance(apply(state, event), Moved)]


def test_the_second_of_two_who_answer_is_told_how_it_stands_and_an_answer_to_the_contrary_is_refused() -> None:
    assert isinstance(apply(S.OPEN, E.APPROVED), Late)
    assert isinstance(apply(S.REFUSED, E.REFUSED), Late)
    assert isinstance(apply(S.OPEN, E.REFUSED), Refused)
    assert isinstance(apply(S.REFUSED, E.APPROVED), Refused)


@pytest.mark.parametrize("state", [S.LAPSED, S.CLOSED])
def test_an_answer_after_the_end_is_refused(state: S) -> None:
    assert isinstance(apply(state, E.APPROVED), Refused)


def test_what_one_person_opened_ends_only_by_somebodys_review() -> None:
    assert apply(S.OPEN_ALONE, E.TIME_UP) == Moved(S.TO_REVIEW)
    assert {event for event in E if isinstance(apply(S.TO_REVIEW, event), Moved)} == {E.REVIEWED}


@pytest.mark.parametrize(
    ("state", "later"),
    [(S.REQUESTED, S.LAPSED), (S.OPEN, S.CLOSED), (S.OPEN_ALONE, S.TO_REVIEW), *((state, state) for state in OVER)],
)
def test_the_hour_counts_whether_or_not_a_timer_has_been_there(state: S, later: S) -> None:
    end = NOW + timedelta(minutes=10)
    assert state_at(state, end, now=end - timedelta(microseconds=1)) is state
    assert state_at(state, end, now=end) is later
    assert state_at(state, None, now=end) is state


def test_one_person_is_enough_for_an_act_in_progress_alone() -> None:
    assert [reason for reason in Reason if may_open_alone(reason)] == [Reason.ACT_IN_PROGRESS]


def test_nobody_answers_themselves() -> None:
    assert two_people(UUID(int=1), UUID(int=2))
    assert not two_people(UUID(int=1), UUID(int=1))
