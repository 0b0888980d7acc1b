"""The nightly round: class by class, batch by batch, each batch a transaction of its own (field.md section 2).

Where a round stands is in its timer's payload, so whoever is alive goes on with it. A class that fails is entered as
failed, told to the supervisors, and left for the next night; the others go on. What a hold keeps is looked at again
every night.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from app.casework.retention.periods import Cutoffs, Periods, lines_and_organisations
from app.casework.retention.rows import count_strays, due_contacts, due_subjects, take, take_strays
from app.casework.retention.rules import STAGES, Unit, rules_of
from app.domain.retention import RecordClass
from app.platform.clock import fresh_id
from app.platform.db import Tx

BATCH: Final = 500
"""Contacts or files looked at in one transaction."""

FIRST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a round stands: in which stage, and after which contact or file."""

    round_id: UUID
    stage: int = 0
    after: UUID = FIRST

    @property
    def record_class(self) -> RecordClass:
        """The class it is at."""
        return STAGES[self.stage][0]

    def next_stage(self) -> "Place | None":
        """At the beginning of the next stage; None: the round is over."""
        return None if self.stage + 1 >= len(STAGES) else replace(self, stage=self.stage + 1, after=FIRST)

    def as_payload(self) -> dict[str, Any]:
        """For the timer."""
        return {"round_id": str(self.round_id), "stage": self.stage, "after": str(self.after)}


def place_of(payload: Mapping[str, Any]) -> Place:
    """Where a timer says the round stands; a new round when it says nothing."""
    if "round_id" not in payload:
        return Place(fresh_id())
    return Place(UUID(payload["round_id"]), int(payload["stage"]), UUID(payload["after"]))


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch came to. `done`: the stage has no more."""

    looked_at: int
    erased: int
    held: int
    last: UUID
    done: bool


async def step(tx: Tx, periods: Periods, place: Place, *, now: datetime, batch: int = BATCH) -> Place | None:
    """Do one batch and enter what it came to; where the round then stands, None when it is over."""
    began = time.perf_counter()
    found = await look(tx, periods, place, now=now, erasing=True, batch=batch)
    after = replace(place, after=found.last) if not found.done else place.next_stage()
    took_ms = round((time.perf_counter() - began) * 1000)
    class_is_over = after is None or after.record_class is not place.record_class
    await tx.execute(
        """INSERT INTO retention_run (id, round_id, record_class, periods_version, looked_at, erased, held, took_ms,
             started_at, finished_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           ON CONFLICT (round_id, record_class) DO UPDATE SET looked_at = retention_run.looked_at + $5,
             erased = retention_run.erased + $6, held = retention_run.held + $7,
             took_ms = retention_run.took_ms + $8, finished_at = $10""",
        fresh_id(), place.round_id, place.record_class.value, periods.version, found.looked_at, found.erased,
        found.held, took_ms, now, now if class_is_over else None,
    )  # fmt: skip
    return after


async def fail(tx: Tx, periods: Periods, place: Place, failed_as: str, *, now: datetime) -> Place | None:
    """Enter that a class failed; the place of the class after it."""
    await tx.execute(
        """INSERT INTO retention_run (id, round_id, record_class, periods_version, started_at, finished_at, failed_as)
           VALUES ($1, $2, $3, $4, $5, $5, $6)
           ON CONFLICT (round_id, record_class) DO UPDATE SET failed_as = $6, finished_at = $5""",
        fresh_id(), place.round_id, place.record_class.value, periods.version, now, failed_as,
    )  # fmt: skip
    after = place.next_stage()
    while after is not None and after.record_class is place.record_class:
        after = after.next_stage()
    return after


async def look(tx: Tx, periods: Periods, place: Place, *, now: datetime, erasing: bool, batch: int = BATCH) -> Batch:
    """Look at one batch; with `erasing` what is old enough and not held goes."""
    record_class, unit = STAGES[place.stage]
    cutoffs = periods.cutoffs(record_class, await lines_and_organisations(tx), now=now)
    if unit is Unit.STRAY:
        return await _strays(tx, record_class, cutoffs, erasing=erasing, batch=batch)
    source = "contact" if unit is Unit.CONTACT else "subject"
    only = "" if unit is Unit.CONTACT else "AND merged_into IS NULL"
    ids = [
        row["id"]
        for row in await tx.fetch(
            f"SELECT id FROM {source} WHERE id > $1 {only} ORDER BY id LIMIT $2",  # noqa: S608 two tables of ours
            place.after, batch,
        )
    ]  # fmt: skip
    if not ids:
        return Batch(0, 0, 0, place.after, done=True)
    query = due_contacts(record_class) if unit is Unit.CONTACT else due_subjects(record_class)
    due = await tx.fetch(query, ids, list(cutoffs.by_line), list(cutoffs.by_line.values()), cutoffs.otherwise, now)
    going = [row["id"] for row in due if not row["held"]]
    if erasing and going:
        await _take(tx, record_class, unit, going, now=now)
    return Batch(len(due), len(going), len(due) - len(going), cast("UUID", ids[-1]), done=len(ids) < batch)


async def _take(tx: Tx, record_class: RecordClass, unit: Unit, ids: Sequence[UUID], *, now: datetime) -> None:
    if unit is Unit.SUBJECT:
        ids = await whole_files(tx, ids)
    for rule in rules_of(record_class, unit):
        await take(tx, rule, ids, now=now)


async def whole_files(tx: Tx, subject_ids: Sequence[UUID]) -> list[UUID]:
    """These subjects with all that were merged into them, over however many merges."""
    rows = await tx.fetch(
        """WITH RECURSIVE family AS (
             SELECT id FROM subject WHERE id = ANY($1)
             UNION SELECT s.id FROM family f JOIN subject s ON s.merged_into = f.id)
           SELECT id FROM family""",
        list(subject_ids),
    )
    return [row["id"] for row in rows]


async def _strays(tx: Tx, record_class: RecordClass, cutoffs: Cutoffs, *, erasing: bool, batch: int) -> Batch:
    if cutoffs.otherwise is None:
        return Batch(0, 0, 0, FIRST, done=True)
    count = 0
    for rule in rules_of(record_class, Unit.STRAY):
        if erasing:
            count += await take_strays(tx, rule, before=cutoffs.otherwise, limit=batch)
        else:
            count += await count_strays(tx, rule, before=cutoffs.otherwise)
    return Batch(count, count, 0, FIRST, done=not erasing or count < batch)
