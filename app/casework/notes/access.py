"""Who may write and who may read the note of a contact: whoever has held it; whoever is in charge of its line.

Everybody else is told that there is no such contact, and their asking is entered in the audit.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.casework.reaching import reach, refuse
from app.domain.acts import Act
from app.domain.errors import Erased, NotFound, StaleVersion
from app.people.access import Principal
from app.platform.audit import record_act
from app.platform.db import Database, Tx


@dataclass(frozen=True, slots=True)
class Asked:
    """A contact as one person may use it. `own`: they have held it, and write its note, unless it was erased."""

    contact_id: UUID
    line_id: str | None
    disposition: str | None
    note_id: UUID | None
    own: bool
    erased: bool


async def asked_for(
    db: Database,
    principal: Principal,
    *,
    contact_id: UUID | None = None,
    note_id: UUID | None = None,
    to_write: bool = False,
    now: datetime,
) -> Asked:
    """The contact, or the note's contact, if this person may read (or write) its note; NotFound, audited, if not.

    Raises Erased for one that was erased, if it is to be written about.
    """
    async with db.transaction() as tx:
        row: Any = await tx.fetchrow(
            """SELECT c.id, c.disposition, n.id AS note_id FROM contact c LEFT JOIN note n ON n.contact_id = c.id
               WHERE c.id = coalesce($1, (SELECT contact_id FROM note WHERE id = $2))""",
            contact_id, note_id,
        )  # fmt: skip
        if row is None:
            raise NotFound
        reached = await reach(tx, principal, row["id"])
    if reached is None or (to_write and not reached.own):
        await refuse(db, principal, row["id"], now=now)
        raise NotFound
    if to_write and reached.erased:
        raise Erased
    return Asked(
        contact_id=row["id"],
        line_id=reached.line_id,
        disposition=row["disposition"],
        note_id=row["note_id"],
        own=reached.own,
        erased=reached.erased,
    )


async def enter_seen(tx: Tx, contact: Asked, note_id: UUID | str, *, by: UUID, now: datetime) -> None:
    """Enter that somebody was given the note, though nothing came of it that is entered by itself."""
    await record_act(tx, Act.NOTE_SEEN, by=by, target_kind="note", target_id=note_id, line_id=contact.line_id, now=now)


@asynccontextmanager
async def refused_with_the_note(db: Database, contact: Asked, *, by: UUID, now: datetime) -> AsyncIterator[None]:
    """Whoever is refused for an old version is given the stored note: entered apart from what is taken back."""
    try:
        yield
    except StaleVersion as stale:
        if stale.current is not None:
            async with db.transaction() as tx:
                await enter_seen(tx, contact, stale.current["id"], by=by, now=now)
        raise


async def holders(tx: Tx, contact_id: UUID) -> list[UUID]:
    """Everybody who has held the contact: whose own note it is."""
    rows = await tx.fetch(
        """SELECT person_id FROM contact WHERE id = $1 AND person_id IS NOT NULL
           UNION SELECT person_id FROM offer WHERE contact_id = $1 AND bridged_at IS NOT NULL
           UNION SELECT person_id FROM presence WHERE contact_id = $1""",
        contact_id,
    )
    return [row["person_id"] for row in rows]
