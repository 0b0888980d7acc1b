"""Routes of the rota and of notices. A volunteer's own presence is set through app/contacts/api.py.

A supervisor acts on the pools of her scope: on a shift's pool, and on a person in any of whose pools she supervises.
Somebody else's pool does not exist for her: 404.
"""

from datetime import UTC, date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.domain.acts import Act
from app.domain.errors import Invalid, NotFound
from app.domain.permissions import Permission
from app.people.access import Principal, require
from app.platform.audit import record_act
from app.platform.edges import Now, TxDep
from app.roster.notice_state import load_notice
from app.roster.notices import mark_seen
from app.roster.presence_row import COUNTING_ZONE
from app.roster.rota import add_shift, cancel_shift, let_in, pool_of_shift, pools_of_person, week
from app.roster.schemas import LetIn, NewShift, Notice, RotaView, Shift
from app.roster.shift_state import load_shift

router = APIRouter(prefix="/api", tags=["rota"])

SeesRota = Annotated[Principal, Depends(require(Permission.ROTA_SEE))]
EditsRota = Annotated[Principal, Depends(require(Permission.ROTA_EDIT))]
ManagesPresence = Annotated[Principal, Depends(require(Permission.PRESENCE_MANAGE))]
SeesNotices = Annotated[Principal, Depends(require(Permission.NOTICES_SEE))]
PoolId = Annotated[str, Query(min_length=1, max_length=100)]


@router.get("/rota")
async def show_rota(
    principal: SeesRota,
    tx: TxDep,
    now: Now,
    since: Annotated[date | None, Query(alias="from", description="local date; today when left out")] = None,
    days: Annotated[int, Query(ge=1, le=31)] = 7,
    pool: PoolId | None = None,
) -> RotaView:
    """Some days of the rota of the pools one may see, with where seats are missing."""
    first = since or now.astimezone(COUNTING_ZONE).date()
    if abs(first - now.date()) > timedelta(days=3660):
        raise Invalid("The rota is kept within ten years of today. 只能查看前后十年以内的排班。")
    pools = principal.pools_for(Permission.ROTA_SEE)
    if pool is not None:
        if pool not in pools:
            raise NotFound
        pools = frozenset({pool})
    return await week(tx, first, days, sorted(pools))


@router.post("/shifts", status_code=201)
async def enter_shift(body: NewShift, principal: EditsRota, tx: TxDep, now: Now) -> Shift:
    """Put a member of a pool on its rota."""
    _ask_pool(principal, Permission.ROTA_EDIT, body.pool_id)
    try:
        starts_at, ends_at = (moment.astimezone(UTC) for moment in (body.starts_at, body.ends_at) if moment.tzinfo)
    except (ValueError, OverflowError) as unusable:
        raise Invalid("A shift's start and end need a time zone. 班次的起止时间须带时区。") from unusable
    shift_id = await add_shift(tx, body.person_id, body.pool_id, starts_at, ends_at, by=principal.person_id, now=now)
    return await load_shift(tx, shift_id)


@router.delete("/shifts/{shift_id}", status_code=204)
async def remove_shift(
    shift_id: UUID, principal: EditsRota, tx: TxDep, now: Now, version: Annotated[int, Query(ge=1, le=2**31 - 1)]
) -> None:
    """Take a shift off the rota."""
    _ask_pool(principal, Permission.ROTA_EDIT, await pool_of_shift(tx, shift_id))
    await cancel_shift(tx, shift_id, version=version, now=now)


@router.post("/people/{person_id}/let-in", status_code=201)
async def let_somebody_in(person_id: UUID, body: LetIn, principal: ManagesPresence, tx: TxDep, now: Now) -> Shift:
    """Let a member of the pool in who is not on its rota now."""
    _ask_pool(principal, Permission.PRESENCE_MANAGE, body.pool_id)
    if body.pool_id not in await pools_of_person(tx, person_id):
        raise NotFound
    shift_id = await let_in(tx, person_id, body.pool_id, body.hours, by=principal.person_id, now=now)
    await record_act(
        tx,
        Act.LET_IN,
        by=principal.person_id,
        target_kind="person",
        target_id=person_id,
        now=now,
        facts={"pool": body.pool_id, "hours": body.hours, "shift": str(shift_id)},
    )
    return await load_shift(tx, shift_id)


@router.post("/notices/{notice_id}/seen")
async def take_note(notice_id: UUID, principal: SeesNotices, tx: TxDep, now: Now) -> Notice:
    """Somebody has seen the notice; the first one counts."""
    _, lines = await load_notice(tx, notice_id)
    if not (principal.may_everywhere(Permission.NOTICES_SEE) or principal.lines_for(Permission.NOTICES_SEE) & {*lines}):
        raise NotFound
    await mark_seen(tx, notice_id, by=principal.person_id, now=now)
    notice, _ = await load_notice(tx, notice_id)
    return notice


def _ask_pool(principal: Principal, permission: Permission, pool_id: str) -> None:
    if pool_id not in principal.pools_for(permission):
        raise NotFound
