"""A whole file is for those in charge within its scope; a volunteer sees the contacts she answered, and no more."""

import json
from typing import Any

import pytest

from app.platform.clock import fresh_id
from tests.casework.files.file_house import FileHouse


async def test_those_in_charge_read_the_whole_file_and_the_look_is_entered(house: FileHouse) -> None:
    subject = await house.subject("heron", held_by="reed")
    house.house.clock.pass_by(minutes=5)
    second = await house.talk("heron", held_by="wren", line="pier")
    file = await house.get("super", f"/subjects/{subject}")
    assert (file["whole"], file["times_seen"], file["organisation_id"]) == (True, 2, "lighthouse")
    assert file["contacts"][0]["id"] == str(second)
    assert [(c["line"]["id"], c["answered_by"], c["how"]) for c in file["contacts"]] == [
        ("pier", "Wren", "pseudonym"),
        ("lamp", "Reed", "pseudonym"),
    ]
    rows = await house.rows("SELECT person_id, target_id FROM audit_entry WHERE act = 'file_opened'")
    assert rows == [{"person_id": house.people["super"], "target_id": str(subject)}]


async def test_a_volunteer_sees_the_contacts_she_answered_and_nothing_else_of_the_file(house: FileHouse) -> None:
    subject = await house.subject("heron", held_by="reed")
    await house.talk("heron", held_by="wren")
    await house.post("super", f"/subjects/{subject}/flags", {"code": "minor", "text": "初二"}, expect=201)
    await house.put(
        "super", f"/subjects/{subject}/plan", {"version": 0, "body": "约定每周来电", "key_lines": ["慢慢说"]}
    )
    own = await house.get("reed", f"/subjects/{subject}")
    assert own["whole"] is False
    assert [contact["answered_by"] for contact in own["contacts"]] == ["Reed"]
    assert (own["flags"], own["plan"], own["tasks"], own["organisation_id"]) == ([], None, [], None)
    assert "约定" not in json.dumps(own, ensure_ascii=False)


async def test_a_file_lists_its_notes_and_to_a_volunteer_her_own_alone(house: FileHouse) -> None:
    first = await house.talk("heron", held_by="reed")
    second = await house.talk("heron", held_by="wren")
    subject = (await house.get("super", f"/contacts/{first}/subject"))["subject_id"]
    async with house.tx() as tx:
        await tx.executemany(
            """INSERT INTO note (id, contact_id, scope, person_id, topics, codes_version, danger_asked, submitted_at,
                 changed_at, locks_at) VALUES ($1, $2, $2, $3, ARRAY['guigang:study'], '1', 'asked', $4, $4, $4)""",
            [(fresh_id(), c, house.people[who], house.now) for c, who in ((first, "reed"), (second, "wren"))],
        )
        # The first talk was passed on: both have talked in it, the note is the one who wrote it.
        await tx.execute("UPDATE contact SET person_id = $2 WHERE id = $1", first, house.people["wren"])
        await tx.execute(
            """INSERT INTO offer (id, contact_id, person_id, state, because, reach, offered_at, ring_until, bridged_at)
               VALUES ($1, $2, $3, 'bridged', 'longest_idle', 'browser', $4, $4, $4)""",
            fresh_id(), first, house.people["reed"], house.now,
        )  # fmt: skip

    def listed(file: Any) -> list[tuple[str, str | None]]:
        return sorted((c["id"], c["note"] and c["note"]["written_by"]) for c in file["contacts"])

    both = sorted([(str(first), "Reed"), (str(second), "Wren")])
    assert listed(await house.get("super", f"/subjects/{subject}")) == both
    assert listed(await house.get("reed", f"/subjects/{subject}")) == [(str(first), "Reed")]
    assert listed(await house.get("wren", f"/subjects/{subject}")) == sorted(
        [(str(first), None), (str(second), "Wren")]
    )


async def test_p7_somebody_elses_file_is_not_found_and_the_asking_is_entered(house: FileHouse) -> None:
    subject = await house.subject("heron", held_by="reed")
    for login in ("wren", "harbour", "pilot"):
        await house.get(login, f"/subjects/{subject}", expect=404)
    await house.get("wren", f"/subjects/{fresh_id()}", expect=404)  # there is none: nothing to enter
    assert await house.refusals() == [(login, str(subject)) for login in ("wren", "harbour", "pilot")]


async def test_a_line_that_helped_brings_its_supervisors_into_the_scope(house: FileHouse) -> None:
    subject = await house.subject("heron", line="lamp")
    await house.get("pilot", f"/subjects/{subject}", expect=404)
    await house.talk("heron", line="pier")
    for login in ("pilot", "harbour", "super", "crisis", "chief"):
        assert (await house.get(login, f"/subjects/{subject}"))["times_seen"] == 2


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/flags", {"code": "minor"}),
        ("PUT", "/plan", {"version": 0, "body": "x"}),
        ("POST", "/tasks", {"text": "x", "owner": {"kind": "role", "id": "crisis"}, "due_at": "2099-01-01T00:00:00Z"}),
        ("GET", "/plans", None),
        ("POST", "/split", {"contact_ids": [str(fresh_id())]}),
        ("POST", "/hand-overs", {"to_organisation": "harbour", "reason": "x"}),
    ],
)
async def test_p7_whoever_is_outside_the_scope_changes_nothing_and_is_entered(
    house: FileHouse, method: str, path: str, body: object
) -> None:
    subject = await house.subject("heron", line="lamp")
    await house._send("harbour", method, f"/subjects/{subject}{path}", body, 404)
    assert await house.refusals() == [("harbour", str(subject))]
    await house._send("reed", method, f"/subjects/{subject}{path}", body, 403)  # no role of hers does this anywhere
    for table in ("subject_flag", "subject_plan", "subject_task", "subject_regrouping", "subject_hand_over"):
        assert await house.rows(f"SELECT FROM {table}") == []


async def test_a_file_is_found_by_the_code_on_the_screen_within_ones_scope_alone(house: FileHouse) -> None:
    subject = await house.subject("heron", line="lamp")
    code = (await house.get("super", f"/subjects/{subject}"))["code"]
    (found,) = await house.get("super", f"/subjects?code={code.lower()}")
    assert (found["id"], found["times_seen"]) == (str(subject), 1)
    assert await house.get("harbour", f"/subjects?code={code}") == []
    await house.get("reed", f"/subjects?code={code}", expect=403)
    await house.get("super", "/subjects?code=12345678901", expect=422)
    acts = await house.rows("SELECT facts FROM audit_entry WHERE act = 'files_searched' ORDER BY id")
    assert [row["facts"] for row in acts] == [{"found": 1}, {"found": 0}]
