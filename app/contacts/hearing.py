"""Voicemails: a message goes to whoever is on shift, one person takes it on (failures.md, yap#211), and it can be heard
while it is kept. The sound stays at the carrier and passes through us to the ear of somebody who may hear it; nothing
of it is stored here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.contacts.schemas import LineName, Voicemail
from app.domain.errors import NotFound, StaleVersion
from app.platform.changes import record_change
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.outbox import enqueue
from app.platform.timers import Timer, set_timer

log = get_log()

KEPT_FOR_THE_TAKER: Final = timedelta(hours=24)
"""After somebody has taken a message on, so that she can hear it again before she calls back (ours)."""
KEPT_UNHEARD: Final = timedelta(days=30)
"""A message that nobody hears is not kept for ever: a voice is an identity (P5; the term is ours)."""
RECORDING_KEPT: Final = "recording_kept"
"""The timer that ends the keeping of a recording at the carrier."""

_SHOWN: Final = """
    SELECT v.contact_id, v.seconds, v.left_at, v.heard_at, v.person_id, v.erased_at, v.version, c.line_id,
      l.name_zh, l.name_en,
      (SELECT due_at FROM timer t
       WHERE t.kind = 'recording_kept' AND t.subject_id = v.contact_id AND t.done_at IS NULL) AS kept_until
    FROM voicemail v JOIN contact c ON c.id = v.contact_id LEFT JOIN line l ON l.id = c.line_id
"""
_PLAIN: Final = ("contact_id", "seconds", "left_at", "heard_at", "person_id", "kept_until", "version")


def _shown(row: Any) -> Voicemail:
    line = LineName(id=row["line_id"], name_zh=row["name_zh"], name_en=row["name_en"]) if row["line_id"] else None
    return Voicemail(line=line, **{name: row[name] for name in _PLAIN})


async def keep_message(tx: Tx, contact_id: UUID, *, recording_id: str, seconds: int, now: datetime) -> None:
    """A caller has left a message: it waits for whoever is on shift."""
    kept = await tx.fetchval(
        """INSERT INTO voicemail (contact_id, recording_id, seconds, left_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (contact_id) DO NOTHING RETURNING true""",
        contact_id, recording_id, seconds, now,
    )  # fmt: skip
    if kept:
        await set_timer(tx, RECORDING_KEPT, contact_id, due_at=now + KEPT_UNHEARD, now=now)
    await record_change(tx, "voicemail", contact_id, at=now)
    log.info(Log.VOICEMAIL_LEFT, contact=contact_id, seconds=seconds)


async def open_voicemails(tx: Tx, line_ids: Sequence[str], *, everything: bool, by: UUID) -> list[Voicemail]:
    """Messages nobody has taken on, and those that `by` took on and can still hear again; oldest first."""
    rows = await tx.fetch(
        f"""{_SHOWN} WHERE ($2 OR c.line_id = ANY($1)) AND v.erased_at IS NULL
              AND (v.heard_at IS NULL OR v.person_id = $3) ORDER BY v.left_at LIMIT 200""",
        list(line_ids), everything, by,
    )  # fmt: skip
    return [_shown(row) for row in rows]


async def recording_of(tx: Tx, contact_id: UUID) -> str:
    """The carrier's id of a message's recording. Raises NotFound once it has been erased."""
    recording_id = await tx.fetchval(
        "SELECT recording_id FROM voicemail WHERE contact_id = $1 AND erased_at IS NULL", contact_id
    )
    if recording_id is None:
        raise NotFound
    return str(recording_id)


async def hear_voicemail(tx: Tx, contact_id: UUID, *, by: UUID, version: int, now: datetime) -> Voicemail:
    """Note that it has been heard, and by whom: she takes it on. The recording is erased KEPT_FOR_THE_TAKER later."""
    row = await tx.fetchrow("SELECT version, heard_at FROM voicemail WHERE contact_id = $1 FOR UPDATE", contact_id)
    if row is None:
        raise NotFound
    if row["version"] != version:
        raise StaleVersion
    if row["heard_at"] is None:
        await tx.execute(
            "UPDATE voicemail SET heard_at = $2, person_id = $3, version = version + 1 WHERE contact_id = $1",
            contact_id, now, by,
        )  # fmt: skip
        await set_timer(tx, RECORDING_KEPT, contact_id, due_at=now + KEPT_FOR_THE_TAKER, now=now)
        await record_change(tx, "voicemail", contact_id, at=now)
        log.info(Log.VOICEMAIL_TAKEN, contact=contact_id, person=by)
    return _shown(await tx.fetchrow(f"{_SHOWN} WHERE v.contact_id = $1", contact_id))


async def keeping_over(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """The time of a recording is over: let the carrier erase it."""
    row = await tx.fetchrow(
        "SELECT recording_id, heard_at FROM voicemail WHERE contact_id = $1 AND erased_at IS NULL", timer.subject_id
    )
    if row is None:
        return
    if row["heard_at"] is None:
        log.warning(Log.VOICEMAIL_NEVER_HEARD, contact=timer.subject_id)
    await enqueue(
        tx,
        "erase_recording",
        contact_id=timer.subject_id,
        leg_id=None,
        payload={"recording_id": row["recording_id"]},
        now=now,
    )


async def recording_erased(tx: Tx, contact_id: UUID, *, now: datetime) -> None:
    """The carrier has erased it: nobody can hear it any more."""
    await tx.execute(
        "UPDATE voicemail SET erased_at = coalesce(erased_at, $2), version = version + 1 WHERE contact_id = $1",
        contact_id, now,
    )  # fmt: skip
    await record_change(tx, "voicemail", contact_id, at=now)
    log.info(Log.RECORDING_ERASED, contact=contact_id)


async def ask_to_erase(tx: Tx, contact_ids: Sequence[UUID], *, now: datetime) -> list[UUID]:
    """Let the carrier erase what is still there of these messages, as nobody may hear them any more; which they are.

    One that is being erased already is not asked for twice.
    """
    rows = await tx.fetch(
        """SELECT contact_id, recording_id FROM voicemail v WHERE contact_id = ANY($1) AND erased_at IS NULL
           AND NOT EXISTS (SELECT FROM command c WHERE c.contact_id = v.contact_id AND c.kind = 'erase_recording'
                           AND c.done_at IS NULL)""",
        list(contact_ids),
    )
    for row in rows:
        payload = {"recording_id": row["recording_id"]}
        await enqueue(tx, "erase_recording", contact_id=row["contact_id"], leg_id=None, payload=payload, now=now)
    return [row["contact_id"] for row in rows]
