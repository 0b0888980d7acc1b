"""What of a file goes into the packet for a case conference: what was said and done, not by whom and not on which day.

Left out: the caller's code, ids, every date and time of day (weeks since the first contact stand for them), the line,
the region, the names of staff, and owners of tasks who are people. Texts are those that are stored: the gate has
de-identified them. A note on a line that the asker does not read is left out, and the packet says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.casework.files.flags import flags_of
from app.casework.files.plan import current_plan
from app.casework.files.reach import SubjectFile
from app.casework.files.schemas import Flag, Plan, Task
from app.casework.files.tasks import tasks_of
from app.domain.permissions import Permission
from app.people.access import Principal
from app.platform.db import Tx

MOST: Final = 500
WEEK: Final = timedelta(days=7)
_CONTACTS: Final = """
    SELECT c.id, c.line_id, c.offered_at, n.id AS note_id, n.scope, n.non_counselling, n.called_as, n.subject_role,
      n.age_band, n.gender, n.grade_band, n.topics, n.danger_asked, n.danger_reason, n.texts,
      (SELECT jsonb_agg(jsonb_build_object('text', a.text, 'state', a.state) ORDER BY a.place, a.id)
       FROM note_action a WHERE a.note_id = n.id) AS actions,
      (SELECT jsonb_agg(jsonb_build_object('text', m.text, 'at', m.at) ORDER BY m.at, m.id)
       FROM note_amendment m WHERE m.note_id = n.id) AS amendments,
      (SELECT jsonb_agg(jsonb_build_object('level', k.level, 'prompted', k.prompted, 'rationale', k.rationale,
         'scope', k.scope) ORDER BY k.version) FROM risk_level k WHERE k.contact_id = c.id) AS levels
    FROM subject_link s JOIN contact c ON c.id = s.contact_id LEFT JOIN note n ON n.contact_id = c.id
    WHERE s.subject_id = ANY($1) ORDER BY c.offered_at DESC, c.id LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class SetLevel:
    """A level that was set in a contact, in order. `numbering`: as a note's; None also where nobody is numbered."""

    level: str
    prompted: str | None
    rationale: str
    numbering: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """The note of a contact, without whose it is.

    `numbering`: notes with the same one number their 〔姓名1〕 together; None: there is but one in this packet.
    """

    numbering: int | None

    non_counselling: str | None
    codes: Mapping[str, str | None]
    topics: Sequence[str]
    danger_asked: str | None
    danger_reason: str | None
    texts: Mapping[str, Any]
    actions: Sequence[tuple[str, str]]  # state, text
    amendments: Sequence[tuple[int, str]]  # week, text


@dataclass(frozen=True, slots=True)
class PacketContact:
    """A contact in its week. `withheld`: its note and levels are another line's to read."""

    week: int
    withheld: bool
    levels: Sequence[SetLevel]
    note: Told | None


@dataclass(frozen=True, slots=True)
class Packet:
    """All of it, contacts from the first to the last."""

    contacts: Sequence[PacketContact]
    plan: Plan | None
    plan_week: int
    plan_numbering: int | None  # as a note's
    flags: Sequence[tuple[Flag, int | None]]  # each with the same
    tasks: Sequence[Task]
    more: bool  # there are older contacts, beyond what one packet holds

    @property
    def notes(self) -> int:
        """How many notes are in it."""
        return sum(contact.note is not None for contact in self.contacts)

    @property
    def several_numberings(self) -> bool:
        """Whether 〔姓名1〕 of one text may be somebody else than that of another."""
        of_notes = [contact.note.numbering for contact in self.contacts if contact.note is not None]
        of_levels = [level.numbering for contact in self.contacts for level in contact.levels]
        of_flags = [numbering for _, numbering in self.flags]
        return any(numbering is not None for numbering in (*of_notes, *of_levels, *of_flags, self.plan_numbering))


