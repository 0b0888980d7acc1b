"""A volunteer's own telephone: sealed at rest, opened only to be dialled, shown to nobody (failures.md, yap#315)."""

from uuid import UUID

from app.domain.errors import Invalid
from app.platform.crypto import Sealer, normal_number
from app.platform.db import Tx


def _aad(person_id: UUID) -> str:
    return f"person/{person_id}/phone"


async def keep_own_phone(tx: Tx, sealer: Sealer, person_id: UUID, number: str) -> None:
    """Keep the number offers ring at. Raises Invalid unless it is a full international number."""
    normal = normal_number(number) if number.strip().startswith("+") else None
    if normal is None:
        raise Invalid(
            "Please write the whole number with its country code, beginning with +. "
            "请填写带国家代码的完整号码，以 + 开头。"
        )
    await _set(tx, person_id, sealer.seal(normal.encode(), _aad(person_id)))


async def forget_own_phone(tx: Tx, person_id: UUID) -> None:
    """Let no offer ring there any more."""
    await _set(tx, person_id, None)


async def own_phone(tx: Tx, sealer: Sealer, person_id: UUID) -> str | None:
    """The number to ring (E.164), or None when there is none. Never to be logged or stored."""
    sealed = await tx.fetchval("SELECT phone FROM person WHERE id = $1 AND disabled_at IS NULL", person_id)
    return None if sealed is None else sealer.open(sealed, _aad(person_id)).decode()


async def has_own_phone(tx: Tx, person_id: UUID) -> bool:
    """Whether offers can ring at a telephone of theirs."""
    return bool(await tx.fetchval("SELECT phone IS NOT NULL FROM person WHERE id = $1", person_id))


async def _set(tx: Tx, person_id: UUID, sealed: bytes | None) -> None:
    await tx.execute("UPDATE person SET phone = $2, version = version + 1 WHERE id = $1", person_id, sealed)
