"""Submitting: only de-identified text is stored, once, and never over somebody else's words."""

import asyncio
from uuid import UUID, uuid4

import pytest

from tests.casework.notes.writing_room import Room


async def test_only_what_the_gate_let_through_is_stored(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)

    note = await reed.submit(
        contact,
        facts="顾长风在初二3班，母亲电话13800138000。",
        judgement="晓岚可能有危险",
        safety_plan={"people_to_ask": "欧阳晓岚"},
        actions=[{"text": "打给Tamsin Hale", "state": "planned"}],
        topics=["guigang:crisis"],
        caller_role="parent",
        age_band="14-17",
        region="guangxi.guigang",
    )

    assert note["facts"] == "〔姓名1〕在〔班级：初中〕，母亲电话〔电话1〕。"
    assert note["judgement"] == "〔姓名2〕可能有危险"
    assert note["safety_plan"] == {"people_to_ask": "〔姓名3〕"}
    assert note["actions"][0]["text"] == "打给〔姓名4〕"
    assert (note["version"], note["own"], note["locked"]) == (1, True, False)
    stored = await room.dump()
    for identity in ("顾长风", "晓岚", "13800138000", "Tamsin", "初二3班"):
        assert identity not in stored


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"danger_asked": None}, "danger_asked"),
        ({"danger_asked": "not_possible"}, "danger_reason"),
        ({"danger_asked": "not_possible", "danger_reason": "mood"}, "danger_reason"),
        ({"facts": "  "}, "facts"),
        ({"topics": ["guigang:nothing"]}, "topics"),
        ({"region": "atlantis"}, "region"),
        ({"safety_plan": {"nothing": "x"}}, "safety_plan"),
        ({"actions": [{"text": " "}]}, "actions"),
    ],
)
async def test_a_note_that_is_not_complete_is_refused_with_the_field(
    room: Room, wrong: dict[str, object], field: str
) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)

    answer = await reed.send(contact, **wrong)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await room.value("SELECT count(*) FROM note") == 0


async def test_that_danger_could_not_be_asked_about_is_an_answer_with_a_reason(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)

    note = await reed.submit(contact, danger_asked="not_possible", danger_reason="refused")

    assert (note["danger_asked"], note["danger_reason"]) == ("not_possible", "refused")


async def test_failure_23_two_who_write_at_once_lose_nothing_the_second_sees_both_texts(room: Room) -> None:
    reed, wren = await room.person("reed"), await room.person("wren")
    contact = await room.contact(wren.person_id)
    await room.held_before(reed.person_id, contact)
    await reed.submit(contact, facts="第一段", means="药")

    second = await wren.send(contact, 0, facts="第二段")
    await reed.submit(contact, 1, facts="第一段，改过", means="药")
    third = await wren.send(contact, 1, facts="第三段")

    for refused, version, facts in ((second, 1, "第一段"), (third, 2, "第一段，改过")):
        assert (refused.status_code, refused.json()["code"]) == (409, "stale_version")
        assert (refused.json()["current"]["version"], refused.json()["current"]["facts"]) == (version, facts)
        assert refused.json()["current"]["means"] == "药"
    assert [row["texts"]["facts"] for row in await room.rows("SELECT texts FROM note")] == ["第一段，改过"]
    kept = await room.rows("SELECT record FROM note_version ORDER BY version")
    assert [row["record"]["texts"]["facts"] for row in kept] == ["第一段", "第一段，改过"]


async def test_failure_23_first_submissions_at_the_same_moment_store_one_and_refuse_the_other(room: Room) -> None:
    reed, wren = await room.person("reed"), await room.person("wren")
    contact = await room.contact(wren.person_id)
    await room.held_before(reed.person_id, contact)

    answers = await asyncio.gather(reed.send(contact, facts="甲"), wren.send(contact, facts="乙"))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    stored = next(answer for answer in answers if answer.status_code == 200)
    assert refused.json()["current"]["facts"] == stored.json()["facts"]
    assert await room.value("SELECT count(*) FROM note") == 1


async def test_failure_24_a_contact_that_was_passed_on_has_one_note_whoever_writes_it(room: Room) -> None:
    reed, wren = await room.person("reed"), await room.person("wren")
    contact = await room.contact(wren.person_id)
    await room.held_before(reed.person_id, contact)
    await reed.submit(contact, facts="接通时")

    note = await wren.submit(contact, 1, facts="接通时。转接后继续")

    assert (note["version"], note["facts"]) == (2, "接通时。转接后继续")
    assert await room.value("SELECT count(*) FROM note") == 1


