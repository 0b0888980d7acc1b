"""Putting identities into the vault, and letting go of them.

- A caller's number came with the call, sealed in `vault.sealed_number`, and goes with the contact's end. When a talk
  begins it is kept in `vault.identity` as well, for as long as the deployment says (90 days after the caller's last
  talk, if nobody says otherwise): responders may have to be sent after the line has gone dead.
- A name, a place or another number is kept when it is given for a rescue or a follow-up; whoever wrote it down cannot
  read it back.
- What is kept belongs to a contact. Whose file that is, is where the contact is linked: nothing here moves in a merge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.casework.retention.rows import CONTACT_HELD, HELD
from app.casework.vault.schemas import Kept
from app.contacts.arrival import open_number
from app.contacts.rows import lock_contact
from app.domain.errors import Invalid
from app.domain.free_text import read_free_text
from app.platform.clock import fresh_id
from app.platform.crypto import CannotOpen, Sealer, normal_number
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.vault_role import as_vault

log = get_log()

CAME_WITH_CALL = "came_with_call"
LONGEST = {"number": 40, "name": 100, "location": 500}

_KEEP = """
    INSERT INTO vault.identity (id, contact_id, kind, purpose, sealed, created_at, created_by, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (contact_id, kind, purpose) DO UPDATE SET id = excluded.id, sealed = excluded.sealed,
      created_at = excluded.created_at, created_by = excluded.created_by, expires_at = excluded.expires_at
"""


@dataclass(frozen=True, slots=True)
class Vault:
    """One a process: the keys, and what the deployment has settled."""

    sealer: Sealer
    kept_for: timedelta
    minutes_at_most: int


def place_of(identity_id: UUID) -> str:
    """What a sealed value is bound to."""
    return f"vault.identity/{identity_id}/sealed"


async def keep_identity(
    tx: Tx, vault: Vault, contact_id: UUID, kind: str, purpose: str, value: str, *, by: UUID | None, now: datetime
) -> None:
    """Keep who a contact's caller is; a newer word on the same replaces the older. Raises Invalid, quoting nothing."""
    read = read_free_text(value, field="value", longest=LONGEST[kind]).strip()
    if kind == "number":
        read = normal_number(read) or ""
    if not read:
        raise Invalid(
            "This cannot be used as it is written: a number needs its country or area code. "
            "无法使用这样填写的内容：电话号码须带国家代码或区号。",
            fields={"value": "is not usable as it is written"},
        )
    identity_id = fresh_id()
    sealed = vault.sealer.seal(read.encode(), place_of(identity_id))
    async with as_vault(tx):
        await tx.execute(_KEEP, identity_id, contact_id, kind, purpose, sealed, now, by, now + vault.kept_for)


async def keep_number_of_call(tx: Tx, vault: Vault, contact_id: UUID, *, now: datetime) -> bool:
    """Keep the number a contact's call came from beyond the contact's end. False: there is none, or it is kept already.

    Under the contact's lock, so that it is not closed meanwhile. Raises CannotOpen, which names the key.
    """
    contact = await lock_contact(tx, contact_id)
    if contact is None:
        return False
    async with as_vault(tx):
        sealed = await tx.fetchval("SELECT sealed FROM vault.sealed_number WHERE contact_id = $1", contact_id)
    if sealed is None:
        return False
    number = open_number(vault.sealer, contact_id, sealed)
    identity_id = fresh_id()
    again = vault.sealer.seal(number.encode(), place_of(identity_id))
    async with as_vault(tx):
        await tx.execute(
            _KEEP, identity_id, contact_id, "number", CAME_WITH_CALL, again, now, None, now + vault.kept_for
        )
    if contact.state == "closed":  # its end left the number to us
        await tx.execute(
            """DELETE FROM vault.sealed_number s WHERE contact_id = $1
               AND NOT EXISTS (SELECT FROM call_back b WHERE b.contact_id = s.contact_id
                               AND b.state IN ('requested', 'dialling'))""",
            contact_id,
        )
    return True


async def keep_number_of_talk(tx: Tx, vault: Vault, contact_id: UUID, *, now: datetime) -> CannotOpen | None:
    """The same when a talk begins, or somebody asks to look. A key that is missing must not keep the file from being
    opened, nor the rest of what the vault holds: it is alarmed, and is the answer."""
    try:
        await keep_number_of_call(tx, vault, contact_id, now=now)
    except CannotOpen as wrong:
        log.alarm(Log.VAULT_NUMBER_NOT_KEPT, failure=wrong, contact=contact_id, key=wrong.key_id)
        return wrong
    return None


async def kinds_kept(tx: Tx, contact_ids: Sequence[UUID]) -> set[str]:
    """Which kinds of identity the vault holds of these contacts: no more than that they are there."""
    rows = await tx.fetch("SELECT DISTINCT kind FROM vault.identity WHERE contact_id = ANY($1)", list(contact_ids))
    return {row["kind"] for row in rows}


async def given_so_far(tx: Tx, contact_id: UUID) -> list[Kept]:
    """What was given about a contact's caller, each with its moment: no more than that it is there."""
    rows = await tx.fetch(
        """SELECT kind, purpose, created_at FROM vault.identity WHERE contact_id = $1 AND purpose <> $2
           ORDER BY created_at, kind""",
        contact_id, CAME_WITH_CALL,
    )  # fmt: skip
    return [Kept(kind=row["kind"], purpose=row["purpose"], given_at=row["created_at"]) for row in rows]


async def forget_expired(tx: Tx, *, now: datetime) -> int:
    """Delete what has been kept long enough, but for what a legal hold covers; how many."""
    status: str = await tx.execute(
        f"""WITH RECURSIVE {HELD}
            DELETE FROM vault.identity i USING contact a WHERE a.id = i.contact_id AND i.expires_at <= $1
              AND NOT {CONTACT_HELD}""",  # noqa: S608
        now,
    )
    return int(status.split()[-1])


async def forget_identities(tx: Tx, contact_ids: Sequence[UUID]) -> int:
    """Delete everything the vault holds of these contacts (an erasure); how many."""
    status: str = await tx.execute("DELETE FROM vault.identity WHERE contact_id = ANY($1)", list(contact_ids))
    await tx.execute("DELETE FROM vault.sealed_number WHERE contact_id = ANY($1)", list(contact_ids))
    return int(status.split()[-1])
