"""A review's lifecycle, over every pair of state and event; and which notes are drawn."""

import hashlib
from itertools import product

import pytest

from app.domain.lifecycle import Late, Moved, Refused
from app.domain.note_review import LATE_BUT_HARMLESS, TRANSITIONS, ReviewEvent, ReviewState, apply, is_drawn


@pytest.mark.parametrize(("state", "event"), list(product(ReviewState, ReviewEvent)))
def test_every_pair_of_a_reviews_state_and_event_is_moved_late_or_refused(
    state: ReviewState, event: ReviewEvent
) -> None:
    verdict = apply(state, event)
    if (state, event) in TRANSITIONS:
        assert verdict == Moved(TRANSITIONS[state, event])
    else:
        assert isinstance(verdict, Late if (state, event) in LATE_BUT_HARMLESS else Refused)


def test_no_pair_is_both_a_move_and_late() -> None:
    assert not TRANSITIONS.keys() & LATE_BUT_HARMLESS


def test_what_is_done_stays_done_and_everything_else_can_come_to_be_done() -> None:
    assert not [event for event in ReviewEvent if isinstance(apply(ReviewState.DONE, event), Moved)]
    reached = {ReviewState.DONE}
    for _ in ReviewState:
        reached |= {state for (state, _event), after in TRANSITIONS.items() if after in reached}
    assert reached == set(ReviewState)


def test_only_a_taken_note_is_returned_and_only_a_returned_one_is_answered() -> None:
    returning = [state for state in ReviewState if isinstance(apply(state, ReviewEvent.RETURNED), Moved)]
    answering = [state for state in ReviewState if isinstance(apply(state, ReviewEvent.ANSWERED), Moved)]
    assert (returning, answering) == ([ReviewState.TAKEN], [ReviewState.RETURNED])


def _tokens(how_many: int) -> list[bytes]:
    return [hashlib.sha256(str(at).encode()).digest() for at in range(how_many)]


def test_so_many_of_a_hundred_are_drawn_as_are_asked_for() -> None:
    drawn = {percent: sum(is_drawn(token, percent) for token in _tokens(4000)) for percent in (0, 1, 10, 50, 100)}
    assert (drawn[0], drawn[100]) == (0, 4000)
    assert 15 <= drawn[1] <= 70
    assert 330 <= drawn[10] <= 470
    assert 1870 <= drawn[50] <= 2130


def test_the_ends_of_the_scale_hold_for_every_token() -> None:
    for token in (bytes(32), b"\xff" * 32):
        assert not is_drawn(token, 0)
        assert is_drawn(token, 100)


def test_with_a_higher_share_whatever_was_drawn_before_is_drawn_too() -> None:
    for token in _tokens(500):
        drawn = [is_drawn(token, percent) for percent in range(101)]
        assert drawn == sorted(drawn)
