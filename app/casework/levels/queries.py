"""Reading levels: a contact's, a subject's, and what consoles are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.casework.instruments.assessing import prompted_now
from app.casework.levels.deciding import waits
from app.casework.levels.schemas import Level, LevelSet, LiveLevel
from app.casework.notes.numbering import scope_of
from app.domain.risk import RiskLevel
from app.platform.db import Tx
from app.realtime.messages import SUPERVISORS, Loaded, line_topic, person_topic


@dataclass(frozen=True, slots=True)
class LevelOfContact:
    """A contact's last level, for a file's history and its summary."""

    contact_id: UUID
    level: RiskLevel
    prompted: RiskLevel | None
    set_at: datetime


async def load_level(tx: Tx, contact_id: UUID) -> Level:
    """Where a contact's level stands, and how it came there."""
    rows = await tx.fetch(
        """SELECT r.*, p.work_name FROM risk_level r JOIN person p ON p.id = r.set_by
           WHERE r.contact_id = $1 ORDER BY r.version DESC LIMIT 200""",
        contact_id,
    )
    prompt = await prompted_now(tx, contact_id)
    scope = await scope_of(tx, contact_id)
    history = [_entry(row, scope) for row in rows]
    last = history[0] if history else None
    return Level(
        contact_id=contact_id,
        level=None if last is None else last.level,
        rationale_owed=last is not None and last.rationale is None,
        prompted=None if prompt is None else prompt.level,
        decision_owed=waits(prompt, None if last is None else last.level, None if last is None else last.set_at),
        version=0 if last is None else last.version,
        history=history,
    )


def _entry(row: Any, scope: UUID) -> LevelSet:
    names = ("level", "prompted", "below_prompt", "rationale", "unknowns", "set_at", "version")
    return LevelSet(
        set_by=row["work_name"],
        numbered_apart=row["scope"] not in (None, scope),
        **{name: row[name] for name in names},
    )


async def levels_of_contacts(tx: Tx, contact_ids: Sequence[UUID]) -> list[LevelOfContact]:
    """The last level of each of these contacts that has one, the newest first: a subject's level history."""
    rows = await tx.fetch(
        """SELECT * FROM (SELECT DISTINCT ON (contact_id) contact_id, level, prompted, set_at FROM risk_level
                          WHERE contact_id = ANY($1) ORDER BY contact_id, version DESC) last ORDER BY set_at DESC""",
        list(contact_ids),
    )
    return [_of_contact(row) for row in rows]


def _of_contact(row: Any) -> LevelOfContact:
    prompted = None if row["prompted"] is None else RiskLevel(row["prompted"])
    return LevelOfContact(row["contact_id"], RiskLevel(row["level"]), prompted, row["set_at"])


async def newest_levels_of_subjects(tx: Tx, subject_ids: Sequence[UUID]) -> list[LevelOfContact]:
    """The level of the newest contact of these subjects that has one and, where it is “unknown”, the newest that says
    more: for whoever is about to talk with them. It stops at the first it finds, however many contacts there are."""
    rows = await tx.fetch(f"{_NEWEST.format(also='')} UNION {_NEWEST.format(also=_KNOWN)}", list(subject_ids))
    return [_of_contact(row) for row in sorted(rows, key=lambda row: row["linked_at"], reverse=True)]


_KNOWN = "AND r.level <> 'unknown'"
_NEWEST = """
    (SELECT k.contact_id, k.linked_at, r.level, r.prompted, r.set_at
     FROM (SELECT contact_id, linked_at FROM subject_link WHERE subject_id = ANY($1)
           ORDER BY linked_at DESC, contact_id DESC) k
     CROSS JOIN LATERAL (SELECT level, prompted, set_at FROM risk_level r
       WHERE r.contact_id = k.contact_id AND r.version = (
         SELECT max(v.version) FROM risk_level v WHERE v.contact_id = k.contact_id) {also}) r
     ORDER BY k.linked_at DESC, k.contact_id DESC LIMIT 1)
"""


async def load_levels(tx: Tx, ids: Sequence[str]) -> list[Loaded]:
    """For the change feed: the level of these contacts, for those who hold the contact and those who supervise it."""
    rows = await tx.fetch(
        """SELECT DISTINCT ON (r.contact_id) r.*, c.line_id, c.person_id,
             ARRAY(SELECT p.person_id FROM presence p WHERE p.contact_id = c.id) AS here
           FROM risk_level r JOIN contact c ON c.id = r.contact_id
           WHERE r.contact_id = ANY($1) ORDER BY r.contact_id, r.version DESC""",
        [UUID(i) for i in ids],
    )
    return [(row["contact_id"], row["version"], _live(row), _topics(row)) for row in rows]


def _live(row: Any) -> LiveLevel:
    names = ("contact_id", "level", "prompted", "below_prompt", "set_at", "version")
    return LiveLevel(**{name: row[name] for name in names})


def _topics(row: Any) -> list[str]:
    topics = [person_topic(person) for person in {row["person_id"], *row["here"]} - {None}]
    return [*topics, SUPERVISORS, *([line_topic(row["line_id"])] if row["line_id"] is not None else [])]
