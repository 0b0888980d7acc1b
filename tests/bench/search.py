"""Searching de-identified notes: 50 ms for nineteen searches in twenty, at a million notes (issue 3, part 7).

The notes are made in the database itself: forty words each, drawn so that a few are in every second note and most in
hardly any, from twenty lines, two thousand volunteers and three years. What is measured is the whole search as the
route does it, snippet included, for a volunteer, a supervisor of one line, of several, and of the whole service.

BENCH_NOTES sets another size. Making them ends after BUILD_S whatever came of it; the figure says how many there are.
"""

import logging
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from app.casework.notes.search_schemas import SearchNotes
from app.casework.notes.searching import search
from app.domain.permissions import Grant, Role, Scope, ScopeKind
from app.people.access import Principal
from app.platform.clock import now
from app.platform.db import Database
from tests.bench.stage import Figure, percentile, plain_connection

NOTES = int(os.environ.get("BENCH_NOTES", "1000000"))
BUILD_S = 600.0
BATCH = 50_000
LINES = 20
PEOPLE = 2_000
SEARCHES = 400
WORDS = 202_500  # of two characters, 450 in each place; drawn by the cube of chance
TOPICS = ("guigang:study", "guigang:crisis", "guigang:parent-child", "guigang:internet")
ENGLISH = ("lonely", "exam", "sleep", "panic")

_MAKE = """
    WITH drawn AS (
      SELECT gen_random_uuid() AS id, n, $3::timestamptz - random() * interval '3 years' AS at,
        'line-' || (n % 20) AS line_id,
        ('00000000-0000-4000-8000-' || lpad((n * 7919::bigint % 2000)::text, 12, '0'))::uuid AS person_id,
        ($4::text[])[1 + n % 4] AS topic, ($5::text[])[1 + (random() * 19)::int] AS english,
        (ARRAY['low', 'low', 'low', 'low', 'low', 'low', 'moderate', 'moderate', 'unknown', 'high'])[1 + n % 10]
          AS level,
        ARRAY(SELECT chr(19968 + w.at / 450 * 3) || chr(19969 + w.at % 450 * 5)
              FROM generate_series(1, 40) g,
                LATERAL (SELECT floor(power(random(), 3) * 202500)::bigint * 7919 % 202500 AS at WHERE g > 0) r,
                LATERAL (SELECT r.at::int AS at) w
              WHERE n IS NOT NULL) AS said
      FROM generate_series($1::int, $2::int) n),
    noted AS (
      INSERT INTO note (id, contact_id, line_id, scope, person_id, topics, codes_version, texts, submitted_at,
        changed_at, locks_at)
      SELECT id, id, line_id, id, person_id, ARRAY[topic], 'bench', jsonb_build_object('facts',
        array_to_string(said, '，') || coalesce(' ' || english, '')), at, at, at FROM drawn)
    INSERT INTO note_search (note_id, at, line_id, people, words)
    SELECT id, at, line_id, ARRAY[person_id], array_to_tsvector(array_remove(said || ARRAY[english, '=l' || line_id,
      '=p' || replace(person_id::text, '-', ''), '=t' || topic, '=v' || level, '=w1.' || week, '=w5.' || week / 5,
      '=w26.' || week / 26], NULL))
    FROM drawn, LATERAL (SELECT floor(extract(epoch FROM at - timestamptz '2020-01-06 00:00+00') / 604800)::int) w(week)
"""


@dataclass(frozen=True)
class Asker:
    """Who searches."""

    name: str
    principal: Principal


