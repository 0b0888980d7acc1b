"""Openings of the vault as they are read and written, and as consoles may see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.casework.vault.schemas import Opening, Person
from app.domain.break_glass import OpeningState, state_at
from app.platform.changes import record_change
from app.platform.db import Tx
from app.realtime.messages import SUPERVISORS, Loaded, line_topic, person_topic

ENTITY: Final = "vault_opening"

_SELECT: Final = """
    SELECT o.*, r.work_name AS requested_by_name, d.work_name AS decided_by_name, v.work_name AS reviewed_by_name,
      1 + (SELECT count(*) FROM vault_opening_contact c WHERE c.opening_id = o.id) AS contacts
    FROM vault_opening o JOIN person r ON r.id = o.requested_by LEFT JOIN person d ON d.id = o.decided_by
      LEFT JOIN person v ON v.id = o.reviewed_by
"""
_PLAIN: Final = (
    "id", "contact_id", "subject_id", "contacts", "line_id", "kind", "reason_code", "reason", "minutes",
    "single_handed", "requested_at", "lapses_at", "decided_at", "open_until", "looks", "looked_at", "review_due_at",
    "reviewed_at", "finding", "version",
)  # fmt: skip


def ends_at(row: Any) -> datetime | None:
    """When the present state is over by itself."""
    if row["state"] == OpeningState.REQUESTED:
        return row["lapses_at"]  # type: ignore[no-any-return]
    return row["open_until"]  # type: ignore[no-any-return]


def state_of(row: Any, *, now: datetime) -> OpeningState:
    """The state at this moment, whether or not a timer has said so."""
    return state_at(OpeningState(row["state"]), ends_at(row), now=now)


def shown(row: Any, *, now: datetime) -> Opening:
    """An opening as those in charge see it."""
    return Opening(
        state=state_of(row, now=now),
        requested_by=Person(person_id=row["requested_by"], work_name=row["requested_by_name"]),
        decided_by=_person(row["decided_by"], row["decided_by_name"]),
        reviewed_by=_person(row["reviewed_by"], row["reviewed_by_name"]),
        **{name: row[name] for name in _PLAIN},
    )


def _person(person_id: UUID | None, work_name: str | None) -> Person | None:
    return None if person_id is None else Person(person_id=person_id, work_name=work_name or "")


async def lock_opening(tx: Tx, opening_id: UUID) -> Any | None:
    """One opening, held until the transaction ends; None: there is none."""
    return await tx.fetchrow("SELECT * FROM vault_opening WHERE id = $1 FOR UPDATE", opening_id)


async def contacts_of_opening(tx: Tx, row: Any) -> list[UUID]:
    """The contacts an opening is about, as they were when it was asked for."""
    others = await tx.fetch("SELECT contact_id FROM vault_opening_contact WHERE opening_id = $1", row["id"])
    return [row["contact_id"], *(each["contact_id"] for each in others)]


async def read_opening(tx: Tx, opening_id: UUID, *, now: datetime) -> Opening:
    """One opening that is known to exist."""
    return shown(await tx.fetchrow(f"{_SELECT} WHERE o.id = $1", opening_id), now=now)


async def write_opening(tx: Tx, opening_id: UUID, changes: Mapping[str, object], *, now: datetime) -> None:
    """Write columns of an opening that is locked, and tell the consoles."""
    sets = ", ".join(f"{column} = ${n}" for n, column in enumerate(changes, 2))
    await tx.execute(
        f"UPDATE vault_opening SET {sets}, version = version + 1 WHERE id = $1",  # noqa: S608 columns are ours
        opening_id,
        *changes.values(),
    )
    await record_change(tx, ENTITY, opening_id, at=now)


async def list_openings(
    tx: Tx, lines: Sequence[str], *, everything: bool, own: UUID, since: datetime, now: datetime
) -> list[Opening]:
    """The openings of these lines since then, and all that are not over; newest first. One's own are among them."""
    rows = await tx.fetch(
        f"""{_SELECT} WHERE ($2 OR o.line_id = ANY($1) OR o.requested_by = $3)
              AND (o.requested_at > $4 OR o.state IN ('requested', 'open', 'open_alone', 'to_review'))
            ORDER BY o.requested_at DESC LIMIT 500""",
        list(lines), everything, own, since,
    )  # fmt: skip
    return [shown(row, now=now) for row in rows]


async def load_openings(tx: Tx, ids: Sequence[str], *, now: datetime) -> list[Loaded]:
    """For the change feed: the one who asked, and those in charge of the line."""
    rows = await tx.fetch(f"{_SELECT} WHERE o.id = ANY($1)", [UUID(i) for i in ids])
    return [(row["id"], row["version"], shown(row, now=now), _topics(row)) for row in rows]


def _topics(row: Any) -> list[str]:
    line = [] if row["line_id"] is None else [line_topic(row["line_id"])]
    return [person_topic(row["requested_by"]), *line, SUPERVISORS]


async def contacts_of_file(tx: Tx, subject_id: UUID) -> list[Any]:
    """The contacts of a file as it is now, with all merged into it: (contact_id, line_id), newest first."""
    rows: list[Any] = await tx.fetch(
        """WITH RECURSIVE family AS (
             SELECT $1::uuid AS id UNION SELECT s.id FROM subject s JOIN family f ON s.merged_into = f.id)
           SELECT c.id AS contact_id, c.line_id FROM subject_link k JOIN family f ON f.id = k.subject_id
             JOIN contact c ON c.id = k.contact_id
           ORDER BY c.offered_at DESC""",
        subject_id,
    )
    return rows
