"""The one chooser of implementations: which carrier, which keys, which handlers, which loaders."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.carriers.port import Carrier
from app.carriers.twilio.client import TwilioCarrier
from app.casework.files.flags import FLAG_ENDS, flag_ends
from app.casework.files.opening import codes_after_a_talk, follow_pseudonym
from app.casework.files.tasks import TASK_OVERDUE, task_overdue
from app.casework.instruments.library import Library, library_of
from app.casework.levels.queries import load_levels
from app.casework.notes.amending import lock_note
from app.casework.notes.drafts import DRAFT_KEPT, draft_kept_long_enough
from app.casework.notes.filing import NOTES_REFILED, notes_refiled
from app.casework.notes.submitting import NOTE_LOCKS
from app.casework.redacting import Redacting
from app.casework.retention import due as retention_due
from app.casework.retention.periods import Periods, periods_of
from app.casework.review.choosing import Sampling
from app.casework.vault import due as vault_due
from app.casework.vault.keeping import Vault
from app.casework.vault.rows import ENTITY as VAULT_OPENING
from app.casework.vault.rows import load_openings
from app.contacts import due
from app.contacts.arrival import Reception
from app.contacts.calls import Calls
from app.contacts.facts import TALK_BEGAN
from app.contacts.public_state import PublicState
from app.contacts.recognising import Recognising
from app.domain.errors import TaggerMissing
from app.lines.book import LineBook
from app.people.door import Door, door_of
from app.platform.clock import now as read_clock
from app.platform.db import Database, Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import Handler, Timer
from app.realtime.messages import Loader
from app.roster.notice_state import load_notices
from app.roster.presence_state import load_presences
from app.roster.rostering import SHIFT_END, shift_end_due
from app.roster.shift_state import load_shifts
from app.settings import Settings

if TYPE_CHECKING:
    from app.casework.redaction.engine import Redactor

log = get_log()


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process is composed of."""

    settings: Settings
    book: LineBook
    door: Door
    reception: Reception
    calls: Calls
    public_state: PublicState
    carrier: Carrier | None
    instruments: Library
    vault: Vault
    periods: Periods
    sampling: Sampling


def make_parts(settings: Settings, db: Database) -> Parts:
    """Compose a process; call inside the running loop. No carrier is made where none is configured."""
    door = door_of(settings)
    book = LineBook()
    recognising = Recognising(door.pseudonymiser, follow_pseudonym)
    reception = Reception(book, door.pseudonymiser, door.sealer, recognising=recognising)
    carrier: Carrier | None = None
    if settings.twilio_account_sid:
        carrier = TwilioCarrier(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token.get_secret_value(),
            public_base_url=settings.public_base_url,
            api_base_url=settings.twilio_api_base_url,
            api_key_sid=settings.twilio_api_key_sid,
            api_key_secret=settings.twilio_api_key_secret.get_secret_value(),
            fallback_url=settings.twilio_fallback_url,
        )
    return Parts(
        settings=settings,
        book=book,
        door=door,
        reception=reception,
        calls=Calls(db, reception, read_clock=read_clock),
        public_state=PublicState(door.pseudonymiser, book),
        carrier=carrier,
        instruments=library_of(settings),
        vault=Vault(door.sealer, timedelta(days=settings.vault_retention_days), settings.vault_minutes_at_most),
        periods=periods_of(settings),
        sampling=Sampling(
            door.pseudonymiser,
            settings.review_percent,
            timedelta(hours=settings.review_within_hours),
            timedelta(hours=settings.review_high_risk_within_hours),
        ),
    )


def make_redacting(door: Door) -> Redacting:
    """The gate for what people write; a process that takes no texts makes none, and saves its data."""
    return Redacting(_redactor(), door.pseudonymiser)


@functools.cache
def _redactor() -> "Redactor | None":
    """Read once a process. Without its data calls go on, and every text is refused (redacting.py)."""
    # Half a second of a start and 60 MB, of which the worker needs neither.
    from app.casework.redaction.engine import Redactor  # noqa: PLC0415

    try:
        return Redactor.load()
    except TaggerMissing as failure:
        log.alarm(Log.TAGGER_MISSING, failure=failure)
        return None


def timer_handlers(parts: Parts) -> dict[str, Handler]:
    """Every kind of timer and what it does."""
    casework = vault_due.handlers(parts.vault)
    return {
        **due.handlers(parts.book),
        SHIFT_END: shift_end_due,
        **casework,
        TALK_BEGAN: _in_turn(casework[TALK_BEGAN], codes_after_a_talk(parts.door.pseudonymiser)),
        FLAG_ENDS: flag_ends,
        TASK_OVERDUE: task_overdue,
        DRAFT_KEPT: draft_kept_long_enough,
        NOTE_LOCKS: lock_note,
        NOTES_REFILED: notes_refiled,
        **retention_due.handlers(parts.periods),
    }


def _in_turn(*handlers: Handler) -> Handler:
    """One timer that several parts react to, in one transaction."""

    async def all_of_them(tx: Tx, timer: Timer, *, now: datetime) -> None:
        for handler in handlers:
            await handler(tx, timer, now=now)

    return all_of_them


def loaders(parts: Parts) -> Mapping[str, Loader]:
    """Every entity of the change feed and how its public state is read."""

    async def presences(tx: Any, ids: Any) -> Any:
        moment: datetime = read_clock()
        return await load_presences(tx, ids, now=moment)

    async def openings(tx: Any, ids: Any) -> Any:
        return await load_openings(tx, ids, now=read_clock())

    return {
        "contact": parts.public_state.load_contacts,
        "offer": parts.public_state.load_offers,
        "presence": presences,
        "shift": load_shifts,
        "notice": load_notices,
        "level": load_levels,
        VAULT_OPENING: openings,
    }


def auth_tokens(settings: Settings) -> list[str]:
    """The carrier's signing tokens: the present one and, during a rotation, the one before."""
    tokens = [settings.twilio_auth_token, settings.twilio_auth_token_previous]
    return [token.get_secret_value() for token in tokens if token.get_secret_value()]