async def read_packet(tx: Tx, principal: Principal, file: SubjectFile, *, now: datetime) -> Packet:
    """The packet of a file that this person may edit."""
    rows = list(reversed(await tx.fetch(_CONTACTS, file.members, MOST + 1)))
    more = len(rows) > MOST
    first: datetime = rows[0]["offered_at"] if rows else now
    plan = await current_plan(tx, file)
    flags = [flag for flag in await flags_of(tx, file) if flag.lifted_at is None and flag.expires_at > now]
    tasks = [task for task in await tasks_of(tx, file, now=now) if task.state == "open"]
    entered: list[Flag | Plan] = [*flags, *([] if plan is None else [plan])]
    numberings = _numberings(rows[-MOST:], principal, [_scope(each, file) for each in entered])
    return Packet(
        contacts=[_contact(row, principal, first, numberings) for row in rows[-MOST:]],
        plan=plan,
        plan_week=1 if plan is None else _week(plan.written_at, first),
        plan_numbering=None if plan is None else numberings.get(_scope(plan, file)),
        flags=[(flag, numberings.get(_scope(flag, file))) for flag in flags],
        tasks=tasks,
        more=more,
    )


def _scope(entered: Flag | Plan, file: SubjectFile) -> UUID:
    """The original file of a flag or a plan."""
    return file.id if entered.numbered_in is None else entered.numbered_in.id


def _numberings(rows: Sequence[Any], principal: Principal, others: Sequence[UUID]) -> Mapping[UUID, int]:
    """Since merges and splits, texts of several original files may lie together: each file gets a number, from 1."""
    shown = [row for row in rows if _may_read(principal, row["line_id"])]
    of_contacts = [scope for row in shown for scope in (row["scope"], *map(_scope_of_level, row["levels"] or ()))]
    scopes = list(dict.fromkeys(scope for scope in (*of_contacts, *others) if scope is not None))
    return {scope: number for number, scope in enumerate(scopes, start=1)} if len(scopes) > 1 else {}


def _scope_of_level(level: Any) -> UUID | None:
    return None if level["scope"] is None else UUID(level["scope"])


def _week(at: datetime, first: datetime) -> int:
    """The week since the first contact, from 1."""
    return max((at - first) // WEEK, 0) + 1


def _may_read(principal: Principal, line_id: str | None) -> bool:
    if line_id is None:
        return principal.may_everywhere(Permission.NOTE_SEE)
    return principal.may(Permission.NOTE_SEE, line=line_id)


def _contact(row: Any, principal: Principal, first: datetime, numberings: Mapping[UUID, int]) -> PacketContact:
    week = _week(row["offered_at"], first)
    if not _may_read(principal, row["line_id"]):
        return PacketContact(week=week, withheld=True, levels=(), note=None)
    levels = [_level(each, numberings) for each in row["levels"] or ()]
    return PacketContact(week=week, withheld=False, levels=levels, note=_note(row, first, numberings))


def _level(level: Any, numberings: Mapping[UUID, int]) -> SetLevel:
    scope = _scope_of_level(level)
    numbering = None if scope is None else numberings.get(scope)
    return SetLevel(level["level"], level["prompted"], level["rationale"] or "", numbering)


def _note(row: Any, first: datetime, numberings: Mapping[UUID, int]) -> Told | None:
    if row["note_id"] is None:
        return None
    return Told(
        numbering=numberings.get(row["scope"]),
        non_counselling=row["non_counselling"],
        codes={
            "caller_roles": row["called_as"],
            "subject_roles": row["subject_role"],
            "age_bands": row["age_band"],
            "genders": row["gender"],
            "grade_bands": row["grade_band"],
        },
        topics=row["topics"],
        danger_asked=row["danger_asked"],
        danger_reason=row["danger_reason"],
        texts=row["texts"],
        actions=[(each["state"], each["text"]) for each in row["actions"] or ()],
        amendments=[(_week(_instant(each["at"]), first), each["text"]) for each in row["amendments"] or ()],
    )


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written)
