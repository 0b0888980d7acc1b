"""The SQL of this slice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.lines.checking import Known
from app.lines.interpreting import KeptVersion
from app.platform.db import Tx

CACHED_AS = "lines"
"""The row of setting_version that says whether anything here has changed."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line and who answers for it."""

    id: str
    organisation_id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number of ours."""

    number: str
    line_id: str
    placeholder: bool
    shown: str | None = None


async def take_turns(tx: Tx) -> None:
    """Two who apply or begin versions at once do it one after the other; held until the commit."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('hotline lines'))")


async def known(tx: Tx) -> Known:
    """The ids that exist."""
    pools = {row["id"]: row["organisation_id"] for row in await tx.fetch("SELECT id, organisation_id FROM pool")}
    organisations = await tx.fetch("SELECT id FROM organisation")
    lines = await tx.fetch("SELECT id FROM line")
    numbers = await tx.fetch("SELECT number, line_id FROM line_number")
    return Known(
        organisations=frozenset(row["id"] for row in organisations),
        pools=frozenset(pools),
        lines=frozenset(row["id"] for row in lines),
        numbers={row["number"]: row["line_id"] for row in numbers},
        pool_owners=pools,
    )


async def organisation_names(tx: Tx) -> dict[str, tuple[str, str]]:
    """Organisation id to its names (Chinese, English)."""
    rows = await tx.fetch("SELECT id, name_zh, name_en FROM organisation")
    return {row["id"]: (row["name_zh"], row["name_en"]) for row in rows}


async def pool_names(tx: Tx) -> dict[str, tuple[str, str]]:
    """Pool id to its names (Chinese, English)."""
    rows = await tx.fetch("SELECT id, name_zh, name_en FROM pool")
    return {row["id"]: (row["name_zh"], row["name_en"]) for row in rows}


async def save_organisation(tx: Tx, organisation_id: str, name: tuple[str, str]) -> None:
    """Insert or rename."""
    await tx.execute(
        "INSERT INTO organisation (id, name_zh, name_en) VALUES ($1, $2, $3) "
        "ON CONFLICT (id) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en",
        organisation_id,
        *name,
    )


async def save_pool(tx: Tx, pool_id: str, organisation_id: str, name: tuple[str, str]) -> None:
    """Insert or rename; a pool stays with its organisation."""
    await tx.execute(
        "INSERT INTO pool (id, organisation_id, name_zh, name_en) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (id) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en",
        pool_id,
        organisation_id,
        *name,
    )


async def lines(tx: Tx) -> list[LineRow]:
    """Every line, in order of id."""
    rows = await tx.fetch("SELECT id, organisation_id, name_zh, name_en FROM line ORDER BY id")
    return [LineRow(**dict(row)) for row in rows]


async def save_line(tx: Tx, line: LineRow) -> None:
    """Insert or change the line's own row."""
    await tx.execute(
        "INSERT INTO line (id, organisation_id, name_zh, name_en) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE "
        "SET organisation_id = excluded.organisation_id, name_zh = excluded.name_zh, name_en = excluded.name_en",
        line.id,
        line.organisation_id,
        line.name_zh,
        line.name_en,
    )


async def numbers(tx: Tx) -> list[NumberRow]:
    """Every number of ours, in order of line and number."""
    rows = await tx.fetch("SELECT number, line_id, placeholder, shown FROM line_number ORDER BY line_id, number")
    return [NumberRow(**dict(row)) for row in rows]


async def save_number(tx: Tx, number: NumberRow) -> None:
    """Insert, or move to this line."""
    await tx.execute(
        "INSERT INTO line_number (number, line_id, placeholder, shown) VALUES ($1, $2, $3, $4) ON CONFLICT (number) "
        "DO UPDATE SET line_id = excluded.line_id, placeholder = excluded.placeholder, shown = excluded.shown",
        number.number,
        number.line_id,
        number.placeholder,
        number.shown,
    )


async def drop_number(tx: Tx, number: str, line_id: str) -> None:
    """The line no longer has this number; one that has moved to another line stays there."""
    await tx.execute("DELETE FROM line_number WHERE number = $1 AND line_id = $2", number, line_id)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """When a version holds, and what tells it from another."""

    id: UUID
    valid_from: datetime
    valid_until: datetime | None
    checksum: str


async def version_rows(tx: Tx, line_id: str) -> list[VersionRow]:
    """Every version of a line, in order of time."""
    rows = await tx.fetch(
        "SELECT id, valid_from, valid_until, checksum FROM line_version WHERE line_id = $1 ORDER BY valid_from",
        line_id,
    )
    return [VersionRow(**dict(row)) for row in rows]


