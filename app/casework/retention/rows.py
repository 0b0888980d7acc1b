"""Carrying out a rule: the statements that the list of rules amounts to, one a rule, with its tombstones in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.casework.retention.rules import RULES, How, Rule, Unit
from app.contacts.hearing import ask_to_erase
from app.domain.retention import RecordClass
from app.platform.db import Tx

_THESE: Final = "= ANY($1)"

# The subjects under a hold with everything merged into them or that they were merged into: a hold on one holds all.
HELD: Final = """held AS (
    SELECT subject_id AS id FROM legal_hold WHERE lifted_at IS NULL AND subject_id IS NOT NULL
    UNION
    SELECT CASE WHEN s.id = held.id THEN s.merged_into ELSE s.id END FROM held
      JOIN subject s ON (s.id = held.id AND s.merged_into IS NOT NULL) OR s.merged_into = held.id)"""

CONTACT_HELD: Final = """(
          EXISTS (SELECT FROM legal_hold h
                  WHERE h.lifted_at IS NULL AND (h.contact_id = a.id OR h.line_id = a.line_id))
          OR EXISTS (SELECT FROM subject_link l JOIN held ON held.id = l.subject_id WHERE l.contact_id = a.id)
          OR EXISTS (SELECT FROM subject_alias s JOIN held ON held.id = s.subject_id
                     WHERE s.token = a.subject_token))"""
"""Whether a hold covers contact `a`: itself, its line, or the file of whoever called, were they answered or not."""


@dataclass(frozen=True, slots=True)
class Tomb:
    """On whose right rows are erased, and by whom."""

    erasure_id: UUID
    by: UUID
    legal_basis: str


def _going(rule: Rule, *, retained: bool) -> str:
    where = rule.where.format(contact=_THESE, subject=_THESE)
    more = [f"({condition})" for condition in (rule.still, rule.ripe if retained else "") if condition]
    condition = " AND ".join([f"({where})", *more])
    does = f"UPDATE {rule.table} SET {rule.cut}" if rule.how is How.CUT else f"DELETE FROM {rule.table}"  # noqa: S608
    return f"{does} WHERE {condition} RETURNING {rule.row_id} AS id".replace("{now}", "$2::timestamptz")


async def take(tx: Tx, rule: Rule, ids: Sequence[UUID], *, now: datetime) -> int:
    """Let the rows of these go by age; how many did."""
    if rule.how is How.ASK_CARRIER:
        return len(await ask_to_erase(tx, ids, now=now))
    gone = _going(rule, retained=True)
    counted = f"WITH gone AS ({gone}) SELECT count(*) FROM gone WHERE $2::timestamptz IS NOT NULL"  # noqa: S608
    return int(await tx.fetchval(counted, list(ids), now))


async def erase(tx: Tx, rule: Rule, ids: Sequence[UUID], tomb: Tomb, *, now: datetime) -> int:
    """Let the rows of these go by somebody's right, each leaving a tombstone; how many did."""
    names = (rule.record_class.value, rule.table)
    if rule.how is How.ASK_CARRIER:
        asked = [str(each) for each in await ask_to_erase(tx, ids, now=now)]
        await tx.execute(
            """INSERT INTO tombstone (erasure_id, record_class, record_table, record_id, erased_at, erased_by,
                 legal_basis) SELECT $1, $2, $3, id, $4, $5, $6 FROM unnest($7::text[]) id""",
            tomb.erasure_id, *names, now, tomb.by, tomb.legal_basis, asked,
        )  # fmt: skip
        return len(asked)
    statement = f"""
        WITH gone AS ({_going(rule, retained=False)}), stones AS (
          INSERT INTO tombstone (erasure_id, record_class, record_table, record_id, erased_at, erased_by, legal_basis)
          SELECT $3, $4, $5, id, $2, $6, $7 FROM gone RETURNING 1)
        SELECT count(*) FROM stones"""  # noqa: S608 the rules are ours
    return int(await tx.fetchval(statement, list(ids), now, tomb.erasure_id, *names, tomb.by, tomb.legal_basis))


