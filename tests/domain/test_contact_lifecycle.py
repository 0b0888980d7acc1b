"""A contact's transition table, walked over its whole product, and the promises that stand on it."""

from itertools import product
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.contact import (
    CALLER_IS_HERE,
    HAS_BEEN_HEARD,
    LATE_BUT_HARMLESS,
    NEEDS_NEXT_STEP,
    TRANSITIONS,
    ContactEvent,
    ContactState,
    TerminalReason,
    apply,
    terminal_reason,
)
from app.domain.lifecycle import Late, Moved, Refused

S: TypeAlias = ContactState
E: TypeAlias = ContactEvent
EVERY_PAIR = list(product(S, E))
ENDS_FOR_THE_CALLER = {E.CALLER_LEFT, E.ENDED_BY_VOLUNTEER, E.REFUSED, E.FAILED}


@pytest.mark.parametrize(("state", "event"), EVERY_PAIR)
def test_every_pair_of_state_and_event_has_exactly_one_verdict(state: S, event: E) -> None:
    verdict = apply(state, event)
    assert isinstance(verdict, Moved) == ((state, event) in TRANSITIONS)
    assert isinstance(verdict, Late) == ((state, event) in LATE_BUT_HARMLESS)
    assert isinstance(verdict, Refused) == ((state, event) not in TRANSITIONS.keys() | LATE_BUT_HARMLESS)


def test_no_pair_is_both_a_transition_and_late() -> None:
    assert not TRANSITIONS.keys() & LATE_BUT_HARMLESS


def test_a_verdict_that_changes_nothing_says_why() -> None:
    assert apply(S.CLOSED, E.CALLER_LEFT) == Late("caller_left came after closed")
    assert apply(S.INTAKE, E.ACCEPTED) == Refused("accepted has no place in intake")


def test_closed_absorbs_every_event() -> None:
    assert not [event for event in E if isinstance(apply(S.CLOSED, event), Moved)]


@pytest.mark.parametrize("state", S)
def test_from_every_state_a_contact_can_still_close(state: S) -> None:
    reachable, before = {state}, set[S]()
    while reachable != before:
        before = set(reachable)
        reachable |= {to for (at, _), to in TRANSITIONS.items() if at in reachable}
    assert S.CLOSED in reachable


def test_every_state_can_be_reached_from_intake() -> None:
    reachable, before = {S.INTAKE}, set[S]()
    while reachable != before:
        before = set(reachable)
        reachable |= {to for (at, _), to in TRANSITIONS.items() if at in reachable}
    assert reachable == set(S)


@pytest.mark.parametrize("state", sorted(CALLER_IS_HERE))
def test_p1_a_caller_who_leaves_at_any_step_ends_the_callers_part(state: S) -> None:
    verdict = apply(state, E.CALLER_LEFT)
    assert isinstance(verdict, Moved)
    assert verdict.state not in CALLER_IS_HERE


@pytest.mark.parametrize(("state", "event"), [pair for pair in EVERY_PAIR if pair[0] in CALLER_IS_HERE])
def test_p1_only_an_end_takes_the_caller_out_whatever_the_volunteer_or_the_network_does(state: S, event: E) -> None:
    verdict = apply(state, event)
    if isinstance(verdict, Moved) and verdict.state not in CALLER_IS_HERE:
        assert event in ENDS_FOR_THE_CALLER


def test_p2_whoever_is_here_and_not_in_a_talk_needs_a_next_step() -> None:
    assert {S.INTAKE, S.WAITING, S.OFFERED, S.CONNECTING, S.CALLER_ALONE, S.DIVERTED} == NEEDS_NEXT_STEP


def test_p3_a_contact_is_accepted_only_from_a_ringing_offer() -> None:
    assert [at for (at, event) in TRANSITIONS if event is E.ACCEPTED] == [S.OFFERED]


@pytest.mark.parametrize("event", [E.LEASE_LAPSED, E.VOLUNTEER_LEFT, E.ENDED_BY_VOLUNTEER])
def test_failures_2_and_3_a_caller_whose_volunteer_never_joined_goes_back_to_the_queue(event: E) -> None:
    assert apply(S.CONNECTING, event) == Moved(S.WAITING)


def test_failure_2_audio_that_joins_after_the_lease_lapsed_does_not_begin_a_talk() -> None:
    assert isinstance(apply(S.WAITING, E.AUDIO_JOINED), Late)
    assert isinstance(apply(S.OFFERED, E.AUDIO_JOINED), Late)


@pytest.mark.parametrize("event", [E.OFFERS_GONE, E.ACCEPTED, E.LEASE_LAPSED, E.REQUEUED, E.INTAKE_DONE])
def test_failure_20_a_late_event_never_rolls_a_talk_back(event: E) -> None:
    assert isinstance(apply(S.TALKING, event), Late)


def test_failure_10_a_volunteer_who_leaves_in_mid_talk_leaves_a_caller_who_is_kept_and_asked() -> None:
    assert apply(S.TALKING, E.VOLUNTEER_LEFT) == Moved(S.CALLER_ALONE)
    assert apply(S.CALLER_ALONE, E.REQUEUED) == Moved(S.WAITING)
    assert apply(S.CALLER_ALONE, E.AUDIO_JOINED) == Moved(S.TALKING)


