"""A note is read by its writers and by whoever is in charge, and whoever reads it has a name (P7)."""

from datetime import timedelta

import pytest

from app.casework.notes.amending import lock_note
from app.casework.notes.submitting import NOTE_LOCKS
from app.platform.clock import fresh_id
from tests.casework.notes.writing_room import Room


async def test_a_note_is_locked_by_its_timer_too(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await reed.submit(contact)
    assert await room.due(NOTE_LOCKS, lock_note) == 0
    await room.pass_by(hours=24, seconds=1)

    assert await room.due(NOTE_LOCKS, lock_note) == 1

    assert await room.value("SELECT locked_at FROM note") == room.at


@pytest.mark.parametrize(
    ("role", "scope", "reads"),
    [
        ("supervisor", ("line", "harbour"), True),
        ("crisis", ("organisation", "lighthouse"), True),
        ("supervisor", ("line", "pier"), False),
        ("volunteer", ("all", ""), False),
    ],
)
async def test_whoever_is_in_charge_reads_a_note_in_full_and_nobody_else_learns_that_there_is_one(
    room: Room, role: str, scope: tuple[str, str], reads: bool
) -> None:
    reed = await room.person("reed")
    other = await room.person("other", role, scope)
    contact = await room.contact(reed.person_id)
    note = await reed.submit(contact, facts="顾长风来电")
    await reed.draft(contact, 0, facts="顾长风")

    answer = await other.client.get(f"/api/contacts/{contact}/record")
    writing = [
        await other.draft(contact, 0),
        await other.send(contact, 1),
        await other.client.post(f"/api/contacts/{contact}/note/preview", json={"body": {}}),
        await other.client.post(f"/api/contacts/{contact}/non-counselling", json={"code": "test"}),
        await other.client.post(
            f"/api/notes/{note['id']}/amendments", json={"submission_id": str(fresh_id()), "text": "x"}
        ),
    ]

    assert answer.status_code == (200 if reads else 404)
    if reads:
        assert (answer.json()["note"]["facts"], answer.json()["note"]["own"]) == ("〔姓名1〕来电", False)
        assert (answer.json()["draft"], answer.json()["may_write"]) == (None, False)
    assert {each.status_code for each in writing} == {404}
    acts = await room.rows("SELECT act FROM audit_entry WHERE person_id = $1 ORDER BY id", other.person_id)
    assert [row["act"] for row in acts] == ["note_seen" if reads else "file_refused"] + ["file_refused"] * 5


async def test_p7_reading_and_submitting_have_a_name_on_them(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)

    await reed.record(contact)
    note = await reed.submit(contact)
    await reed.record(contact)

    entries = await room.rows("SELECT person_id, act, target_id, line_id FROM audit_entry ORDER BY id")
    assert [tuple(entry) for entry in entries] == [
        (reed.person_id, "note_submitted", note["id"], "harbour"),
        (reed.person_id, "note_seen", note["id"], "harbour"),
    ]


async def test_p7_an_answer_that_gives_the_note_without_changing_it_has_a_name_on_it(room: Room) -> None:
    reed, wren, heron = await room.person("reed"), await room.person("wren"), await room.person("heron", "supervisor")
    contact = await room.contact(reed.person_id)
    await room.held_before(wren.person_id, contact)
    submission = fresh_id()
    note = await reed.submit(contact, submission=submission, facts="说睡不着", actions=[{"text": "回访"}])
    action = f"/api/notes/{note['id']}/actions/{note['actions'][0]['id']}"

    given = [
        (heron, await heron.client.post(action, json={"state": "planned", "version": 1})),
        (heron, await heron.client.post(action, json={"state": "done", "version": 99})),
        (wren, await wren.send(contact, 77)),
        (reed, await reed.send(contact, submission=submission)),
    ]
    await room.pass_by(hours=100)
    amendment = {"submission_id": str(fresh_id()), "text": "补充"}
    for _ in range(2):
        last = await wren.client.post(f"/api/notes/{note['id']}/amendments", json=amendment)
    given.append((wren, last))

    assert [answer.status_code for _, answer in given] == [200, 409, 409, 200, 201]
    for _, answer in given:
        assert answer.json().get("current", answer.json())["facts"] == "说睡不着"
    entries = await room.rows(
        "SELECT person_id, target_id, line_id FROM audit_entry WHERE act = 'note_seen' ORDER BY id"
    )
    assert [tuple(entry) for entry in entries] == [(who.person_id, note["id"], "harbour") for who, _ in given]


async def test_p7_an_action_that_is_moved_is_one_entry_and_not_a_look_besides(room: Room) -> None:
    reed = await room.person("reed")
    note = await reed.submit(await room.contact(reed.person_id), actions=[{"text": "回访"}])

    await reed.client.post(
        f"/api/notes/{note['id']}/actions/{note['actions'][0]['id']}", json={"state": "done", "version": 1}
    )

    entries = await room.rows("SELECT act FROM audit_entry ORDER BY id")
    assert [entry["act"] for entry in entries] == ["note_submitted", "note_action_moved"]


async def test_nobody_is_counselled_is_coded_in_one_request_with_the_contacts_disposition(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id, state="wrapping_up")
    await reed.draft(contact, 0, facts="甲")
    url = f"/api/contacts/{contact}/non-counselling"

    refused = await reed.client.post(url, json={"code": "counselled"})
    answers = [await reed.client.post(url, json={"code": "silent"}) for _ in range(2)]
    other = await reed.client.post(url, json={"code": "prank"})

    assert (refused.status_code, [answer.status_code for answer in answers]) == (422, [200, 200])
    assert (answers[0].json()["disposition"], answers[0].json()["state"]) == ("silent", "closed")
    assert other.status_code == 409
    record = await reed.record(contact)
    assert (record["note"]["non_counselling"], record["draft"]) == ("silent", None)
    assert await room.value("SELECT activity FROM presence") == "offline"


async def test_a_caller_who_was_counselled_after_all_is_no_longer_coded_as_silent(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id, state="wrapping_up")
    await reed.client.post(f"/api/contacts/{contact}/non-counselling", json={"code": "silent"})

    note = await reed.submit(contact, 1, facts="后来开口了")

    assert (note["non_counselling"], note["version"]) == (None, 2)
    assert (await reed.record(contact))["contact"]["disposition"] == "counselled"


async def test_a_contact_with_a_note_is_not_coded_as_if_nobody_had_been_counselled(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id, state="wrapping_up")
    await reed.submit(contact)

    answer = await reed.client.post(f"/api/contacts/{contact}/non-counselling", json={"code": "silent"})

    assert answer.status_code == 409
    assert await room.value("SELECT disposition FROM contact WHERE id = $1", contact) is None


async def test_the_callers_number_is_hidden_however_it_is_written_because_the_record_knows_it(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id, ago=timedelta(minutes=5))
    sealed = room.web.app.state.door.sealer.seal("青石巷".encode(), f"vault.sealed_number/{contact}/sealed")
    async with room.web.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO vault.sealed_number (contact_id, sealed, created_at) VALUES ($1, $2, $3)",
            contact, sealed, room.at,
        )  # fmt: skip

    note = await reed.submit(contact, facts="回拨青石巷")

    assert note["facts"] == "回拨〔电话1〕"
