"""What the record already knows of a caller, for the exact pass: used to hide it, and shown to nobody.

The vault's values are opened here inside the process and held no longer than the looking-through lasts.
"""

from typing import Final
from uuid import UUID

from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import KnownValue
from app.platform.crypto import CannotOpen, Sealer
from app.platform.db import Tx
from app.platform.vault_role import as_vault

_KINDS: Final = {"number": Kind.PHONE, "name": Kind.PERSON, "location": Kind.ADDRESS}


async def known_of(tx: Tx, sealer: Sealer, contact_id: UUID) -> list[KnownValue]:
    """The caller's number, and the name or place they gave. A value whose key is gone is left to the rules."""
    async with as_vault(tx):
        rows = await tx.fetch(
            """SELECT 'number' AS kind, 'vault.sealed_number/' || contact_id || '/sealed' AS place, sealed
               FROM vault.sealed_number WHERE contact_id = $1
               UNION ALL SELECT kind, 'vault.identity/' || id || '/sealed', sealed
               FROM vault.identity WHERE contact_id = $1""",
            contact_id,
        )
    known: list[KnownValue] = []
    for row in rows:
        try:
            value = sealer.open(row["sealed"], row["place"]).decode()
        except CannotOpen:
            continue
        known.append(KnownValue(_KINDS[row["kind"]], value))
        if row["kind"] == "number" and value.startswith("+86"):
            known.append(KnownValue(Kind.PHONE, value.removeprefix("+86")))
    return known
