"""A call-back is dialled by exactly one volunteer, once (failure 27)."""

from itertools import product
from typing import TypeAlias

import pytest

from app.domain.callback import (
    ENDED,
    LATE_BUT_HARMLESS,
    TRANSITIONS,
    CallbackEvent,
    CallbackState,
    apply,
    may_request,
)
from app.domain.lifecycle import Late, Moved, Refused

S: TypeAlias = CallbackState
E: TypeAlias = CallbackEvent


@pytest.mark.parametrize(("state", "event"), list(product(S, E)))
def test_every_pair_of_state_and_event_has_exactly_one_verdict(state: S, event: E) -> None:
    verdict = apply(state, event)
    assert isinstance(verdict, Moved) == ((state, event) in TRANSITIONS)
    assert isinstance(verdict, Late) == ((state, event) in LATE_BUT_HARMLESS)
    assert isinstance(verdict, Refused) == ((state, event) not in TRANSITIONS.keys() | LATE_BUT_HARMLESS)


def test_no_pair_is_both_a_transition_and_late() -> None:
    assert not TRANSITIONS.keys() & LATE_BUT_HARMLESS


def test_failure_27_the_second_volunteer_to_take_a_call_back_is_refused() -> None:
    assert apply(S.REQUESTED, E.TAKEN) == Moved(S.DIALLING)
    assert all(isinstance(apply(state, E.TAKEN), Refused) for state in ENDED | {S.DIALLING})


@pytest.mark.parametrize("state", sorted(ENDED))
def test_failure_27_a_call_back_that_ended_is_never_dialled_again(state: S) -> None:
    assert not [event for event in E if isinstance(apply(state, event), Moved)]


@pytest.mark.parametrize("failed", [E.NEVER_PLACED, E.UNCLEAR, E.LET_DOWN])
def test_what_failed_on_our_side_is_owed_still_and_nothing_else_is_dialled_again(failed: E) -> None:
    assert apply(S.DIALLING, failed) == Moved(S.REQUESTED)
    assert {at for (at, _), to in TRANSITIONS.items() if to is S.REQUESTED} == {S.DIALLING}


@pytest.mark.parametrize(("consented", "number_known"), list(product([True, False], repeat=2)))
def test_a_call_back_is_promised_only_to_who_agreed_and_has_a_number(consented: bool, number_known: bool) -> None:
    assert may_request(consented=consented, number_known=number_known) == (consented and number_known)
