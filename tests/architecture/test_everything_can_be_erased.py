"""Whatever hangs on a contact or a subject has a rule by which it is erased, and the rules can be carried out.

A new table of casework or the vault fails here until app/casework/retention/rules.py says how its rows go (or, among
EXEMPT, why they stay). Children come before what they point at.
"""

import asyncpg
from sqlalchemy import Table

from app.casework.retention.rows import _going, due_contacts, due_subjects
from app.casework.retention.rules import EXEMPT, RULES, STAGES, How, Unit
from app.domain.retention import RecordClass
from app.tables import metadata

LEADS_TO_SOMEBODY = {"contact_id", "subject_id", "subject_token", "scope"}
# What other slices keep of a contact, without anything of the caller: times, states, outcomes. The count that stays.
COUNTS = {
    "leg": "the parties' connections: the carrier's ids, states and times",
    "offer": "whom it was offered to",
    "transfer": "who passed it on to whom",
    "call_back": "that one was asked for; a rule gives up what is still open",
    "command": "cleared away a week after it was done",
    "notice": "what supervisors were told of, by code",
    "presence": "what a volunteer is doing now",
    "timer": "cleared away a week after it was done; `subject_id` is whatever it is about",
}


def ruled() -> set[str]:
    return {rule.table for rule in RULES}


def hangs_on_somebody(table: Table, known: set[str]) -> bool:
    pointed_at = {key.column.table.fullname for key in table.foreign_keys}
    names = {column.name for column in table.columns}
    return bool(pointed_at & known or LEADS_TO_SOMEBODY & names or any(name.endswith("_token") for name in names))


def hanging() -> set[str]:
    """Every table that hangs on a contact or a subject, itself or by what it points at."""
    found = {"contact", "subject"}
    while True:
        more = {t.fullname for t in metadata.tables.values() if t.fullname not in found and hangs_on_somebody(t, found)}
        if not more:
            return found
        found |= more


def test_every_table_that_hangs_on_a_contact_or_a_subject_has_a_rule() -> None:
    without = sorted(hanging() - ruled() - EXEMPT.keys() - COUNTS.keys())
    assert without == [], "say in app/casework/retention/rules.py how these are erased: a Rule each, children first"


def test_what_is_exempt_or_a_count_is_there_and_hangs_on_somebody() -> None:
    assert EXEMPT.keys() | COUNTS.keys() <= hanging() | {"erasure", "tombstone"}
    assert not EXEMPT.keys() & ruled()


def test_the_search_for_what_hangs_finds_what_hangs_on_what_hangs() -> None:
    assert {"subject_moved_alias", "placeholder", "vault.identity", "assessment", "risk_level"} <= hanging()
    assert "person" not in hanging()


def test_children_go_before_what_they_point_at() -> None:
    places = {rule.table: number for number, rule in enumerate(RULES) if rule.how is How.DELETE}
    for name, place in places.items():
        for key in metadata.tables[name].foreign_keys:
            target = key.column.table.fullname
            if target in places and target != name:
                assert place < places[target], f"{name} points at {target} and must go before it"


def test_every_class_but_those_kept_always_is_gone_through() -> None:
    without_rules = {record_class for record_class in RecordClass if record_class not in {each for each, _ in STAGES}}
    # Drafts: nothing of that class is kept in a table until notes are.
    assert without_rules <= {RecordClass.AUDIT, RecordClass.DRAFTS}


async def test_every_rule_and_every_question_of_what_is_due_is_one_the_database_takes(
    connection: asyncpg.Connection,
) -> None:
    for rule in RULES:
        if rule.unit is Unit.STRAY or rule.how is How.ASK_CARRIER:
            where = rule.where.format(contact="IS NULL", cutoff="now()")
            await connection.fetch(f"SELECT FROM {rule.table} WHERE {where}")
            continue
        for retained in (True, False):
            gone = _going(rule, retained=retained)
            await connection.prepare(f"WITH gone AS ({gone}) SELECT id FROM gone WHERE $2::timestamptz = $2")  # noqa: S608
    for record_class, unit in STAGES:
        if unit is not Unit.STRAY:
            await connection.prepare((due_contacts if unit is Unit.CONTACT else due_subjects)(record_class))
