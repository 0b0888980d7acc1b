"""What somebody waiting or on hold hears: an honest word from time to time, music between, never silence (P2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.carriers.steps import Language, Spoken, WaitSound
from app.contacts.rows import read_leg
from app.contacts.rules_in_force import policy_for
from app.domain.contact import ContactState
from app.domain.errors import NotFound
from app.domain.routing import expected_wait
from app.lines.book import LineBook
from app.lines.phrases import Phrase
from app.lines.policy import LinePolicy
from app.lines.policy import say as say_without_line
from app.platform.db import Tx

MEAN_TALK_S = 15 * 60  # field.md section 5: the mean of a call, until a line has figures of its own


async def wait_sound(tx: Tx, book: LineBook, leg_id: UUID, *, now: datetime) -> WaitSound:
    """What this leg should hear now. Raises NotFound."""
    leg = await read_leg(tx, leg_id)
    if leg is None:
        raise NotFound
    contact = await tx.fetchrow(
        "SELECT line_id, line_version_id, state, language, queue_rank, id FROM contact WHERE id = $1", leg.contact_id
    )
    if contact is None:
        raise NotFound
    policy = await policy_for(tx, book, contact["line_id"], contact["line_version_id"], now=now)
    language: Language = "en" if contact["language"] == "en" else "zh"
    if policy is None:
        return WaitSound(say=say_without_line(Phrase.COMFORT, language))
    if leg.role != "caller":
        return WaitSound(say=policy.say(Phrase.CONNECTING, "zh"), seconds=10)
    if leg.on_hold:
        return WaitSound(say=policy.say(Phrase.HOLD, language), seconds=20)
    if contact["state"] in (ContactState.CONNECTING, ContactState.TALKING):
        return WaitSound(say=policy.say(Phrase.CONNECTING, language), seconds=10)
    say = await _announcement(tx, policy, contact, language)
    return WaitSound(say=say, seconds=policy.queue.announce_every_s)


async def _announcement(
    tx: Tx, policy: LinePolicy, contact: Mapping[str, Any], language: Language
) -> tuple[Spoken, ...]:
    if policy.queue.announce == "nothing" or contact["queue_rank"] is None:
        return policy.say(Phrase.COMFORT, language)
    ahead, talking = await tx.fetchrow(
        """SELECT count(*) FILTER (WHERE state IN ('waiting', 'offered') AND (queue_rank, id) < ($2, $3)),
                  count(*) FILTER (WHERE state = 'talking')
           FROM contact WHERE line_id = $1 AND state IN ('waiting', 'offered', 'talking')""",
        policy.line_id, contact["queue_rank"], contact["id"],
    )  # fmt: skip
    if policy.queue.announce == "wait":
        minutes = expected_wait(ahead + 1, talking, MEAN_TALK_S)
        if minutes is not None and minutes > 0:
            return policy.say(Phrase.WAIT, language, minutes=minutes)
    if ahead == 0:
        return policy.say(Phrase.NEXT, language)
    return policy.say(Phrase.POSITION, language, ahead=ahead)
