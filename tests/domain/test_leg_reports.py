"""A leg goes forward only, in whatever order and however often the carrier's reports come."""

from itertools import product
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.leg import LATE_BUT_HARMLESS, TRANSITIONS, LegEvent, LegState, accepts, apply
from app.domain.lifecycle import Late, Moved

S: TypeAlias = LegState
E: TypeAlias = LegEvent
ORDER = list(S)
REPORTS = list(enumerate([E.DIALLING, E.RINGING, E.ANSWERED, E.ENDED]))


@pytest.mark.parametrize(("state", "event"), list(product(S, E)))
def test_every_pair_moves_forward_or_is_late(state: S, event: E) -> None:
    verdict = apply(state, event)
    assert isinstance(verdict, Moved) == ((state, event) in TRANSITIONS)
    assert isinstance(verdict, Late) == ((state, event) in LATE_BUT_HARMLESS)
    if isinstance(verdict, Moved):
        assert ORDER.index(verdict.state) > ORDER.index(state)


@pytest.mark.parametrize("event", E)
def test_an_ended_leg_absorbs_everything(event: E) -> None:
    assert isinstance(accepts(0, 99, S.ENDED, event), Late)


def test_failure_20_a_report_with_an_old_number_is_late() -> None:
    assert accepts(2, 1, S.ANSWERED, E.RINGING) == Late("ringing is number 1, 2 was heard before")
    assert isinstance(accepts(1, 1, S.DIALLING, E.RINGING), Late)
    assert accepts(1, 2, S.RINGING, E.ANSWERED) == Moved(S.ANSWERED)


@pytest.mark.parametrize(("last", "seq"), [(None, 0), (-1, 0), (5, None), (None, None)])
def test_without_numbers_the_order_of_states_decides(last: int | None, seq: int | None) -> None:
    assert accepts(last, seq, S.DIALLING, E.RINGING) == Moved(S.RINGING)
    assert isinstance(accepts(last, seq, S.ANSWERED, E.RINGING), Late)


def test_failure_7_the_end_is_believed_whatever_its_number() -> None:
    assert accepts(9, 3, S.ANSWERED, E.ENDED) == Moved(S.ENDED)
    assert accepts(9, None, S.RINGING, E.ENDED) == Moved(S.ENDED)


def test_failure_18_a_later_report_is_believed_although_those_between_were_lost() -> None:
    assert accepts(0, 2, S.DIALLING, E.ANSWERED) == Moved(S.ANSWERED)


@given(st.lists(st.sampled_from(REPORTS), max_size=20))
def test_failure_20_duplicated_lost_and_reordered_reports_never_move_a_leg_back(reports: list[tuple[int, E]]) -> None:
    state, last = S.PLANNED, -1
    for seq, event in reports:
        verdict = accepts(last, seq, state, event)
        if isinstance(verdict, Moved):
            assert ORDER.index(verdict.state) > ORDER.index(state)
            state, last = verdict.state, max(last, seq)
    furthest = max((seq for seq, _ in reports), default=-1)
    assert state is ORDER[furthest + 1]
