"""Changing the pseudonym key without losing a caller (docs/adr/0015), and retiring a key when nothing goes by it.

The numbers that are still held get their token under the new key at once, one short transaction a caller, while calls
go on; whoever's number is no longer held goes over when they ring again (app.contacts.recognising). It may be killed at
any moment: what has gone over has, and it is simply started again.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.casework.vault.keeping import CAME_WITH_CALL, Vault, place_of
from app.contacts.arrival import open_number
from app.contacts.recognising import Recognising, tidy_blocks, tidy_contacts
from app.platform.crypto import FIRST_PSEUDONYM_KEY, CannotOpen
from app.platform.db import Database, Tx
from app.platform.vault_role import as_vault

PAGE: Final = 200

_HELD: Final = """
    SELECT h.contact_id, h.identity_id, c.subject_token FROM (
      SELECT contact_id, id AS identity_id FROM vault.identity WHERE kind = 'number' AND purpose = $3
      UNION ALL SELECT contact_id, NULL FROM vault.sealed_number) h
    JOIN contact c ON c.id = h.contact_id
    WHERE c.subject_token IS NOT NULL AND coalesce(c.subject_key_id, $4) <> $1 AND h.contact_id > $2
    ORDER BY h.contact_id LIMIT $5
"""

# Tokens under a key whose place no other one has taken: of contacts, of files, of blocks in force.
_REMAINING: Final = """
    WITH alone AS (
      SELECT subject_token AS token, false AS file FROM contact
      WHERE subject_token IS NOT NULL AND coalesce(subject_key_id, $2) = $1
      UNION SELECT a.token, true FROM subject_alias a
      WHERE a.key_id = $1 AND NOT EXISTS (
        SELECT FROM pseudonym_successor s JOIN subject_alias n ON n.token = s.new_token
        WHERE s.old_token = a.token AND n.subject_id = a.subject_id)
      UNION SELECT subject_token, false FROM block
      WHERE coalesce(subject_key_id, $2) = $1 AND lifted_at IS NULL AND expires_at > $3)
    SELECT count(DISTINCT token) AS callers, count(DISTINCT token) FILTER (WHERE file) AS with_file FROM alone
"""


@dataclass(slots=True)
class Rotation:
    """What was done: callers that went over, and numbers that no key here opens, by the key that sealed them."""

    moved: int = 0
    unopened: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Remaining:
    """Callers known by a key alone; how many of them have a file."""

    callers: int
    with_file: int


async def rotate_pseudonyms(
    db: Database,
    vault: Vault,
    recognising: Recognising,
    *,
    read_clock: Callable[[], datetime],
    told: Callable[[int], None] = lambda _moved: None,
) -> Rotation:
    """Let everybody whose number is held go by the current key; `told` hears how far it is."""
    result, after = Rotation(), UUID(int=0)
    pseudonymiser = recognising.pseudonymiser
    while True:
        async with db.transaction() as tx:
            page = await tx.fetch(_HELD, pseudonymiser.key_id, after, CAME_WITH_CALL, FIRST_PSEUDONYM_KEY, PAGE)
        for row in page:
            async with db.transaction() as tx:
                result.moved += await _move(tx, vault, recognising, row, result.unopened, now=read_clock())
            told(result.moved)
        if len(page) < PAGE:
            break
        after = page[-1]["contact_id"]
    while True:
        async with db.transaction() as tx:
            tidied = await tidy_contacts(tx, pseudonymiser.key_id, at_most=PAGE)
        if not tidied:
            break
    async with db.transaction() as tx:
        await tidy_blocks(tx, pseudonymiser.key_id)
    return result


async def _move(
    tx: Tx, vault: Vault, recognising: Recognising, row: Any, unopened: Counter[str], *, now: datetime
) -> int:
    now_by = await tx.fetchval("SELECT subject_key_id FROM contact WHERE id = $1", row["contact_id"])
    if now_by == recognising.pseudonymiser.key_id:  # with another contact of the same caller, or because they rang
        return 0
    try:
        number = await _number(tx, vault, row)
    except CannotOpen as wrong:
        unopened[wrong.key_id] += 1
        return 0
    token = recognising.pseudonymiser.subject_token(number)
    if number is None or token is None:
        return 0
    # The contact's own token as well: it may have been made with a key that is lost.
    old = {*recognising.pseudonymiser.other_tokens(number), row["subject_token"]} - {token}
    await recognising.move(tx, sorted(old), token, now=now)
    return 1


async def _number(tx: Tx, vault: Vault, row: Any) -> str | None:
    contact_id, identity_id = row["contact_id"], row["identity_id"]
    async with as_vault(tx):
        if identity_id is None:
            sealed = await tx.fetchval("SELECT sealed FROM vault.sealed_number WHERE contact_id = $1", contact_id)
        else:
            sealed = await tx.fetchval("SELECT sealed FROM vault.identity WHERE id = $1", identity_id)
    if sealed is None:  # it has gone meanwhile
        return None
    if identity_id is None:
        return open_number(vault.sealer, contact_id, sealed)
    return vault.sealer.open(sealed, place_of(identity_id)).decode()


async def remaining_under(tx: Tx, key_id: str, *, now: datetime) -> Remaining:
    """Who would not be recognised any more without this key."""
    row = await tx.fetchrow(_REMAINING, key_id, FIRST_PSEUDONYM_KEY, now)
    return Remaining(row["callers"], row["with_file"])


async def drop_pseudonyms_of(tx: Tx, key_id: str) -> None:
    """Nothing leads anywhere by this key any more: its tokens' places have been taken, or are given up."""
    await tx.execute("DELETE FROM subject_alias WHERE key_id = $1", key_id)
    await tx.execute(
        """DELETE FROM pseudonym_successor s WHERE NOT EXISTS (SELECT FROM subject_alias a WHERE a.token = s.old_token)
           AND NOT EXISTS (SELECT FROM contact c WHERE c.subject_token = s.old_token)"""
    )


async def pseudonyms_under(tx: Tx) -> Counter[str]:
    """How many callers' tokens there are under each key, by its name."""
    rows = await tx.fetch(
        """SELECT key_id, count(DISTINCT token) AS n FROM (
             SELECT coalesce(subject_key_id, $1) AS key_id, subject_token AS token FROM contact
             WHERE subject_token IS NOT NULL
             UNION ALL SELECT key_id, token FROM subject_alias) t GROUP BY 1""",
        FIRST_PSEUDONYM_KEY,
    )
    return Counter({row["key_id"]: row["n"] for row in rows})
