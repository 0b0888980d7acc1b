"""A service under load, straight into the tables: twenty lines with a pool each, callers waiting, volunteers ready."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.lines.apply import apply_documents
from app.lines.book import LineBook, keys_for
from app.lines.reading import read_document
from app.people.sessions import begin_session
from app.platform.clock import fresh_id, now
from app.platform.db import Database

LINES = 20
RARE = ["sign-language"]
"""The skill that nine callers in ten ask for and one volunteer in a hundred has."""

_HEAD = """
organisations:
  - id: lighthouse
    name: {zh: "灯塔", en: "Lighthouse"}
    pools:
"""
_POOL = '      - {{id: pool-{n}, name: {{zh: "班{n}", en: "Pool {n}"}}}}\n'
_LINE = """
  - id: line-{n}
    organisation: lighthouse
    name: {{zh: "热线{n}", en: "Line {n}"}}
    numbers: [{{number: "+44163296{n:04d}", placeholder: true}}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh]
        greeting: {{zh: "您好。"}}
        consent: {{say: {{zh: "通话不录音。"}}}}
        calendar: {{time_zone: Asia/Shanghai, hours: {{daily: "24h"}}}}
        pools: [{{pool: pool-{n}}}]
        queue: {{ring_seconds: 20, choice_every_s: null, maximum_waiting: 1000}}
        ways:
          closed: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
          full: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
          no_answer: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
