"""A prompt of high or imminent asks a person for a decision before the note is stored or the contact coded (P6)."""

from typing import Any
from uuid import UUID

import pytest

from tests.casework.notes.writing_room import Room, Writer

IN_PROGRESS = {"act_in_progress": "yes"}


async def _assess(writer: Writer, contact: UUID, **answers: str) -> None:
    given = {"instrument_id": "high-risk-rules", "version": 1, "answers": answers}
    answer = await writer.client.post(f"/api/contacts/{contact}/assessments", json=given)
    assert answer.status_code == 201, answer.text


async def _set(writer: Writer, contact: UUID, level: str, version: int = 0) -> None:
    given = {"level": level, "rationale": "谈话中明确否认", "version": version}
    answer = await writer.client.put(f"/api/contacts/{contact}/level", json=given)
    assert answer.status_code == 200, answer.text


async def _owed(writer: Writer, contact: UUID) -> bool:
    owed: bool = (await writer.client.get(f"/api/contacts/{contact}/level")).json()["decision_owed"]
    return owed


async def test_p6_a_note_waits_for_a_level_when_danger_is_prompted_and_nothing_of_it_is_lost(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    draft = await reed.keep(contact, 0, facts="说手里拿着药")
    await _assess(reed, contact, **IN_PROGRESS)

    refused = await reed.send(contact, draft_version=draft, facts="说手里拿着药")

    said: dict[str, Any] = refused.json()
    assert (refused.status_code, said["code"]) == (422, "invalid")
    assert [error["field"] for error in said["errors"]] == ["level"]
    assert "“imminent”" in said["detail"]
    assert "评估提示“紧急”，请先" in said["detail_zh"]
    assert await room.value("SELECT count(*) FROM note") == 0
    assert (await reed.record(contact))["draft"]["body"]["facts"] == "说手里拿着药"
    assert await _owed(reed, contact)

    await _set(reed, contact, "low")  # whatever she decides
    assert not await _owed(reed, contact)
    await reed.submit(contact, draft_version=draft, facts="说手里拿着药")
    assert [row["kind"] for row in await room.rows("SELECT kind FROM notice")] == ["risk_below_prompt"]


async def test_p6_a_contact_is_not_coded_as_no_counselling_while_danger_is_prompted_and_nobody_decided(
    room: Room,
) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id, state="wrapping_up")
    await reed.keep(contact, 0, facts="说手里拿着药")
    await _assess(reed, contact, **IN_PROGRESS)
    url = f"/api/contacts/{contact}/non-counselling"

    refused = await reed.client.post(url, json={"code": "prank"})

    assert (refused.status_code, [each["field"] for each in refused.json()["errors"]]) == (422, ["level"])
    record = await reed.record(contact)
    assert (record["note"], record["draft"]["body"]["facts"]) == (None, "说手里拿着药")
    assert (record["contact"]["state"], record["contact"]["disposition"]) == ("wrapping_up", None)
    await _set(reed, contact, "low")
    assert (await reed.client.post(url, json={"code": "prank"})).status_code == 200


@pytest.mark.parametrize(
    ("before", "answers", "status"),
    [
        ("moderate", IN_PROGRESS, 422),  # it was set before there was a prompt to look at
        ("high", IN_PROGRESS, 422),
        ("unknown", {"attempt_two_weeks": "yes"}, 422),
        ("imminent", IN_PROGRESS, 200),  # a person said so before the instrument did
        ("imminent", {"attempt_two_weeks": "yes"}, 200),
        (None, {"act_in_progress": "no"}, 200),
        (None, {}, 200),
    ],
)
async def test_p6_a_level_of_before_the_prompt_counts_only_if_it_is_as_high(
    room: Room, before: str | None, answers: dict[str, str], status: int
) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    if before is not None:
        await _set(reed, contact, before)
    await room.pass_by(minutes=10)
    await _assess(reed, contact, **answers)

    assert await _owed(reed, contact) is (status == 422)
    assert (await reed.send(contact)).status_code == status


async def test_a_decision_is_asked_for_once_and_again_when_danger_is_prompted_anew(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    owed = []
    await _assess(reed, contact, **IN_PROGRESS)
    await _set(reed, contact, "moderate")
    for answers in (
        {**IN_PROGRESS, "plan": "no"},  # the same once more, with another answer beside it
        {"act_in_progress": "no", "attempt_two_weeks": "no", "plan": "no"},  # it was a mistake
        IN_PROGRESS,
    ):
        await room.pass_by(minutes=10)
        await _assess(reed, contact, **answers)
        owed.append(await _owed(reed, contact))

    assert owed == [False, False, True]


async def test_a_stored_note_is_changed_only_after_a_new_prompt_of_danger_was_decided_upon(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    note = await reed.submit(contact, facts="说睡不着")
    await _assess(reed, contact, **IN_PROGRESS)

    refused = await reed.send(contact, note["version"], facts="说睡不着，手里拿着药")
    await _set(reed, contact, "imminent")
    changed = await reed.submit(contact, note["version"], facts="说睡不着，手里拿着药")

    assert refused.status_code == 422
    assert changed["facts"] == "说睡不着，手里拿着药"


async def test_without_the_finder_a_note_that_waits_for_a_level_is_held_as_a_draft_all_the_same(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await _assess(reed, contact, **IN_PROGRESS)
    room.without_finder()

    answer = await reed.send(contact, facts="顾长风手里拿着药")

    assert (answer.status_code, answer.json()["code"]) == (503, "held_as_draft")
    draft = (await reed.record(contact))["draft"]
    assert (draft["held"], draft["body"]["facts"]) == ("tagger_missing", "顾长风手里拿着药")


async def test_a_note_that_was_stored_is_told_again_when_its_submission_is_repeated_after_a_new_prompt(
    room: Room,
) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    submission = "0191c3a0-5b1e-7c3a-9f00-0123456789ab"
    await reed.submit(contact, submission=submission)
    await _assess(reed, contact, **IN_PROGRESS)

    repeated = await reed.send(contact, submission=submission)

    assert (repeated.status_code, repeated.json()["version"]) == (200, 1)
