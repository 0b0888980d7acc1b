"""What an offer and a talk do to the volunteer: compare-and-set on her presence (promise P3; failures 5, 6, 9).

The verdicts are app.domain.presence's. Decided here besides: where she lands when a shift ended meanwhile (offline,
never in mid-offer or mid-talk), and how answered and missed offers are counted. The two moves on the hot path, offered
and engaged, are one statement each.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final, Literal, assert_never
from uuid import UUID

from app.domain.lifecycle import Moved
from app.domain.presence import Activity, PresenceEvent, after_missed, apply
from app.platform.changes import record_change
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.roster.notices import NoticeKind, give_notice
from app.roster.presence_row import PresenceRow, lock_presence, save_presence, sources, today

log = get_log()

Outcome = Literal["declined", "missed", "withdrawn", "lapsed", "unreachable"]
"""How an offer ended for her: she pressed no; it rang out; it was taken back (the caller left, before or after she
accepted); she accepted and audio never joined; her browser is out of reach."""

_OFFERABLE: Final = sources(PresenceEvent.OFFER_MADE)
_ACCEPTABLE: Final = sources(PresenceEvent.OFFER_ACCEPTED)
_TALKING: Final = sources(PresenceEvent.TALK_ENDED)
_LEAVABLE: Final = sources(PresenceEvent.LEFT_FOR_GOOD)


async def mark_offered(tx: Tx, person_id: UUID, offer_id: UUID, *, now: datetime) -> bool:
    """Ready → offered. False: she is not ready, or someone was first."""
    moved = await tx.fetchval(
        """UPDATE presence SET activity = 'offered', offer_id = $2, since = $3, version = version + 1
           WHERE person_id = $1 AND activity = ANY($4) RETURNING true""",
        person_id, offer_id, now, _OFFERABLE,
    )  # fmt: skip
    if not moved:
        return False
    await record_change(tx, "presence", person_id, at=now)
    return True


async def mark_engaged(tx: Tx, person_id: UUID, contact_id: UUID, *, now: datetime) -> bool:
    """Offered → engaged with this contact, counted as answered today. False: her offer is over.

    Accepting is a sign of life, and it ends the row of missed offers. The offer's id stays on the row until the talk
    ends, so that a lapsed lease finds it.
    """
    moved = await tx.fetchval(
        """UPDATE presence SET activity = 'engaged', contact_id = $2, since = $3, missed_in_row = 0,
             answered_today = CASE WHEN answered_on = $4 THEN answered_today + 1 ELSE 1 END, answered_on = $4,
             heartbeat_at = CASE WHEN reach = 'browser' THEN greatest(heartbeat_at, $3) ELSE heartbeat_at END,
             version = version + 1
           WHERE person_id = $1 AND activity = ANY($5) RETURNING true""",
        person_id, contact_id, now, today(now), _ACCEPTABLE,
    )  # fmt: skip
    if not moved:
        return False
    await record_change(tx, "presence", person_id, at=now)
    return True


async def mark_offer_over(tx: Tx, person_id: UUID, offer_id: UUID, outcome: Outcome, *, now: datetime) -> Activity:
    """Her offer is over without a talk; what she is doing now. Another offer's or a late end changes nothing.

    Missed twice in a row, or accepted without audio: away, with a notice to the supervisors. Whoever would be ready
    again after the end of her shift goes offline instead.
    """
    row = await lock_presence(tx, person_id)
    if row is None:
        return Activity.OFFLINE
    if row.offer_id != offer_id:
        return row.activity
    missed = row.missed_in_row + (outcome == "missed")
    event = _event(outcome, missed)
    verdict = apply(row.activity, event)
    if not isinstance(verdict, Moved) or verdict.state is row.activity:  # a live call stays up, whatever was lost
        return row.activity
    landed = verdict.state
    if landed is Activity.READY and row.shift_over(now):
        landed = Activity.OFFLINE
    # An answer is a talk with audio: one that lapsed or was withdrawn after she accepted had been counted too early.
    uncounted = 1 if row.activity is Activity.ENGAGED else 0
    await save_presence(
        tx,
        replace(
            row,
            activity=landed,
            since=now,
            offer_id=None,
            contact_id=None,
            reason=_reason(event),
            # A volunteer whose offer was taken back keeps her place; one who let it ring goes to the end.
            ready_since=_idle_since(row, outcome, landed, now),
            missed_in_row=0 if outcome == "declined" else missed,
            answered_today=max(0, row.answered_today - uncounted),
        ),
        now=now,
    )
    if landed is Activity.AWAY:
        kind = NoticeKind.AWAY_NO_AUDIO if outcome == "lapsed" else NoticeKind.AWAY_AFTER_MISSED
        await give_notice(tx, kind, about=person_id, now=now)
        log.info(Log.VOLUNTEER_SET_AWAY, person=person_id, kind=kind.value)
    return landed


def _event(outcome: Outcome, missed: int) -> PresenceEvent:
    match outcome:
        case "declined":
            return PresenceEvent.OFFER_DECLINED
        case "missed":
            away = after_missed(missed) is Activity.AWAY
            return PresenceEvent.MISSED_TOO_OFTEN if away else PresenceEvent.OFFER_MISSED
        case "withdrawn":
            return PresenceEvent.OFFER_WITHDRAWN
        case "lapsed":
            return PresenceEvent.LEASE_LAPSED
        case "unreachable":
            return PresenceEvent.HEARTBEAT_LOST
    assert_never(outcome)


def _reason(event: PresenceEvent) -> str:
    """Why she is not ready any more, as a code that screens translate."""
    reasons = {
        PresenceEvent.MISSED_TOO_OFTEN: "missed_offers",
        PresenceEvent.LEASE_LAPSED: "no_audio",
        PresenceEvent.HEARTBEAT_LOST: "out_of_reach",
    }
    return reasons.get(event, "")


def _idle_since(row: PresenceRow, outcome: Outcome, landed: Activity, now: datetime) -> datetime | None:
    if landed is not Activity.READY:
        return None
    return row.ready_since if outcome == "withdrawn" else now


async def mark_wrapping_up(tx: Tx, person_id: UUID, contact_id: UUID, *, now: datetime) -> bool:
    """Engaged → wrapping up this contact. False: she holds another one, or none."""
    moved = await tx.fetchval(
        """UPDATE presence SET activity = 'wrapping_up', since = $3, offer_id = NULL, version = version + 1
           WHERE person_id = $1 AND contact_id = $2 AND activity = ANY($4) RETURNING true""",
        person_id, contact_id, now, _TALKING,
    )  # fmt: skip
    if not moved:
        return False
    await record_change(tx, "presence", person_id, at=now)
    return True


async def mark_free(tx: Tx, person_id: UUID, *, now: datetime, contact_id: UUID | None = None) -> bool:
    """Wrapping up → ready, or offline when the shift is over. True: she is ready and may be offered the next contact.

    With `contact_id`, only if that is what she was wrapping up; a late second call changes nothing.
    """
    row = await lock_presence(tx, person_id)
    if row is None or row.activity is not Activity.WRAPPING_UP or contact_id not in (None, row.contact_id):
        return row is not None and row.activity is Activity.READY
    landed = Activity.OFFLINE if row.shift_over(now) else Activity.READY
    await save_presence(
        tx,
        replace(
            row,
            activity=landed,
            since=now,
            contact_id=None,
            reason="shift_over" if landed is Activity.OFFLINE else "",
            ready_since=now if landed is Activity.READY else None,
        ),
        now=now,
    )
    return landed is Activity.READY


async def mark_wrap_up_closed(tx: Tx, person_id: UUID, contact_id: UUID, *, now: datetime) -> bool:
    """Wrapping up this contact → away, or offline when her shift is over: a supervisor has closed it. False: she has
    done it, or is at another."""
    row = await lock_presence(tx, person_id)
    if row is None or row.contact_id != contact_id:
        return False
    verdict = apply(row.activity, PresenceEvent.WRAP_UP_CLOSED)
    if not isinstance(verdict, Moved):
        return False
    landed = Activity.OFFLINE if row.shift_over(now) else verdict.state
    closed = replace(row, activity=landed, since=now, contact_id=None, reason="wrap_up_closed", ready_since=None)
    return await save_presence(tx, closed, now=now)


async def left_wrapping_up(tx: Tx, *, silent_since: datetime) -> list[tuple[UUID, UUID]]:
    """Who began a wrap-up before then and has not been heard of since, with the contact of it: (person, contact)."""
    rows = await tx.fetch(
        """SELECT person_id, contact_id FROM presence
           WHERE activity = ANY($2) AND contact_id IS NOT NULL AND greatest(heartbeat_at, since) < $1
           ORDER BY person_id""",
        silent_since, _LEAVABLE,
    )  # fmt: skip
    return [(row["person_id"], row["contact_id"]) for row in rows]


async def mark_left_for_good(
    tx: Tx, person_id: UUID, contact_id: UUID, *, silent_since: datetime, now: datetime
) -> bool:
    """Wrapping up this contact → offline. False: she has been heard of since, or it is done."""
    moved = await tx.fetchval(
        """UPDATE presence SET activity = 'offline', reason = 'out_of_reach', since = $4, ready_since = NULL,
             contact_id = NULL, version = version + 1
           WHERE person_id = $1 AND contact_id = $2 AND activity = ANY($5) AND greatest(heartbeat_at, since) < $3
           RETURNING true""",
        person_id, contact_id, silent_since, now, _LEAVABLE,
    )  # fmt: skip
    if not moved:
        return False
    await record_change(tx, "presence", person_id, at=now)
    return True
