"""Sealing everything anew under the current key, while calls go on. It may be killed, and is simply started again.

Decided here: what is sealed, and where. A column with a sealed value that is missing from SEALED is found by
tests/architecture/test_sealed_columns.py. Values are read in batches that leave alone what somebody is writing to
(they are come back for), and each batch is one short transaction.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.platform.crypto import CannotOpen, Sealer, key_name
from app.platform.db import Database, Tx
from app.platform.vault_role import as_vault

BATCH: Final = 200
BUSY_S: Final = 0.2
FIRST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of sealed values; each is bound to table/key/column."""

    table: str
    key: str
    column: str

    @property
    def in_vault(self) -> bool:
        """Whether it takes the vault's role to read."""
        return self.table.startswith("vault.")

    def place(self, key: UUID) -> str:
        """What the value of one row is bound to."""
        return f"{self.table}/{key}/{self.column}"


SEALED: Final = (
    SealedColumn("vault.sealed_number", "contact_id", "sealed"),
    SealedColumn("vault.identity", "id", "sealed"),
    SealedColumn("person", "id", "phone"),
    SealedColumn("person", "id", "totp_secret"),
    SealedColumn("note_draft", "id", "sealed"),
)


@dataclass(slots=True)
class Resealed:
    """What was done: values sealed anew, and those that no key here opens, by the name of the key that sealed them."""

    done: int
    unopened: Counter[str]


async def reseal(db: Database, sealer: Sealer, *, told: Callable[[int], None] = lambda _done: None) -> Resealed:
    """Seal anew whatever is under another key than the current one; `told` hears how far it is."""
    result = Resealed(0, Counter())
    for column in SEALED:
        while True:
            before, unopened = result.done, Counter[str]()
            await _pass(db, sealer, column, result, unopened, told)
            left = await _under_other_keys(db, sealer, column)
            if left <= unopened.total():
                result.unopened += unopened
                break
            if result.done == before:  # somebody is writing to what is left
                await asyncio.sleep(BUSY_S)
    return result


async def _pass(
    db: Database,
    sealer: Sealer,
    column: SealedColumn,
    result: Resealed,
    unopened: Counter[str],
    told: Callable[[int], None],
) -> None:
    after = FIRST
    while True:
        async with db.transaction() as tx, _role(tx, column):
            rows = await tx.fetch(
                f"""SELECT {column.key} AS key, {column.column} AS sealed FROM {column.table}
                    WHERE {_OTHER_KEY.format(column=column.column)} AND {column.key} > $2
                    ORDER BY {column.key} LIMIT {BATCH} FOR UPDATE SKIP LOCKED""",  # noqa: S608 the names are ours
                _mark(sealer), after,
            )  # fmt: skip
            again = []
            for row in rows:
                try:
                    plain = sealer.open(row["sealed"], column.place(row["key"]))
                except CannotOpen as wrong:
                    unopened[wrong.key_id] += 1
                    continue
                again.append((row["key"], sealer.seal(plain, column.place(row["key"]))))
            await tx.executemany(
                f"UPDATE {column.table} SET {column.column} = $2 WHERE {column.key} = $1",  # noqa: S608
                again,
            )
        result.done += len(again)
        told(result.done)
        if len(rows) < BATCH:
            return
        after = rows[-1]["key"]


_OTHER_KEY: Final = "{column} IS NOT NULL AND substring({column} FROM 1 FOR length($1::bytea)) <> $1::bytea"


def _mark(sealer: Sealer) -> bytes:
    """How a value under the current key begins: the name's length, and the name."""
    name = sealer.current.encode()
    return bytes([len(name)]) + name


async def _under_other_keys(db: Database, sealer: Sealer, column: SealedColumn) -> int:
    async with db.transaction() as tx, _role(tx, column):
        condition = _OTHER_KEY.format(column=column.column)
        left: int = await tx.fetchval(
            f"SELECT count(*) FROM {column.table} WHERE {condition}",  # noqa: S608
            _mark(sealer),
        )
    return left


@contextlib.asynccontextmanager
async def _role(tx: Tx, column: SealedColumn) -> AsyncIterator[None]:
    if not column.in_vault:
        yield
        return
    async with as_vault(tx):
        yield


async def sealed_under(db: Database) -> Counter[str]:
    """How many sealed values there are under each key, by its name."""
    found: Counter[str] = Counter()
    for column in SEALED:
        async with db.transaction() as tx, _role(tx, column):
            rows: list[Any] = await tx.fetch(
                f"""SELECT substring({column.column} FROM 1 FOR 1 + get_byte({column.column}, 0)) AS mark,
                      count(*) AS n
                    FROM {column.table} WHERE length({column.column}) > 1 GROUP BY 1""",  # noqa: S608
            )
        for row in rows:
            found[_named(row["mark"])] += row["n"]
    return found


def _named(mark: bytes) -> str:
    try:
        return key_name(mark + bytes(12))
    except CannotOpen:
        return "?"
