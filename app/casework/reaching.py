"""Whose contact it is: who may read and write what hangs on one (field.md section 6; P7).

A volunteer reaches the contacts she holds, wraps up, or has talked in; a supervisor or the crisis team those of their
lines. Anybody else's is not found, and that it was asked for is in the audit. The look is a transaction of its own,
before the route's: what it refuses would otherwise be rolled back with the request.

What was written about a contact and has been erased stays erased: such a contact is read, and written about no more.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from app.domain.acts import Act
from app.domain.errors import Erased, NotFound
from app.domain.permissions import Permission
from app.people.access import Principal, require
from app.platform.audit import record_act
from app.platform.db import Database, Tx
from app.platform.edges import Now


@dataclass(frozen=True, slots=True)
class Reached:
    """A contact that the asker may read, and write about unless it was erased."""

    principal: Principal
    contact_id: UUID
    line_id: str | None
    own: bool  # held or talked in; else by leave over its line
    erased: bool  # what was written about it has gone


async def reach(tx: Tx, principal: Principal, contact_id: UUID) -> Reached | None:
    """The contact, if it is theirs to see. Raises NotFound for one that does not exist; None: somebody else's."""
    row: Any = await tx.fetchrow(
        """SELECT c.line_id, c.erased_at, c.person_id = $2
             OR EXISTS (SELECT FROM presence p WHERE p.person_id = $2 AND p.contact_id = c.id)
             OR EXISTS (SELECT FROM offer o WHERE o.contact_id = c.id AND o.person_id = $2 AND o.bridged_at IS NOT NULL)
             AS own
           FROM contact c WHERE c.id = $1""",
        contact_id, principal.person_id,
    )  # fmt: skip
    if row is None:
        raise NotFound
    line_id, own = row["line_id"], bool(row["own"])
    over_the_line = (
        principal.may_everywhere(Permission.NOTE_SEE)
        if line_id is None
        else principal.may(Permission.NOTE_SEE, line=line_id)
    )
    if not own and not over_the_line:
        return None
    return Reached(principal, contact_id, line_id, own, erased=row["erased_at"] is not None)


async def not_erased(tx: Tx, contact_id: UUID) -> None:
    """Raise Erased if the contact was; if not, an erasure waits for this transaction and takes what it stores.

    For whoever stores something that was looked through for identities since the contact was reached. They take turns:
    of two that shared the lock, neither could change the contact.
    """
    if await tx.fetchval("SELECT erased_at IS NOT NULL FROM contact WHERE id = $1 FOR NO KEY UPDATE", contact_id):
        raise Erased


async def refuse(db: Database, principal: Principal, contact_id: UUID, *, now: datetime) -> None:
    """Write down that somebody else's contact was asked for; always raises NotFound."""
    async with db.transaction() as tx:
        await record_act(
            tx, Act.FILE_REFUSED, by=principal.person_id, target_kind="contact", target_id=contact_id, now=now
        )
    raise NotFound


async def _reached(
    principal: Annotated[Principal, Depends(require(Permission.NOTE_WRITE))],
    contact_id: UUID,
    request: Request,
    now: Now,
) -> Reached:
    db: Database = request.app.state.db
    async with db.transaction() as tx:
        reached = await reach(tx, principal, contact_id)
    if reached is None:
        await refuse(db, principal, contact_id, now=now)
        raise NotFound
    return reached


OwnContact = Annotated[Reached, Depends(_reached)]
"""For routes under /api/contacts/{contact_id}: the contact, or 404 with an entry in the audit."""


async def _reached_to_write(reached: OwnContact) -> Reached:
    if reached.erased:
        raise Erased
    return reached


OwnContactToWrite = Annotated[Reached, Depends(_reached_to_write)]
"""The same for routes that write; 410 when it was erased."""
