"""Drafts are one's own, sealed and gone in time, and never taken for one another (P8)."""

import asyncio
from datetime import datetime, timedelta

import pytest

from app.casework.notes.drafts import DRAFT_KEPT, draft_kept_long_enough
from app.platform.clock import fresh_id
from tests.casework.notes.writing_room import Room


async def test_a_draft_comes_back_after_a_crash_as_it_was_written_and_only_sealed_lies_in_the_database(
    room: Room,
) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id, state="talking")

    version = 0
    for step in range(3):
        version = await reed.keep(contact, version, facts=f"顾长风 {step}")
    restored = (await reed.record(contact))["draft"]

    assert (restored["version"], restored["body"]["facts"]) == (version, "顾长风 2")
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


async def test_a_draft_is_forgotten_a_day_after_it_was_last_saved(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    version = await reed.keep(contact, 0, facts="甲")
    await room.pass_by(hours=20)
    await reed.keep(contact, version, facts="乙")

    await room.pass_by(hours=5)
    assert await room.due(DRAFT_KEPT, draft_kept_long_enough) == 1
    assert (await reed.record(contact))["draft"]["body"]["facts"] == "乙"
    await room.pass_by(hours=20)
    assert await room.due(DRAFT_KEPT, draft_kept_long_enough) == 1

    assert (await reed.record(contact))["draft"] is None
    assert await room.value("SELECT count(*) FROM note_draft") == 0


async def test_a_draft_is_gone_after_its_day_though_no_timer_ran_and_the_next_one_is_the_first(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    version = await reed.keep(contact, await reed.keep(contact, 0, facts="甲"), facts="乙")

    await room.pass_by(hours=24)

    assert (await reed.record(contact))["draft"] is None
    assert [one["has_draft"] for one in (await reed.client.get("/api/notes/owed")).json()] == [False]
    assert (await reed.draft(contact, version, facts="丙")).status_code == 409
    assert await reed.keep(contact, 0, facts="丙") > version
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


async def _retire_the_key(room: Room) -> None:
    """Every draft is sealed with a key that is not there any more."""
    async with room.web.db.transaction() as tx:
        await tx.execute("UPDATE note_draft SET sealed = overlay(sealed placing 'zz'::bytea from 2 for 2)")


async def test_a_draft_whose_key_is_gone_is_told_of_by_the_keys_name_and_the_record_still_opens(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    version = await reed.keep(contact, 0, facts="甲")
    await _retire_the_key(room)

    record = await reed.record(contact)
    problem = record["draft_problem"]

    assert record["draft"] is None
    assert (problem["key"], problem["version"]) == ("zz", version)
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
    seen = await reed.keep(contact, 0, facts="甲")
    now = await reed.keep(contact, seen, facts="乙")

    stale = await reed.discard(contact, seen)

    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert (await reed.record(contact))["draft"]["body"]["facts"] == "乙"
    assert [(await reed.discard(contact, version)).status_code for version in (now, now)] == [204, 204]


async def test_p8_a_draft_that_was_begun_anew_is_not_taken_for_the_one_that_was_thrown_away(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    known = await reed.keep(contact, 0, facts="甲")
    await reed.discard(contact, known)
    await reed.keep(contact, 0, facts="在另一个窗口重新写的")

    late = await reed.draft(contact, known, facts="甲，又写了一句")

    assert late.status_code == 409
    assert (await reed.record(contact))["draft"]["body"]["facts"] == "在另一个窗口重新写的"


@pytest.mark.parametrize("facts", ["甲", "另一个窗口后来写的"])
async def test_p8_submitting_in_one_window_leaves_what_another_has_written_since(room: Room, facts: str) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    seen = await reed.keep(contact, 0, facts="甲")
    await reed.keep(contact, seen, danger_asked="asked", facts=facts)

    note = await reed.submit(contact, draft_version=seen, facts="甲")

    record = await reed.record(contact)
    assert note["facts"] == record["note"]["facts"] == "甲"
    left = record["draft"] and record["draft"]["body"]["facts"]
    assert left == (None if facts == "甲" else facts)  # the very words that were submitted are nobody's loss
