"""Going ready, away and offline: by the volunteer herself, or by a supervisor.

Who may go ready is decided here: somebody who is rostered or let in now, in at least one pool of theirs, and whose
certificates have not all run out. The volunteer's own moves carry the version she saw (promise P8).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.domain.errors import AlreadyEngaged, NotPossibleNow, NotRostered, StaleVersion, WrapUpFirst
from app.domain.lifecycle import Late, Moved, Refused
from app.domain.presence import Activity, PresenceEvent, apply
from app.platform.db import Tx
from app.platform.timers import cancel_timer
from app.roster.notices import NoticeKind, give_notice
from app.roster.presence_row import PresenceRow, Reach, ensure_presence, lock_presence, save_presence
from app.roster.rostering import (
    SHIFT_END,
    credentials,
    not_on_shift,
    on_shift,
    watch_shift,
)


@dataclass(frozen=True, slots=True)
class Gone:
    """What she is doing now, and the offer that was ringing at her and has to go on to the next (by the caller)."""

    activity: Activity
    offer_id: UUID | None


async def _locked(tx: Tx, person_id: UUID, version: int | None, *, now: datetime) -> PresenceRow:
    await ensure_presence(tx, person_id, now=now)
    row = await lock_presence(tx, person_id)
    assert row is not None  # noqa: S101 it was made in this transaction
    if version is not None and version != row.version:
        raise StaleVersion
    return row


def _verdict(row: PresenceRow, event: PresenceEvent) -> Moved[Activity] | Late:
    verdict = apply(row.activity, event)
    if not isinstance(verdict, Refused):
        return verdict
    if row.activity is Activity.ENGAGED:
        raise AlreadyEngaged
    raise WrapUpFirst if row.activity is Activity.WRAPPING_UP else NotPossibleNow


async def go_ready(
    tx: Tx, person_id: UUID, *, now: datetime, version: int | None = None, reach: Reach | None = None
) -> bool:
    """Ready for the next contact, by browser or own phone. False: an offer is ringing already, nothing changes.

    `version` None asks for no comparison (a supervisor, a simulation). Raises StaleVersion, NotRostered with a
    sentence about the next shift, AlreadyEngaged, WrapUpFirst, NotPossibleNow.
    """
    row = await _locked(tx, person_id, version, now=now)
    verdict = _verdict(row, PresenceEvent.GO_READY)
    if isinstance(verdict, Late) and row.activity is not Activity.READY:
        return False
    shift = await on_shift(tx, person_id, now=now)
    if shift is None:
        raise await not_on_shift(tx, person_id, now=now)
    held = await credentials(tx, person_id, now=now)
    if held.all_expired:
        expired = (
            "Your certificates have expired; a supervisor can enter the renewed one. "
            "您的证书已过期；可请督导登记新证书。"
        )
        raise NotRostered(expired, why="certificates_expired")
    was_ready = row.activity is Activity.READY
    await tx.execute("UPDATE presence SET heartbeat_at = $2 WHERE person_id = $1", person_id, now)
    await save_presence(
        tx,
        replace(
            row,
            activity=Activity.READY,
            reach=reach or row.reach,
            reason="",
            since=row.since if was_ready else now,
            ready_since=row.ready_since if was_ready else now,
            pools=list(shift.pools),
            skills=held.skills,
            shift_ends_at=shift.ends_at,
            missed_in_row=0,
            offer_id=None,
            contact_id=None,
        ),
        now=now,
    )
    await watch_shift(tx, person_id, shift, now=now)
    return True


async def go_away(tx: Tx, person_id: UUID, *, now: datetime, version: int | None = None, reason: str = "") -> Gone:
    """A pause. Raises StaleVersion, AlreadyEngaged, WrapUpFirst, NotPossibleNow."""
    return await _leave(tx, person_id, PresenceEvent.GO_AWAY, version=version, reason=reason, now=now)


async def go_offline(tx: Tx, person_id: UUID, *, now: datetime, version: int | None = None, reason: str = "") -> Gone:
    """Not on the line any more. Raises StaleVersion, AlreadyEngaged, WrapUpFirst, NotPossibleNow."""
    return await _leave(tx, person_id, PresenceEvent.GO_OFFLINE, version=version, reason=reason, now=now)


async def _leave(
    tx: Tx, person_id: UUID, event: PresenceEvent, *, version: int | None, reason: str, now: datetime
) -> Gone:
    row = await _locked(tx, person_id, version, now=now)
    verdict = _verdict(row, event)
    if isinstance(verdict, Late):
        return Gone(row.activity, None)
    await save_presence(
        tx,
        replace(
            row,
            activity=verdict.state,
            since=now,
            reason=reason,
            ready_since=None,
            offer_id=None,
            contact_id=None,
        ),
        now=now,
    )
    if verdict.state is Activity.OFFLINE:
        await cancel_timer(tx, SHIFT_END, person_id, now=now)
    return Gone(verdict.state, row.offer_id if row.activity is Activity.OFFERED else None)


async def set_by_supervisor(
    tx: Tx, person_id: UUID, activity: Literal["away", "offline"], *, reason: str, now: datetime
) -> Gone:
    """A supervisor sends a volunteer away or offline.

    Raises AlreadyEngaged or NotPossibleNow: a live call stays up, and a wrap-up is not cut short.
    """
    row = await _locked(tx, person_id, None, now=now)
    if row.activity is Activity.WRAPPING_UP:
        raise NotPossibleNow("This volunteer is still writing up a conversation. 该志愿者还在做话后整理。")
    leave = go_away if activity == "away" else go_offline
    gone = await leave(tx, person_id, reason=reason, now=now)
    await give_notice(tx, NoticeKind.SET_BY_SUPERVISOR, about=person_id, now=now)
    return gone
