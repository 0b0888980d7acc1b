"""A whole file, for those in charge of it; and for a volunteer who helped this person, the contacts she answered.

Nothing else of the file is hers: the summary shows what helps while she has the caller (summary.py), and her own notes
are hers in full. Whoever has no part in a file learns no more than of one that does not exist (P7).
"""

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.casework.files.family import PSEUDONYM_OF, code_of
from app.casework.files.flags import flags_of
from app.casework.files.hand_over import hand_overs_of
from app.casework.files.plan import current_plan
from app.casework.files.reach import TALKED_IN, SubjectFile, load_subject_file, refused
from app.casework.files.regrouping import regroupings_of
from app.casework.files.schemas import (
    FileContact,
    FileNote,
    FoundSubject,
    LastLevel,
    OriginalFile,
    SubjectDetail,
)
from app.casework.files.tasks import tasks_of
from app.casework.levels.queries import levels_of_contacts
from app.casework.notes.listing import ListedNote, notes_of_contacts
from app.contacts.schemas import LineName
from app.domain.acts import Act
from app.domain.permissions import Permission
from app.people.access import Principal
from app.platform.audit import record_act
from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx

MOST_CONTACTS: Final = 500
MOST_FOUND: Final = 20


async def read_file(
    tx: Tx, principal: Principal, subject_id: UUID, pseudonymiser: Pseudonymiser, *, now: datetime
) -> SubjectDetail | None:
    """The file, or the asker's part of it, and the look entered. None: not theirs, which is entered too, or nothing."""
    file = await load_subject_file(tx, subject_id)
    if file is None:
        return None
    whole = file.within(principal, Permission.FILE_OPEN)
    own_of = None if whole else principal.person_id
    contacts = await _contacts(tx, file, pseudonymiser, own_of=own_of, now=now)
    if not whole and not contacts:
        await refused(tx, principal, file.id, Permission.FILE_OPEN, now=now)
        return None
    await record_act(
        tx, Act.FILE_OPENED, by=principal.person_id, target_kind="subject", target_id=file.id, now=now,
        facts={"whole": whole},
    )  # fmt: skip
    return await _as_shown(tx, principal, file, contacts, pseudonymiser, whole=whole, now=now)


async def _as_shown(
    tx: Tx,
    principal: Principal,
    file: SubjectFile,
    contacts: list[FileContact],
    pseudonymiser: Pseudonymiser,
    *,
    whole: bool,
    now: datetime,
) -> SubjectDetail:
    row = await tx.fetchrow(
        f"SELECT s.code, s.created_at, {PSEUDONYM_OF.format(subject='s.id')} AS token FROM subject s WHERE s.id = $1",  # noqa: S608
        file.id,
    )
    seen = len(contacts)
    if whole:
        seen = await tx.fetchval("SELECT count(*) FROM subject_link WHERE subject_id = ANY($1)", file.members)
    return SubjectDetail(
        id=file.id,
        code=code_of(pseudonymiser, row["token"], row["code"]),
        whole=whole,
        organisation_id=file.organisation_id if whole else None,
        custody_since=file.custody_since if whole else None,
        created_at=row["created_at"],
        members=file.members if whole else [],
        times_seen=seen,
        contacts=contacts,
        flags=await flags_of(tx, file) if whole else [],
        plan=await current_plan(tx, file) if whole else None,
        tasks=await tasks_of(tx, file, now=now) if whole else [],
        regroupings=await regroupings_of(tx, file) if whole else [],
        hand_overs=await hand_overs_of(tx, principal, pseudonymiser, file.members) if whole else [],
        version=file.version,
    )