async def version_document(tx: Tx, version_id: UUID) -> Mapping[str, Any]:
    """What a kept version says."""
    document: dict[str, Any] = await tx.fetchval("SELECT document FROM line_version WHERE id = $1", version_id)
    return document


async def insert_version(
    tx: Tx, row: VersionRow, *, line_id: str, document: Mapping[str, Any], applied_at: datetime
) -> None:
    """Keep a new version. The database refuses one that overlaps another."""
    await tx.execute(
        "INSERT INTO line_version (id, line_id, valid_from, valid_until, document, checksum, applied_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        row.id,
        line_id,
        row.valid_from,
        row.valid_until,
        document,
        row.checksum,
        applied_at,
    )


async def end_version(tx: Tx, version_id: UUID, until: datetime | None) -> None:
    """Set when a version ends; only ever a moment that has not passed."""
    await tx.execute("UPDATE line_version SET valid_until = $2 WHERE id = $1", version_id, until)


async def drop_unbegun_version(tx: Tx, version_id: UUID, now: datetime) -> None:
    """Take back a version that has never been in force."""
    await tx.execute("DELETE FROM line_version WHERE id = $1 AND valid_from >= $2", version_id, now)


async def kept_versions(tx: Tx) -> list[KeptVersion]:
    """Every version of every line, with the line's own row."""
    rows = await tx.fetch(
        "SELECT v.id, v.line_id, l.organisation_id, l.name_zh, l.name_en, v.valid_from, v.valid_until, v.document, "
        "v.applied_at FROM line_version v JOIN line l ON l.id = v.line_id ORDER BY v.line_id, v.valid_from"
    )
    return [
        KeptVersion(
            id=row["id"],
            line_id=row["line_id"],
            organisation_id=row["organisation_id"],
            name=(row["name_zh"], row["name_en"]),
            valid_from=row["valid_from"],
            valid_until=row["valid_until"],
            document=row["document"],
            applied_at=row["applied_at"],
        )
        for row in rows
    ]


async def pools_due(tx: Tx, now: datetime) -> dict[str, list[str]]:
    """Line to its pools in order, by the versions in force at `now`, for those lines where line_pool says otherwise."""
    rows = await tx.fetch(
        "SELECT v.line_id, ARRAY(SELECT p ->> 'pool' FROM jsonb_array_elements(v.document -> 'pools') "
        "WITH ORDINALITY AS e(p, n) ORDER BY n) AS wanted, "
        "ARRAY(SELECT lp.pool_id FROM line_pool lp WHERE lp.line_id = v.line_id ORDER BY lp.stage) AS present "
        "FROM line_version v WHERE v.valid_from <= $1 AND (v.valid_until IS NULL OR v.valid_until > $1)",
        now,
    )
    return {row["line_id"]: row["wanted"] for row in rows if row["wanted"] != row["present"]}


async def replace_pools(tx: Tx, line_id: str, pools: Sequence[str]) -> None:
    """Rewrite what routing reads of a line."""
    await tx.execute("DELETE FROM line_pool WHERE line_id = $1", line_id)
    await tx.execute(
        "INSERT INTO line_pool (line_id, pool_id, stage) "
        "SELECT $1, p, n - 1 FROM unnest($2::text[]) WITH ORDINALITY AS e(p, n)",
        line_id,
        list(pools),
    )


async def cache_version(tx: Tx) -> int:
    """Goes up with every change; 0 before the first."""
    return int(await tx.fetchval("SELECT version FROM setting_version WHERE name = $1", CACHED_AS) or 0)


async def bump_cache_version(tx: Tx) -> None:
    """Tell every process that caches lines to read them again."""
    await tx.execute(
        "INSERT INTO setting_version (name, version) VALUES ($1, 1) "
        "ON CONFLICT (name) DO UPDATE SET version = setting_version.version + 1",
        CACHED_AS,
    )


async def queue_key(tx: Tx, line_id: str, skills: Sequence[str], stage: int) -> int:
    """The id of a queue, made when it is new. Safe against two who make it at once."""
    found = await tx.fetchval(
        "SELECT id FROM queue_key WHERE line_id = $1 AND skills = $2 AND stage = $3", line_id, list(skills), stage
    )
    if found is None:
        found = await tx.fetchval(
            "INSERT INTO queue_key (line_id, skills, stage) VALUES ($1, $2, $3) "
            "ON CONFLICT (line_id, skills, stage) DO UPDATE SET stage = excluded.stage RETURNING id",
            line_id,
            list(skills),
            stage,
        )
    return int(found)
