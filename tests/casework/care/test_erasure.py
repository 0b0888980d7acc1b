"""The right to erasure: everything of one subject goes, a count stays, and each row that went has a tombstone."""

from uuid import UUID

import pytest

from app.casework.files.opening import open_subject
from app.casework.retention.rules import ONLY_RETAINED, RULES, How
from app.platform.clock import fresh_id
from app.tables import metadata
from tests.casework.care.care_house import CareHouse, erasure
from tests.casework.care.full_file import fill, words_of
from tests.casework.files.case_desk import token_of


async def traces(care: CareHouse, subject: UUID, caller: str) -> set[str]:
    """Tables in which the subject's id, its pseudonym, or any of its words is to be found."""
    found = set()
    needles = (str(subject), token_of(caller).hex(), words_of(caller))
    for table in metadata.tables.values():
        columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name != "sealed")
        rows = await care.rows(f"SELECT row_to_json(r)::text AS it FROM (SELECT {columns} FROM {table.fullname}) r")  # noqa: S608
        found |= {table.fullname for row in rows if any(needle in str(row["it"]) for needle in needles)}
    return found


async def test_an_erasure_reaches_every_table_and_leaves_counts_and_tombstones(care: CareHouse) -> None:
    subject, contacts = await fill(care, "one")
    other, _ = await fill(care, "two")
    assert await traces(care, subject, "one") > {
        "contact",
        "block",
        "risk_level",
        "assessment",
        "subject_plan",
        "subject",
    }

    answer = await (await care.browser("admin")).post("/api/retention/erasures", json=erasure(subject))

    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert said["finished_at"] is not None
    erased = {rule.table for rule in RULES if rule.record_class not in ONLY_RETAINED}
    assert set(said["erased"]) == erased
    # The ledger's events, the erasure itself and what the audit says of it name ids that lead nowhere any more.
    assert await traces(care, subject, "one") <= {"audit_entry", "erasure", "legal_hold", "tombstone", "ledger"}
    assert await care.rows("SELECT FROM contact WHERE subject_token = $1", token_of("one")) == []
    kept = await care.rows("SELECT disposition, terminal_reason, consents FROM contact WHERE id = ANY($1)", contacts)
    assert kept == [{"disposition": "counselled", "terminal_reason": "answered", "consents": {}}] * 2
    assert [row["subject_id"] for row in await care.rows("SELECT subject_id FROM subject_flag")] == [other, other]


async def test_the_other_subject_has_everything_it_had(care: CareHouse) -> None:
    subject, _ = await fill(care, "one")
    _other, contacts = await fill(care, "two")
    counts = {rule.table: len(await care.rows(f"SELECT FROM {rule.table}")) for rule in RULES}

    await (await care.browser("admin")).post("/api/retention/erasures", json=erasure(subject))

    for rule in RULES:
        rows = len(await care.rows(f"SELECT FROM {rule.table}"))
        assert rows == counts[rule.table] or rows * 2 >= counts[rule.table], rule.table
        assert rows > 0, rule.table
    texts = await care.rows("SELECT rationale FROM risk_level WHERE contact_id = ANY($1)", contacts)
    assert texts
    assert all(words_of("two") in str(row["rationale"]) for row in texts)


async def test_a_tombstone_says_what_went_when_by_whom_and_on_whose_right_and_nothing_else(care: CareHouse) -> None:
    subject, _ = await fill(care, "one", contacts=1)
    (level,) = await care.rows("SELECT id FROM risk_level")

    await (await care.browser("admin")).post("/api/retention/erasures", json=erasure(subject))

    (stone,) = await care.rows(
        """SELECT record_class, record_id, erased_at, erased_by, legal_basis FROM tombstone
           WHERE record_table = 'risk_level'"""
    )
    assert stone == {
        "record_class": "notes", "record_id": str(level["id"]), "erased_at": care.now,
        "erased_by": care.people["admin"], "legal_basis": "subject_request",
    }  # fmt: skip
    stones = {row["record_table"] for row in await care.rows("SELECT record_table FROM tombstone")}
    assert stones == {rule.table for rule in RULES if rule.record_class not in ONLY_RETAINED}


async def test_a_voicemail_is_erased_at_the_carrier_by_the_command_there_is_and_once(care: CareHouse) -> None:
    subject, (contact,) = await fill(care, "one", contacts=1)
    admin = await care.browser("admin")

    await admin.post("/api/retention/erasures", json=erasure(subject))
    await admin.post("/api/retention/erasures", json=erasure(subject))

    assert await care.rows("SELECT kind, contact_id FROM command") == [
        {"kind": "erase_recording", "contact_id": contact}
    ]


async def test_a_file_goes_with_everything_merged_into_it(care: CareHouse) -> None:
    kept, _ = await fill(care, "kept", contacts=1)
    merged, contacts = await fill(care, "merged", contacts=1)
    async with care.tx() as tx:
        await tx.execute("UPDATE subject SET merged_into = $2 WHERE id = $1", merged, kept)

    answer = await (await care.browser("admin")).post("/api/retention/erasures", json=erasure(merged))

    assert answer.json()["target_id"] == str(kept)
    assert await care.rows("SELECT FROM subject") == []
    assert await care.rows("SELECT FROM assessment WHERE contact_id = ANY($1)", contacts) == []


