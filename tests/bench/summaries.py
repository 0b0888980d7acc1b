"""Issue 3, before the answer: the summary of a caller's file is there at once, however often the caller has rung.

A fifth of a million contacts of fifty thousand callers, each with a level of risk; one caller has rung 500 times. What
is measured is the whole of it: reading, and the look entered in the audit, committed.
"""

import time
from uuid import UUID

from app.casework.files.summary import see_summary
from app.domain.permissions import EVERYTHING, Grant, Role
from app.people.access import Principal
from app.platform.clock import fresh_id, now
from app.platform.crypto import Pseudonymiser
from app.platform.db import Database
from tests.bench.queues import apply_lines
from tests.bench.stage import Figure, percentile

SUBJECTS = 50_000
CONTACTS = 200_000
OFTEN = 500
SAMPLES = 200

_FILL = (
    """INSERT INTO subject (id, organisation_id, created_at)
       SELECT md5('s' || n)::uuid, 'lighthouse', $1::timestamptz FROM generate_series(1, $2::int) n
       WHERE $3::int > 0 AND $4::int > 0 AND $5::uuid IS NOT NULL""",
    """INSERT INTO subject_alias (token, key_id, subject_id, created_at)
       SELECT sha256(n::text::bytea), 'p1', md5('s' || n)::uuid, $1::timestamptz FROM generate_series(1, $2::int) n
       WHERE $3::int > 0 AND $4::int > 0 AND $5::uuid IS NOT NULL""",
    """INSERT INTO contact (id, line_id, number_dialled, subject_token, state, offered_at, answered_at, person_id)
       SELECT md5('c' || n)::uuid, 'line-0', '+441632960000', sha256(who::text::bytea), 'closed', at, at, $5
       FROM generate_series(1, $3::int) n,
         LATERAL (SELECT CASE WHEN n <= $4 THEN 1 ELSE 2 + n % ($2::int - 1) END AS who,
                         $1::timestamptz - n * interval '1 min' AS at) c""",
    """INSERT INTO subject_link (contact_id, subject_id, how, linked_at)
       SELECT c.id, a.subject_id, 'pseudonym', $1::timestamptz FROM contact c
       JOIN subject_alias a ON a.token = c.subject_token
       WHERE $2::int > 0 AND $3::int > 0 AND $4::int > 0 AND $5::uuid IS NOT NULL""",
    """INSERT INTO risk_level (id, contact_id, version, level, rationale, set_by, set_at)
       SELECT gen_random_uuid(), id, 1, 'moderate', '', $5, offered_at FROM contact
       WHERE $1::timestamptz IS NOT NULL AND $2::int > 0 AND $3::int > 0 AND $4::int > 0""",
)


async def measure(database_url: str) -> list[Figure]:
    """The summary of the caller who rings often, and of one who has rung a few times."""
    db = Database(database_url, size=4)
    await db.open()
    try:
        await apply_lines(db, 1)
        reader = await _fill(db)
        often = await _p50(db, reader, _contact(1))
        seldom = await _p50(db, reader, _contact(OFTEN + 1))
    finally:
        await db.close()
    return [
        Figure(f"files: p50 of the summary of a caller with {OFTEN} contacts", often, 5.0, unit="ms"),
        Figure("files: that, of p50 for a caller with a few contacts", often / seldom, 2.0),
    ]


def _contact(number: int) -> str:
    return f"md5('c' || {number})::uuid"


async def _fill(db: Database) -> Principal:
    moment, person = now(), fresh_id()
    async with db.pool.acquire() as connection:
        await connection.execute(
            """INSERT INTO person (id, login, work_name, password_hash, created_at)
               VALUES ($1, 'wren', '甲', 'x', $2)""",
            person, moment,
        )  # fmt: skip
        for statement in _FILL:
            await connection.execute(statement, moment, SUBJECTS, CONTACTS, OFTEN, person, timeout=300)
        for table in ("subject", "subject_alias", "contact", "subject_link", "risk_level"):
            await connection.execute(f"VACUUM ANALYZE {table}")
    grants = frozenset({Grant(Role.SUPERVISOR, EVERYTHING)})
    return Principal(person, "wren", "甲", "zh", False, grants, grants, b"")


async def _p50(db: Database, reader: Principal, contact: str) -> float:
    async with db.reading() as tx:
        contact_id: UUID = await tx.fetchval(f"SELECT {contact}")
    codes = Pseudonymiser(bytes(32))
    took = []
    for _ in range(SAMPLES):
        began = time.perf_counter()
        async with db.transaction() as tx:
            summary = await see_summary(tx, reader, contact_id, codes, now=now())
        took.append((time.perf_counter() - began) * 1000)
        assert summary is not None
        assert summary.has_file
    return percentile(took[20:], 0.5)
