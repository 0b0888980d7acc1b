"""What the record already knows of a caller, for the exact pass: used to hide it, and shown to nobody.

The vault's values are opened here inside the process and held no longer than the looking-through lasts.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from app.casework.files.family import family_of
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import KnownValue
from app.platform.crypto import CannotOpen, Sealer
from app.platform.db import Tx
from app.platform.vault_role import as_vault

_KINDS: Final = {"number": Kind.PHONE, "name": Kind.PERSON, "location": Kind.ADDRESS}


_CONTACTS_WITH: Final = f"""
    WITH RECURSIVE {family_of("(SELECT subject_id FROM subject_link WHERE contact_id = $1)")}
    SELECT k.contact_id FROM subject_link k JOIN family f ON f.id = k.subject_id UNION SELECT $1::uuid
"""  # noqa: S608 the text is ours alone
_CONTACTS_IN: Final = f"""
    WITH RECURSIVE {family_of("$1")}
    SELECT k.contact_id FROM subject_link k JOIN family f ON f.id = k.subject_id
"""  # noqa: S608 the text is ours alone


async def known_of(tx: Tx, sealer: Sealer, contact_id: UUID) -> list[KnownValue]:
    """The caller's number, and the name or place they gave, in this contact or another of their file.

    A value whose key is gone is left to the rules.
    """
    return await _known(tx, sealer, await tx.fetch(_CONTACTS_WITH, contact_id))


async def known_in_file(tx: Tx, sealer: Sealer, subject_id: UUID) -> list[KnownValue]:
    """The same of everybody's contacts whom this file is about: for texts that belong to the file."""
    return await _known(tx, sealer, await tx.fetch(_CONTACTS_IN, subject_id))


async def _known(tx: Tx, sealer: Sealer, contacts: Sequence[Any]) -> list[KnownValue]:
    async with as_vault(tx):
        rows = await tx.fetch(
            """SELECT 'number' AS kind, 'vault.sealed_number/' || contact_id || '/sealed' AS place, sealed
               FROM vault.sealed_number WHERE contact_id = ANY($1)
               UNION ALL SELECT kind, 'vault.identity/' || id || '/sealed', sealed
               FROM vault.identity WHERE contact_id = ANY($1)""",
            [row["contact_id"] for row in contacts],
        )
    known: dict[KnownValue, None] = {}
    for row in rows:
        try:
            value = sealer.open(row["sealed"], row["place"]).decode()
        except CannotOpen:
            continue
        known[KnownValue(_KINDS[row["kind"]], value)] = None
        if row["kind"] == "number" and value.startswith("+86"):
            known[KnownValue(Kind.PHONE, value.removeprefix("+86"))] = None
    return list(known)
