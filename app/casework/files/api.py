"""Routes about files: the summary at the desk, linking by hand, the whole file, and finding one by its code."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import StringConstraints

from app.casework.files.bodies import LinkContact
from app.casework.files.file_codes import file_codes
from app.casework.files.linking import link_by_hand, may_use
from app.casework.files.reach import load_subject_file, refused
from app.casework.files.reading import find_by_code, read_file
from app.casework.files.schemas import FileCode, FileCodesShown, FoundSubject, SubjectDetail, SubjectSummary
from app.casework.files.summary import see_summary
from app.casework.reaching import not_erased
from app.contacts.api import Db
from app.domain.acts import Act
from app.domain.errors import Invalid, NotFound
from app.domain.permissions import Permission
from app.people.access import Principal, require
from app.platform.audit import record_act
from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx
from app.platform.edges import Now

router = APIRouter(prefix="/api", tags=["files"])


def pseudonymiser(request: Request) -> Pseudonymiser:
    """The codes of callers."""
    made: Pseudonymiser = request.app.state.door.pseudonymiser
    return made


Codes = Annotated[Pseudonymiser, Depends(pseudonymiser)]
Helping = Annotated[Principal, Depends(require(Permission.FILE_SEE))]
Opening = Annotated[Principal, Depends(require(Permission.FILE_OPEN))]
CallerCode = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[0-9A-Za-z]{5}$")]


@router.get("/contacts/{contact_id}/subject")
async def subject_of_a_contact(contact_id: UUID, principal: Helping, db: Db, codes: Codes, now: Now) -> SubjectSummary:
    """What helps whoever is about to talk with this caller, or does: for who is offered or holds the contact, and
    those in charge of its line."""
    async with db.transaction() as tx:
        summary = await see_summary(tx, principal, contact_id, codes, now=now)
    if summary is None:
        raise NotFound
    return summary


@router.put("/contacts/{contact_id}/subject")
async def link_a_contact(
    contact_id: UUID, body: LinkContact, principal: Helping, db: Db, codes: Codes, now: Now
) -> SubjectSummary:
    """Say whom a caller without a number is, once they agree to a file: somebody known, or somebody new."""
    if body.new == (body.subject_id is not None):
        raise Invalid(
            "Give the file the contact belongs to, or say that it is a new one. 请选择已有档案，或注明新建档案。",
            fields={"subject_id": "is to be given, or new is to be true"},
        )
    async with db.transaction() as tx:
        summary = await _link(tx, principal, contact_id, body, codes, now)
    if summary is None:
        raise NotFound
    return summary


async def _link(
    tx: Tx, principal: Principal, contact_id: UUID, body: LinkContact, codes: Pseudonymiser, now: datetime
) -> SubjectSummary | None:
    contact: Any = await tx.fetchrow(
        "SELECT id, line_id, person_id, subject_token, answered_at FROM contact WHERE id = $1", contact_id
    )
    if contact is None:
        return None
    line_id = contact["line_id"]
    in_charge = line_id is not None and principal.may(Permission.FILE_EDIT, line=line_id)
    if contact["person_id"] != principal.person_id and not in_charge:
        await record_act(
            tx, Act.FILE_REFUSED, by=principal.person_id, target_kind="contact", target_id=contact_id,
            line_id=line_id, now=now,
        )  # fmt: skip
        return None
    file = None
    if body.subject_id is not None:
        file = await load_subject_file(tx, body.subject_id)
        if file is None or not await may_use(tx, principal, file):
            if file is not None:
                await refused(tx, principal, file.id, Permission.FILE_EDIT, now=now)
            return None
    await not_erased(tx, contact_id)
    await link_by_hand(tx, contact, file, codes, consent=body.consent, by=principal.person_id, now=now)
    return await see_summary(tx, principal, contact_id, codes, now=now, linked_now=True)


@router.get("/subjects/codes", dependencies=[Depends(require(Permission.FILE_SEE))])
async def codes_of_files() -> FileCodesShown:
    """The codes of flags and of responsible adults that may be used now."""
    known = file_codes()
    return FileCodesShown(
        version=known.version,
        flags=[
            FileCode(code=flag.code, zh=flag.zh, en=flag.en, days=flag.days, longest=flag.longest)
            for flag in known.flags.values()
            if not flag.retired
        ],
        roles=[FileCode(code=r.code, zh=r.zh, en=r.en) for r in known.roles.values() if not r.retired],
    )


@router.get("/subjects")
async def find_subjects(
    principal: Opening, db: Db, now: Now, code: Annotated[CallerCode, Query()]
) -> list[FoundSubject]:
    """The files in one's scope that go by the code on a screen: five signs, so perhaps more than one."""
    async with db.transaction() as tx:
        return await find_by_code(tx, principal, code, now=now)


@router.get("/subjects/{subject_id}")
async def subject(subject_id: UUID, principal: Helping, db: Db, codes: Codes, now: Now) -> SubjectDetail:
    """A whole file for those in charge of it; a volunteer sees the contacts of it that she answered, and no more."""
    async with db.transaction() as tx:
        shown = await read_file(tx, principal, subject_id, codes, now=now)
    if shown is None:
        raise NotFound
    return shown
