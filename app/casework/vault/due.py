"""What happens to the vault by itself: a request lapses, an opening ends, a review is asked for again and again."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from app.casework.files.opening import open_file_of_talk
from app.casework.vault.keeping import Vault, keep_number_of_talk
from app.casework.vault.opening import OPENING_OVER, REVIEW_DUE
from app.casework.vault.rows import ends_at, lock_opening, write_opening
from app.contacts.facts import TALK_BEGAN
from app.domain.break_glass import REVIEW_WITHIN, OpeningEvent, OpeningState, apply
from app.domain.lifecycle import Moved
from app.platform.db import Tx
from app.platform.timers import Timer, set_timer
from app.roster.notices import give_notice

Handler = Callable[..., Awaitable[None]]


def handlers(vault: Vault) -> dict[str, Handler]:
    """The handlers by timer kind. The fact that a talk began opens the file, and then the vault keeps the number."""

    async def talk_began(tx: Tx, timer: Timer, *, now: datetime) -> None:
        await open_file_of_talk(tx, timer, now=now)
        await keep_number_of_talk(tx, vault, timer.subject_id, now=now)

    return {TALK_BEGAN: talk_began, OPENING_OVER: opening_over, REVIEW_DUE: review_due}


async def opening_over(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """Nobody answered in time, or the minutes are over."""
    row = await lock_opening(tx, timer.subject_id)
    if row is None:
        return
    end = ends_at(row)
    verdict = apply(OpeningState(row["state"]), OpeningEvent.TIME_UP)
    if not isinstance(verdict, Moved) or end is None:
        return
    if now < end:
        await set_timer(tx, OPENING_OVER, timer.subject_id, due_at=end, now=now)
        return
    await write_opening(tx, timer.subject_id, {"state": verdict.state.value}, now=now)


async def review_due(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """What one person opened alone is still to be reviewed: the supervisors are told, and will be told again."""
    row = await lock_opening(tx, timer.subject_id)
    if row is None or row["state"] == OpeningState.REVIEWED:
        return
    await give_notice(
        tx,
        "vault_review_due",
        about=row["requested_by"],
        contact_id=row["contact_id"],
        line_id=row["line_id"],
        now=now,
    )
    await set_timer(tx, REVIEW_DUE, timer.subject_id, due_at=now + REVIEW_WITHIN, now=now)
