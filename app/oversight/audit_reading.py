"""Reading the audit: by person, act, target, line and time, newest first, within the reader's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.domain.acts import Act
from app.platform.db import Tx

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; what is left out does not narrow it."""

    person_id: UUID | None = None
    act: Act | None = None
    target_kind: str | None = None
    target_id: str | None = None
    line_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None  # entries older than this id: the next page

    def in_words(self) -> dict[str, str]:
        """What was asked for, for the entry about the reading itself: ids and codes."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return {name: str(value) for name, value in given.items() if value is not None}


class AuditEntry(BaseModel):
    """One entry. `person_id` null: the service itself, or the command line. `sealed`: it is in the hash chain."""

    model_config = ConfigDict(frozen=True)

    id: int
    at: datetime
    person_id: UUID | None
    work_name: str | None
    act: str
    target_kind: str
    target_id: str
    line_id: str | None
    facts: dict[str, Any]
    sealed: bool


class AuditPage(BaseModel):
    """A page of entries, newest first; `next_before` asks for the next one."""

    entries: list[AuditEntry]
    next_before: int | None


async def read_audit(tx: Tx, filters: Filters, *, lines: Sequence[str] | None) -> AuditPage:
    """The newest entries that fit. `lines` None: everything; else only what lies on these lines."""
    # Only the conditions that are asked for: the index that fits them is found, however long the audit is.
    wanted: list[tuple[str, object]] = [
        ("a.line_id = ANY({})", None if lines is None else list(lines)),
        ("a.person_id = {}", filters.person_id),
        ("a.act = {}", None if filters.act is None else filters.act.value),
        ("a.target_kind = {}", filters.target_kind),
        ("a.target_id = {}", filters.target_id),
        ("a.line_id = {}", filters.line_id),
        ("a.at >= {}", filters.since),
        ("a.at < {}", filters.until),
        ("a.id < {}", filters.before),
    ]
    asked = [(condition, value) for condition, value in wanted if value is not None]
    conditions = " AND ".join(condition.format(f"${n}") for n, (condition, _) in enumerate(asked, 1)) or "true"
    rows = await tx.fetch(
        f"""SELECT a.*, p.work_name, EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = a.id) AS sealed
            FROM audit_entry a LEFT JOIN person p ON p.id = a.person_id
            WHERE {conditions} ORDER BY a.id DESC LIMIT {PAGE + 1}""",  # noqa: S608 the conditions are ours
        *(value for _, value in asked),
    )
    entries = [AuditEntry(**{name: row[name] for name in AuditEntry.model_fields}) for row in rows[:PAGE]]
    return AuditPage(entries=entries, next_before=entries[-1].id if len(rows) > PAGE else None)
