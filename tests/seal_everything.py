"""Sealing what a test has entered in the audit, as the worker's sweeps do it."""

from datetime import datetime

from app.platform.audit_sealing import LINGER, AuditSealer
from app.platform.db import Database
from tests.journeys.waiting_for import until

_UNSEALED = """
    SELECT EXISTS (SELECT FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = e.id))
"""


async def seal_everything(db: Database, *, at: datetime, sealer: AuditSealer | None = None) -> int:
    """Sweep at `at`, and so much later as a sealer waits, until every entry is sealed; how many were sealed here.

    More than once, because a transaction of any other test on the server holds the sealing back while it lasts.
    """
    sweeping = sealer or AuditSealer()
    sealed = await sweeping.sweep(db, now=at)

    async def everything() -> bool:
        nonlocal sealed
        sealed += await sweeping.sweep(db, now=at + LINGER)
        async with db.reading() as tx:
            return not await tx.fetchval(_UNSEALED)

    await until(everything, what="everything is sealed", within_s=60)
    return sealed
