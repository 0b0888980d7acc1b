"""Recognising a caller while the pseudonym key is being changed (docs/adr/0015): nobody becomes a stranger.

A number has one token under each key. Whoever rings while a process knows several keys is looked for under all of
them, and what is found under another key than the current one goes over to the token of the current one before the
call is taken in: contacts, blocks, and whatever follows a pseudonym in the layers above (`Follow`: the file). Which
token took another's place is kept in `pseudonym_successor`, so that what was busy in that instant, or written by a
process that still went by the other key, can follow later without the number. With one key there is nothing to do and
nothing is asked.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from app.platform.crypto import Pseudonymiser
from app.platform.db import Database, Tx
from app.platform.log_events import Log
from app.platform.logging import get_log

log = get_log()

Follow = Callable[[Tx, Sequence[bytes], bytes, str, datetime], Awaitable[None]]
"""What goes by a pseudonym elsewhere goes over as well: (tx, old tokens, new token, its key's name, now)."""

_KNOWN = """
    SELECT EXISTS (SELECT FROM contact WHERE subject_token = ANY($1))
      OR EXISTS (SELECT FROM block WHERE subject_token = ANY($1) AND lifted_at IS NULL)
"""
# Rows that somebody is writing to are left: a caller does not wait for them, and `tidy_contacts` comes for them.
_CONTACTS = """
    WITH free AS (SELECT id FROM contact WHERE subject_token = ANY($1) ORDER BY id FOR UPDATE SKIP LOCKED)
    UPDATE contact c SET subject_token = $2, subject_key_id = $3 FROM free WHERE c.id = free.id
"""


@dataclass(frozen=True, slots=True)
class Recognising:
    """One a process: the keys, and who follows."""

    pseudonymiser: Pseudonymiser
    follow: Follow

    async def before_arrival(self, db: Database, number: str | None, *, now: datetime) -> None:
        """Let a caller be found under the current key. Whatever goes wrong, the call is taken in all the same."""
        if not self.pseudonymiser.changing:
            return
        others, token = self.pseudonymiser.other_tokens(number), self.pseudonymiser.subject_token(number)
        if token is None:
            return
        try:
            async with db.statements() as tx:
                if not await tx.fetchval(_KNOWN, others):
                    return
            async with db.transaction() as tx:
                await self.move(tx, others, token, now=now)
        except asyncpg.PostgresError as failure:
            log.alarm(Log.CALLER_NOT_RECOGNISED, failure=failure)

    async def move(self, tx: Tx, old: Sequence[bytes], new: bytes, *, now: datetime) -> None:
        """What goes by one of the old tokens goes by the new one from now on. One at a time for each caller."""
        key_id = self.pseudonymiser.key_id
        await tx.execute("SELECT pg_advisory_xact_lock($1)", int.from_bytes(new[:8], "big", signed=True))
        old = [token for token in old if token != new]
        await tx.execute(
            """INSERT INTO pseudonym_successor (old_token, new_token, at) SELECT o, $2, $3 FROM unnest($1::bytea[]) o
               ON CONFLICT (old_token) DO UPDATE SET new_token = excluded.new_token, at = excluded.at""",
            old, new, now,
        )  # fmt: skip
        # Two processes that go by different keys must not send a token round in a circle.
        await tx.execute("DELETE FROM pseudonym_successor WHERE old_token = $1", new)
        await tx.execute(_CONTACTS, old, new, key_id)
        await tx.execute(
            """UPDATE block SET subject_token = $2, subject_key_id = $3
               WHERE subject_token = ANY($1) AND lifted_at IS NULL""",
            old, new, key_id,
        )  # fmt: skip
        await self.follow(tx, old, new, key_id, now)


async def tidy_contacts(tx: Tx, key_id: str, *, at_most: int) -> int:
    """Let contacts follow whose token has a successor under the current key; how many did."""
    status: str = await tx.execute(
        """WITH left_over AS (
             SELECT c.id, s.new_token FROM contact c JOIN pseudonym_successor s ON s.old_token = c.subject_token
             LIMIT $2 FOR UPDATE OF c SKIP LOCKED)
           UPDATE contact c SET subject_token = l.new_token, subject_key_id = $1 FROM left_over l WHERE c.id = l.id""",
        key_id, at_most,
    )  # fmt: skip
    return int(status.split()[-1])


async def tidy_blocks(tx: Tx, key_id: str) -> None:
    """The same for blocks."""
    await tx.execute(
        """UPDATE block b SET subject_token = s.new_token, subject_key_id = $1 FROM pseudonym_successor s
           WHERE s.old_token = b.subject_token AND b.lifted_at IS NULL""",
        key_id,
    )
