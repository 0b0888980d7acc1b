"""Two organisations with a line each, callers by pseudonym, and people with roles: what the files' tests stand on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from app.casework.files.opening import open_subject
from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.platform.clock import fresh_id
from app.platform.db import Database

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # noon in Shanghai
MINUTE = timedelta(minutes=1)

ORGANISATION = """\
organisations:
  - id: {organisation}
    name: {{zh: "{organisation}", en: "{organisation}"}}
    pools: [{{id: {organisation}-pool, name: {{zh: "班", en: "Pool"}}}}]
lines:
  - id: {line}
    organisation: {organisation}
    name: {{zh: "{line}", en: "{line}"}}
    numbers: [{{number: "{number}"}}]
    versions:
      - valid_from: "2026-01-01 00:00"
        languages: [zh]
        greeting: {{zh: "您好。"}}
        consent: {{say: {{zh: "通话不录音。"}}}}
        calendar: {{time_zone: Asia/Shanghai, hours: {{daily: "24h"}}}}
        pools: [{{pool: {organisation}-pool}}]
        queue: {{choice_every_s: null}}
        ways:
          closed: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
          full: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
          no_answer: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
"""


def token_of(caller: str) -> bytes:
    """A pseudonym as the key would make it: 32 bytes that say nothing."""
    return sha256(caller.encode()).digest()


@dataclass
class Desk:
    """The database of one test."""

    db: Database

    async def contact(
        self,
        caller: str | None,
        *,
        line: str = "lamp",
        person: UUID | None = None,
        state: str = "closed",
        at: datetime = NOW,
    ) -> UUID:
        """One contact of a caller; None: without a number."""
        contact_id = fresh_id()
        async with self.db.transaction() as tx:
            await tx.execute(
                """INSERT INTO contact (id, line_id, number_dialled, subject_token, state, person_id, offered_at,
                     answered_at) VALUES ($1, $2, '96000', $3, $4, $5, $6, $6)""",
                contact_id, line, None if caller is None else token_of(caller), state, person, at,
            )  # fmt: skip
        return contact_id

    async def talk(
        self, caller: str | None, *, line: str = "lamp", person: UUID | None = None, at: datetime = NOW
    ) -> tuple[UUID, UUID | None]:
        """A contact that became a talk, and the subject it is about."""
        contact_id = await self.contact(caller, line=line, person=person, at=at)
        async with self.db.transaction() as tx:
            return contact_id, await open_subject(tx, contact_id, now=at)

    async def value(self, sql: str, *args: object) -> object:
        """One value."""
        async with self.db.reading() as tx:
            found: object = await tx.fetchval(sql, *args)
        return found


async def open_desk(db: Database) -> Desk:
    """Lines `lamp` of the lighthouse and `pier` of the harbour, in a database with nothing else in it."""
    async with db.transaction() as tx:
        for organisation, line, number in (("lighthouse", "lamp", "96000"), ("harbour", "pier", "96001")):
            text = ORGANISATION.format(organisation=organisation, line=line, number=number)
            await apply_documents(tx, [read_document(text, f"{organisation}.yaml")], now=NOW - timedelta(days=30))
    return Desk(db)
