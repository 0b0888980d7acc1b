"""What somebody sends who means to break it, or whose browser does: never a 500, nothing stored that names anybody."""

import asyncio
import json
import random
from uuid import uuid4

import pytest

from tests.casework.notes.writing_room import Room


async def test_what_is_typed_where_a_search_takes_a_line_is_not_in_the_audit(room: Room) -> None:
    reed = await room.person("reed")

    await reed.search("睡眠", line_id="13800138000 顾长风")
    await reed.search("睡眠", line_id="harbour")

    stored = await room.dump()
    assert "13800138000" not in stored
    assert "顾长风" not in stored
    lines = await room.rows("SELECT line_id FROM audit_entry WHERE act = 'notes_searched' ORDER BY id")
    assert [row["line_id"] for row in lines] == [None, "harbour"]


@pytest.mark.parametrize("text", [5, "x\x01", "一" * 50_001])
@pytest.mark.parametrize("route", ["draft", "note/preview"])
async def test_a_made_up_part_of_the_safety_plan_is_not_repeated(room: Room, route: str, text: object) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    given = {"body": {"safety_plan": {"13800138000": text}}, **({"version": 0} if route == "draft" else {})}

    method = "PUT" if route == "draft" else "POST"
    answer = await reed.client.request(method, f"/api/contacts/{contact}/{route}", json=given)

    assert answer.status_code == 422 or (route == "draft" and isinstance(text, str))
    assert "13800138000" not in answer.text


async def test_a_note_and_two_codes_at_once_are_one_record(room: Room) -> None:
    reed = await room.person("reed")
    for _ in range(4):
        contact = await room.contact(reed.person_id)

        answers = await asyncio.gather(
            reed.send(contact),
            *(
                reed.client.post(f"/api/contacts/{contact}/non-counselling", json={"code": code})
                for code in ("silent", "wrong_number")
            ),
        )

        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        assert await room.value("SELECT count(*) FROM note WHERE contact_id = $1", contact) == 1


async def test_a_note_with_more_words_than_an_index_holds_is_stored_whole(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    signs = random.Random(7)  # noqa: S311 no secret

    def rare(many: int) -> str:
        return "".join(chr(signs.randint(0x20000, 0x2A6DF)) for _ in range(many))

    note = await reed.submit(contact, facts=rare(50_000), judgement=f"{rare(40_000)}睡眠")
    await room.pass_by(hours=25)
    said = [rare(50_000), rare(50_000)]
    for text in said:
        amendment = {"submission_id": str(uuid4()), "text": text}
        answer = await reed.client.post(f"/api/notes/{note['id']}/amendments", json=amendment)
        assert answer.status_code == 201

    stored = (await reed.record(contact))["note"]
    assert [amendment["text"] for amendment in stored["amendments"]] == said
    found = await reed.search("睡眠")
    assert [each["note_id"] for each in found["notes"]] == [note["id"]]
    level = {"level": "low", "rationale": "已约定", "version": 0}
    assert (await reed.client.put(f"/api/contacts/{contact}/level", json=level)).status_code == 200


async def test_half_a_sign_loses_no_draft(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    body = json.dumps({"version": 0, "body": {"facts": "睡不着\ud83d，明天再打", "topics": ["guigang:crisis"]}})

    answer = await reed.client.put(
        f"/api/contacts/{contact}/draft", content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 200, answer.text
    draft = (await reed.record(contact))["draft"]["body"]
    assert draft["facts"] == "睡不着\N{REPLACEMENT CHARACTER}，明天再打"
    assert draft["topics"] == ["guigang:crisis"]


async def test_a_name_the_vault_keeps_is_hidden_in_every_text_about_this_caller(room: Room) -> None:
    lark = await room.person("lark", "supervisor")
    known = "温小雨点"  # invented, and nothing that a rule or the tagger of this test knows
    first, second = [await room.contact(lark.person_id) for _ in range(2)]
    subject = uuid4()
    async with room.web.db.transaction() as tx:
        await tx.execute("INSERT INTO subject (id, created_at) VALUES ($1, $2)", subject, room.at)
        await tx.executemany(
            "INSERT INTO subject_link (contact_id, subject_id, how, linked_at) VALUES ($1, $2, 'pseudonym', $3)",
            [(contact, subject, room.at) for contact in (first, second)],
        )
    given = {"kind": "name", "value": known, "purpose": "rescue"}
    assert (await lark.client.put(f"/api/contacts/{first}/identity", json=given)).status_code == 204

    await lark.submit(second, facts=f"{known}又打来了")
    level = {"level": "high", "rationale": f"{known}有计划", "version": 0}
    for method, route, body in (
        ("PUT", f"contacts/{second}/level", level),
        ("PUT", f"subjects/{subject}/plan", {"version": 0, "body": f"每晚问候{known}", "key_lines": [known]}),
        (
            "POST",
            "vault/openings",
            {"contact_id": str(first), "kind": "name", "reason_code": "danger_to_life", "reason": known},
        ),
    ):
        answer = await lark.client.request(method, f"/api/{route}", json=body)
        assert answer.status_code in (200, 201), (route, answer.text)

    assert known not in await room.dump()
