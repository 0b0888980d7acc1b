"""An offer's transition table over its whole product, and the races that it settles."""

from itertools import product
from typing import TypeAlias

import pytest

from app.domain.lifecycle import Late, Moved, Refused
from app.domain.offer import LATE_BUT_HARMLESS, LIVE, RINGING, TRANSITIONS, OfferEvent, OfferState, apply

S: TypeAlias = OfferState
E: TypeAlias = OfferEvent
OVER = sorted(set(S) - LIVE)


@pytest.mark.parametrize(("state", "event"), list(product(S, E)))
def test_every_pair_of_state_and_event_has_exactly_one_verdict(state: S, event: E) -> None:
    verdict = apply(state, event)
    assert isinstance(verdict, Moved) == ((state, event) in TRANSITIONS)
    assert isinstance(verdict, Late) == ((state, event) in LATE_BUT_HARMLESS)
    assert isinstance(verdict, Refused) == ((state, event) not in TRANSITIONS.keys() | LATE_BUT_HARMLESS)


def test_no_pair_is_both_a_transition_and_late() -> None:
    assert not TRANSITIONS.keys() & LATE_BUT_HARMLESS


@pytest.mark.parametrize(("state", "event"), list(product(OVER, E)))
def test_an_offer_that_is_over_absorbs_everything(state: S, event: E) -> None:
    assert isinstance(apply(state, event), Late)


def test_failure_1_only_a_ringing_offer_can_be_accepted() -> None:
    assert {at for (at, event) in TRANSITIONS if event is E.ACCEPTED} == RINGING


def test_failure_2_an_accepted_offer_is_a_lease_that_audio_confirms_or_time_ends() -> None:
    assert apply(S.ACCEPTED, E.AUDIO_JOINED) == Moved(S.BRIDGED)
    assert apply(S.ACCEPTED, E.LEASE_LAPSED) == Moved(S.LAPSED)
    assert apply(S.LAPSED, E.AUDIO_JOINED) == Late("audio_joined came after lapsed")


def test_failure_3_a_winner_who_hangs_up_before_the_bridge_lets_the_offer_lapse() -> None:
    assert apply(S.ACCEPTED, E.VOLUNTEER_LEFT) == Moved(S.LAPSED)


@pytest.mark.parametrize("state", sorted(LIVE))
def test_failure_13_a_caller_who_leaves_withdraws_every_live_offer(state: S) -> None:
    assert apply(state, E.WITHDRAWN) == Moved(S.WITHDRAWN)


def test_a_voicemail_box_that_is_hung_up_without_a_key_has_missed_the_offer() -> None:
    assert apply(S.OFFERED, E.VOLUNTEER_LEFT) == Moved(S.MISSED)


def test_the_rings_time_limit_does_not_undo_an_acceptance_that_was_first() -> None:
    assert isinstance(apply(S.ACCEPTED, E.MISSED), Late)


def test_audio_cannot_join_an_offer_that_nobody_accepted() -> None:
    assert isinstance(apply(S.OFFERED, E.AUDIO_JOINED), Refused)
