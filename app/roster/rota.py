"""The rota: shifts added and cancelled, letting somebody in, and the week with its gaps.

Decided here: shifts of one person in one pool may not overlap (several pools at once may); an expired certificate
blocks a shift (field.md section 1); whoever is let in keeps at most until their next shift in that pool. Seats wanted
are two at every hour, the national guide's least (field.md section 2), unless the caller says otherwise.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from app.domain.errors import Conflict, Invalid, NotFound, StaleVersion
from app.domain.ids import PersonId, PoolId
from app.domain.shifts import Shift as Duty
from app.domain.shifts import coverage_gaps
from app.domain.walltime import instant_of
from app.platform.changes import record_change
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.roster.presence_row import COUNTING_ZONE
from app.roster.rostering import credentials, renew
from app.roster.schemas import Gap, Member, PoolName, RotaView
from app.roster.shift_state import load_shifts_between

LONGEST_SHIFT: Final = timedelta(hours=24)
FURTHEST: Final = timedelta(days=366)
SEATS_WANTED: Final = 2


class ShiftOverlaps(Conflict):
    """The person has a shift in this pool at that time."""

    code, title, title_zh = "shift_overlaps", "This overlaps with another shift", "与已有班次重叠"


async def add_shift(
    tx: Tx, person_id: UUID, pool_id: str, starts_at: datetime, ends_at: datetime, *, by: UUID | None, now: datetime
) -> UUID:
    """Put somebody on the rota of a pool of theirs; the shift's id. Raises Invalid, ShiftOverlaps."""
    if starts_at.tzinfo is None or ends_at.tzinfo is None:
        raise Invalid("A shift's start and end need a time zone. 班次的起止时间须带时区。")
    if not timedelta(0) < ends_at - starts_at <= LONGEST_SHIFT:
        raise Invalid("A shift ends after it starts, and lasts at most 24 hours. 班次须先开始后结束，最长 24 小时。")
    if ends_at <= now:
        raise Invalid("This shift would already be over. 该班次已经结束。")
    if starts_at - now > FURTHEST:
        raise Invalid("The rota reaches one year ahead. 最多可排一年以内的班次。")
    await _ask_eligible(tx, person_id, pool_id, at=max(starts_at, now))
    return await _insert(tx, person_id, pool_id, starts_at, ends_at, source="rota", by=by, now=now)


async def let_in(tx: Tx, person_id: UUID, pool_id: str, hours: float, *, by: UUID, now: datetime) -> UUID:
    """Let a member of the pool in who is not on its rota now, for up to 12 hours; the shift's id.

    Raises Invalid, ShiftOverlaps (she is on shift in this pool already).
    """
    if not 0 < hours <= 12:
        raise Invalid("Somebody can be let in for up to 12 hours. 临时上线最长 12 小时。")
    await _ask_eligible(tx, person_id, pool_id, at=now)
    ends_at = now + timedelta(hours=hours)
    coming: datetime | None = await tx.fetchval(
        """SELECT min(starts_at) FROM shift WHERE person_id = $1 AND pool_id = $2 AND cancelled_at IS NULL
             AND starts_at > $3""",
        person_id, pool_id, now,
    )  # fmt: skip
    ends_at = ends_at if coming is None else min(ends_at, coming)
    return await _insert(tx, person_id, pool_id, now, ends_at, source="let_in", by=by, now=now)


async def cancel_shift(tx: Tx, shift_id: UUID, *, version: int, now: datetime) -> None:
    """Take a shift off the rota; who is ready on it goes offline, a live call stays up.

    Raises NotFound, StaleVersion.
    """
    person_id: UUID | None = await tx.fetchval(
        """UPDATE shift SET cancelled_at = $3, version = version + 1
           WHERE id = $1 AND version = $2 AND cancelled_at IS NULL RETURNING person_id""",
        shift_id, version, now,
    )  # fmt: skip
    if person_id is None:
        if await tx.fetchval("SELECT true FROM shift WHERE id = $1 AND cancelled_at IS NULL", shift_id):
            raise StaleVersion
        raise NotFound
    await record_change(tx, "shift", shift_id, at=now)
    await record_change(tx, "presence", person_id, at=now)
    await renew(tx, person_id, now=now)


async def pool_of_shift(tx: Tx, shift_id: UUID) -> str:
    """The pool a live shift is in, for asking permission. Raises NotFound."""
    pool_id: str | None = await tx.fetchval(
        "SELECT pool_id FROM shift WHERE id = $1 AND cancelled_at IS NULL", shift_id
    )
    if pool_id is None:
        raise NotFound
    return pool_id


