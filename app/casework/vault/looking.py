"""What the one who may look sees: everything that opens, and how much of it does not.

A file goes back for months, over changes of keys. One key that is gone must not hide the other numbers from a rescue:
what opens is shown, and how many values do not is said, with the names of their keys. So nobody takes an older number
for all there is.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from app.casework.vault.keeping import CAME_WITH_CALL, Vault
from app.casework.vault.schemas import Look, Shown
from app.domain.errors import Unavailable
from app.platform.crypto import CannotOpen
from app.platform.db import Tx
from app.platform.vault_role import as_vault

MOST_SHOWN: Final = 20

# A number whose key was gone when somebody asked lies where it came in; whoever looks is to hear of it all the same.
_KEPT: Final = f"""
    SELECT 'vault.identity/' || id || '/sealed' AS place, contact_id, purpose, sealed, created_at
      FROM vault.identity WHERE contact_id = ANY($1) AND kind = $2
    UNION ALL
    SELECT 'vault.sealed_number/' || contact_id || '/sealed', contact_id, '{CAME_WITH_CALL}', sealed, created_at
      FROM vault.sealed_number n WHERE contact_id = $3 AND $2 = 'number' AND NOT EXISTS (
        SELECT FROM vault.identity i WHERE i.contact_id = n.contact_id AND i.purpose = '{CAME_WITH_CALL}')
    ORDER BY created_at DESC
"""  # noqa: S608 the text is ours alone


async def in_the_clear(tx: Tx, vault: Vault, contact_ids: Sequence[UUID], opening: Any) -> Look:
    """What these contacts have of the opening's kind, newest first. Raises Unavailable when none of it opens."""
    async with as_vault(tx):
        rows = await tx.fetch(_KEPT, list(contact_ids), opening["kind"], opening["contact_id"])
    found: dict[str, Shown] = {}
    lost: list[CannotOpen] = []
    for row in rows:
        try:
            value = vault.sealer.open(row["sealed"], row["place"]).decode()
        except CannotOpen as wrong:
            lost.append(wrong)
            continue
        found.setdefault(
            value,
            Shown(value=value, purpose=row["purpose"], contact_id=row["contact_id"], given_at=row["created_at"]),
        )
    if lost and not found:
        raise none_opens(lost)
    return Look(
        kind=opening["kind"],
        values=list(found.values())[:MOST_SHOWN],
        not_opened=len(lost),
        keys=_names(lost),
        open_until=opening["open_until"],
    )


def none_opens(lost: Collection[CannotOpen]) -> Unavailable:
    """What is said where all that the vault has of a kind is sealed under keys that are gone."""
    keys = ", ".join(repr(name) for name in _names(lost)) or "?"
    return Unavailable(
        f"What the vault holds of this does not open: the key {keys} is missing or wrong; give it back. "
        f"保险库中的此项信息打不开：密钥 {keys} 缺失或不符，请联系系统管理员补回密钥。"
    )


def _names(lost: Collection[CannotOpen]) -> list[str]:
    return sorted({wrong.key_id for wrong in lost if wrong.key_id})
