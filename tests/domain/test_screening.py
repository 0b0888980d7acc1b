"""Blocks and nuisance: nobody is hit who wasn't meant, and nobody in danger is hit at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import BlockId, LineId
from app.domain.screening import (
    Block,
    BlockReason,
    NuisancePolicy,
    Pass,
    PassBecause,
    Refuse,
    SuggestBlock,
    screen,
    suggest_block,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
NINGBO, TIANJIN = LineId("ningbo"), LineId("tianjin")
BLOCK = Block(BlockId(UUID(int=1)), b"token-a", NINGBO, BlockReason.ABUSIVE, NOW - DAY, NOW + DAY)


def test_a_blocked_caller_is_refused_with_the_block_and_its_reason() -> None:
    assert screen([BLOCK], b"token-a", NINGBO, NOW) == Refuse(BLOCK.id, BlockReason.ABUSIVE)


def test_another_caller_and_another_line_are_let_through() -> None:
    assert screen([BLOCK], b"token-b", NINGBO, NOW) == Pass(PassBecause.NOT_BLOCKED)
    assert screen([BLOCK], b"token-a", TIANJIN, NOW) == Pass(PassBecause.NOT_BLOCKED)
    assert isinstance(screen([replace(BLOCK, line=None)], b"token-a", TIANJIN, NOW), Refuse)


@pytest.mark.parametrize("token", [None, b""])
def test_failure_25_an_anonymous_caller_is_never_matched_by_any_block(token: bytes | None) -> None:
    blocks = [BLOCK, replace(BLOCK, subject_token=b""), replace(BLOCK, subject_token=b"", line=None)]
    assert screen(blocks, token, NINGBO, NOW) == Pass(PassBecause.NO_NUMBER)


@given(st.lists(st.builds(lambda token: replace(BLOCK, subject_token=token), st.binary(max_size=2))), st.binary())
def test_failure_25_a_block_hits_its_own_pseudonym_and_never_a_prefix_or_a_blank(
    blocks: list[Block], token: bytes
) -> None:
    refused = isinstance(screen(blocks, token, NINGBO, NOW), Refuse)
    assert refused == (token != b"" and any(block.subject_token == token for block in blocks))


def test_who_pressed_danger_gets_through_whatever_the_blocks_say() -> None:
    assert screen([BLOCK], b"token-a", NINGBO, NOW, danger=True) == Pass(PassBecause.IN_DANGER)


def test_a_block_holds_from_its_first_instant_to_just_before_its_last() -> None:
    assert isinstance(screen([BLOCK], b"token-a", NINGBO, BLOCK.created_at), Refuse)
    assert isinstance(screen([BLOCK], b"token-a", NINGBO, BLOCK.created_at - TICK), Pass)
    assert isinstance(screen([BLOCK], b"token-a", NINGBO, BLOCK.expires_at - TICK), Refuse)
    assert isinstance(screen([BLOCK], b"token-a", NINGBO, BLOCK.expires_at), Pass)


def test_a_lifted_block_is_lifted_from_that_instant_on() -> None:
    lifted = replace(BLOCK, lifted_at=NOW)
    assert isinstance(screen([lifted], b"token-a", NINGBO, NOW - TICK), Refuse)
    assert isinstance(screen([lifted], b"token-a", NINGBO, NOW), Pass)


def test_of_several_blocks_the_one_that_lasts_longest_is_named() -> None:
    longer = Block(BlockId(UUID(int=2)), b"token-a", None, BlockReason.PRANK, NOW - DAY, NOW + 9 * DAY)
    assert screen([longer, BLOCK], b"token-a", NINGBO, NOW) == Refuse(longer.id, BlockReason.PRANK)


def test_p6_counting_nuisance_calls_suggests_a_block_and_does_no_more() -> None:
    policy = NuisancePolicy(calls=3, within=7 * DAY, block_for=2 * DAY)
    recent = [NOW, NOW - DAY, NOW - 7 * DAY + TICK]
    assert suggest_block(recent, policy, now=NOW) == SuggestBlock(3, NOW + 2 * DAY)
    assert suggest_block([NOW, NOW - DAY, NOW - 7 * DAY], policy, now=NOW) is None
    assert suggest_block([NOW, NOW - DAY, NOW + TICK], policy, now=NOW) is None
