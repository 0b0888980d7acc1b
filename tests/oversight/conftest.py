"""A line that is open by day, a second one in another scope, and contacts of every kind on it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest_asyncio

from app.contacts.public_state import PublicState
from app.domain.permissions import EVERYTHING, Grant, Role, Scope, ScopeKind
from app.lines.apply import apply_documents
from app.lines.book import LineBook
from app.lines.reading import read_document
from app.people.access import Principal
from app.platform.clock import fresh_id
from app.platform.crypto import Pseudonymiser
from app.platform.db import Database

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # noon in Shanghai
SECOND = timedelta(seconds=1)

LINE = """\
  - id: {id}
    organisation: lighthouse
    name: {{zh: "灯", en: "Lamp"}}
    numbers: [{{number: "{number}"}}]
    versions:
      - valid_from: "2026-01-01 00:00"
        languages: [zh]
        greeting: {{zh: "您好，这里是灯塔。"}}
        consent: {{say: {{zh: "通话不录音。"}}}}
        menu: {{say: {{zh: "危险请按1，回电请按9。"}}}}
        calendar: {{time_zone: Asia/Shanghai, hours: {{daily: "08:00-22:00"}}}}
        pools: [{{pool: {pool}}}]
        queue: {{ring_seconds: 20}}
        ways:
          closed: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
          full: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
          no_answer: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
"""
FILE = (
    """\
organisations:
  - id: lighthouse
    name: {zh: "灯塔", en: "Lighthouse"}
    pools:
      - {id: day, name: {zh: "白班", en: "Day"}}
      - {id: far, name: {zh: "远方", en: "Far"}}
lines:
"""
    + LINE.format(id="lamp", number="96000", pool="day")
    + LINE.format(id="buoy", number="96001", pool="far")
)


@dataclass
class Watch:
    """The database of one test and its lines."""

    db: Database
    book: LineBook = field(default_factory=LineBook)

    async def contact(
        self,
        state: str = "closed",
        *,
        line: str = "lamp",
        came: datetime = NOW - 600 * SECOND,
        queued_after: float | None = 10,
        answered_after: float | None = None,
        ended_after: float | None = None,
        reason: str | None = None,
        direction: str = "inbound",
    ) -> UUID:
        """One contact; `queued_after` counts from coming, the others from being queued."""
        contact_id = fresh_id()
        queued = None if queued_after is None else came + queued_after * SECOND
        since = queued or came
        async with self.db.transaction() as tx:
            await tx.execute(
                """INSERT INTO contact (id, line_id, number_dialled, state, offered_at, enqueued_at, answered_at,
                     ended_at, terminal_reason, direction) VALUES ($1, $2, '96000', $3, $4, $5, $6, $7, $8, $9)""",
                contact_id, line, state, came, queued,
                None if answered_after is None else since + answered_after * SECOND,
                None if ended_after is None else since + ended_after * SECOND,
                reason, direction,
            )  # fmt: skip
        return contact_id

    async def person(self, work_name: str, pool: str | None, activity: str = "offline") -> UUID:
        """An account, in a pool if one is named, doing something."""
        person_id = fresh_id()
        async with self.db.transaction() as tx:
            await tx.execute(
                "INSERT INTO person (id, login, work_name, password_hash, created_at) VALUES ($1, $2, $3, '', $4)",
                person_id, person_id.hex, work_name, NOW,
            )  # fmt: skip
            if pool is not None:
                await tx.execute("INSERT INTO pool_member (person_id, pool_id) VALUES ($1, $2)", person_id, pool)
                await tx.execute(
                    "INSERT INTO presence (person_id, activity, since, pools) VALUES ($1, $2, $3, $4)",
                    person_id, activity, NOW, [pool],
                )  # fmt: skip
        return person_id


STATE = PublicState(Pseudonymiser(b"2" * 32), LineBook())


def principal(role: Role = Role.SUPERVISOR, *, line: str | None = None, lines: Sequence[str] = ()) -> Principal:
    """Somebody with one role on one line, or over everything (then `lines` are today's)."""
    grants = {Grant(role, EVERYTHING if line is None else Scope(ScopeKind.LINE, line))}
    effective = grants | {Grant(role, Scope(ScopeKind.LINE, known)) for known in ([line] if line else lines)}
    return Principal(
        person_id=fresh_id(),
        login="heron",
        work_name="Heron",
        language="zh",
        demo=False,
        grants=frozenset(grants),
        effective=frozenset(effective),
        session_hash=b"",
    )


@pytest_asyncio.fixture
async def watch(database_url: str) -> AsyncIterator[Watch]:
    """A database with two lines."""
    db = Database(database_url, size=4)
    await db.open()
    try:
        watched = Watch(db)
        async with db.transaction() as tx:
            await apply_documents(tx, [read_document(FILE, "lighthouse.yaml")], now=NOW - 24 * 3600 * SECOND)
        async with db.reading() as tx:
            await watched.book.refresh(tx)
        yield watched
    finally:
        await db.close()
