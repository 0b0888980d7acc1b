"""The right to erasure of one subject: everything that hangs on it goes, by the one list of rules (ADR 17).

What stays is a count: that there were contacts, when, and how they ended, with nothing that leads to anybody; and a
tombstone for each row that went. It is done in batches of contacts, each in a transaction; which contacts are left is
what is still linked, so that anybody can go on with it and it can be asked for twice. A legal hold refuses it with its
reason; one that is placed while it is under way stops it until it is lifted. While a call of the subject goes on
nothing of it is erased: a rescue may need the number at any moment of the talk.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.casework.files.family import kept_subject
from app.casework.retention.rounds import whole_files
from app.casework.retention.rows import Tomb, erase
from app.casework.retention.rules import ONLY_RETAINED, RULES, Unit
from app.domain.acts import Act
from app.domain.errors import Held, NotFound, NotPossibleNow
from app.domain.retention import ErasureBasis, HoldReason
from app.platform.audit import record_act
from app.platform.changes import record_change
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.timers import Timer, set_timer

log = get_log()

ERASURE: Final = "erasure"
"""The timer that goes on with an erasure; its subject is the erasure."""
BATCH: Final = 100
AFTER_A_CALL: Final = timedelta(minutes=5)
"""When an erasure is tried again that met a call of its subject."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be erased: a file with everything merged into it, or one contact that no file knows of."""

    kind: str  # subject, contact
    id: UUID
    subject_ids: Sequence[UUID]
    contact_ids: Sequence[UUID]
    line_ids: Sequence[str | None]
    goes_on: bool  # a contact of it is not over, or a call-back is being dialled


async def target_of_subject(tx: Tx, subject_id: UUID) -> Target:
    """The file that this subject is part of. Raises NotFound."""
    kept = await kept_subject(tx, subject_id)
    if kept is None:
        raise NotFound
    family = await whole_files(tx, [kept])
    return await _target(tx, "subject", kept, family, await _contacts(tx, family))


async def target_of_contact(tx: Tx, contact_id: UUID) -> Target:
    """One contact by itself, for a caller who gave no number and is in no file. Raises NotFound."""
    if not await tx.fetchval("SELECT true FROM contact WHERE id = $1", contact_id):
        raise NotFound
    return await _target(tx, "contact", contact_id, [], [contact_id])


async def _target(tx: Tx, kind: str, target_id: UUID, subjects: Sequence[UUID], contacts: Sequence[UUID]) -> Target:
    rows = await tx.fetch(
        """SELECT c.line_id, bool_or(c.state <> 'closed' OR coalesce(b.state = 'dialling', false)) AS goes_on
           FROM contact c LEFT JOIN call_back b ON b.contact_id = c.id WHERE c.id = ANY($1) GROUP BY c.line_id""",
        list(contacts),
    )
    goes_on = any(row["goes_on"] for row in rows)
    return Target(kind, target_id, subjects, contacts, [row["line_id"] for row in rows], goes_on)


