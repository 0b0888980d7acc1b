"""The change feed behind the consoles: which entity's public state changed, written in the same transaction."""

from datetime import datetime
from uuid import UUID

from app.platform.db import Tx


async def record_change(tx: Tx, entity: str, *ids: UUID | str, at: datetime) -> None:
    """Tell the consoles that these entities (contact, offer, presence, shift, notice, line) have changed."""
    await tx.execute(
        "INSERT INTO change (entity, entity_id, at) SELECT $1, i, $3 FROM unnest($2::text[]) i",
        entity,
        [str(i) for i in ids],
        at,
    )
    tx.hint("changes")
