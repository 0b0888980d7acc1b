"""What happens next with a waiting contact: never nothing, never for ever, and always with a reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import PersonId, PoolId
from app.domain.routing import (
    Admit,
    Because,
    Candidate,
    Divert,
    KeepWaiting,
    MakeOffer,
    MakeOffers,
    Overflow,
    Policy,
    Priority,
    Situation,
    Strategy,
    Way,
    WayOn,
    admit,
    decide,
    expected_wait,
    queue_rank,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ANNA, BO = PersonId(UUID(int=1)), PersonId(UUID(int=2))
VOICEMAIL, SIBLING, HONEST = WayOn(Way.VOICEMAIL), WayOn(Way.SIBLING_LINE, "tianjin-aid"), WayOn(Way.HONEST_MESSAGE)

POLICY = Policy(
    strategy=Strategy.LONGEST_IDLE,
    ring_count=1,
    ring_s=20,
    overflow_after_s=(60,),
    overflow_when_empty=(True,),
    max_wait_s=300,
    announce_every_s=30,
    ask_again_after_s=10,
    max_waiting=5,
    no_answer=(SIBLING, VOICEMAIL),
    closed=(SIBLING,),
    full=(VOICEMAIL,),
)
WAITING = Situation(waiting_since=NOW, stage=0, stage_since=NOW, on_shift=(1, 1))


def ready(person: PersonId, stage: int = 0) -> Candidate:
    """A volunteer who is free now, in the pool of a stage."""
    return Candidate(person, PoolId(f"pool-{stage}"), stage, NOW - 60 * SECOND, 0)


def after(seconds: int) -> datetime:
    """An instant so long after the wait began."""
    return NOW + seconds * SECOND


# --- Into the queue ------------------------------------------------------------------------------------------------


def test_a_closed_line_hands_over_and_a_full_queue_takes_its_own_way() -> None:
    def at_door(*, line_open: bool, waiting: int, priority: Priority = Priority.NORMAL) -> Admit | Divert:
        return admit(line_open=line_open, waiting=waiting, priority=priority, policy=POLICY)

    assert at_door(line_open=False, waiting=0) == Divert(SIBLING, Because.LINE_CLOSED)
    assert at_door(line_open=True, waiting=4) == Admit()
    assert at_door(line_open=True, waiting=5) == Divert(VOICEMAIL, Because.QUEUE_FULL)
    assert at_door(line_open=True, waiting=5, priority=Priority.URGENT) == Admit()


def test_priority_is_a_head_start_that_a_longer_wait_catches_up_with() -> None:
    urgent = queue_rank(after(100), Priority.URGENT, head_start_s=120)
    assert urgent < queue_rank(after(0), Priority.NORMAL, head_start_s=120)
    assert urgent > queue_rank(after(-141), Priority.NORMAL, head_start_s=120)
    assert queue_rank(NOW, Priority.NORMAL, head_start_s=120) == NOW


# --- Offers --------------------------------------------------------------------------------------------------------


def test_a_free_volunteer_of_an_open_stage_is_rung_until_the_rings_end() -> None:
    decision = decide(replace(WAITING, candidates=(ready(ANNA),)), POLICY, now=after(5))
    assert decision == MakeOffers((MakeOffer(ANNA, Because.LONGEST_IDLE),), after(25))


def test_failure_26_the_callers_wish_and_language_reach_the_choice() -> None:
    speaks_english = replace(ready(BO), language="en")
    both = replace(WAITING, candidates=(ready(ANNA), speaks_english))
    wished = decide(replace(both, prefers=BO), POLICY, now=NOW)
    assert wished == MakeOffers((MakeOffer(BO, Because.PREFERS),), after(20))
    understood = decide(replace(both, language="en"), POLICY, now=NOW)
    assert understood == MakeOffers((MakeOffer(BO, Because.LONGEST_IDLE),), after(20))


def test_a_free_volunteer_of_a_stage_that_is_not_open_yet_is_not_rung() -> None:
    situation = replace(WAITING, candidates=(ready(BO, stage=1),))
    assert decide(situation, POLICY, now=after(5)) == KeepWaiting(after(35), Because.EVERYONE_BUSY)
    assert isinstance(decide(replace(situation, stage=1), POLICY, now=after(5)), MakeOffers)


def test_whoever_became_free_just_after_the_longest_wait_is_still_rung() -> None:
    assert isinstance(decide(replace(WAITING, candidates=(ready(ANNA),)), POLICY, now=after(301)), MakeOffers)


def test_while_it_rings_nobody_else_is_rung_and_the_caller_is_spoken_to_meanwhile() -> None:
    ringing = replace(WAITING, candidates=(ready(BO),), ringing_until=after(20))
    assert decide(ringing, POLICY, now=NOW) == KeepWaiting(after(20), Because.RINGING)
    long_ring = replace(ringing, ringing_until=after(90))
    assert decide(long_ring, POLICY, now=NOW) == KeepWaiting(after(30), Because.RINGING)


def test_failure_8_a_ring_that_was_never_closed_is_given_its_grace_and_then_holds_nobody_up() -> None:
    stuck = replace(WAITING, candidates=(ready(BO),), ringing_until=after(20))
    assert decide(stuck, POLICY, now=after(20)) == KeepWaiting(after(21), Because.RINGING)
    assert decide(stuck, POLICY, now=after(24)) == KeepWaiting(after(25), Because.RINGING)
    assert isinstance(decide(stuck, POLICY, now=after(25)), MakeOffers)
    assert decide(replace(stuck, candidates=()), POLICY, now=after(300)) == Divert(SIBLING, Because.LONGEST_WAIT)


def test_when_everyone_free_declined_the_next_stage_opens_at_once() -> None:
    declined = replace(WAITING, candidates=(ready(ANNA),), already_tried=frozenset({ANNA}), asked_last_at=after(5))
    assert decide(declined, POLICY, now=after(6)) == Overflow(1, Because.EVERYONE_ASKED)


def test_with_no_further_stage_those_who_declined_are_asked_again_after_a_pause() -> None:
    declined = replace(
        WAITING, on_shift=(1,), candidates=(ready(ANNA),), already_tried=frozenset({ANNA}), asked_last_at=after(5)
    )
    assert decide(declined, POLICY, now=after(6)) == KeepWaiting(after(15), Because.EVERYONE_ASKED)
    assert isinstance(decide(declined, POLICY, now=after(15)), MakeOffers)
    assert decide(declined, POLICY, now=after(300)) == Divert(SIBLING, Because.LONGEST_WAIT)


def test_those_who_were_asked_are_asked_again_at_once_when_nobody_remembers_when_that_was() -> None:
    forgotten = replace(WAITING, on_shift=(1,), candidates=(ready(ANNA),), already_tried=frozenset({ANNA}))
    assert isinstance(decide(forgotten, POLICY, now=after(6)), MakeOffers)


# --- Stages --------------------------------------------------------------------------------------------------------


def test_a_stage_whose_time_is_over_opens_the_next_one() -> None:
    assert decide(WAITING, POLICY, now=after(59)) == KeepWaiting(after(60), Because.EVERYONE_BUSY)
    assert decide(WAITING, POLICY, now=after(60)) == Overflow(1, Because.STAGE_WAITED)


def test_a_stages_time_counts_from_when_it_was_first_asked_and_not_from_joining_the_queue() -> None:
    quick = replace(POLICY, overflow_after_s=(60, 30))
    second = replace(WAITING, stage=1, stage_since=after(60), on_shift=(1, 1, 1))
    assert isinstance(decide(second, quick, now=after(89)), KeepWaiting)
    assert decide(second, quick, now=after(90)) == Overflow(2, Because.STAGE_WAITED)


def test_an_empty_stage_is_left_at_once_for_the_first_one_with_people() -> None:
    empty = replace(WAITING, on_shift=(0, 0, 2))
    assert decide(empty, POLICY, now=NOW) == Overflow(2, Because.STAGE_EMPTY)


def test_a_line_may_say_that_an_empty_stage_is_waited_for_until_its_time_is_over() -> None:
    patient = replace(POLICY, overflow_after_s=(60, 60), overflow_when_empty=(False, True))
    empty = replace(WAITING, on_shift=(0, 2, 2))
    assert decide(empty, patient, now=after(59)) == KeepWaiting(after(60), Because.EVERYONE_BUSY)
    assert decide(empty, patient, now=after(60)) == Overflow(1, Because.STAGE_WAITED)
    second = replace(POLICY, overflow_after_s=(60, 60), overflow_when_empty=(True, False))
    assert decide(replace(WAITING, on_shift=(0, 0, 2)), second, now=NOW) == Overflow(1, Because.STAGE_EMPTY)
    waits_there = replace(WAITING, stage=1, on_shift=(0, 0, 2))
    assert decide(waits_there, second, now=after(59)) == KeepWaiting(after(60), Because.EVERYONE_BUSY)


def test_failure_8_one_busy_pool_does_not_hold_the_queue_when_the_last_stage_is_empty() -> None:
    last_empty = replace(WAITING, stage=1, on_shift=(1, 0))
    assert decide(last_empty, POLICY, now=after(1)) == KeepWaiting(after(31), Because.EVERYONE_BUSY)


def test_a_stage_without_a_time_of_its_own_waits_on() -> None:
    situation = replace(WAITING, stage=1, on_shift=(1, 1, 1))
    assert decide(situation, POLICY, now=after(200)) == KeepWaiting(after(230), Because.EVERYONE_BUSY)


def test_a_stage_that_a_new_version_of_the_line_no_longer_has_still_gets_an_answer() -> None:
    gone = replace(WAITING, stage=7, on_shift=(1,))
    assert isinstance(decide(gone, POLICY, now=after(1)), KeepWaiting)
    assert isinstance(decide(gone, POLICY, now=after(300)), Divert)


# --- Ways on -------------------------------------------------------------------------------------------------------


def test_failure_16_when_nobody_at_all_is_on_shift_the_caller_is_led_on_at_once() -> None:
    nobody = replace(WAITING, on_shift=(0, 0))
    assert decide(nobody, POLICY, now=NOW) == Divert(SIBLING, Because.NOBODY_ON_SHIFT)
    assert decide(replace(nobody, on_shift=()), POLICY, now=NOW) == Divert(SIBLING, Because.NOBODY_ON_SHIFT)


def test_a_way_that_brought_the_caller_back_is_not_taken_twice_and_the_honest_message_is_always_left() -> None:
    def way_after(*tried: WayOn) -> MakeOffers | Overflow | KeepWaiting | Divert:
        return decide(replace(WAITING, ways_tried=frozenset(tried)), POLICY, now=after(300))

    assert way_after() == Divert(SIBLING, Because.LONGEST_WAIT)
    assert way_after(SIBLING) == Divert(VOICEMAIL, Because.LONGEST_WAIT)
    assert way_after(SIBLING, VOICEMAIL) == Divert(HONEST, Because.LONGEST_WAIT)
    assert way_after(SIBLING, VOICEMAIL, HONEST) == Divert(HONEST, Because.LONGEST_WAIT)


# --- P2, over everything -------------------------------------------------------------------------------------------

moments = st.integers(-1000, 1000).map(after)
ways = st.lists(st.builds(WayOn, st.sampled_from(Way), st.sampled_from(["", "x"])), max_size=3).map(tuple)
policies = st.builds(
    Policy,
    strategy=st.sampled_from(Strategy),
    ring_count=st.integers(-1, 4),
    ring_s=st.integers(0, 60),
    overflow_after_s=st.lists(st.integers(0, 300), max_size=4).map(tuple),
    overflow_when_empty=st.lists(st.booleans(), max_size=4).map(tuple),
    max_wait_s=st.integers(0, 1000),
    announce_every_s=st.integers(0, 60),
    ask_again_after_s=st.integers(0, 60),
    max_waiting=st.integers(0, 9),
    no_answer=ways,
    closed=ways,
    full=ways,
)
situations = st.builds(
    Situation,
    waiting_since=moments,
    stage=st.integers(0, 4),
    stage_since=moments,
    on_shift=st.lists(st.integers(0, 2), max_size=4).map(tuple),
    candidates=st.lists(st.builds(ready, st.sampled_from([ANNA, BO]), st.integers(0, 4)), max_size=3).map(tuple),
    already_tried=st.frozensets(st.sampled_from([ANNA, BO])),
    asked_last_at=st.none() | moments,
    ringing_until=st.none() | moments,
    ways_tried=st.frozensets(st.builds(WayOn, st.sampled_from(Way))),
    prefers=st.none() | st.sampled_from([ANNA, BO]),
)


@given(situations, policies)
def test_p2_every_waiting_contact_gets_an_offer_a_way_on_or_a_wait_that_ends(
    situation: Situation, policy: Policy
) -> None:
    soonest, latest = NOW + SECOND, NOW + max(SECOND, policy.announce_every_s * SECOND)
    match decide(situation, policy, now=NOW):
        case MakeOffers(offers, until):
            assert offers
            assert situation.ringing_until is None or situation.ringing_until < NOW
            assert NOW < until <= NOW + max(SECOND, policy.ring_s * SECOND)
        case Overflow(to_stage, _):
            assert situation.stage < to_stage < len(situation.on_shift)
        case KeepWaiting(until, _):
            assert soonest <= until <= latest
        case Divert(way, because):
            assert way in policy.no_answer or way == HONEST
            assert because in {Because.LONGEST_WAIT, Because.NOBODY_ON_SHIFT}


@given(situations, policies)
def test_p2_opening_stages_comes_to_an_end(situation: Situation, policy: Policy) -> None:
    for _ in range(len(situation.on_shift) + 1):
        decision = decide(situation, policy, now=NOW)
        if not isinstance(decision, Overflow):
            return
        situation = replace(situation, stage=decision.to_stage, stage_since=NOW)
    pytest.fail("stages were opened without end")


@given(situations, policies)
def test_p2_nobody_waits_for_longer_than_the_line_promises_unless_it_rings(
    situation: Situation, policy: Policy
) -> None:
    over = max(NOW, situation.waiting_since + policy.max_wait_s * SECOND)
    for never_closed in (None, over - 5 * SECOND):
        decision = decide(replace(situation, ringing_until=never_closed), policy, now=over)
        assert isinstance(decision, MakeOffers | Divert)


# --- What is said --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "engaged", "mean_talk_s", "minutes"),
    [(1, 4, 900.0, 5), (1, 10, 900.0, 2), (3, 4, 900.0, 15), (2, 1, 900.0, 30)],
)
def test_an_expected_wait_is_rounded_up_to_an_honest_step(
    position: int, engaged: int, mean_talk_s: float, minutes: int
) -> None:
    assert expected_wait(position, engaged, mean_talk_s) == minutes


@pytest.mark.parametrize(
    ("position", "engaged", "mean_talk_s"), [(0, 4, 900.0), (1, 0, 900.0), (1, 4, 0.0), (3, 1, 900.0)]
)
def test_no_number_is_said_where_none_would_be_honest(position: int, engaged: int, mean_talk_s: float) -> None:
    assert expected_wait(position, engaged, mean_talk_s) is None


@given(st.integers(1, 50), st.integers(1, 20), st.floats(1, 5000))
def test_the_wait_that_is_said_is_never_shorter_than_the_one_that_is_reckoned(
    position: int, engaged: int, mean_talk_s: float
) -> None:
    said = expected_wait(position, engaged, mean_talk_s)
    assert said is None or said * 60 >= position * mean_talk_s / engaged - 1e-6
