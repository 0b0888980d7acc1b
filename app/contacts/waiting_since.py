"""Since when callers wait, after the database's clock was set back: their order is kept, and newcomers stand behind."""

from datetime import datetime

from app.platform.db import Tx
from app.platform.setting_back import IN_THE_FUTURE


async def set_waits_back(tx: Tx, *, now: datetime) -> int:
    """Whoever began to wait in the future began as much earlier, all of them by the same; how many there were."""
    status: str = await tx.execute(
        """WITH ahead AS (
             SELECT id FROM contact
             WHERE state IN ('waiting', 'offered') AND enqueued_at > $1::timestamptz + $2::interval
             ORDER BY id FOR UPDATE),
           step AS (SELECT max(enqueued_at) - $1::timestamptz AS by FROM contact JOIN ahead USING (id))
           UPDATE contact c SET enqueued_at = c.enqueued_at - by, waiting_since = c.waiting_since - by,
             stage_since = c.stage_since - by, queue_rank = c.queue_rank - by
           FROM ahead, step WHERE c.id = ahead.id""",
        now, IN_THE_FUTURE,
    )  # fmt: skip
    return int(status.split()[-1])