async def _contacts(tx: Tx, family: Sequence[UUID], *, limit: int | None = None) -> list[UUID]:
    """The contacts of a file: those linked to it, and those of its pseudonyms that are linked to nobody."""
    rows = await tx.fetch(
        """SELECT k.contact_id AS id FROM subject_link k WHERE k.subject_id = ANY($1)
           UNION
           SELECT c.id FROM subject_alias a JOIN contact c ON c.subject_token = a.token
           WHERE a.subject_id = ANY($1) AND NOT EXISTS (SELECT FROM subject_link k WHERE k.contact_id = c.id)
           ORDER BY id LIMIT $2""",
        list(family), limit,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def hold_on(tx: Tx, target: Target) -> Any:
    """The first legal hold that covers any of it; None: there is none."""
    return await tx.fetchrow(
        """SELECT id, reason_code FROM legal_hold WHERE lifted_at IS NULL
             AND (subject_id = ANY($1) OR contact_id = ANY($2) OR line_id = ANY($3)) ORDER BY placed_at LIMIT 1""",
        list(target.subject_ids), list(target.contact_ids), [line for line in target.line_ids if line is not None],
    )  # fmt: skip


async def request_erasure(tx: Tx, target: Target, basis: ErasureBasis, *, by: UUID, now: datetime) -> UUID:
    """Begin to erase; the erasure's id, the same when it is under way already.

    Raises Held (a legal hold, with its reason), NotPossibleNow (a contact still goes on). The first batch is done at
    once.
    """
    under_way: UUID | None = await tx.fetchval(
        "SELECT id FROM erasure WHERE target_id = $1 AND finished_at IS NULL FOR UPDATE", target.id
    )
    if under_way is not None:
        return under_way
    hold = await hold_on(tx, target)
    if hold is not None:
        raise Held(HoldReason(hold["reason_code"]).value)
    if target.goes_on:
        raise NotPossibleNow(
            "A contact of this subject is still going on; erase when it is over. "
            "该对象还有进行中的来电，请结束后再清除。"
        )
    erasure_id = fresh_id()
    await tx.execute(
        """INSERT INTO erasure (id, target_kind, target_id, legal_basis, requested_by, requested_at)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        erasure_id, target.kind, target.id, basis.value, by, now,
    )  # fmt: skip
    await record_act(
        tx, Act.ERASURE_REQUESTED, by=by, target_kind=target.kind, target_id=target.id, now=now,
        facts={"erasure": str(erasure_id), "basis": basis.value},
    )  # fmt: skip
    log.info(Log.ERASURE_REQUESTED, erasure=erasure_id, basis=basis.value)
    await go_on(tx, erasure_id, now=now)
    return erasure_id


async def go_on(tx: Tx, erasure_id: UUID, *, now: datetime, batch: int = BATCH) -> None:
    """Erase one batch, unless a call goes on; the rest is left to the timer that is set for it."""
    row = await tx.fetchrow("SELECT * FROM erasure WHERE id = $1 AND finished_at IS NULL FOR UPDATE", erasure_id)
    if row is None:
        return
    tomb = Tomb(erasure_id, row["requested_by"], row["legal_basis"])
    of_subject = row["target_kind"] == "subject"
    family = await whole_files(tx, [row["target_id"]]) if of_subject else []
    contacts = await _contacts(tx, family) if of_subject else [row["target_id"]]
    these = contacts[:batch]
    # Contacts are locked before what hangs on them; and no call-back of theirs begins to be dialled from here on.
    await tx.execute("SELECT FROM contact WHERE id = ANY($1) ORDER BY id FOR UPDATE", these)
    target = await _target(tx, row["target_kind"], row["target_id"], family, contacts)
    hold = await hold_on(tx, target)
    if hold is not None:
        await tx.execute("UPDATE erasure SET stopped_by_hold = $2 WHERE id = $1", erasure_id, hold["id"])
        return
    if target.goes_on:  # the caller has rung since it was asked for
        await tx.execute("UPDATE erasure SET stopped_by_hold = NULL WHERE id = $1", erasure_id)
        await set_timer(tx, ERASURE, erasure_id, due_at=now + AFTER_A_CALL, now=now)
        return
    counted: Counter[str] = Counter(row["erased"])
    await _erase(tx, Unit.CONTACT, these, tomb, counted, now=now)
    await record_change(tx, "contact", *these, at=now)
    over = len(these) == len(contacts)
    if over and family:
        await _erase(tx, Unit.SUBJECT, family, tomb, counted, now=now)
    await tx.execute(
        "UPDATE erasure SET erased = $2, finished_at = $3, stopped_by_hold = NULL WHERE id = $1",
        erasure_id, dict(counted), now if over else None,
    )  # fmt: skip
    if not over:
        await set_timer(tx, ERASURE, erasure_id, due_at=now, now=now)
        return
    await record_act(
        tx, Act.ERASURE_FINISHED, by=row["requested_by"], target_kind=row["target_kind"], target_id=row["target_id"],
        now=now, facts={"erasure": str(erasure_id), "rows": sum(counted.values())},
    )  # fmt: skip
    log.info(Log.ERASURE_FINISHED, erasure=erasure_id, rows=sum(counted.values()))


async def _erase(tx: Tx, unit: Unit, ids: Sequence[UUID], tomb: Tomb, counted: Counter[str], *, now: datetime) -> None:
    for rule in RULES:
        if rule.unit is unit and rule.record_class not in ONLY_RETAINED:
            rows = await erase(tx, rule, ids, tomb, now=now)
            if rows:
                counted[rule.table] += rows


async def go_on_after_hold(tx: Tx, hold_id: UUID, *, now: datetime) -> None:
    """Erasures that this hold stopped go on."""
    for row in await tx.fetch("SELECT id FROM erasure WHERE stopped_by_hold = $1 AND finished_at IS NULL", hold_id):
        await set_timer(tx, ERASURE, row["id"], due_at=now, now=now)


async def erasure_due(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """The timer of an erasure under way."""
    await go_on(tx, timer.subject_id, now=now)
