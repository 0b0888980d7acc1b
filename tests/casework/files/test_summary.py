"""Before the answer the desk shows that this caller has a file and what helps, and never a number."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from app.platform.clock import fresh_id
from tests.casework.files.case_desk import token_of
from tests.casework.files.file_house import FileHouse


async def set_level(house: FileHouse, contact: UUID, level: str) -> None:
    async with house.tx() as tx:
        await tx.execute(
            """INSERT INTO risk_level (id, contact_id, version, level, rationale, set_by, set_at)
               VALUES ($1, $2, 1, $3, '', $4, $5)""",
            fresh_id(), contact, level, house.people["reed"], house.now,
        )  # fmt: skip


async def fill(house: FileHouse) -> UUID:
    """A file with a flag, a task, a plan and two levels; its subject."""
    first = await house.talk("heron")
    await set_level(house, first, "high")
    house.house.clock.pass_by(minutes=10)
    second = await house.talk("heron", line="pier", held_by="wren")
    await set_level(house, second, "unknown")
    subject: UUID = UUID((await house.get("super", f"/contacts/{first}/subject"))["subject_id"])
    await house.post("super", f"/subjects/{subject}/flags", {"code": "means_at_hand", "text": "家里有药"}, expect=201)
    due = (house.now + timedelta(days=1)).isoformat()
    owner = {"kind": "role", "id": "supervisor"}
    await house.post(
        "super", f"/subjects/{subject}/tasks", {"text": "问药是否已交出", "owner": owner, "due_at": due}, expect=201
    )
    plan = {"version": 0, "key_lines": ["先问今晚和谁在一起"], "body": "每周一次", "adults": [{"role": "mother"}]}
    await house.put("super", f"/subjects/{subject}/plan", plan)
    return subject


async def test_a_caller_who_rings_again_has_a_file_before_the_answer_and_its_summary_helps(house: FileHouse) -> None:
    subject = await fill(house)
    house.house.clock.pass_by(minutes=10)
    ringing = await house.ring("heron", "wren")

    seen = await house.get("wren", f"/contacts/{ringing}/subject")

    assert (seen["has_file"], seen["subject_id"], seen["times_seen"]) == (True, str(subject), 2)
    assert [flag["code"] for flag in seen["flags"]] == ["means_at_hand"]
    assert seen["flags"][0]["text"] == "家里有药"
    assert seen["flags"][0]["zh"] == "手边有致命工具"
    assert [task["text"] for task in seen["tasks"]] == ["问药是否已交出"]
    assert seen["tasks"][0]["owner"]["id"] == "supervisor"
    assert seen["key_lines"] == ["先问今晚和谁在一起"]
    assert seen["last_level"]["level"] == "unknown"
    assert seen["last_known_level"]["level"] == "high"
    assert seen["code"] == house.house.door.pseudonymiser.short_code(token_of("heron"))


async def test_p5_a_summary_holds_no_pseudonym_and_nothing_of_the_plans_body(house: FileHouse) -> None:
    await fill(house)
    ringing = await house.ring("heron", "wren")
    text = json.dumps(await house.get("wren", f"/contacts/{ringing}/subject"), ensure_ascii=False)
    assert token_of("heron").hex() not in text
    assert "每周一次" not in text


async def test_every_look_at_a_summary_is_entered_with_its_name(house: FileHouse) -> None:
    subject = await fill(house)
    ringing = await house.ring("heron", "wren")
    await house.get("wren", f"/contacts/{ringing}/subject")
    (look,) = await house.rows(
        "SELECT person_id, line_id, facts FROM audit_entry WHERE act = 'file_summary_seen' AND target_id = $1",
        str(ringing),
    )
    assert look["person_id"] == house.people["wren"]
    assert look["line_id"] == "lamp"
    assert str(subject) in str(look["facts"])


@pytest.mark.parametrize("state", ["talking", "wrapping_up"])
async def test_whoever_holds_or_wraps_up_the_contact_sees_the_summary(house: FileHouse, state: str) -> None:
    await house.talk("heron")
    held = await house.talk("heron", held_by="wren", closed=False)
    async with house.tx() as tx:
        await tx.execute("UPDATE contact SET state = $2 WHERE id = $1", held, state)
    assert (await house.get("wren", f"/contacts/{held}/subject"))["times_seen"] == 1
    await house.get("reed", f"/contacts/{held}/subject", expect=404)


async def test_a_volunteer_who_has_done_with_the_contact_sees_no_summary_any_more(house: FileHouse) -> None:
    contact = await house.talk("heron", held_by="reed")
    await house.get("reed", f"/contacts/{contact}/subject", expect=404)
    assert await house.refusals() == [("reed", str(contact))]


async def test_an_offer_that_has_gone_shows_nothing_any_more(house: FileHouse) -> None:
    await house.talk("heron")
    ringing = await house.ring("heron", "wren")
    await house.get("wren", f"/contacts/{ringing}/subject")
    async with house.tx() as tx:
        await tx.execute("UPDATE offer SET state = 'missed'")
    await house.get("wren", f"/contacts/{ringing}/subject", expect=404)


async def test_those_in_charge_see_the_summaries_of_their_own_lines_alone(house: FileHouse) -> None:
    contact = await house.talk("heron", line="lamp")
    for login in ("super", "crisis", "chief"):
        assert (await house.get(login, f"/contacts/{contact}/subject"))["has_file"]
    for login in ("harbour", "pilot"):
        await house.get(login, f"/contacts/{contact}/subject", expect=404)
    assert await house.refusals() == [("harbour", str(contact)), ("pilot", str(contact))]


async def test_a_contact_of_no_line_is_for_those_in_charge_of_everything(house: FileHouse) -> None:
    contact = await house.contact(line=None)
    await house.get("super", f"/contacts/{contact}/subject", expect=404)
    assert not (await house.get("chief", f"/contacts/{contact}/subject"))["has_file"]


async def test_a_contact_that_does_not_exist_is_not_found_and_nothing_is_entered(house: FileHouse) -> None:
    await house.get("super", f"/contacts/{fresh_id()}/subject", expect=404)
    assert await house.refusals() == []


async def test_a_first_time_caller_has_no_file_and_one_without_a_number_may_be_given_one(house: FileHouse) -> None:
    first = await house.get("wren", f"/contacts/{await house.ring('gull', 'wren')}/subject")
    assert (first["has_file"], first["linkable"]) == (False, False)
    async with house.tx() as tx:
        await tx.execute("UPDATE offer SET state = 'missed'")
    nameless = await house.talk(None, held_by="wren", closed=False)
    shown = await house.get("wren", f"/contacts/{nameless}/subject")
    assert (shown["has_file"], shown["linkable"]) == (False, True)


async def test_what_is_over_helps_nobody_and_is_not_in_the_summary(house: FileHouse) -> None:
    subject = await fill(house)
    (task,) = (await house.get("super", f"/subjects/{subject}"))["tasks"]
    await house.patch("super", f"/subjects/{subject}/tasks/{task['id']}", {"version": 1, "state": "done"})
    house.house.clock.pass_by(days=31)  # longer than “means at hand” holds
    ringing = await house.ring("heron", "wren")
    house.browsers.clear()
    seen = await house.get("wren", f"/contacts/{ringing}/subject")
    assert (seen["flags"], seen["tasks"]) == ([], [])
