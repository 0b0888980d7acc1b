"""When the clock of the database's host is set back: what had just begun to wait would wait for the step besides.

A row that was made in the future is the proof of it, in whichever process and however long ago it was noticed; so any
worker looks at every sweep, and the second finds nothing left to do. What is due hours from now goes by the calendar,
and follows the clock.
"""

from datetime import datetime, timedelta

from app.platform.db import Tx

IN_THE_FUTURE = timedelta(seconds=2)  # more than processes of one house ever differ
BY_THE_CALENDAR = timedelta(minutes=30)


async def set_back(tx: Tx, *, now: datetime) -> int:
    """Timers and commands that were set in the future count as set now; how many there were."""
    found = 0
    for table in ("timer", "command"):
        status: str = await tx.execute(
            f"""UPDATE {table} SET due_at = $1::timestamptz + (due_at - created_at), created_at = $1
                WHERE done_at IS NULL AND created_at > $1::timestamptz + $2::interval
                  AND due_at - created_at < $3::interval""",  # noqa: S608 one of two names
            now, IN_THE_FUTURE, BY_THE_CALENDAR,
        )  # fmt: skip
        found += int(status.split()[-1])
    if found:
        tx.hint("timers")
        tx.hint("commands")
    return found
