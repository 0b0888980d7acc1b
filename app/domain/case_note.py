"""What a case note has to hold before it may be submitted, and how an action in it goes on (field.md section 6).

Danger is asked about on every counselling contact: a note says that it was, or why it was not possible. What somebody
means to do, what they did, and what is known to have worked are three things: planned, done, confirmed. Confirming says
that it was done as well; nothing goes back.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.domain.lifecycle import Late, Moved, Refused, judge
from app.domain.risk import NOT_POSSIBLE


class DangerAsked(StrEnum):
    """Whether the caller was asked about danger to life."""

    ASKED = "asked"
    NOT_POSSIBLE = "not_possible"


class ActionState(StrEnum):
    """How far an action has come."""

    PLANNED = "planned"
    DONE = "done"
    CONFIRMED = "confirmed"


_S = ActionState

TRANSITIONS: Final[Mapping[tuple[ActionState, ActionState], ActionState]] = {
    (_S.PLANNED, _S.DONE): _S.DONE,
    (_S.PLANNED, _S.CONFIRMED): _S.CONFIRMED,
    (_S.DONE, _S.CONFIRMED): _S.CONFIRMED,
}
# Pressed twice, or by two people.
LATE_BUT_HARMLESS: Final = frozenset({(state, state) for state in _S} | {(_S.CONFIRMED, _S.DONE)})


def bring_to(state: ActionState, wanted: ActionState) -> Moved[ActionState] | Late | Refused:
    """What becomes of an action in `state` when somebody says that it is `wanted`."""
    return judge(TRANSITIONS, LATE_BUT_HARMLESS, state, wanted)


def missing(*, danger_asked: DangerAsked | None, danger_reason: str | None, facts: str) -> dict[str, str]:
    """What a note of a counselling contact still lacks: field → what is wrong, in both languages; nothing: complete."""
    found: dict[str, str] = {}
    if danger_asked is None:
        found["danger_asked"] = "say whether danger was asked about, or that it was not possible · 请注明是否询问过危险"
    elif danger_asked is DangerAsked.NOT_POSSIBLE and danger_reason not in NOT_POSSIBLE:
        found["danger_reason"] = "say why danger could not be asked about · 请写明未能询问危险的原因"
    if not facts.strip():
        found["facts"] = "a note says at least what was told · 请至少记录来电者所述的事实"
    return found


def is_locked(locks_at: datetime, *, now: datetime) -> bool:
    """Whether a note is changed by amendments alone, whether or not its timer has come round yet."""
    return now >= locks_at
