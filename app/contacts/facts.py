"""Facts of the call path that the layers above react to: raised here, handled where app.wiring says.

A fact is a timer that is due at once, committed with what it tells of. So it outlives the process that raised it, a
worker that dies while handling it leaves it to its lease, and the handler's work and the fact's end are one
transaction. A worker that knows no handler for it (an older one, during a rolling deploy) leaves it alone.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from app.platform.db import Tx
from app.platform.timers import set_timer

TALK_BEGAN: Final = "talk_began"
"""A contact's caller and a volunteer hear each other for the first time. The subject of the timer is the contact."""


async def talk_began(tx: Tx, contact_id: UUID, *, now: datetime) -> None:
    """Say that a contact has become a talk; once a contact, by whoever sets `answered_at` for the first time."""
    await set_timer(tx, TALK_BEGAN, contact_id, due_at=now, now=now)