async def take_strays(tx: Tx, rule: Rule, *, before: datetime, limit: int) -> int:
    """Let rows of no contact go by their own time; at most `limit`."""
    condition = rule.where.format(cutoff="$1")
    status: str = await tx.execute(
        f"DELETE FROM {rule.table} WHERE id IN (SELECT id FROM {rule.table} WHERE {condition} ORDER BY id LIMIT $2)",  # noqa: S608
        before, limit,
    )  # fmt: skip
    return int(status.split()[-1])


async def count_strays(tx: Tx, rule: Rule, *, before: datetime) -> int:
    """How many such rows there are."""
    condition = rule.where.format(cutoff="$1")
    return int(await tx.fetchval(f"SELECT count(*) FROM {rule.table} WHERE {condition}", before))  # noqa: S608


def due_contacts(record_class: RecordClass) -> str:
    """Of the contacts $1, those old enough that still have something of this class, and whether a hold keeps it.

    $2, $3: lines and their cutoffs; $4: everybody else's; $5: now.
    """
    rules = [rule for rule in RULES if rule.record_class is record_class and rule.unit is Unit.CONTACT]
    has = " OR ".join(_has(rule, contact="= a.id", subject="= a.id") for rule in rules)
    return f"""
        WITH RECURSIVE {HELD}, a AS (
          SELECT c.id, c.line_id, c.subject_token FROM contact c
            LEFT JOIN unnest($2::text[], $3::timestamptz[]) k(line_id, cutoff) ON k.line_id = c.line_id
          WHERE c.id = ANY($1) AND {_OVER})
        SELECT a.id, {CONTACT_HELD} AS held FROM a WHERE ({has}) AND $5::timestamptz IS NOT NULL ORDER BY a.id"""  # noqa: S608


def due_subjects(record_class: RecordClass) -> str:
    """Of the files $1 (none of them merged into another), those old enough, and whether a hold keeps them.

    A file is as old as its last contact, of whatever it was merged with; one that somebody has dealt with since, or
    that has something open, is not old. Parameters as in `due_contacts`.
    """
    rules = [rule for rule in RULES if rule.record_class is record_class and rule.unit is Unit.SUBJECT]
    family = "IN (SELECT f.id FROM family f WHERE f.root = s.id)"
    busy = [
        f"NOT EXISTS (SELECT FROM {rule.table} WHERE ({rule.where.format(subject=family)}) AND ({condition}))"
        for rule in rules
        for condition in (f"{rule.touched} >= $4" if rule.touched else "", rule.open_while)
        if condition
    ]
    return f"""
        WITH RECURSIVE {HELD}, family AS (
          SELECT id AS root, id FROM subject WHERE id = ANY($1)
          UNION ALL SELECT f.root, s.id FROM family f JOIN subject s ON s.merged_into = f.id),
        talks AS (
          SELECT f.root, c.id, c.line_id, coalesce({_OVER}, false) AS over
          FROM family f JOIN subject_link l ON l.subject_id = f.id JOIN contact c ON c.id = l.contact_id
            LEFT JOIN unnest($2::text[], $3::timestamptz[]) k(line_id, cutoff) ON k.line_id = c.line_id)
        SELECT s.id, EXISTS (SELECT FROM family f JOIN held ON held.id = f.id WHERE f.root = s.id)
            OR EXISTS (SELECT FROM talks t JOIN legal_hold h ON h.contact_id = t.id OR h.line_id = t.line_id
                       WHERE t.root = s.id AND h.lifted_at IS NULL) AS held
        FROM subject s
        WHERE s.id = ANY($1) AND s.created_at < $4 AND $5::timestamptz IS NOT NULL
          AND NOT EXISTS (SELECT FROM talks t WHERE t.root = s.id AND NOT t.over)
          AND {" AND ".join(busy)}
        ORDER BY s.id"""  # noqa: S608


_OVER: Final = """c.state = 'closed' AND coalesce(c.closed_at, c.ended_at, c.offered_at) <
            CASE WHEN k.line_id IS NULL THEN $4::timestamptz ELSE k.cutoff END"""


def _has(rule: Rule, **these: str) -> str:
    where = rule.where.format(**these)
    condition = " AND ".join(f"({each})" for each in (where, rule.still, rule.ripe) if each)
    return f"EXISTS (SELECT FROM {rule.table} WHERE {condition})".replace("{now}", "$5::timestamptz")