"""


async def apply_lines(db: Database, lines: int = LINES) -> LineBook:
    """The lines line-0, line-1 ..., each with its pool; the book that knows them."""
    pools = "".join(_POOL.format(n=n) for n in range(lines))
    document = _HEAD + pools + "lines:" + "".join(_LINE.format(n=n) for n in range(lines))
    book = LineBook()
    async with db.transaction() as tx:
        await apply_documents(tx, [read_document(document, "twenty.yaml")], now=now())
        await book.refresh(tx)
    return book


async def let_wait(db: Database, line: int, count: int, *, skills: Sequence[str] = ()) -> None:
    """So many callers wait on one line, a millisecond apart, behind whoever waits there."""
    moment = now()
    async with db.transaction() as tx:
        key = await keys_for(tx, f"line-{line}", skills, 0)
        await tx.execute(
            """INSERT INTO contact (id, line_id, number_dialled, state, offered_at, enqueued_at, stage_since, skills,
                 queue_key_id, queue_rank)
               SELECT gen_random_uuid(), $1, '+441632960000', 'waiting', at, at, at, $2, $3, at
               FROM generate_series(1, $5) n, LATERAL (SELECT $4::timestamptz - ($5 - n) * interval '1 ms' AS at) c""",
            f"line-{line}", list(skills), key, moment, count,
        )  # fmt: skip


async def have_a_past(db: Database, talks: int) -> None:
    """So many talks are over: with an empty table the planner would make plans that no service keeps for long."""
    (person,) = await bring_volunteers(db, 0, 1)
    moment = now() - timedelta(days=1)
    async with db.transaction() as tx:
        await tx.execute("UPDATE presence SET activity = 'offline' WHERE person_id = $1", person)
        await tx.execute(
            """WITH past AS (
                 INSERT INTO contact (id, line_id, number_dialled, state, offered_at, ended_at, closed_at, person_id)
                 SELECT gen_random_uuid(), 'line-0', '+441632960000', 'closed', $1, $1, $1, $2
                 FROM generate_series(1, $3) RETURNING id)
               INSERT INTO offer (id, contact_id, person_id, state, because, reach, offered_at, ring_until, ended_at)
               SELECT gen_random_uuid(), id, $2, 'withdrawn', 'freed', 'browser', $1, $1, $1 FROM past""",
            moment, person, talks,
        )  # fmt: skip


async def bring_volunteers(db: Database, line: int, count: int) -> list[UUID]:
    """So many volunteers, ready, in the pool of one line; one in a hundred has the rare skill."""
    moment = now()
    people = [fresh_id() for _ in range(count)]
    rows = [(person, moment, f"pool-{line}", RARE if n % 100 == 0 else []) for n, person in enumerate(people)]
    async with db.transaction() as tx:
        await tx.executemany(
            """INSERT INTO person (id, login, work_name, password_hash, demo, created_at)
               VALUES ($1, $2, '甲', 'x', true, $3)""",
            [(person, f"v{person.hex}", moment) for person in people],
        )
        await tx.executemany(
            """INSERT INTO presence (person_id, activity, reach, since, ready_since, pools, skills, heartbeat_at)
               VALUES ($1, 'ready', 'browser', $2, $2, ARRAY[$3], $4, $2)""",
            rows,
        )
    return people


async def settle_down(db: Database) -> None:
    """What autovacuum would have done by now."""
    async with db.pool.acquire() as connection:
        for table in ("contact", "presence", "offer", "timer", "change", "queue_key", "line_pool"):
            await connection.execute(f"VACUUM ANALYZE {table}")


async def doubled(db: Database) -> int:
    """Volunteers with two offers, or contacts with two, where nobody has answered any: each is one too many."""
    async with db.reading() as tx:
        return int(
            await tx.fetchval(
                """SELECT 2 * count(*) - count(DISTINCT person_id) - count(DISTINCT contact_id)
                   FROM offer WHERE ended_at IS NULL"""
            )
        )


async def overtaken(db: Database) -> int:
    """Contacts that were offered after one that stood behind them in the same queue, in the order of the commits.

    The feed's number of an offer is drawn while its contact is locked, and whoever takes the next contact has seen
    this one taken, that is, committed. So within a queue the numbers have the order of the offers.
    """
    async with db.reading() as tx:
        return int(await tx.fetchval(_OVERTAKEN))


_OVERTAKEN = """
    WITH taken AS (
      SELECT c.queue_key_id, c.queue_rank, c.id, h.seq FROM offer o
      JOIN contact c ON c.id = o.contact_id
      JOIN change h ON h.entity = 'offer' AND h.entity_id = o.id::text),
    ahead AS (
      SELECT seq, min(seq) OVER (PARTITION BY queue_key_id ORDER BY queue_rank, id
                                 ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS first_of_those_behind
      FROM taken)
    SELECT count(*) FILTER (WHERE first_of_those_behind < seq)
      + (SELECT count(*) FROM contact w WHERE w.state = 'waiting' AND EXISTS (
           SELECT FROM taken t WHERE t.queue_key_id = w.queue_key_id AND (t.queue_rank, t.id) > (w.queue_rank, w.id)))
    FROM ahead
"""


async def sign_in(db: Database, people: Sequence[UUID], *, role: str, scope: tuple[str, str]) -> list[str]:
    """Sessions of these persons, who hold that role there; their tokens, for the cookie."""
    moment = now()
    async with db.transaction() as tx:
        await tx.executemany(
            "INSERT INTO role_grant (person_id, role, scope_kind, scope_id) VALUES ($1, $2, $3, $4)",
            [(person, role, *scope) for person in people],
        )
        return [await begin_session(tx, person, now=moment) for person in people]


async def roster(db: Database, people: Sequence[UUID], pool: str) -> None:
    """These persons are offline, and on shift in that pool for hours."""
    moment = now()
    async with db.transaction() as tx:
        await tx.executemany(
            "INSERT INTO pool_member (person_id, pool_id) VALUES ($1, $2)", [(person, pool) for person in people]
        )
        await tx.executemany(
            """INSERT INTO shift (id, person_id, pool_id, starts_at, ends_at, source, created_at)
               VALUES (gen_random_uuid(), $1, $2, $3, $4, 'rota', $3)""",
            [(person, pool, moment - timedelta(hours=1), moment + timedelta(hours=8)) for person in people],
        )
        await tx.execute(
            "UPDATE presence SET activity = 'offline', ready_since = NULL, pools = '{}' WHERE person_id = ANY($1)",
            list(people),
        )