async def test_failure_24_a_submission_sent_twice_is_stored_once(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    submission = uuid4()

    both = await asyncio.gather(*(reed.send(contact, submission=submission, facts="只一份") for _ in range(2)))
    late = await reed.send(contact, submission=submission, facts="只一份")

    assert [answer.status_code for answer in (*both, late)] == [200, 200, 200]
    assert {answer.json()["version"] for answer in (*both, late)} == {1}
    assert await room.value("SELECT count(*) FROM note_version") == 1


async def test_failure_24_a_blank_submission_id_is_refused_and_the_same_id_on_two_contacts_makes_two_notes(
    room: Room,
) -> None:
    reed = await room.person("reed")
    one, two = [await room.contact(reed.person_id) for _ in range(2)]
    submission = uuid4()

    blank = [await reed.send(one, submission=str(nothing)) for nothing in (" ", UUID(int=0))]
    await reed.submit(one, submission=submission, facts="甲")
    await reed.submit(two, submission=submission, facts="乙")

    assert [answer.status_code for answer in blank] == [422, 422]
    stored = await room.rows("SELECT contact_id, texts FROM note")
    assert {row["contact_id"]: row["texts"]["facts"] for row in stored} == {one: "甲", two: "乙"}


async def test_without_the_finder_what_is_submitted_is_kept_sealed_and_the_answer_says_so(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    room.without_finder()

    answer = await reed.send(contact, facts="顾长风来电")

    assert (answer.status_code, answer.json()["code"]) == (503, "held_as_draft")
    assert "顾长风" not in answer.text
    assert await room.value("SELECT count(*) FROM note") == 0
    assert "顾长风" not in await room.dump()
    draft = (await reed.record(contact))["draft"]
    assert (draft["held"], draft["body"]["facts"]) == ("tagger_missing", "顾长风来电")

    room.with_finder()
    note = await reed.submit(contact, **draft["body"])
    assert note["facts"] == "〔姓名1〕来电"
    assert (await reed.record(contact))["draft"] is None


async def test_without_the_finder_an_amendment_is_kept_sealed_too_beside_the_draft_and_the_answer_says_so(
    room: Room,
) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    note = await reed.submit(contact, facts="原文")
    url = f"/api/notes/{note['id']}/amendments"
    given = {"submission_id": str(uuid4()), "text": "次日顾长风回电"}
    room.without_finder()

    early = await reed.client.post(url, json=given)
    await room.pass_by(hours=24)
    await reed.draft(contact, 0, facts="写了一半")
    empty = await reed.client.post(url, json=given | {"text": " "})
    held = await reed.client.post(url, json=given)

    assert [answer.status_code for answer in (early, empty)] == [409, 422]
    assert (held.status_code, held.json()["code"]) == (503, "held_as_draft")
    assert "顾长风" not in held.text
    assert "顾长风" not in await room.dump()
    shown = await reed.record(contact)
    assert shown["note"]["amendments"] == []
    assert (shown["draft"]["held"], shown["draft"]["amendment"]) == ("tagger_missing", "次日顾长风回电")
    assert shown["draft"]["body"]["facts"] == "写了一半"
    await reed.draft(contact, shown["draft"]["version"], facts="写完了")
    draft = (await reed.record(contact))["draft"]
    assert (draft["held"], draft["amendment"], draft["body"]["facts"]) == ("tagger_missing", "次日顾长风回电", "写完了")

    room.with_finder()
    amended = await reed.client.post(url, json=given | {"text": draft["amendment"]})
    assert [each["text"] for each in amended.json()["amendments"]] == ["次日〔姓名1〕回电"]
    left = (await reed.record(contact))["draft"]
    assert (left["held"], left["amendment"], left["body"]["facts"]) == (None, "", "写完了")


async def test_an_amendment_that_its_writer_could_not_check_is_held_and_not_stored(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    url = f"/api/notes/{(await reed.submit(contact, facts='原文'))['id']}/amendments"
    await room.pass_by(hours=24)

    held = await reed.client.post(url, json={"submission_id": str(uuid4()), "text": "次日回电", "checked": False})

    assert (held.status_code, held.json()["code"]) == (503, "held_as_draft")
    shown = await reed.record(contact)
    assert (shown["note"]["amendments"], shown["draft"]["amendment"]) == ([], "次日回电")


async def test_a_held_amendment_that_was_stored_leaves_no_draft(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    url = f"/api/notes/{(await reed.submit(contact, facts='原文'))['id']}/amendments"
    await room.pass_by(hours=24)
    room.without_finder()
    given = {"submission_id": str(uuid4()), "text": "次日回电"}
    assert (await reed.client.post(url, json=given)).status_code == 503

    room.with_finder()
    stored = await reed.client.post(url, json=given)
    room.without_finder()
    repeated = await reed.client.post(url, json=given)

    assert [answer.status_code for answer in (stored, repeated)] == [201, 201]
    assert (await reed.record(contact))["draft"] is None
    assert await room.value("SELECT count(*) FROM note_amendment") == 1
    assert await room.value("SELECT count(*) FROM timer WHERE kind = 'note_draft_kept' AND done_at IS NULL") == 0


async def test_what_a_person_lets_stand_is_entered_by_class_and_never_by_what_it_was(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    keep = {"field": "facts", "start": 0, "end": 3, "written": "顾长风", "hide": False}
    hide = {"field": "facts", "start": 5, "end": 7, "written": "阿K", "hide": True}

    note = await reed.submit(contact, facts="顾长风和「阿K」", choices=[keep, hide])

    assert note["facts"] == "顾长风和「〔姓名1〕」"
    entered = await room.rows("SELECT field, kind, count FROM note_unhidden")
    assert [tuple(row) for row in entered] == [("facts", "PERSON", 1)]
    acts = await room.rows("SELECT act, facts FROM audit_entry WHERE act = 'identity_let_stand'")
    assert [row["facts"] for row in acts] == [{"kept": [{"field": "facts", "kind": "PERSON", "count": 1}]}]


async def test_a_stored_note_opened_and_submitted_again_keeps_its_placeholders_and_numbers_on(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    first = await reed.submit(contact, facts="顾长风来电")

    second = await reed.submit(contact, 1, facts=first["facts"] + "，晓岚也在，顾长风同意")

    assert second["facts"] == "〔姓名1〕来电，〔姓名2〕也在，〔姓名1〕同意"


async def test_a_note_locks_after_its_time_and_is_then_amended_and_never_changed(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    note = await reed.submit(contact, facts="原文")
    url = f"/api/notes/{note['id']}/amendments"
    early = await reed.client.post(url, json={"submission_id": str(uuid4()), "text": "补充"})
    await room.pass_by(hours=24)

    late = await reed.send(contact, 1, facts="改写")
    again = {"submission_id": str(uuid4()), "text": "次日顾长风回电"}
    amended = [await reed.client.post(url, json=again) for _ in range(2)]

    assert (early.status_code, late.status_code) == (409, 409)
    assert [answer.status_code for answer in amended] == [201, 201]
    shown = (await reed.record(contact))["note"]
    assert (shown["facts"], shown["locked"]) == ("原文", True)
    assert [(each["text"], each["by"]) for each in shown["amendments"]] == [("次日〔姓名1〕回电", "小reed")]


async def test_actions_say_who_and_when_and_nothing_goes_back(room: Room) -> None:
    reed = await room.person("reed")
    lead = await room.person("lead", "supervisor", ("line", "harbour"))
    contact = await room.contact(reed.person_id)
    actions = [{"text": "联系120", "state": "done"}, {"text": "次日回访", "state": "planned"}, {"text": "多余的"}]
    note = await reed.submit(contact, actions=actions)
    called, visit, spare = note["actions"]
    assert (called["done_by"], called["planned_by"], visit["planned_by"]) == ("小reed", None, "小reed")
    await room.pass_by(hours=1)

    url = f"/api/notes/{note['id']}/actions/{called['id']}"
    confirmed = await lead.client.post(url, json={"state": "confirmed", "version": 1})
    back = await lead.client.post(url, json={"state": "planned", "version": 2})
    stale = await lead.client.post(
        f"/api/notes/{note['id']}/actions/{visit['id']}", json={"state": "done", "version": 9}
    )
    kept = [{"id": visit["id"], "text": "次日回访", "state": "done"}]
    after = await reed.submit(contact, 1, actions=kept)

    assert confirmed.status_code == 200
    assert [each["confirmed_by"] for each in confirmed.json()["actions"]] == ["小lead", None, None]
    assert (back.status_code, stale.status_code) == (409, 409)
    assert stale.json()["current"]["version"] == 1
    states = {each["text"]: each["state"] for each in after["actions"]}
    assert states == {"联系120": "confirmed", "次日回访": "done"}
    assert spare["id"] not in {each["id"] for each in after["actions"]}
