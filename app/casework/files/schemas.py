"""The public shapes of files. A person is a code; no number, name or address is in any of them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from app.contacts.schemas import LineName, Public
from app.domain.risk import RiskLevel


class OriginalFile(Public):
    """The file that a text was written in; `code` None: it had none then, or is gone."""

    id: UUID
    code: str | None


class FlagInForce(Public):
    """A flag that holds now. `numbered_in`: as in `FileNote`."""

    id: UUID
    code: str
    zh: str
    en: str
    text: str
    placed_at: datetime
    expires_at: datetime
    numbered_in: OriginalFile | None
    version: int


class Flag(FlagInForce):
    """A flag with its whole story."""

    placed_by: str
    extended_at: datetime | None
    extended_by: str | None
    lifted_at: datetime | None
    lifted_by: str | None
    lift_reason: str | None


class Owner(Public):
    """Who is to do something: a person by work name, a pool by its names, or everyone of a role (no names)."""

    kind: Literal["person", "pool", "role"]
    id: str
    zh: str
    en: str


class OpenTask(Public):
    """Something still to be done."""

    id: UUID
    text: str
    owner: Owner
    due_at: datetime
    overdue: bool
    version: int


class Task(OpenTask):
    """A task with its whole story."""

    state: Literal["open", "done", "cancelled"]
    made_by: str
    made_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    outcome: str


class LastLevel(Public):
    """The newest level of risk that somebody set, in whatever contact."""

    level: RiskLevel
    set_at: datetime


class SubjectSummary(Public):
    """What helps whoever is about to talk with this person. `times_seen` counts talks before this contact.

    `last_known_level` is the newest that is not “unknown”, which says that the danger could not be told.
    `linkable`: there is no file and no number to find one by, so one can be opened by hand if the caller agrees.
    """

    has_file: bool
    linkable: bool
    subject_id: UUID | None
    code: str | None
    times_seen: int
    last_contact_at: datetime | None
    flags: list[FlagInForce]
    tasks: list[OpenTask]
    last_level: LastLevel | None
    last_known_level: LastLevel | None
    key_lines: list[str]
    key_lines_numbered_in: OriginalFile | None


class Adult(Public):
    """A responsible adult, by role alone, and what they do."""

    role: str
    zh: str
    en: str
    does: str


class Plan(Public):
    """One version of a plan, numbered from 1 in the file's history. `numbered_in`: as in `FileNote`.

    `key_lines` are what everyone who talks with this person sees.
    """

    version: int
    key_lines: list[str]
    body: str
    adults: list[Adult]
    written_by: str
    written_at: datetime
    numbered_in: OriginalFile | None


class FileNote(Public):
    """That a contact has a note, by whom, and how it was coded (the notes' code lists name the codes).

    `numbered_in`: the original file, where that is not this one since a merge or a split. Stored texts are never
    changed, so that somebody who is called 〔姓名1〕 there need not be the 〔姓名1〕 of this file's own notes.
    """

    id: UUID
    written_by: str
    topics: list[str]
    non_counselling: str | None
    danger_asked: str | None
    submitted_at: datetime
    locked: bool
    numbered_in: OriginalFile | None


class FileContact(Public):
    """One contact of a file; its note is read at `GET /contacts/{id}/record`.

    `with_subject` is the subject it was linked to, which a merge leaves as it is.
    """

    id: UUID
    line: LineName | None
    offered_at: datetime
    ended_at: datetime | None
    answered_by: str | None
    disposition: str | None
    how: Literal["pseudonym", "by_hand"]
    with_subject: UUID
    level: LastLevel | None
    note: FileNote | None


class Regrouping(Public):
    """A merge or a split. `contacts`: how many it moved."""

    id: UUID
    kind: Literal["merge", "split"]
    from_subject: UUID
    to_subject: UUID
    contacts: int
    done_by: str
    done_at: datetime
    undone_by: str | None
    undone_at: datetime | None


class HandOver(Public):
    """A file on its way from one organisation's custody to another's. `mine`: which side the asker may answer for."""

    id: UUID
    subject_id: UUID
    code: str | None
    from_organisation: str
    to_organisation: str
    state: Literal["requested", "accepted", "refused", "withdrawn"]
    reason: str
    answer: str
    requested_by: str
    requested_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    mine: list[Literal["giving", "receiving"]]
    version: int


class OrganisationName(Public):
    """An organisation that may have custody of files."""

    id: str
    name_zh: str
    name_en: str


class SubjectDetail(Public):
    """A file. `whole` False: only the contacts that the asker answered, because more is not theirs to read."""

    id: UUID
    code: str | None
    whole: bool
    organisation_id: str | None
    custody_since: datetime | None
    created_at: datetime
    members: list[UUID]
    times_seen: int
    contacts: list[FileContact]
    flags: list[Flag]
    plan: Plan | None
    tasks: list[Task]
    regroupings: list[Regrouping]
    hand_overs: list[HandOver]
    version: int


class FoundSubject(Public):
    """A file found by its code. Five signs may stand for two people: all of them are listed."""

    id: UUID
    code: str
    organisation_id: str | None
    times_seen: int
    last_contact_at: datetime | None


class FileCode(Public):
    """A code with its names; `days` and `longest` are a flag's."""

    code: str
    zh: str
    en: str
    days: int | None = None
    longest: int | None = None


class FileCodesShown(Public):
    """The codes that may be used now."""

    version: str
    flags: list[FileCode]
    roles: list[FileCode]