async def test_a_contact_of_the_pseudonym_that_was_never_linked_goes_along(care: CareHouse) -> None:
    subject, _ = await fill(care, "one", contacts=1)
    hung_up = await care.contact(caller="one")

    await (await care.browser("admin")).post("/api/retention/erasures", json=erasure(subject))

    assert await care.rows("SELECT subject_token FROM contact WHERE id = $1", hung_up) == [{"subject_token": None}]


@pytest.mark.parametrize("on", ["subject", "contact", "line"])
async def test_a_legal_hold_refuses_an_erasure_with_its_reason_and_the_refusal_is_in_the_audit(
    care: CareHouse, on: str
) -> None:
    subject, contacts = await fill(care, "one")
    admin = await care.browser("admin")
    target = {"subject": str(subject), "contact": str(contacts[1]), "line": "lamp"}[on]
    held = await admin.post("/api/retention/holds", json={f"{on}_id": target, "reason_code": "court"})
    assert held.status_code == 201, held.text

    answer = await admin.post("/api/retention/erasures", json=erasure(subject))

    assert (answer.status_code, answer.json()["code"]) == (409, "held")
    assert answer.json()["errors"] == [{"field": "hold", "message": "court"}]
    assert "erasure_refused" in await care.acts()
    assert await care.rows("SELECT FROM tombstone") == []
    assert len(await care.rows("SELECT FROM risk_level")) == 2

    await admin.delete(f"/api/retention/holds/{held.json()['id']}")
    assert (await admin.post("/api/retention/erasures", json=erasure(subject))).status_code == 201


@pytest.mark.parametrize(
    ("on", "said"), [("subject", "〔姓名1〕报了警"), ("contact", "〔姓名1〕报了警"), ("line", "阿岚报了警")]
)
async def test_what_the_vault_knows_of_whom_a_hold_is_on_is_hidden_in_its_reason(
    care: CareHouse, on: str, said: str
) -> None:
    subject, contacts = await fill(care, "one")
    await care.told(contacts[0], "阿岚")  # and the file's other contact is looked through for it too
    target = {"subject": str(subject), "contact": str(contacts[1]), "line": "lamp"}[on]
    body = {f"{on}_id": target, "reason_code": "court", "reason": "阿岚报了警"}

    held = await (await care.browser("admin")).post("/api/retention/holds", json=body)

    assert (held.status_code, held.json()["reason"]) == (201, said)


async def test_a_hold_on_one_of_two_merged_files_holds_both(care: CareHouse) -> None:
    kept, _ = await fill(care, "kept", contacts=1)
    merged, _ = await fill(care, "merged", contacts=1)
    admin = await care.browser("admin")
    await admin.post("/api/retention/holds", json={"subject_id": str(merged), "reason_code": "complaint"})
    async with care.tx() as tx:
        await tx.execute("UPDATE subject SET merged_into = $2 WHERE id = $1", merged, kept)

    assert (await admin.post("/api/retention/erasures", json=erasure(kept))).json()["code"] == "held"


async def test_a_caller_without_a_number_is_erased_contact_by_contact(care: CareHouse) -> None:
    contact = await care.contact(caller=None, held_by="reed")
    await (await care.browser("reed")).post(
        f"/api/contacts/{contact}/consents", json={"consent_to": "follow_up", "said": "refused"}
    )
    admin = await care.browser("admin")

    answer = await admin.post("/api/retention/erasures", json=erasure(contact_id=str(contact)))

    assert answer.status_code == 201
    assert answer.json()["erased"] == {"consent": 1, "contact": 1}
    assert await care.rows("SELECT FROM consent") == []


async def test_a_contact_that_a_file_knows_of_is_erased_with_its_subject_alone(care: CareHouse) -> None:
    _, (contact,) = await fill(care, "one", contacts=1)

    answer = await (await care.browser("admin")).post("/api/retention/erasures", json=erasure(contact_id=str(contact)))

    assert answer.status_code == 422


async def test_only_whoever_is_in_charge_of_every_line_of_a_subject_erases_it(care: CareHouse) -> None:
    subject, _ = await fill(care, "one", contacts=1)
    elsewhere = await care.contact(caller="one", line="pier")
    async with care.tx() as tx:
        await open_subject(tx, elsewhere, now=care.now)
    lamplighter = await care.browser("lamplighter")

    answer = await lamplighter.post("/api/retention/erasures", json=erasure(subject))
    assert answer.status_code == 404
    assert (await care.acts())[-1] == "file_refused"
    for who in ("reed", "super"):
        assert (
            await (await care.browser(who)).post("/api/retention/erasures", json=erasure(subject))
        ).status_code == 403

    async with care.tx() as tx:
        await tx.execute("UPDATE contact SET line_id = 'lamp' WHERE id = $1", elsewhere)
    assert (await lamplighter.post("/api/retention/erasures", json=erasure(subject))).status_code == 201


@pytest.mark.parametrize("body", [{}, {"subject_id": str(fresh_id()), "contact_id": str(fresh_id())}])
async def test_an_erasure_is_of_one_subject_or_one_contact(care: CareHouse, body: dict[str, str]) -> None:
    answer = await (await care.browser("admin")).post("/api/retention/erasures", json=erasure(**body))
    assert answer.status_code == 422


async def test_a_subject_nobody_knows_is_not_found(care: CareHouse) -> None:
    answer = await (await care.browser("admin")).post("/api/retention/erasures", json=erasure(fresh_id()))
    assert answer.status_code == 404


def test_every_rule_that_only_cuts_says_what_and_when_it_is_done() -> None:
    for rule in RULES:
        if rule.how is How.CUT:
            assert rule.cut, rule.table
            assert rule.still, rule.table
