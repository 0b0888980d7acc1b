"""What a key means on a volunteer's own telephone: 1 accepts; a wrong or missing one asks again, so that a voicemail
box never accepts a call."""

from datetime import datetime

from app.carriers.steps import Ask, Goodbye
from app.contacts.accepting import accept_offer, miss_offer
from app.contacts.moving import desire
from app.contacts.offering import ACCEPT_KEY
from app.contacts.rows import ContactRow, LegRow
from app.contacts.rules_in_force import policy_of
from app.domain.errors import Conflict, NotFound
from app.lines.book import LineBook
from app.lines.phrases import Phrase
from app.platform.db import Tx

MOST_PROMPTS = 3


async def volunteer_pressed(
    tx: Tx, book: LineBook, contact: ContactRow, leg: LegRow, ask: str, digits: str, *, now: datetime
) -> None:
    """A volunteer's own telephone: 1 accepts; anything else asks again, and after three times the ring is missed."""
    if ask.partition("-")[0] != "offer" or leg.offer_id is None or leg.person_id is None:
        return
    policy = await policy_of(tx, book, contact, now=now)
    if policy is None:
        return
    if digits == ACCEPT_KEY:
        try:
            await accept_offer(tx, book, leg.offer_id, leg.person_id, now=now)
        except (Conflict, NotFound):
            await desire(tx, leg, Goodbye(say=policy.say(Phrase.VOLUNTEER_TOO_LATE, "zh")))
        return
    asked = int(ask.partition("-")[2] or "1")
    if asked >= MOST_PROMPTS:
        await desire(tx, leg, Goodbye())
        await miss_offer(tx, book, leg.offer_id, now=now)
        return
    say = policy.say(Phrase.VOLUNTEER_WRONG_KEY, "zh", key=ACCEPT_KEY)
    await desire(tx, leg, Ask(name=f"offer-{asked + 1}", say=say, timeout_s=6))
