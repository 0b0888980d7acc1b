"""A consent is what was said last; nothing said is not a yes."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.consent import (
    LATE_BUT_HARMLESS,
    TRANSITIONS,
    ConsentHow,
    ConsentSaid,
    ConsentState,
    ConsentTo,
    Entry,
    apply,
    from_greeting,
    present,
)
from app.domain.lifecycle import Late, Moved, Refused

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(("state", "said"), list(product(ConsentState, ConsentSaid)))
def test_every_pair_has_a_verdict(state: ConsentState, said: ConsentSaid) -> None:
    verdict = apply(state, said)

    if (state, said) in TRANSITIONS:
        assert verdict == Moved(ConsentState(said.value))
    elif (state, said) in LATE_BUT_HARMLESS:
        assert isinstance(verdict, Late)
    else:
        assert said is ConsentSaid.WITHDRAWN, "only what was given can be withdrawn"
        assert isinstance(verdict, Refused)


def test_nothing_said_is_not_a_yes() -> None:
    assert set(present([]).values()) == {ConsentState.NOT_ASKED}


@given(st.lists(st.tuples(st.sampled_from(ConsentTo), st.sampled_from(ConsentSaid)), max_size=8), st.randoms())
def test_the_last_word_counts_whatever_the_order_of_the_rows(said: list[tuple[ConsentTo, ConsentSaid]], dice) -> None:
    entries = [Entry(to, word, ConsentHow.SPOKEN, NOON + timedelta(minutes=n)) for n, (to, word) in enumerate(said)]
    last = {to: ConsentState(word.value) for to, word in said}
    dice.shuffle(entries)

    found = present(entries)

    assert {to: state for to, state in found.items() if state is not ConsentState.NOT_ASKED} == last


@pytest.mark.parametrize(
    ("pressed", "entries"),
    [
        ({}, []),
        ({"recording": "given"}, [("recording", "given")]),
        ({"recording": "refused", "follow_up": "given"}, [("recording", "refused"), ("follow_up", "given")]),
        ({"recording": True, "follow_up": "withdrawn", "weather": "given"}, []),
    ],
)
def test_keys_in_the_greeting_count_when_they_say_our_words(
    pressed: dict[str, object], entries: list[tuple[str, str]]
) -> None:
    assert from_greeting(pressed, at=NOON) == [
        Entry(ConsentTo(to), ConsentSaid(said), ConsentHow.KEY, NOON) for to, said in entries
    ]
