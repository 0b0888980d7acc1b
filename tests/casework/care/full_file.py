"""A subject with something in every table that hangs on it, so that an erasure has everything to reach."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.casework.files.opening import open_subject
from app.casework.retention.rules import RULES
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.vault_role import as_vault
from app.tables import metadata
from tests.casework.care.care_house import CareHouse


def words_of(caller: str) -> str:
    """What stands in every text of this caller's, so that a grep of the whole database finds what is left."""
    return f"〔姓名1〕的话-{caller}-"


async def fill(
    care: CareHouse, caller: str, *, contacts: int = 2, at: datetime | None = None
) -> tuple[UUID, list[UUID]]:
    """A subject of `caller` with some contacts and a row in every table with a rule; (subject, contacts)."""
    at = at or care.now
    made = [
        await care.contact(caller=caller, held_by="reed", at=at, consents={"recording": "given"})
        for _ in range(contacts)
    ]
    async with care.tx() as tx:
        for contact_id in made:
            subject_id = await open_subject(tx, contact_id, now=at)
        assert subject_id is not None
        for contact_id in made:
            await _fill(tx, care, words_of(caller), subject_id, contact_id, at)
    return subject_id, made


async def _fill(tx: Tx, care: CareHouse, words: str, subject_id: UUID, contact_id: UUID, at: datetime) -> None:
    ids: dict[str, Any] = {"contact.id": contact_id, "subject.id": subject_id, "person.id": care.people["reed"]}
    for name in reversed(list(dict.fromkeys(rule.table for rule in RULES))):
        if name in {"contact", "subject", "subject_alias", "subject_link"}:
            continue
        row = _row(name, ids, words, subject_id, contact_id, at)
        if name == "legal_hold":
            row |= {"lifted_at": at, "lifted_by": care.people["super"]}
        if name == "block":
            token = await tx.fetchval("SELECT subject_token FROM contact WHERE id = $1", contact_id)
            row["subject_token"] = token
        if name == "pseudonym_successor":
            row["new_token"] = await tx.fetchval("SELECT subject_token FROM contact WHERE id = $1", contact_id)
        if name == "subject_moved_alias":
            row["token"] = await tx.fetchval("SELECT token FROM subject_alias WHERE subject_id = $1", subject_id)
        if name.startswith("vault."):
            async with as_vault(tx):
                await _insert(tx, name, row)
        else:
            await _insert(tx, name, row)
        if "id" in row:
            ids[f"{name}.id"] = row["id"]


async def _insert(tx: Tx, name: str, row: Mapping[str, Any]) -> None:
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    columns = ", ".join(f'"{column}"' for column in row)
    await tx.execute(f"INSERT INTO {name} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING", *row.values())  # noqa: S608


SAID: Final = {
    "state": "requested", "kind": "number", "purpose": "rescue", "said": "given", "how": "spoken", "level": "high",
    "line_id": "lamp", "from_organisation": "lighthouse", "to_organisation": "harbour", "provider": "test",
    "recording_id": "RE1", "reason_code": "court", "finding": "justified",
}  # fmt: skip


def _row(
    name: str, ids: Mapping[str, Any], words: str, subject_id: UUID, contact_id: UUID, at: datetime
) -> dict[str, Any]:
    table = metadata.tables[name]
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.identity is not None:
            continue
        kind = str(column.type)
        if kind == "ARRAY" and str(column.type.item_type) == "UUID":
            row[column.name] = []
            continue
        target = next((key.target_fullname for key in column.foreign_keys), "")
        if target in ids:
            row[column.name] = ids[target]
        elif column.name in {"subject_id", "from_subject", "to_subject", "was_with"}:
            row[column.name] = subject_id
        elif column.name == "contact_id" or column.name == "scope":
            row[column.name] = contact_id
        elif column.name == "ended_at":
            row[column.name] = at  # nothing of the file is open any more
        elif column.nullable and kind != "TEXT":
            continue
        elif column.name in SAID:
            row[column.name] = SAID[column.name]
        else:
            row[column.name] = _value(kind, words, at)
    return row


def _value(kind: str, words: str, at: datetime) -> Any:
    match kind:
        case "UUID":
            return fresh_id()
        case "TIMESTAMP":
            return at + timedelta(minutes=5)
        case "TEXT":
            return f"{words} {fresh_id()}"
        case "INTEGER" | "BIGINT":
            return 1
        case "BOOLEAN":
            return False
        case "BYTEA" | "BLOB":
            return fresh_id().bytes * 2
        case "ARRAY":
            return [words]
        case "TSVECTOR":
            return "x"
        case "JSONB":
            return {"text": words}
        case _:
            raise AssertionError(f"no value for {kind}: say one in full_file.py")
