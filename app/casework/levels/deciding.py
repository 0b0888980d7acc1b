"""A prompt of high or imminent waits for a person: until she sets a level no note is stored and nothing coded (P6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from app.casework.instruments.assessing import Prompt, prompted_now
from app.domain.errors import Invalid
from app.domain.risk import RiskLevel, decision_owed
from app.platform.db import Tx

WORDS: Final[Mapping[RiskLevel, tuple[str, str]]] = {
    RiskLevel.HIGH: ("高", "high"),
    RiskLevel.IMMINENT: ("紧急", "imminent"),
}


def waits(prompt: Prompt | None, level: RiskLevel | None, set_at: datetime | None) -> bool:
    """Whether what is prompted waits for a decision; `level` is the contact's, `set_at` when it was set."""
    if prompt is None:
        return False
    return decision_owed(prompt.level, level=level, set_since=set_at is not None and set_at >= prompt.since)


async def must_be_decided(tx: Tx, contact_id: UUID) -> None:
    """Raise Invalid, naming the level, while it waits. After `take_turns`: a level is set before this or after it."""
    prompt = await prompted_now(tx, contact_id)
    last = await tx.fetchrow(
        "SELECT level, set_at FROM risk_level WHERE contact_id = $1 ORDER BY version DESC LIMIT 1", contact_id
    )
    level, set_at = (None, None) if last is None else (RiskLevel(last["level"]), last["set_at"])
    if prompt is not None and waits(prompt, level, set_at):
        zh, en = WORDS[prompt.level]
        raise Invalid(
            f"The assessment prompts “{en}”: please set a level first, under “Danger”. Any may be set; below the "
            f"prompt, say why. 评估提示“{zh}”，请先在“危险评估”里确定等级。可以定任何等级，低于提示时请写明理由。",
            fields={"level": "no level is set yet · 尚未确定等级"},
        )
