"""What routing reads of a line follows the version in force.

Decided here: a worker asks once a minute (`begin_due_versions`), and applying a file asks at once. The comparison is
with what is there, not with when it was last done, so a missed minute or a dead worker changes nothing but the moment.
A line that has no version in force keeps its pools: whoever still waits on it is still offered.
"""

from datetime import datetime

from app.lines import queries
from app.platform.changes import record_change
from app.platform.db import Tx


async def begin_due_versions(tx: Tx, now: datetime) -> list[str]:
    """Bring line_pool up to the versions in force at `now`; the lines whose pools changed."""
    due = await queries.pools_due(tx, now)
    if not due:
        return []
    await queries.take_turns(tx)
    due = await queries.pools_due(tx, now)
    for line_id, pools in due.items():
        await queries.replace_pools(tx, line_id, pools)
    if due:
        await record_change(tx, "line", *sorted(due), at=now)
    return sorted(due)
