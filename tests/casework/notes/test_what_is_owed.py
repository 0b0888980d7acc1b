"""Talks without a note are told to whoever had them; the browser's copy of a draft is sealed under a key of its own."""

import base64
from datetime import timedelta

from tests.casework.notes.writing_room import Room


async def test_talks_without_a_note_are_owed_by_their_volunteer_the_oldest_first(room: Room) -> None:
    reed, wren = await room.person("reed"), await room.person("wren")
    later = await room.contact(reed.person_id, ago=timedelta(hours=1))
    earlier = await room.contact(reed.person_id, ago=timedelta(hours=3))
    written = await room.contact(reed.person_id)
    await room.contact(reed.person_id, state="talking")
    await room.contact(wren.person_id)
    await reed.submit(written)
    await reed.draft(later, 0, facts="甲")

    owed = (await reed.client.get("/api/notes/owed")).json()

    assert [(one["contact_id"], one["has_draft"]) for one in owed] == [(str(earlier), False), (str(later), True)]


async def test_a_draft_that_is_thrown_away_is_gone_and_again_does_no_harm(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await reed.draft(contact, 0, facts="甲")

    answers = [await reed.client.delete(f"/api/contacts/{contact}/draft") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert (await reed.record(contact))["draft"] is None
    assert await room.value("SELECT count(*) FROM note_draft") == 0


async def test_nobody_throws_away_somebody_elses_draft(room: Room) -> None:
    reed, wren = await room.person("reed"), await room.person("wren")
    contact = await room.contact(reed.person_id)
    await reed.draft(contact, 0, facts="甲")

    assert (await wren.client.delete(f"/api/contacts/{contact}/draft")).status_code == 404
    assert (await reed.record(contact))["draft"] is not None


async def test_the_browsers_key_is_one_persons_for_one_contact_and_the_same_after_a_crash(room: Room) -> None:
    reed, wren = await room.person("reed"), await room.person("wren")
    contact, another = await room.contact(reed.person_id), await room.contact(reed.person_id)
    await room.held_before(wren.person_id, contact)

    keys = [
        (await who.record(which))["draft_key"] for who, which in ((reed, contact), (wren, contact), (reed, another))
    ]

    assert len(set(keys)) == 3
    assert all(len(base64.b64decode(key)) == 32 for key in keys)
    assert (await reed.record(contact))["draft_key"] == keys[0]
    assert keys[0] not in await room.dump()


async def test_whoever_only_reads_a_record_gets_no_key(room: Room) -> None:
    reed, heron = await room.person("reed"), await room.person("heron", "supervisor")
    contact = await room.contact(reed.person_id)
    await reed.submit(contact)

    assert (await heron.record(contact))["draft_key"] is None