async def measure(database_url: str) -> list[Figure]:
    """Make the notes, then search as everybody does."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    made, took = await _make(database_url)
    db = Database(database_url, size=2)
    await db.open()
    try:
        by_asker: dict[str, list[float]] = {}
        found = 0
        floor: list[float] = []
        for round_ in range(2):  # the first one warms up
            by_asker.clear()
            for asker, asked in _searches(SEARCHES):
                began = time.perf_counter()
                async with db.transaction() as tx:
                    page = await search(tx, asked, asker.principal, now=now())
                by_asker.setdefault(asker.name, []).append((time.perf_counter() - began) * 1000)
                floor.append(await _nothing(db))
                found += len(page.notes) if round_ else 0
    finally:
        await db.close()
    every = [milliseconds for each in by_asker.values() for milliseconds in each]
    return [
        Figure(f"search: p95 over {made:,} notes", percentile(every, 0.95), 50.0, "ms"),
        *(Figure(f"search: p95, {name}", percentile(each, 0.95), None, "ms") for name, each in by_asker.items()),
        Figure("search: p95 of a transaction that asks nothing, between them", percentile(floor, 0.95), None, "ms"),
        Figure("search: p50 of the same", percentile(floor, 0.5), None, "ms"),
        Figure("search: p50", percentile(every, 0.5), None, "ms"),
        Figure("search: slowest", max(every), None, "ms"),
        Figure("search: notes on a page, on average", found / len(every), None, ""),
        Figure("search: seconds to make the notes", took, None, "s"),
    ]


async def _nothing(db: Database) -> float:
    began = time.perf_counter()
    async with db.transaction() as tx:
        await tx.fetchval("SELECT 1")
    return (time.perf_counter() - began) * 1000


async def _make(database_url: str) -> tuple[int, float]:
    began = time.monotonic()
    async with plain_connection(database_url) as connection:
        for statement in (
            "ALTER TABLE note DROP CONSTRAINT fk_note_contact_id",
            "ALTER TABLE note DROP CONSTRAINT fk_note_person_id",
            "ALTER TABLE note_search DROP CONSTRAINT fk_note_search_note_id",
            "DROP INDEX ix_note_search_words",
            "SET synchronous_commit = off",
            "SET maintenance_work_mem = '256MB'",
            "SET work_mem = '64MB'",
        ):
            await connection.execute(statement)
        await connection.execute(
            """INSERT INTO person (id, login, work_name, password_hash, demo, created_at)
               SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'v' || n, '甲', 'x', true, $1
               FROM generate_series(0, $2::int - 1) n""",
            now(), PEOPLE,
        )  # fmt: skip
        made = 0
        english = [*ENGLISH, *[None] * (20 - len(ENGLISH))]
        while made < NOTES and time.monotonic() - began < BUILD_S:
            upto = min(NOTES, made + BATCH)
            await connection.execute(_MAKE, made + 1, upto, now(), list(TOPICS), english, timeout=300)
            made = upto
        await connection.execute(
            "CREATE INDEX ix_note_search_words ON note_search USING gin (words) WITH (fastupdate = off)", timeout=900
        )
        await connection.execute("VACUUM ANALYZE note_search", timeout=300)
        await connection.execute("VACUUM ANALYZE note", timeout=300)
    return made, time.monotonic() - began


def _searches(count: int) -> Iterator[tuple[Asker, SearchNotes]]:
    chance = random.Random(20261126)  # noqa: S311 the same searches every time
    askers = _askers()
    for at in range(count):
        yield askers[at % len(askers)], SearchNotes.model_validate(_asked(chance))


def _asked(chance: random.Random) -> dict[str, Any]:
    words = [_word(chance) for _ in range(chance.choice((1, 1, 1, 2)))]
    if chance.random() < 0.1:
        words = [chance.choice(ENGLISH)]
    asked: dict[str, Any] = {"words": " ".join(words)}
    if chance.random() < 0.2:
        asked["topic"] = chance.choice(TOPICS)
    if chance.random() < 0.2:
        asked["level"] = chance.choice(("low", "moderate", "high"))
    if chance.random() < 0.2:
        until = now() - timedelta(days=chance.randrange(30, 600))
        asked |= {"from": (until - timedelta(days=60)).isoformat(), "to": until.isoformat()}
    if chance.random() < 0.1:
        asked["line_id"] = f"line-{chance.randrange(LINES)}"
    return asked


def _word(chance: random.Random) -> str:
    """A word as people look for them: some are everywhere, some in a thousand notes, some nearly nowhere."""
    first, last = chance.choice(((1, 20), (20, 500), (500, 20_000), (20_000, WORDS)))
    at = chance.randrange(first - 1, last) * 7919 % WORDS
    return chr(19968 + at // 450 * 3) + chr(19969 + at % 450 * 5)


def _askers() -> list[Asker]:
    volunteer = UUID("00000000-0000-4000-8000-000000000042")
    return [
        Asker("a volunteer, her own", _principal(volunteer, Role.VOLUNTEER, [])),
        Asker("a supervisor of one line", _principal(UUID(int=1), Role.SUPERVISOR, ["line-3"])),
        Asker("a supervisor of eight lines", _principal(UUID(int=2), Role.SUPERVISOR, [f"line-{n}" for n in range(8)])),
        Asker("the crisis team, everywhere", _principal(UUID(int=3), Role.CRISIS, None)),
    ]


def _principal(person_id: UUID, role: Role, lines: list[str] | None) -> Principal:
    scopes = [Scope(ScopeKind.ALL)] if lines is None else [Scope(ScopeKind.LINE, line) for line in lines]
    grants = frozenset(Grant(role, scope) for scope in scopes or [Scope(ScopeKind.LINE, "none")])
    return Principal(person_id, "b", "甲", "zh", True, grants, grants, b"")
