"""Whose a file is, and who may touch it (docs/adr/0014): its custody, and the lines that helped since it began.

Whoever asks for a file outside their scope gets the answer for what does not exist, and the audit gets an entry (P7).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.casework.files.family import family_of, kept_subject
from app.domain.acts import Act
from app.domain.errors import NotFound
from app.domain.permissions import Permission
from app.people.access import Principal
from app.platform.audit import record_act
from app.platform.db import Database, Tx

_LOAD: Final = f"""
    WITH RECURSIVE {family_of("$1")}
    SELECT kept.id, kept.organisation_id, kept.custody_since, kept.version, ARRAY(SELECT id FROM family) AS members,
      ARRAY(SELECT DISTINCT c.line_id FROM family f JOIN subject_link k ON k.subject_id = f.id
            JOIN contact c ON c.id = k.contact_id
            WHERE c.line_id IS NOT NULL AND (kept.custody_since IS NULL OR c.offered_at >= kept.custody_since)
           ) AS lines
    FROM kept
"""  # noqa: S608 the text is ours alone

TALKED_IN: Final = """
    (c.person_id = $2 OR EXISTS (SELECT FROM offer o WHERE o.contact_id = c.id AND o.person_id = $2
                                 AND o.bridged_at IS NOT NULL))
"""
"""Whether person $2 has talked in contact c, as its holder or before it was passed on."""


@dataclass(frozen=True, slots=True)
class SubjectFile:
    """A file: the subject that stands for it, everyone merged into that one (itself included), and where it lies."""

    id: UUID
    organisation_id: str | None
    custody_since: datetime | None
    version: int
    members: list[UUID]
    lines: frozenset[str]

    def within(self, principal: Principal, permission: Permission) -> bool:
        """Whether this person holds the permission over the file."""
        custody = self.organisation_id
        return (
            principal.may_everywhere(permission)
            or (custody is not None and principal.may(permission, organisation=custody))
            or bool(self.lines & principal.lines_for(permission))
        )

    def in_custody_of(self, principal: Principal, permission: Permission) -> bool:
        """Whether this person holds the permission over the organisation that has custody."""
        custody = self.organisation_id
        return principal.may_everywhere(permission) or (
            custody is not None and principal.may(permission, organisation=custody)
        )


async def load_subject_file(tx: Tx, subject_id: UUID, *, lock: bool = False) -> SubjectFile | None:
    """The file that this subject is part of. `lock`: no one else writes its plan or its custody meanwhile."""
    if lock:
        while True:
            kept = await kept_subject(tx, subject_id)
            if kept is None:
                return None
            if await tx.fetchval("SELECT merged_into IS NULL FROM subject WHERE id = $1 FOR UPDATE", kept):
                break  # else it was merged while we waited: lock the one it was merged into
    row = await tx.fetchrow(_LOAD, subject_id)
    if row is None:
        return None
    return SubjectFile(
        id=row["id"],
        organisation_id=row["organisation_id"],
        custody_since=row["custody_since"],
        version=row["version"],
        members=row["members"],
        lines=frozenset(row["lines"]),
    )


@asynccontextmanager
async def file_in_reach(
    db: Database, principal: Principal, subject_id: UUID, permission: Permission, *, now: datetime, lock: bool = False
) -> AsyncIterator[tuple[Tx, SubjectFile]]:
    """A transaction in which this person may touch this file; raises NotFound, and then the asking is entered."""
    async with db.transaction() as tx:
        file = await load_subject_file(tx, subject_id, lock=lock)
        if file is not None and file.within(principal, permission):
            yield tx, file
            return
        if file is not None:
            await refused(tx, principal, file.id, permission, now=now)
    raise NotFound


async def refused(tx: Tx, principal: Principal, subject_id: UUID, permission: Permission, *, now: datetime) -> None:
    """Enter that somebody asked for a file that is not theirs; the transaction is to be committed before the answer."""
    await record_act(
        tx, Act.FILE_REFUSED, by=principal.person_id, target_kind="subject", target_id=subject_id, now=now,
        facts={"permission": permission.value},
    )  # fmt: skip
