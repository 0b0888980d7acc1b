"""Callers before, while and after the pseudonym key is changed: the real way in, a file for each, and what is lost."""

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.carriers.events import InboundCall
from app.casework.files.opening import follow_pseudonym, subject_of_contact
from app.casework.vault.due import handlers
from app.casework.vault.keeping import Vault
from app.contacts.arrival import Reception, arrive
from app.contacts.facts import TALK_BEGAN
from app.contacts.recognising import Recognising
from app.lines.book import LineBook
from app.platform.clock import fresh_id
from app.platform.crypto import Pseudonymiser, Sealer
from app.platform.db import Database
from app.platform.timers import Timer
from tests.casework.files.case_desk import NOW, open_desk

FIRST, SECOND = b"1" * 32, b"2" * 32
SEALER = Sealer({"k1": b"s" * 32}, "k1")
SECONDS = itertools.count()  # nobody rings at the moment of another
VAULT = Vault(SEALER, timedelta(days=90), 10)


def number_of(n: int) -> str:
    """A reserved number."""
    return f"+4477009{n:05}" if n > 999 else f"+447700900{n:03}"


@dataclass
class Yard:
    """A line that is open, seen by a process with some keys."""

    db: Database
    reception: Reception
    recognising: Recognising

    async def rings(self, number: str | None, *, line: str = "96000") -> UUID:
        """Somebody rings; the contact. The whole way that the carrier's webhook goes."""
        name = fresh_id().hex
        call = InboundCall("test", name, line, number, dedupe_key=f"call:{name}")
        answer = await arrive(self.db, call, self.reception, now=NOW + timedelta(seconds=next(SECONDS)))
        return answer.contact_id

    async def talks(self, number: str | None) -> tuple[UUID, UUID | None]:
        """They ring and are answered: the contact, and the subject that it is about."""
        contact_id = await self.rings(number)
        timer = Timer(fresh_id(), TALK_BEGAN, contact_id, {}, 1, timedelta(0))
        async with self.db.transaction() as tx:
            await handlers(VAULT)[TALK_BEGAN](tx, timer, now=NOW)
        async with self.db.transaction() as tx:
            return contact_id, await subject_of_contact(tx, contact_id)

    async def forgets(self, *contact_ids: UUID) -> None:
        """The time of keeping is over: nobody has these numbers any more."""
        async with self.db.transaction() as tx:
            for table in ("identity", "sealed_number"):
                await tx.execute(f"DELETE FROM vault.{table} WHERE contact_id = ANY($1)", list(contact_ids))  # noqa: S608

    async def rows(self, sql: str, *args: object) -> list[Any]:
        """What the database has."""
        async with self.db.reading() as tx:
            found: list[Any] = await tx.fetch(sql, *args)
        return found


def keys(current: str, **by_id: bytes) -> Pseudonymiser:
    """A process's pseudonymiser."""
    others = {key_id: key for key_id, key in by_id.items() if key_id != current}
    return Pseudonymiser(by_id[current], key_id=current, others=others)


OLD = keys("p1", p1=FIRST)
COMING = keys("p1", p1=FIRST, p2=SECOND)
CHANGING = keys("p2", p1=FIRST, p2=SECOND)
NEW = keys("p2", p2=SECOND)


async def yard(db: Database, pseudonymiser: Pseudonymiser, *, lines: bool = False) -> Yard:
    """A process with these keys. `lines`: open the two lines first."""
    if lines:
        await open_desk(db)
    book = LineBook()
    async with db.reading() as tx:
        await book.refresh(tx)
    recognising = Recognising(pseudonymiser, follow_pseudonym)
    return Yard(db, Reception(book, pseudonymiser, SEALER, recognising=recognising), recognising)
