"""A name that was let stand by mistake is taken out by hiding it: of how the note read before as well."""

from typing import Any
from uuid import UUID, uuid4

import httpx2

from tests.casework.notes.writing_room import Room, Writer


def keep(text: str, name: str, field: str = "facts") -> list[dict[str, Any]]:
    """The person's word that this name may stand in this text."""
    at = text.index(name)
    return [{"field": field, "start": at, "end": at + len(name), "written": name, "hide": False}]


async def test_what_a_later_version_hides_is_hidden_in_the_versions_before(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    text = "欧阳晓岚来电，顾长风说睡不着。"
    let_stand = keep(text, "顾长风")
    await reed.submit(contact, choices=let_stand, facts=text, means="药")
    await reed.submit(contact, 1, choices=let_stand, facts=text + "好些了。", means="药")

    note = await reed.submit(contact, 2, facts="顾长风说睡不着。")

    assert note["facts"] == "〔姓名2〕说睡不着。"
    assert "顾长风" not in await room.dump()
    kept = await room.rows("SELECT record FROM note_version ORDER BY version")
    before = "〔姓名1〕来电，〔姓名2〕说睡不着。"
    assert [row["record"]["texts"].get("facts") for row in kept] == [before, before + "好些了。", note["facts"]]
    assert [row["record"]["texts"].get("means") for row in kept] == ["药", "药", None]
    entries = await room.rows("SELECT facts FROM audit_entry WHERE act = 'identity_taken_out'")
    assert [entry["facts"] for entry in entries] == [{"taken_out": {"PERSON": 2}, "versions": [1, 2]}]


async def test_what_was_let_stand_and_is_left_out_later_goes_out_of_the_versions_before_too(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    text = "顾长风说睡不着，晓岚在旁边。"
    await reed.submit(contact, choices=keep(text, "顾长风") + keep(text, "晓岚"), facts=text)

    await reed.submit(contact, 1, choices=keep("晓岚在旁边。", "晓岚"), facts="晓岚在旁边。")

    assert "顾长风" not in await room.dump()
    kept = await room.rows("SELECT record FROM note_version ORDER BY version")
    assert kept[0]["record"]["texts"]["facts"] == "〔姓名1〕说睡不着，晓岚在旁边。"
    assert await room.value("SELECT count(*) FROM audit_entry WHERE act = 'identity_taken_out'") == 1


async def test_it_goes_out_of_the_safety_plan_and_of_an_action_that_stayed_because_it_was_done(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    given: dict[str, Any] = {
        "facts": "说睡不着。",
        "safety_plan": {"people_to_ask": "顾长风"},
        "actions": [{"text": "打给顾长风", "state": "done"}],
    }
    let_stand = [
        *keep("顾长风", "顾长风", "safety_plan.people_to_ask"),
        *keep("打给顾长风", "顾长风", "actions.0"),
    ]
    await reed.submit(contact, choices=let_stand, **given)
    assert len((await reed.search("顾长风"))["notes"]) == 1

    note = await reed.submit(contact, 1, facts="顾长风说睡不着。")

    assert [action["text"] for action in note["actions"]] == ["打给〔姓名1〕"]
    assert "顾长风" not in await room.dump()
    assert (await reed.search("顾长风"))["notes"] == []


async def test_what_is_let_stand_again_stays_in_every_version_and_nothing_is_entered(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    text = "顾长风说，顾长风睡不着。"
    first = keep(text, "顾长风")
    second = [{**first[0], "start": 5, "end": 8}]
    await reed.submit(contact, choices=first + second, facts=text)

    note = await reed.submit(contact, 1, choices=first, facts=text)

    assert note["facts"] == "顾长风说，〔姓名1〕睡不着。"
    kept = await room.rows("SELECT record FROM note_version ORDER BY version")
    assert kept[0]["record"]["texts"]["facts"] == text
    assert await room.value("SELECT count(*) FROM audit_entry WHERE act = 'identity_taken_out'") == 0


async def test_only_what_was_hidden_is_taken_out_not_what_has_its_letters(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await reed.submit(contact, facts="Lizzy and Li are living here, 1 of 12 with 〔姓名1〕.")
    marks = [
        {"field": "facts", "start": at, "end": at + len(what), "written": what, "hide": True, "kind": kind}
        for at, what, kind in ((0, "Li", "PERSON"), (3, "1", "NUMBER"))
    ]

    await reed.submit(contact, 1, choices=marks, facts="Li 1")

    kept = await room.rows("SELECT record FROM note_version ORDER BY version")
    assert kept[0]["record"]["texts"]["facts"] == (
        "Lizzy and 〔姓名1〕 are living here, 〔号码1〕 of 12 with 〔姓名1〕."
    )


async def hide(who: Writer, note: Any, text: str) -> httpx2.Response:
    return await who.client.post(f"/api/notes/{note['id']}/hidden", json={"text": text})


async def test_after_the_lock_its_writer_hides_a_text_wherever_it_stands(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    facts = "欧阳晓岚说，小满在旁边。"
    given: dict[str, Any] = {"safety_plan": {"people_to_ask": "小满"}, "actions": [{"text": "打给小满"}]}
    await reed.submit(contact, facts=facts, **given)
    note = await reed.submit(contact, 1, facts=facts, **given)
    await room.pass_by(hours=100)
    amendment = {"submission_id": str(uuid4()), "text": "小满又来电。"}
    await reed.client.post(f"/api/notes/{note['id']}/amendments", json=amendment)
    assert len((await reed.search("小满"))["notes"]) == 1

    answer = await hide(reed, note, " 小满 ")

    assert answer.status_code == 200, answer.text
    hidden = answer.json()
    assert (hidden["facts"], hidden["version"]) == ("〔姓名1〕说，〔姓名2〕在旁边。", 3)
    assert hidden["safety_plan"] == {"people_to_ask": "〔姓名2〕"}
    assert [each["text"] for each in (*hidden["actions"], *hidden["amendments"])] == [
        "打给〔姓名2〕",
        "〔姓名2〕又来电。",
    ]
    assert "小满" not in await room.dump()
    assert (await reed.search("小满"))["notes"] == []
    entries = await room.rows("SELECT person_id, facts FROM audit_entry WHERE act = 'identity_taken_out'")
    assert [tuple(entry) for entry in entries] == [(reed.person_id, {"taken_out": {"PERSON": 10}, "versions": [1, 2]})]


async def test_after_the_lock_it_is_hidden_in_what_was_said_of_the_level_and_of_the_note_too(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    note = await reed.submit(contact, facts="说睡不着。")
    before_it_was_one = uuid4()
    async with room.web.db.transaction() as tx:
        for version, scope, rationale in ((1, before_it_was_one, "小满说的"), (2, None, "是小满"), (3, None, None)):
            await tx.execute(
                """INSERT INTO risk_level (id, contact_id, version, level, rationale, scope, set_by, set_at)
                   VALUES ($1, $2, $3, 'moderate', $4, $5, $6, $7)""",
                uuid4(), contact, version, rationale, scope, reed.person_id, room.at,
            )  # fmt: skip
        review = uuid4()
        await tx.execute(
            "INSERT INTO note_review (id, note_id, because, chosen_at, state) VALUES ($1, $2, 'sample', $3, 'done')",
            review, UUID(note["id"]), room.at,
        )  # fmt: skip
        await tx.execute(
            """INSERT INTO note_review_round (review_id, round, "by", at, outcome, criteria_version, scores, feedback,
                 note_version, amendments) VALUES ($1, 1, $2, $3, 'returned', '1', '{}', '小满是谁？', 1, 0)""",
            review, reed.person_id, room.at,
        )  # fmt: skip
    await room.pass_by(hours=100)

    answer = await hide(reed, note, "小满")

    assert answer.status_code == 200, answer.text
    assert "小满" not in await room.dump()
    rationales = await room.rows("SELECT rationale FROM risk_level ORDER BY version")
    assert [row["rationale"] for row in rationales] == ["〔姓名1〕说的", "是〔姓名1〕", None]
    assert await room.value("SELECT feedback FROM note_review_round") == "〔姓名1〕是谁？"
    assert await room.value("SELECT count(*) FROM placeholder WHERE scope = $1", before_it_was_one) == 1


async def test_what_does_not_stand_in_a_locked_note_is_refused_and_the_note_stays_as_it_is(room: Room) -> None:
    reed = await room.person("reed")
    note = await reed.submit(await room.contact(reed.person_id), facts="顾长风说睡不着。")
    await room.pass_by(hours=100)

    answers = [await hide(reed, note, text) for text in ("小满", "姓名", "  ", "不")]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert "记录里没有这段文字" in answers[0].json()["detail_zh"]
    after = (await reed.record(note["contact_id"]))["note"]
    assert (after["facts"], after["version"]) == (note["facts"], 1)


async def test_nothing_is_hidden_so_while_the_note_is_open_nor_by_whoever_has_not_written_it(room: Room) -> None:
    reed, heron = await room.person("reed"), await room.person("heron", "supervisor")
    note = await reed.submit(await room.contact(reed.person_id), facts="小满说睡不着。")

    early = await hide(reed, note, "小满")
    await room.pass_by(hours=100)
    others = await hide(heron, note, "小满")

    assert (early.status_code, others.status_code) == (409, 404)
    assert "请直接修改" in early.json()["detail_zh"]
    assert (await reed.record(note["contact_id"]))["note"]["facts"] == "小满说睡不着。"
