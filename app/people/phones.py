"""A volunteer's own telephone: sealed at rest, opened only to be dialled, shown to nobody (failures.md, yap#315)."""

from uuid import UUID

import phonenumbers

from app.domain.errors import Invalid
from app.platform.crypto import Sealer
from app.platform.db import Tx


def _aad(person_id: UUID) -> str:
    return f"person/{person_id}/phone"


async def keep_own_phone(tx: Tx, sealer: Sealer, person_id: UUID, number: str) -> None:
    """Keep the number offers ring at. Raises Invalid unless it is a full international number."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        raise Invalid("Please write the number with its country code, beginning with +.") from None
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    await tx.execute(
        "UPDATE person SET phone = $2, version = version + 1 WHERE id = $1",
        person_id,
        sealer.seal(e164.encode(), _aad(person_id)),
    )


async def own_phone(tx: Tx, sealer: Sealer, person_id: UUID) -> str | None:
    """The number to ring, or None when there is none."""
    sealed = await tx.fetchval("SELECT phone FROM person WHERE id = $1", person_id)
    return None if sealed is None else sealer.open(sealed, _aad(person_id)).decode()


async def has_own_phone(tx: Tx, person_id: UUID) -> bool:
    """Whether offers can ring at a telephone of theirs."""
    return bool(await tx.fetchval("SELECT phone IS NOT NULL FROM person WHERE id = $1", person_id))
