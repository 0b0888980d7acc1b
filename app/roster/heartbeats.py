"""Heartbeats: how the service knows that a volunteer's browser is still there (issue part 7).

A console beats every 5 s. Unheard for 15 s: ready goes offline here; an offer is reported, so that it goes on to the
next; a live call stays up and the supervisors are told once. Someone reached by telephone needs no heartbeat.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.presence import Activity
from app.platform.changes import record_change
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.setting_back import IN_THE_FUTURE
from app.roster.notices import NoticeKind, give_notice
from app.roster.presence_row import HEARTBEAT_LOST_AFTER

log = get_log()


@dataclass(frozen=True, slots=True)
class LostHeartbeat:
    """Somebody out of reach. `activity` is what she was doing.

    Offered: nothing has been changed yet. Lock contact and offer, withdraw the offer, then
    `mark_offer_over(…, "unreachable")` takes her offline: the lock order is contact, offer, volunteer.
    """

    person_id: UUID
    activity: Activity
    offer_id: UUID | None
    contact_id: UUID | None


async def heartbeat(tx: Tx, person_ids: Sequence[UUID], *, now: datetime) -> None:
    """Their consoles are there; one statement for all. No version is bumped and nobody is told."""
    await tx.execute(
        """UPDATE presence SET heartbeat_at = $2
           WHERE person_id = ANY($1) AND (heartbeat_at IS NULL OR heartbeat_at < $2)""",
        list(person_ids), now,
    )  # fmt: skip


async def set_beats_back(tx: Tx, *, now: datetime) -> None:
    """The database's clock was set back: a beat in the future would hide for so long that a console is gone."""
    await tx.execute(
        "UPDATE presence SET heartbeat_at = $1 WHERE heartbeat_at > $1::timestamptz + $2::interval", now, IN_THE_FUTURE
    )


async def lost(tx: Tx, now: datetime) -> list[LostHeartbeat]:
    """Sweep: who has not been heard for 15 s. Ready and away went offline here; the rest is the caller's to act on.

    Only rows that nobody else is moving are locked, and no row with an offer or a contact is: whoever handles those
    locks the contact first. One sweep at a time; a second one finds nothing.
    """
    if not await tx.fetchval("SELECT pg_try_advisory_xact_lock(hashtext('heartbeat_sweep'))"):
        return []
    silent_since = now - HEARTBEAT_LOST_AFTER
    offline = await tx.fetch(
        """UPDATE presence p SET activity = 'offline', reason = 'out_of_reach', since = $2, ready_since = NULL,
             version = version + 1
           FROM (SELECT person_id, activity FROM presence
                 WHERE activity IN ('ready', 'away') AND reach = 'browser' AND coalesce(heartbeat_at, since) < $1
                 ORDER BY person_id FOR UPDATE SKIP LOCKED) was
           WHERE p.person_id = was.person_id
           RETURNING p.person_id, was.activity, NULL::uuid AS offer_id, NULL::uuid AS contact_id""",
        silent_since, now,
    )  # fmt: skip
    if offline:
        await record_change(tx, "presence", *(row["person_id"] for row in offline), at=now)
        log.info(Log.HEARTBEATS_LOST, persons=len(offline))
    busy = await tx.fetch(
        """SELECT person_id, activity, offer_id, contact_id FROM presence
           WHERE activity IN ('offered', 'engaged') AND reach = 'browser' AND coalesce(heartbeat_at, since) < $1""",
        silent_since,
    )
    swept = [
        LostHeartbeat(row["person_id"], Activity(row["activity"]), row["offer_id"], row["contact_id"])
        for row in [*offline, *busy]
    ]
    for gone in swept:
        if gone.activity is Activity.ENGAGED:
            await _tell_once(tx, gone, now=now)
    return swept


async def _tell_once(tx: Tx, gone: LostHeartbeat, *, now: datetime) -> None:
    told = await tx.fetchval(
        "SELECT true FROM notice WHERE kind = $1 AND about_person_id = $2 AND contact_id = $3 LIMIT 1",
        NoticeKind.HEARTBEAT_LOST_IN_TALK.value, gone.person_id, gone.contact_id,
    )  # fmt: skip
    if not told:
        await give_notice(
            tx, NoticeKind.HEARTBEAT_LOST_IN_TALK, about=gone.person_id, contact_id=gone.contact_id, now=now
        )
