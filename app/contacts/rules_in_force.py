"""By which rules a contact is treated: its line's, as they are now, or those it arrived under.

A caller is never without rules. A line that was opened a moment ago may not be in this process's book yet: then the
book is read again. A line whose last version has ended while somebody waits treats them as it did when they came.
"""

from datetime import datetime
from uuid import UUID

from app.contacts.rows import ContactRow
from app.lines.book import LineBook
from app.lines.policy import LinePolicy
from app.platform.db import Tx


async def policy_of(tx: Tx, book: LineBook, contact: ContactRow, *, now: datetime) -> LinePolicy | None:
    """The rules for this contact; None only for a contact of no line, or of one whose rules cannot be read."""
    return await policy_for(tx, book, contact.line_id, contact.line_version_id, now=now)


async def policy_for(
    tx: Tx, book: LineBook, line_id: str | None, arrived_under: UUID | None, *, now: datetime
) -> LinePolicy | None:
    """The rules of a line for somebody who arrived under one of its versions."""
    if line_id is None:
        return None
    policy = _known(book, line_id, arrived_under, now)
    if policy is None and await book.refresh(tx):
        policy = _known(book, line_id, arrived_under, now)
    return policy


def _known(book: LineBook, line_id: str, arrived_under: UUID | None, now: datetime) -> LinePolicy | None:
    return book.policy(line_id, now) or (None if arrived_under is None else book.version(arrived_under))
