"""Blocked and nuisance callers: whom to turn away at the door, and when to suggest it (failure 25; P6).

- A caller without a number has no pseudonym and is never matched: all anonymous callers share one number, so a block on
  it would hit everyone. A blank pseudonym is no pseudonym.
- A caller who pressed "I am in danger now" gets through whatever the blocks say.
- A block has an end and a reason, and only a person sets one: counting nuisance calls does no more than suggest it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.ids import BlockId, LineId


class BlockReason(StrEnum):
    """Why a caller was blocked (field.md section 6: contacts that are no counselling)."""

    ABUSIVE = "abusive"
    PRANK = "prank"
    SILENT_REPEAT = "silent_repeat"


class PassBecause(StrEnum):
    """Why a caller was let in."""

    NOT_BLOCKED = "not_blocked"
    NO_NUMBER = "no_number"
    IN_DANGER = "in_danger"


@dataclass(frozen=True, slots=True)
class Block:
    """A caller's pseudonym kept from one line (or all: None) until `expires_at`, unless lifted before."""

    id: BlockId
    subject_token: bytes
    line: LineId | None
    reason: BlockReason
    created_at: datetime
    expires_at: datetime
    lifted_at: datetime | None = None

    def holds(self, line: LineId, now: datetime) -> bool:
        """Whether it keeps its caller from `line` at `now`."""
        lifted = self.lifted_at is not None and self.lifted_at <= now
        return not lifted and self.line in (None, line) and self.created_at <= now < self.expires_at


@dataclass(frozen=True, slots=True)
class Pass:
    """Let the caller in."""

    because: PassBecause


@dataclass(frozen=True, slots=True)
class Refuse:
    """Turn the caller away, with the honest message and the crisis numbers."""

    block: BlockId
    because: BlockReason


def screen(
    blocks: Iterable[Block], subject_token: bytes | None, line: LineId, now: datetime, *, danger: bool = False
) -> Pass | Refuse:
    """Whether a caller with this pseudonym (None: no number) may come in on `line`. The longest block counts."""
    if danger:
        return Pass(PassBecause.IN_DANGER)
    if not subject_token:
        return Pass(PassBecause.NO_NUMBER)
    holding = [b for b in blocks if b.subject_token == subject_token and b.holds(line, now)]
    if not holding:
        return Pass(PassBecause.NOT_BLOCKED)
    longest = max(holding, key=lambda block: (block.expires_at, block.id.bytes))
    return Refuse(longest.id, longest.reason)


@dataclass(frozen=True, slots=True)
class NuisancePolicy:
    """A line's rule: suggest a block of `block_for` after `calls` nuisance calls `within` a time."""

    calls: int
    within: timedelta
    block_for: timedelta


@dataclass(frozen=True, slots=True)
class SuggestBlock:
    """A supervisor should look at this caller; if they agree, a block until `expires_at`."""

    calls: int
    expires_at: datetime


def suggest_block(nuisance_at: Iterable[datetime], policy: NuisancePolicy, *, now: datetime) -> SuggestBlock | None:
    """What to suggest about a caller whose calls were coded as nuisance at these instants. None: nothing."""
    recent = sum(1 for at in nuisance_at if now - policy.within < at <= now)
    return SuggestBlock(recent, now + policy.block_for) if recent >= policy.calls else None
