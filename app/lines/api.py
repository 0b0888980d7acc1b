"""Routes about lines: read-only, because a line is changed by applying its file (design.md section 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from app.domain.calendars import Closed, Open, is_open
from app.domain.errors import NotFound
from app.domain.permissions import Permission
from app.lines import queries
from app.lines.interpreting import KeptVersion, Names, readable_policy
from app.lines.policy import LinePolicy
from app.lines.queries import LineRow, NumberRow
from app.lines.schemas import LineDetail, LineNumber, LinePool, LineSummary, LineVersion, Organisation
from app.people.access import Principal, require
from app.platform.db import Tx
from app.platform.edges import Now, TxDep

router = APIRouter(prefix="/api/lines", tags=["lines"])

MaySee = Annotated[Principal, Depends(require(Permission.LINES_SEE))]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Everything about lines, read once a request."""

    versions: Sequence[KeptVersion]
    numbers: Sequence[NumberRow]
    organisations: Mapping[str, Names]
    pools: Mapping[str, Names]


@router.get("")
async def list_lines(principal: MaySee, tx: TxDep, now: Now) -> list[LineSummary]:
    """The lines one may see, as they are now."""
    shelf = await _shelf(tx)
    return [_summary(line, shelf, now) for line in await _visible(tx, principal)]


@router.get("/{line_id}")
async def show_line(line_id: str, principal: MaySee, tx: TxDep, now: Now) -> LineDetail:
    """One line with every version."""
    line = next((line for line in await _visible(tx, principal) if line.id == line_id), None)
    if line is None:
        raise NotFound
    shelf = await _shelf(tx)
    kept = [version for version in shelf.versions if version.line_id == line.id]
    versions = [
        LineVersion(
            id=version.id,
            valid_from=version.valid_from,
            valid_until=version.valid_until,
            applied_at=version.applied_at,
            in_force=version is _in_force(kept, now),
            document=version.document,
        )
        for version in reversed(kept)
    ]
    return LineDetail(**dict(_summary(line, shelf, now)), versions=versions)


async def _shelf(tx: Tx) -> _Shelf:
    return _Shelf(
        versions=await queries.kept_versions(tx),
        numbers=await queries.numbers(tx),
        organisations=await queries.organisation_names(tx),
        pools=await queries.pool_names(tx),
    )


async def _visible(tx: Tx, principal: Principal) -> list[LineRow]:
    lines = await queries.lines(tx)
    if principal.may_everywhere(Permission.LINES_SEE):
        return lines
    seen = principal.lines_for(Permission.LINES_SEE)
    return [line for line in lines if line.id in seen]


def _in_force(versions: Sequence[KeptVersion], at: datetime) -> KeptVersion | None:
    return next((v for v in versions if v.valid_from <= at and (v.valid_until is None or at < v.valid_until)), None)


def _summary(line: LineRow, shelf: _Shelf, now: datetime) -> LineSummary:
    kept = _in_force([version for version in shelf.versions if version.line_id == line.id], now)
    policy = readable_policy(kept, shelf.pools) if kept is not None else None
    opening = is_open(policy.calendar, now) if policy is not None else None
    name_zh, name_en = shelf.organisations[line.organisation_id]
    return LineSummary(
        id=line.id,
        name_zh=line.name_zh,
        name_en=line.name_en,
        organisation=Organisation(id=line.organisation_id, name_zh=name_zh, name_en=name_en),
        numbers=[
            LineNumber(number=row.number, shown=row.shown, placeholder=row.placeholder)
            for row in shelf.numbers
            if row.line_id == line.id
        ],
        running=policy is not None,
        open=isinstance(opening, Open),
        opens_at=opening.opens_at if isinstance(opening, Closed) else None,
        closes_at=opening.until if isinstance(opening, Open) else None,
        languages=list(policy.languages) if policy is not None else [],
        pools=_pools(policy) if policy is not None else [],
    )


def _pools(policy: LinePolicy) -> list[LinePool]:
    return [
        LinePool(
            id=pool.pool_id,
            name_zh=pool.name_zh,
            name_en=pool.name_en,
            stage=stage,
            overflow_after_s=pool.overflow_after_s,
        )
        for stage, pool in enumerate(policy.pools)
    ]
