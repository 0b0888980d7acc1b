"""Whom to ring: the strategies, and what holds under all of them."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import PersonId, PoolId
from app.domain.picking import Because, Candidate, MakeOffer, Strategy, pick_volunteers

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def person(number: int) -> PersonId:
    """A person whose id sorts by number."""
    return PersonId(UUID(int=number))


def candidate(number: int, *, idle: int = 0, today: int = 0, stage: int = 0, language: str = "zh") -> Candidate:
    """A volunteer who has been ready for `idle` seconds."""
    ready_since = NOW - timedelta(seconds=idle)
    return Candidate(person(number), PoolId(f"pool-{stage}"), stage, ready_since, today, language=language)


some_candidates = st.lists(
    st.builds(
        lambda number, idle, today, stage, language: candidate(
            number, idle=idle, today=today, stage=stage, language=language
        ),
        st.integers(1, 9),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(0, 2),
        st.sampled_from(["zh", "en"]),
    ),
    max_size=9,
)
some_tried = st.frozensets(st.integers(1, 9).map(person))
strategies = st.sampled_from(Strategy)


def picked(
    *candidates: Candidate,
    strategy: Strategy = Strategy.LONGEST_IDLE,
    ring_count: int = 3,
    tried: frozenset[PersonId] = frozenset(),
    prefers: PersonId | None = None,
    language: str | None = None,
) -> list[tuple[PersonId, Because]]:
    """Persons and reasons, in the order of ringing."""
    offers = pick_volunteers(
        candidates,
        strategy=strategy,
        ring_count=ring_count,
        already_tried=tried,
        prefers=prefers,
        language=language,
    )
    return [(offer.person, offer.because) for offer in offers]


def test_longest_idle_rings_the_one_who_has_been_ready_longest() -> None:
    assert picked(candidate(1, idle=5), candidate(2, idle=90)) == [(person(2), Because.LONGEST_IDLE)]


def test_fewest_today_rings_the_one_who_answered_least_and_of_equals_the_longest_idle() -> None:
    few = Strategy.FEWEST_TODAY
    ready = [candidate(1, idle=90, today=4), candidate(2, idle=5, today=1), candidate(3, idle=6, today=1)]
    assert picked(*ready, strategy=few) == [(person(3), Because.FEWEST_TODAY)]


def test_ring_k_rings_several_at_once_the_longest_idle_of_them() -> None:
    ready = [candidate(number, idle=number) for number in (1, 2, 3, 4)]
    assert picked(*ready, strategy=Strategy.RING_K, ring_count=2) == [
        (person(4), Because.RING_K),
        (person(3), Because.RING_K),
    ]
    assert len(picked(*ready, strategy=Strategy.RING_K, ring_count=0)) == 1


def test_ties_go_by_the_persons_id() -> None:
    assert picked(candidate(2), candidate(1))[0][0] == person(1)


def test_the_earlier_pool_goes_first_although_the_later_one_has_been_idle_longer() -> None:
    assert picked(candidate(1, idle=900, stage=1), candidate(2, stage=0))[0][0] == person(2)


def test_who_speaks_the_callers_language_goes_first_within_a_pool() -> None:
    ready = [candidate(1, idle=900), candidate(2, language="en")]
    assert picked(*ready, language="en")[0][0] == person(2)
    assert picked(*ready)[0][0] == person(1)


def test_who_declined_is_rung_again_only_when_nobody_else_is_there() -> None:
    tried = frozenset({person(1)})
    assert picked(candidate(1, idle=900), candidate(2, stage=2), tried=tried)[0][0] == person(2)
    assert picked(candidate(1), tried=tried)[0][0] == person(1)


def test_ring_k_does_not_fill_up_with_those_who_already_declined() -> None:
    tried = frozenset({person(1)})
    assert len(picked(candidate(1), candidate(2), strategy=Strategy.RING_K, tried=tried)) == 1


def test_failure_26_the_volunteer_a_caller_wishes_for_is_rung_first_and_alone() -> None:
    ready = [candidate(1, idle=900), candidate(2, stage=1)]
    assert picked(*ready, strategy=Strategy.RING_K, prefers=person(2)) == [(person(2), Because.PREFERS)]


def test_failure_26_a_wish_that_cannot_be_met_now_keeps_nobody_from_being_rung() -> None:
    ready = [candidate(1), candidate(2)]
    assert picked(*ready, prefers=person(7)) == [(person(1), Because.LONGEST_IDLE)]
    assert picked(*ready, prefers=person(2), tried=frozenset({person(2)})) == [(person(1), Because.LONGEST_IDLE)]


def test_a_strategy_that_nobody_wrote_is_no_silent_choice() -> None:
    with pytest.raises(AssertionError):
        picked(candidate(1), strategy=cast(Strategy, "dice"))


@given(some_candidates, strategies, st.integers(0, 4), some_tried, st.randoms(use_true_random=False))
def test_two_processes_that_see_the_same_people_in_another_order_ring_the_same(
    ready: list[Candidate], strategy: Strategy, count: int, tried: frozenset[PersonId], shuffler: Random
) -> None:
    shuffled = list(ready)
    shuffler.shuffle(shuffled)

    def ring(order: list[Candidate]) -> tuple[MakeOffer, ...]:
        return pick_volunteers(order, strategy=strategy, ring_count=count, already_tried=tried)

    assert ring(ready) == ring(shuffled)


@given(some_candidates, strategies, st.integers(0, 4), some_tried, st.integers(1, 9).map(person))
def test_someone_is_rung_whenever_someone_is_there_and_nobody_twice(
    ready: list[Candidate], strategy: Strategy, count: int, tried: frozenset[PersonId], prefers: PersonId
) -> None:
    offers = pick_volunteers(ready, strategy=strategy, ring_count=count, already_tried=tried, prefers=prefers)
    people = [offer.person for offer in offers]
    assert bool(people) == bool(ready)
    assert len(set(people)) == len(people)
    assert set(people) <= {c.person_id for c in ready}
    if {c.person_id for c in ready} - tried:
        assert not set(people) & tried


@given(some_candidates, strategies)
def test_failure_4_callers_of_a_burst_that_each_take_one_away_ring_different_people(
    ready: list[Candidate], strategy: Strategy
) -> None:
    left, rung = list(ready), list[PersonId]()
    while left:
        first = pick_volunteers(left, strategy=strategy, ring_count=1, already_tried=frozenset())[0].person
        rung.append(first)
        left = [c for c in left if c.person_id != first]
    assert sorted(rung) == sorted({c.person_id for c in ready})
