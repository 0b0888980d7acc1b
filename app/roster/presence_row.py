"""The presence row: one a volunteer, made on first use, locked and compared-and-set by everything that moves it.

Lock order is contact, offer, volunteer (design.md section 3): whoever also touches a contact or an offer locks those
before calling anything here. A heartbeat never bumps the version: it is no news to anyone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.presence import TRANSITIONS, Activity, PresenceEvent
from app.platform.changes import record_change
from app.platform.db import Tx

Reach = Literal["browser", "phone"]

COUNTING_ZONE: Final = ZoneInfo("Asia/Shanghai")
"""The zone whose midnight begins a new `answered_today`."""

HEARTBEAT_LOST_AFTER: Final = timedelta(seconds=15)
"""Three beats of 5 s unheard: the browser is out of reach."""


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """One row, as locked."""

    person_id: UUID
    activity: Activity
    reach: Reach
    reason: str
    since: datetime
    ready_since: datetime | None
    pools: list[str]
    skills: list[str]
    shift_ends_at: datetime | None
    missed_in_row: int
    answered_today: int
    offer_id: UUID | None
    contact_id: UUID | None
    version: int

    def shift_over(self, at: datetime) -> bool:
        """Whether the shift she went ready for has ended (or there never was one)."""
        return self.shift_ends_at is None or self.shift_ends_at <= at


_COLUMNS: Final = """person_id, activity, reach, reason, since, ready_since, pools, skills, shift_ends_at,
    missed_in_row, answered_today, offer_id, contact_id, version"""


def sources(event: PresenceEvent) -> list[str]:
    """The activities that `event` moves: what a compare-and-set compares with."""
    return [activity.value for activity, moved_by in TRANSITIONS if moved_by is event]


def today(at: datetime) -> str:
    """The date `answered_today` counts for."""
    return at.astimezone(COUNTING_ZONE).date().isoformat()


async def ensure_presence(tx: Tx, person_id: UUID, *, now: datetime) -> None:
    """Make the row of a volunteer who has none yet: offline."""
    await tx.execute(
        "INSERT INTO presence (person_id, since) VALUES ($1, $2) ON CONFLICT (person_id) DO NOTHING", person_id, now
    )


async def lock_presence(tx: Tx, person_id: UUID) -> PresenceRow | None:
    """The row, locked until the transaction ends; None: this person never had one."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM presence WHERE person_id = $1 FOR UPDATE", person_id)  # noqa: S608
    return None if row is None else _parse(row)


def _parse(row: Any) -> PresenceRow:
    return PresenceRow(**{**dict(row), "activity": Activity(row["activity"])})


async def save_presence(tx: Tx, row: PresenceRow, *, now: datetime) -> bool:
    """Write a row that was locked before, as its next version. False: someone wrote it since."""
    status: str = await tx.execute(
        """UPDATE presence SET activity = $3, reach = $4, reason = $5, since = $6, ready_since = $7, pools = $8,
             skills = $9, shift_ends_at = $10, missed_in_row = $11, answered_today = $12, offer_id = $13,
             contact_id = $14, version = version + 1
           WHERE person_id = $1 AND version = $2""",
        row.person_id, row.version, row.activity.value, row.reach, row.reason, row.since, row.ready_since, row.pools,
        row.skills, row.shift_ends_at, row.missed_in_row, row.answered_today, row.offer_id, row.contact_id,
    )  # fmt: skip
    if status == "UPDATE 0":
        return False
    await record_change(tx, "presence", row.person_id, at=now)
    return True
