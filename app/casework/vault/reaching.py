"""Whose vault it is: what somebody may ask for, answer, and put in.

An opening lies where its contact's line is. Whoever holds nothing there learns nothing, not even that it exists: 404,
and an entry in the audit, written in a transaction of its own so that the refusal does not roll it back.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.casework.files.reach import load_subject_file
from app.casework.vault.opening import Asked
from app.casework.vault.rows import contacts_of_file
from app.casework.vault.schemas import NewOpening
from app.domain.acts import Act
from app.domain.errors import Invalid, NotFound
from app.domain.permissions import Permission
from app.people.access import Principal
from app.platform.audit import record_act
from app.platform.db import Database, Tx


def holds(principal: Principal, permission: Permission, line_id: str | None) -> bool:
    """Whether the permission is held on this line; on what has no line, by who holds it everywhere."""
    return principal.may_everywhere(permission) if line_id is None else principal.may(permission, line=line_id)


async def refuse(db: Database, principal: Principal, kind: str, target_id: UUID, *, now: datetime) -> None:
    """Write down that somebody asked for what is not theirs."""
    async with db.transaction() as tx:
        await record_act(tx, Act.VAULT_REFUSED, by=principal.person_id, target_kind=kind, target_id=target_id, now=now)


async def what_is_asked(db: Database, principal: Principal, body: NewOpening, *, now: datetime) -> Asked:
    """The contact, or the file, that somebody wants to look at. Raises Invalid, NotFound."""
    if (body.contact_id is None) == (body.subject_id is None):
        raise Invalid(
            "Name a contact or a file, and one of them only. 请指定来电或档案其中之一。",
            fields={"contact_id": "or subject_id, one of them"},
        )
    async with db.reading() as tx:
        found = await (_contact if body.contact_id is not None else _file)(tx, principal, body)
    if found is None:
        kind, target_id = ("contact", body.contact_id) if body.contact_id is not None else ("subject", body.subject_id)
        assert target_id is not None  # noqa: S101 one of them is given
        await refuse(db, principal, kind, target_id, now=now)
        raise NotFound
    return found


async def _contact(tx: Tx, principal: Principal, body: NewOpening) -> Asked | None:
    assert body.contact_id is not None  # noqa: S101 asked above
    row = await tx.fetchrow("SELECT id, line_id FROM contact WHERE id = $1", body.contact_id)
    if row is None or not holds(principal, Permission.VAULT_REQUEST, row["line_id"]):
        return None
    return Asked(row["id"], None, row["line_id"], [row["id"]])


async def _file(tx: Tx, principal: Principal, body: NewOpening) -> Asked | None:
    assert body.subject_id is not None  # noqa: S101 asked above
    file = await load_subject_file(tx, body.subject_id)
    if file is None or not file.within(principal, Permission.VAULT_REQUEST):
        return None  # one's own contacts of a file that was given away are asked for one by one
    rows = await contacts_of_file(tx, file.id)
    own = next((row for row in rows if holds(principal, Permission.VAULT_REQUEST, row["line_id"])), None)
    if own is None:
        return None
    return Asked(own["contact_id"], file.id, own["line_id"], [row["contact_id"] for row in rows])


async def line_of_opening(
    db: Database, principal: Principal, opening_id: UUID, permission: Permission, *, now: datetime
) -> str | None:
    """The line of an opening on which the permission is held, or one's own opening. Raises NotFound."""
    async with db.reading() as tx:
        row = await tx.fetchrow("SELECT line_id, requested_by FROM vault_opening WHERE id = $1", opening_id)
    if row is not None and (row["requested_by"] == principal.person_id or holds(principal, permission, row["line_id"])):
        line_id: str | None = row["line_id"]
        return line_id
    await refuse(db, principal, "vault_opening", opening_id, now=now)
    raise NotFound


async def line_to_give_on(db: Database, principal: Principal, contact_id: UUID, *, now: datetime) -> str | None:
    """The line of a contact about whose caller this person may tell the vault: she holds it or has talked in it, or is
    in charge. Raises NotFound."""
    async with db.reading() as tx:
        row: Any = await tx.fetchrow(
            """SELECT c.line_id, c.person_id = $2
                 OR EXISTS (SELECT FROM presence p WHERE p.person_id = $2 AND p.contact_id = c.id)
                 OR EXISTS (SELECT FROM offer o
                            WHERE o.contact_id = c.id AND o.person_id = $2 AND o.bridged_at IS NOT NULL) AS own
               FROM contact c WHERE c.id = $1""",
            contact_id, principal.person_id,
        )  # fmt: skip
    if row is not None and (row["own"] or holds(principal, Permission.VAULT_REQUEST, row["line_id"])):
        line_id: str | None = row["line_id"]
        return line_id
    await refuse(db, principal, "contact", contact_id, now=now)
    raise NotFound