async def pools_of_person(tx: Tx, person_id: UUID) -> list[str]:
    """The pools somebody belongs to, for asking permission. Raises NotFound: no such person."""
    if not await tx.fetchval("SELECT true FROM person WHERE id = $1", person_id):
        raise NotFound
    rows = await tx.fetch("SELECT pool_id FROM pool_member WHERE person_id = $1 ORDER BY pool_id", person_id)
    return [row["pool_id"] for row in rows]


async def _ask_eligible(tx: Tx, person_id: UUID, pool_id: str, *, at: datetime) -> None:
    # The lock makes two supervisors who roster one person take turns, so that neither misses the other's shift.
    disabled = await tx.fetchrow("SELECT disabled_at FROM person WHERE id = $1 FOR NO KEY UPDATE", person_id)
    if disabled is None or disabled["disabled_at"] is not None:
        raise Invalid("There is no such person. 没有此人。")
    if not await tx.fetchval("SELECT true FROM pool_member WHERE person_id = $1 AND pool_id = $2", person_id, pool_id):
        raise Invalid("This person does not belong to the pool. 此人不在该志愿者池中。")
    if (await credentials(tx, person_id, now=at)).all_expired:
        raise Invalid("This person's certificates will have expired by then. 届时此人的证书已过期。")


async def _insert(
    tx: Tx,
    person_id: UUID,
    pool_id: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    source: str,
    by: UUID | None,
    now: datetime,
) -> UUID:
    overlapping = await tx.fetchval(
        """SELECT true FROM shift WHERE person_id = $1 AND pool_id = $2 AND cancelled_at IS NULL
             AND starts_at < $4 AND ends_at > $3 LIMIT 1""",
        person_id, pool_id, starts_at, ends_at,
    )  # fmt: skip
    if overlapping:
        raise ShiftOverlaps
    shift_id = fresh_id()
    await tx.execute(
        """INSERT INTO shift (id, person_id, pool_id, starts_at, ends_at, source, created_by, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        shift_id, person_id, pool_id, starts_at, ends_at, source, by, now,
    )  # fmt: skip
    await record_change(tx, "shift", shift_id, at=now)
    await record_change(tx, "presence", person_id, at=now)
    await renew(tx, person_id, now=now)
    return shift_id


def bounds(first: date, days: int) -> tuple[datetime, datetime]:
    """The instants between which `days` local days lie."""
    midnight = time(0)
    return (
        instant_of(first, midnight, COUNTING_ZONE),
        instant_of(first + timedelta(days=days), midnight, COUNTING_ZONE),
    )


async def week(tx: Tx, first: date, days: int, pool_ids: list[str]) -> RotaView:
    """The rota of these pools for `days` days from `first`, with where fewer than the wanted seats are filled."""
    since, until = bounds(first, days)
    pools = await tx.fetch("SELECT id, name_zh, name_en FROM pool WHERE id = ANY($1) ORDER BY name_zh, id", pool_ids)
    people = await tx.fetch(
        """SELECT p.id, p.work_name, array_agg(m.pool_id ORDER BY m.pool_id) AS pools FROM person p
           JOIN pool_member m ON m.person_id = p.id AND m.pool_id = ANY($1)
           WHERE p.disabled_at IS NULL GROUP BY p.id ORDER BY p.work_name, p.id""",
        pool_ids,
    )
    shifts = await load_shifts_between(tx, pool_ids, since=since, until=until)
    return RotaView(
        days=[first + timedelta(days=n) for n in range(days)],
        pools=[PoolName(id=row["id"], name_zh=row["name_zh"], name_en=row["name_en"]) for row in pools],
        shifts=shifts,
        people=[Member(person_id=row["id"], work_name=row["work_name"], pools=row["pools"]) for row in people],
        gaps=[gap for row in pools for gap in _gaps(row, shifts, since, until)],
    )


def _gaps(pool: Any, shifts: list[Any], since: datetime, until: datetime) -> list[Gap]:
    duties = [Duty(PersonId(s.person_id), PoolId(s.pool_id), s.starts_at, s.ends_at) for s in shifts]
    return [
        Gap(pool_id=pool["id"], starts_at=gap.starts_at, ends_at=gap.ends_at, seats=gap.seated, wanted=SEATS_WANTED)
        for gap in coverage_gaps(duties, PoolId(pool["id"]), since=since, until=until, seats=SEATS_WANTED)
    ]
