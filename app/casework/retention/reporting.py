"""What retention has to show: the terms, the holds, the runs, the erasures; each within what the asker may see."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from app.casework.retention.due import RETENTION
from app.casework.retention.periods import JurisdictionDoc, Periods, lines_and_organisations
from app.casework.retention.schemas import Erasure, Hold, Jurisdiction, Retention, Run, Term, Words
from app.domain.retention import RecordClass
from app.platform.db import Tx

RUNS_SHOWN = 60


async def report(tx: Tx, periods: Periods, lines: Collection[str], *, everything: bool) -> Retention:
    """The whole of it. Holds of lines that are not the asker's, and erasures, are shown to those who see everything."""
    known = await lines_and_organisations(tx)
    runs = await tx.fetch("SELECT * FROM retention_run ORDER BY started_at DESC, id LIMIT $1", RUNS_SHOWN)
    next_run_at = await tx.fetchval("SELECT min(due_at) FROM timer WHERE kind = $1 AND done_at IS NULL", RETENTION)
    return Retention(
        jurisdictions=[_jurisdiction(periods, each, known) for each in (periods.default, *periods.others)],
        next_run_at=next_run_at,
        runs=[Run(**{name: row[name] for name in Run.model_fields}) for row in runs],
        holds=await holds_in_force(tx, lines, everything=everything),
        erasures=await erasures(tx) if everything else [],
    )


def _jurisdiction(periods: Periods, document: JurisdictionDoc, lines: dict[str, str | None]) -> Jurisdiction:
    return Jurisdiction(
        jurisdiction=document.jurisdiction,
        version=document.version,
        name=Words(**document.name.model_dump()),
        source=document.source,
        default=document.default,
        lines=sorted(line for line, organisation in lines.items() if periods.of_line(line, organisation) is document),
        terms=[_term(periods, document, record_class) for record_class in RecordClass],
    )


def _term(periods: Periods, document: JurisdictionDoc, record_class: RecordClass) -> Term:
    kept = periods.of(document, record_class)
    period = kept.period
    return Term(
        record_class=record_class,
        years=None if period is None else period.years,
        months=None if period is None else period.months,
        days=None if period is None else period.days,
        why=Words(**kept.why.model_dump()),
        inherited=record_class not in document.keep,
    )


async def holds_in_force(tx: Tx, lines: Collection[str], *, everything: bool) -> list[Hold]:
    """Every hold on one's lines, and on contacts and subjects with a contact on one of them; newest first."""
    rows = await tx.fetch(
        """SELECT h.*, p.work_name FROM legal_hold h JOIN person p ON p.id = h.placed_by
           WHERE h.lifted_at IS NULL AND ($2 OR h.line_id = ANY($1)
             OR EXISTS (SELECT FROM contact c WHERE c.id = h.contact_id AND c.line_id = ANY($1))
             OR EXISTS (SELECT FROM subject_link k JOIN contact c ON c.id = k.contact_id
                        WHERE k.subject_id = h.subject_id AND c.line_id = ANY($1)))
           ORDER BY h.placed_at DESC LIMIT 500""",
        list(lines), everything,
    )  # fmt: skip
    return [_hold(row) for row in rows]


async def load_hold(tx: Tx, hold_id: UUID) -> Hold:
    """One hold."""
    return _hold(
        await tx.fetchrow(
            "SELECT h.*, p.work_name FROM legal_hold h JOIN person p ON p.id = h.placed_by WHERE h.id = $1", hold_id
        )
    )


def _hold(row: Any) -> Hold:
    names = Hold.model_fields.keys() - {"placed_by"}
    return Hold(placed_by=row["work_name"], **{name: row[name] for name in names})


_ERASURE = "SELECT e.*, p.work_name FROM erasure e JOIN person p ON p.id = e.requested_by"


async def erasures(tx: Tx) -> list[Erasure]:
    """The last erasures, newest first."""
    return [_erasure(row) for row in await tx.fetch(f"{_ERASURE} ORDER BY e.requested_at DESC, e.id LIMIT 200")]


async def load_erasure(tx: Tx, erasure_id: UUID) -> Erasure:
    """One erasure."""
    return _erasure(await tx.fetchrow(f"{_ERASURE} WHERE e.id = $1", erasure_id))


async def erasure_of(tx: Tx, target_id: UUID) -> Erasure | None:
    """The last erasure of this subject or contact; asked for again, it is what there is to show."""
    row = await tx.fetchrow(f"{_ERASURE} WHERE e.target_id = $1 ORDER BY e.requested_at DESC LIMIT 1", target_id)
    return None if row is None else _erasure(row)


def _erasure(row: Any) -> Erasure:
    names = Erasure.model_fields.keys() - {"requested_by", "held_by"}
    return Erasure(requested_by=row["work_name"], held_by=row["stopped_by_hold"], **{name: row[name] for name in names})
