"""What a note has to hold, and how an action goes on: over the whole product."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from app.domain.case_note import LATE_BUT_HARMLESS, TRANSITIONS, ActionState, DangerAsked, bring_to, is_locked, missing
from app.domain.lifecycle import Late, Moved, Refused
from app.domain.risk import NOT_POSSIBLE

ORDER = [ActionState.PLANNED, ActionState.DONE, ActionState.CONFIRMED]


@pytest.mark.parametrize(("state", "wanted"), list(product(ActionState, ActionState)))
def test_an_action_goes_forward_stays_or_is_refused_and_never_goes_back(
    state: ActionState, wanted: ActionState
) -> None:
    verdict = bring_to(state, wanted)

    if ORDER.index(wanted) > ORDER.index(state):
        assert verdict == Moved(wanted)
    elif (state, wanted) in LATE_BUT_HARMLESS:
        assert isinstance(verdict, Late)
    else:
        assert isinstance(verdict, Refused)
        assert wanted is ActionState.PLANNED
    assert not TRANSITIONS.keys() & LATE_BUT_HARMLESS


def test_danger_is_asked_about_on_every_counselling_contact() -> None:
    assert list(missing(danger_asked=None, danger_reason=None, facts="x")) == ["danger_asked"]
    assert missing(danger_asked=DangerAsked.ASKED, danger_reason=None, facts="x") == {}
    for reason in (None, "", "no time"):
        lacking = missing(danger_asked=DangerAsked.NOT_POSSIBLE, danger_reason=reason, facts="x")
        assert list(lacking) == ["danger_reason"]
    for reason in NOT_POSSIBLE:
        assert missing(danger_asked=DangerAsked.NOT_POSSIBLE, danger_reason=reason, facts="x") == {}


def test_a_note_says_at_least_what_was_told() -> None:
    assert list(missing(danger_asked=DangerAsked.ASKED, danger_reason=None, facts=" \n")) == ["facts"]


def test_a_note_is_locked_from_the_very_moment_on() -> None:
    locks_at = datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert not is_locked(locks_at, now=locks_at - timedelta(microseconds=1))
    assert is_locked(locks_at, now=locks_at)
