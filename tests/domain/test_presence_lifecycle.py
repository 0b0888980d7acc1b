"""A volunteer's activity: the table over its whole product, and what must never move somebody in a talk."""

from itertools import product
from typing import TypeAlias

import pytest

from app.domain.lifecycle import Late, Moved, Refused
from app.domain.presence import (
    BUSY,
    LATE_BUT_HARMLESS,
    TRANSITIONS,
    Activity,
    PresenceEvent,
    after_missed,
    apply,
)

A: TypeAlias = Activity
E: TypeAlias = PresenceEvent


@pytest.mark.parametrize(("activity", "event"), list(product(A, E)))
def test_every_pair_of_activity_and_event_has_exactly_one_verdict(activity: A, event: E) -> None:
    verdict = apply(activity, event)
    assert isinstance(verdict, Moved) == ((activity, event) in TRANSITIONS)
    assert isinstance(verdict, Late) == ((activity, event) in LATE_BUT_HARMLESS)
    assert isinstance(verdict, Refused) == ((activity, event) not in TRANSITIONS.keys() | LATE_BUT_HARMLESS)


def test_no_pair_is_both_a_transition_and_late() -> None:
    assert not TRANSITIONS.keys() & LATE_BUT_HARMLESS


def test_p3_an_offer_is_made_only_to_somebody_ready() -> None:
    assert {at for (at, event) in TRANSITIONS if event is E.OFFER_MADE} == {A.READY}
    assert all(isinstance(apply(activity, E.OFFER_MADE), Refused) for activity in BUSY | {A.AWAY, A.OFFLINE})


@pytest.mark.parametrize("event", [E.HEARTBEAT_LOST, E.LET_GO])
def test_a_lost_heartbeat_or_the_end_of_a_shift_cuts_neither_a_talk_nor_the_wrap_up(event: E) -> None:
    assert apply(A.ENGAGED, event) == Moved(A.ENGAGED)
    assert apply(A.WRAPPING_UP, event) == Moved(A.WRAPPING_UP)


@pytest.mark.parametrize("event", [E.GO_READY, E.GO_AWAY, E.GO_OFFLINE])
def test_nobody_steps_out_of_a_talk_or_its_wrap_up_by_the_activity_switch(event: E) -> None:
    assert isinstance(apply(A.ENGAGED, event), Refused)
    assert isinstance(apply(A.WRAPPING_UP, event), Refused)


def test_failure_5_a_heartbeat_lost_in_mid_offer_frees_the_offer_and_a_new_connection_is_no_event() -> None:
    assert apply(A.OFFERED, E.HEARTBEAT_LOST) == Moved(A.OFFLINE)
    assert isinstance(apply(A.OFFERED, E.GO_READY), Late)


@pytest.mark.parametrize("event", [E.OFFER_DECLINED, E.OFFER_MISSED, E.OFFER_WITHDRAWN])
def test_failure_6_every_end_of_an_offer_frees_the_volunteer(event: E) -> None:
    assert apply(A.OFFERED, event) == Moved(A.READY)


def test_failure_6_a_caller_who_leaves_before_audio_joined_frees_the_volunteer_without_wrap_up() -> None:
    assert apply(A.ENGAGED, E.OFFER_WITHDRAWN) == Moved(A.READY)


def test_failure_9_an_event_that_comes_late_does_not_cut_the_wrap_up() -> None:
    for event in (E.TALK_ENDED, E.OFFER_MISSED, E.OFFER_WITHDRAWN, E.LEASE_LAPSED, E.MISSED_TOO_OFTEN):
        assert isinstance(apply(A.WRAPPING_UP, event), Late)


@pytest.mark.parametrize("activity", A)
def test_nobody_is_stuck_for_every_activity_leads_back_to_ready(activity: A) -> None:
    reachable, before = {activity}, set[A]()
    while reachable != before:
        before = set(reachable)
        reachable |= {to for (at, _), to in TRANSITIONS.items() if at in reachable}
    assert {A.READY, A.OFFLINE} <= reachable


def test_a_missed_offer_leaves_ready_and_the_second_in_a_row_means_away() -> None:
    assert after_missed(1) is A.READY
    assert after_missed(2) is A.AWAY
    assert after_missed(3) is A.AWAY
    assert after_missed(2, limit=3) is A.READY
    assert apply(A.OFFERED, E.MISSED_TOO_OFTEN) == Moved(A.AWAY)


def test_a_wrap_up_ends_by_being_done_by_a_supervisor_or_when_she_has_left_for_good_and_by_nothing_else() -> None:
    leads_on = {event for (at, event), to in TRANSITIONS.items() if at is A.WRAPPING_UP and to is not at}
    assert leads_on == {E.WRAP_UP_DONE, E.LEFT_FOR_GOOD, E.WRAP_UP_CLOSED}
    assert apply(A.WRAPPING_UP, E.WRAP_UP_CLOSED) == Moved(A.AWAY)  # who is offered a caller must have come back
    assert apply(A.WRAPPING_UP, E.LEFT_FOR_GOOD) == Moved(A.OFFLINE)  # nobody is there to be offered a caller
