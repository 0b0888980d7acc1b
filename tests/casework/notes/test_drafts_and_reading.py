"""Drafts are one's own, sealed and gone in time; a note is read by its writers and by whoever is in charge."""

import asyncio
from datetime import datetime, timedelta

import pytest

from app.casework.notes.amending import lock_note
from app.casework.notes.drafts import DRAFT_KEPT, draft_kept_long_enough
from app.casework.notes.submitting import NOTE_LOCKS
from app.platform.clock import fresh_id
from app.platform.timers import claim_due, run_timer
from tests.casework.notes.writing_room import Room


async def test_a_draft_comes_back_after_a_crash_as_it_was_written_and_only_sealed_lies_in_the_database(
    room: Room,
) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id, state="talking")

    saved = [(await reed.draft(contact, version, facts=f"顾长风 {version}")).json() for version in range(3)]
    restored = (await reed.record(contact))["draft"]

    assert [each["version"] for each in saved] == [1, 2, 3]
    assert (restored["version"], restored["body"]["facts"]) == (3, "顾长风 2")
    assert "顾长风" not in await room.dump()
    assert await room.value("SELECT count(*) FROM note_draft") == 1


async def test_a_draft_keeps_even_what_could_not_be_submitted(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    odd = "\u0000<b>=1+1</b>\u202e😀" + "字" * 60_000

    await reed.draft(contact, 0, facts=odd, topics=["made:up"])

    assert (await reed.record(contact))["draft"]["body"]["facts"] == odd


async def test_p8_a_second_window_does_not_write_over_the_first(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)

    both = await asyncio.gather(reed.draft(contact, 0, facts="一"), reed.draft(contact, 0, facts="二"))
    stale = await reed.draft(contact, 0, facts="顾长风")

    assert sorted(answer.status_code for answer in both) == [200, 409]
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert "current" not in stale.json()


async def test_a_draft_is_gone_when_its_note_is_submitted_and_somebody_elses_stays(room: Room) -> None:
    reed, wren = await room.person("reed"), await room.person("wren")
    contact = await room.contact(reed.person_id)
    await room.held_before(wren.person_id, contact)
    await reed.draft(contact, 0, facts="甲")
    await wren.draft(contact, 0, facts="乙")

    await reed.submit(contact, facts="甲")

    assert (await reed.record(contact))["draft"] is None
    assert (await wren.record(contact))["draft"]["body"]["facts"] == "乙"


async def _due(room: Room, kind: str) -> int:
    handlers = {DRAFT_KEPT: draft_kept_long_enough, NOTE_LOCKS: lock_note}
    async with room.web.db.transaction() as tx:
        due = await claim_due(tx, [kind], now=room.at)
    for timer in due:
        await run_timer(room.web.db, timer, handlers[kind], read_clock=lambda: room.at)
    return len(due)


async def test_a_draft_is_forgotten_a_day_after_it_was_last_saved(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await reed.draft(contact, 0, facts="甲")
    await room.pass_by(hours=20)
    await reed.draft(contact, 1, facts="乙")

    await room.pass_by(hours=5)
    assert await _due(room, DRAFT_KEPT) == 1
    assert (await reed.record(contact))["draft"]["body"]["facts"] == "乙"
    await room.pass_by(hours=20)
    assert await _due(room, DRAFT_KEPT) == 1

    assert (await reed.record(contact))["draft"] is None
    assert await room.value("SELECT count(*) FROM note_draft") == 0


async def test_a_draft_is_gone_after_its_day_though_no_timer_ran_and_the_next_one_is_the_first(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await reed.draft(contact, 0, facts="甲")
    await reed.draft(contact, 1, facts="乙")

    await room.pass_by(hours=24)

    assert (await reed.record(contact))["draft"] is None
    assert [one["has_draft"] for one in (await reed.client.get("/api/notes/owed")).json()] == [False]
    assert (await reed.draft(contact, 2, facts="丙")).status_code == 409
    assert (await reed.draft(contact, 0, facts="丙")).json()["version"] == 1
    await room.pass_by(hours=23)
    assert (await reed.record(contact))["draft"]["body"]["facts"] == "丙"


async def test_a_held_amendment_is_gone_with_its_day_and_is_not_taken_along_by_what_is_saved_after(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    note = await reed.submit(contact)
    await room.pass_by(hours=25)
    room.without_finder()
    await reed.client.post(
        f"/api/notes/{note['id']}/amendments", json={"submission_id": str(fresh_id()), "text": "顾长风又来电"}
    )
    assert (await reed.record(contact))["draft"]["amendment"] == "顾长风又来电"

    await room.pass_by(hours=24)
    await reed.draft(contact, 0, facts="甲")

    draft = (await reed.record(contact))["draft"]
    assert (draft["amendment"], draft["held"], draft["body"]["facts"]) == ("", None, "甲")


async def test_a_note_is_locked_by_its_timer_too(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await reed.submit(contact)
    assert await _due(room, NOTE_LOCKS) == 0
    await room.pass_by(hours=24, seconds=1)

    assert await _due(room, NOTE_LOCKS) == 1

    assert await room.value("SELECT locked_at FROM note") == room.at


async def _retire_the_key(room: Room) -> None:
    """Every draft is sealed with a key that is not there any more."""
    async with room.web.db.transaction() as tx:
        await tx.execute("UPDATE note_draft SET sealed = overlay(sealed placing 'zz'::bytea from 2 for 2)")


async def test_a_draft_whose_key_is_gone_is_told_of_by_the_keys_name_and_the_record_still_opens(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await reed.draft(contact, 0, facts="甲")
    await _retire_the_key(room)

    record = await reed.record(contact)
    problem = record["draft_problem"]

    assert record["draft"] is None
    assert (problem["key"], problem["version"]) == ("zz", 1)
    assert datetime.fromisoformat(problem["kept_until"]) == room.at + timedelta(hours=24)


async def test_p8_a_draft_that_cannot_be_read_is_thrown_away_by_its_writer_alone_and_saving_goes_on(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await reed.draft(contact, 0, facts="甲")
    await _retire_the_key(room)
    assert (await reed.draft(contact, 0, facts="乙")).status_code == 409  # it is not written over by the way
    seen = (await reed.record(contact))["draft_problem"]["version"]

    assert (await reed.discard(contact, seen)).status_code == 204
    assert (await reed.draft(contact, 0, facts="乙")).status_code == 200

    record = await reed.record(contact)
    assert (record["draft"]["body"]["facts"], record["draft_problem"]) == ("乙", None)


async def test_p8_a_draft_is_thrown_away_only_as_it_was_seen(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await reed.draft(contact, 0, facts="甲")
    await reed.draft(contact, 1, facts="乙")

    stale = await reed.discard(contact, 1)

    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert (await reed.record(contact))["draft"]["body"]["facts"] == "乙"
    assert [(await reed.discard(contact, version)).status_code for version in (2, 2)] == [204, 204]


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
