"""Voicemails: a message goes to whoever is on shift, and one person takes it on (failures.md, yap#211)."""

from datetime import datetime
from uuid import UUID

from app.contacts.schemas import LineName, Voicemail
from app.domain.errors import NotFound, StaleVersion
from app.platform.changes import record_change
from app.platform.db import Tx
from app.platform.outbox import enqueue


async def hear_voicemail(tx: Tx, contact_id: UUID, *, by: UUID, version: int, now: datetime) -> Voicemail:
    """Note that it has been heard, by whom; the recording is erased at the carrier after that."""
    row = await tx.fetchrow("SELECT version, heard_at, recording_id FROM voicemail WHERE contact_id = $1", contact_id)
    if row is None:
        raise NotFound
    if row["version"] != version:
        raise StaleVersion
    if row["heard_at"] is None:
        await tx.execute(
            "UPDATE voicemail SET heard_at = $2, person_id = $3, version = version + 1 WHERE contact_id = $1",
            contact_id, now, by,
        )  # fmt: skip
        await enqueue(
            tx,
            "erase_recording",
            contact_id=contact_id,
            leg_id=None,
            payload={"recording_id": row["recording_id"]},
            now=now,
        )
        await record_change(tx, "voicemail", contact_id, at=now)
    kept = await tx.fetchrow(
        """SELECT v.contact_id, v.seconds, v.left_at, v.heard_at, v.person_id, v.version, c.line_id,
             l.name_zh, l.name_en
           FROM voicemail v JOIN contact c ON c.id = v.contact_id LEFT JOIN line l ON l.id = c.line_id
           WHERE v.contact_id = $1""",
        contact_id,
    )
    line = LineName(id=kept["line_id"], name_zh=kept["name_zh"], name_en=kept["name_en"]) if kept["line_id"] else None
    names = ("contact_id", "seconds", "left_at", "heard_at", "person_id", "version")
    return Voicemail(line=line, **{name: kept[name] for name in names})