@pytest.mark.parametrize("state", [S.WAITING, S.OFFERED, S.CONNECTING, S.TALKING])
def test_the_first_volunteers_wrap_up_does_not_close_a_contact_that_goes_on_elsewhere(state: S) -> None:
    assert isinstance(apply(state, E.WRAPPED_UP), Late)


def test_the_longest_wait_running_out_does_not_take_a_caller_from_a_volunteer_who_just_accepted() -> None:
    assert isinstance(apply(S.CONNECTING, E.DIVERTED), Late)


# --- The one terminal reason ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.INTAKE, S.WAITING, S.OFFERED, S.CONNECTING])
def test_a_caller_who_hangs_up_before_anyone_was_heard_has_abandoned(state: S) -> None:
    assert terminal_reason(state, E.CALLER_LEFT, was_answered=False) is TerminalReason.ABANDONED


@pytest.mark.parametrize("state", sorted(CALLER_IS_HERE - {S.INTAKE}))
@pytest.mark.parametrize("event", [E.CALLER_LEFT, E.FAILED])
def test_once_answered_a_contact_is_answered_for_good(state: S, event: E) -> None:
    reason = terminal_reason(
        state, event, was_answered=True, message_left=True, callback_requested=True, line_closed=True
    )
    assert reason is TerminalReason.ANSWERED


@pytest.mark.parametrize("state", [S.TALKING, S.CALLER_ALONE])
def test_who_leaves_a_talk_was_answered_even_if_nobody_passed_that_on(state: S) -> None:
    assert terminal_reason(state, E.CALLER_LEFT, was_answered=False) is TerminalReason.ANSWERED


def test_the_ways_a_diverted_contact_ends() -> None:
    def diverted(**facts: bool) -> TerminalReason | None:
        return terminal_reason(S.DIVERTED, E.CALLER_LEFT, was_answered=False, **facts)

    assert diverted(message_left=True) is TerminalReason.VOICEMAIL
    assert diverted(callback_requested=True) is TerminalReason.CALLBACK
    assert diverted(outside_answered=True) is TerminalReason.ANSWERED
    assert diverted(line_closed=True) is TerminalReason.CLOSED_HOURS
    assert diverted(line_closed=True, message_left=True) is TerminalReason.VOICEMAIL
    assert diverted() is TerminalReason.ABANDONED


def test_a_refusal_at_the_door_is_closed_hours_or_a_block() -> None:
    assert terminal_reason(S.INTAKE, E.REFUSED, was_answered=False) is TerminalReason.BLOCKED
    assert terminal_reason(S.INTAKE, E.REFUSED, was_answered=False, line_closed=True) is TerminalReason.CLOSED_HOURS


def test_a_failure_of_ours_is_called_one_unless_something_was_done_for_the_caller() -> None:
    assert terminal_reason(S.WAITING, E.FAILED, was_answered=False) is TerminalReason.FAILED
    assert terminal_reason(S.DIVERTED, E.FAILED, was_answered=False, line_closed=True) is TerminalReason.FAILED
    assert terminal_reason(S.DIVERTED, E.FAILED, was_answered=False, message_left=True) is TerminalReason.VOICEMAIL


@pytest.mark.parametrize(("state", "event"), EVERY_PAIR)
def test_a_reason_is_given_exactly_where_the_callers_part_ends(state: S, event: E) -> None:
    verdict = apply(state, event)
    ends = isinstance(verdict, Moved) and verdict.state not in CALLER_IS_HERE
    assert (terminal_reason(state, event, was_answered=False) is not None) == ends


class Life:
    """A contact driven by events as the use cases drive it: what they remember, and nothing more."""

    def __init__(self) -> None:
        self.state = S.INTAKE
        self.was_answered = False
        self.reasons: list[TerminalReason] = []

    def hear(self, event: E) -> None:
        """Apply one event and enter a reason when there is one."""
        reason = terminal_reason(self.state, event, was_answered=self.was_answered)
        verdict = apply(self.state, event)
        if isinstance(verdict, Moved):
            self.state = verdict.state
        self.was_answered = self.was_answered or self.state in HAS_BEEN_HEARD
        if reason is not None:
            self.reasons.append(reason)


@given(st.lists(st.sampled_from(E), max_size=40))
def test_p1_any_story_that_the_caller_leaves_has_one_caller_end_and_one_first_reason(events: list[E]) -> None:
    life = Life()
    for event in [*events, E.CALLER_LEFT, E.WRAPPED_UP, E.WRAPPED_UP]:
        life.hear(event)
    assert life.state is S.CLOSED
    # Wrapping up repeats the reason that was entered when the talk ended; it can't give another one.
    assert len(set(life.reasons)) == 1
    assert (life.reasons[0] is TerminalReason.ANSWERED) == life.was_answered


@given(st.lists(st.sampled_from(E), max_size=40), st.integers(0, 39))
def test_failure_17_a_repeated_event_changes_nothing_more_than_the_first_one_did(events: list[E], at: int) -> None:
    """Events that the carrier or a timer may send twice in a row."""
    repeatable = {E.INTAKE_DONE, E.ACCEPTED, E.AUDIO_JOINED, E.LEASE_LAPSED, E.CALLER_LEFT, E.WRAPPED_UP, E.FAILED}
    once, twice = Life(), Life()
    for number, event in enumerate(events):
        once.hear(event)
        twice.hear(event)
        if number == at and event in repeatable:
            twice.hear(event)
    assert once.state is twice.state