async def _contacts(
    tx: Tx, file: SubjectFile, pseudonymiser: Pseudonymiser, *, own_of: UUID | None, now: datetime
) -> list[FileContact]:
    """The contacts with their levels and notes, newest first; with `own_of` those she talked in, and her notes."""
    rows = await tx.fetch(
        f"""SELECT c.id, c.line_id, l.name_zh, l.name_en, c.offered_at, c.ended_at, p.work_name AS answered_by,
             c.disposition, k.how, k.subject_id AS with_subject
           FROM subject_link k JOIN contact c ON c.id = k.contact_id LEFT JOIN line l ON l.id = c.line_id
           LEFT JOIN person p ON p.id = c.person_id
           WHERE k.subject_id = ANY($1) AND ($2::uuid IS NULL OR {TALKED_IN})
           ORDER BY c.offered_at DESC, c.id LIMIT $3""",  # noqa: S608 the text is ours alone
        file.members, own_of, MOST_CONTACTS,
    )  # fmt: skip
    ids = [row["id"] for row in rows]
    levels = {
        each.contact_id: LastLevel(level=each.level, set_at=each.set_at) for each in await levels_of_contacts(tx, ids)
    }
    notes = {each.contact_id: each for each in await notes_of_contacts(tx, ids, own_of=own_of, now=now)}
    originals = await _originals(tx, {note.scope for note in notes.values()} - {file.id}, pseudonymiser)
    return [_contact(row, levels.get(row["id"]), notes.get(row["id"]), originals) for row in rows]


async def _originals(tx: Tx, scopes: Set[UUID], pseudonymiser: Pseudonymiser) -> Mapping[UUID, OriginalFile]:
    """The files in which notes were written that are listed in another one now."""
    rows = await tx.fetch(
        f"SELECT s.id, s.code, {PSEUDONYM_OF.format(subject='s.id')} AS token FROM subject s WHERE s.id = ANY($1)",  # noqa: S608
        list(scopes),
    )
    codes = {row["id"]: code_of(pseudonymiser, row["token"], row["code"]) for row in rows}
    return {scope: OriginalFile(id=scope, code=codes.get(scope)) for scope in scopes}


def _contact(
    row: Any, level: LastLevel | None, note: ListedNote | None, originals: Mapping[UUID, OriginalFile]
) -> FileContact:
    fields = dict(row)
    line_id, zh, en = (fields.pop(name) for name in ("line_id", "name_zh", "name_en"))
    return FileContact(
        line=None if line_id is None else LineName(id=line_id, name_zh=zh or "", name_en=en or ""),
        level=level,
        note=None
        if note is None
        else FileNote(
            id=note.id,
            written_by=note.written_by,
            topics=note.topics,
            non_counselling=note.non_counselling,
            danger_asked=note.danger_asked,
            submitted_at=note.submitted_at,
            locked=note.locked,
            numbered_in=originals.get(note.scope),
        ),
        **fields,
    )


async def find_by_code(tx: Tx, principal: Principal, code: str, *, now: datetime) -> list[FoundSubject]:
    """The files in one's scope that go by this code, and the search entered. Whatever lies elsewhere is not found."""
    rows = await tx.fetch(
        """SELECT subject_id AS id FROM subject_alias WHERE code = $1
           UNION SELECT id FROM subject WHERE code = $1 LIMIT $2""",
        code, MOST_FOUND,
    )  # fmt: skip
    found: dict[UUID, FoundSubject] = {}
    for row in rows:
        file = await load_subject_file(tx, row["id"])
        if file is None or file.id in found or not file.within(principal, Permission.FILE_OPEN):
            continue
        seen = await tx.fetchrow(
            """SELECT count(*) AS times_seen, max(c.offered_at) AS last_contact_at
               FROM subject_link k JOIN contact c ON c.id = k.contact_id WHERE k.subject_id = ANY($1)""",
            file.members,
        )
        found[file.id] = FoundSubject(id=file.id, code=code, organisation_id=file.organisation_id, **dict(seen))
    await record_act(
        tx, Act.FILES_SEARCHED, by=principal.person_id, target_kind="subject", target_id="", now=now,
        facts={"found": len(found)},
    )  # fmt: skip
    return list(found.values())
