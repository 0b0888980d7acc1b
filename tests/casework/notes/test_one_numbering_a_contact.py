"""〔姓名1〕 of a contact's note and of its level's rationale is one person, whatever was linked in between."""

import asyncio
from uuid import UUID

from tests.casework.notes.writing_room import Room, Writer


async def link(who: Writer, contact: UUID) -> None:
    answer = await who.client.put(f"/api/contacts/{contact}/subject", json={"new": True, "consent": True})
    assert answer.status_code == 200, answer.text


async def level(who: Writer, contact: UUID, rationale: str, level: str = "low", version: int = 0) -> str:
    body = {"level": level, "rationale": rationale, "version": version}
    answer = await who.client.put(f"/api/contacts/{contact}/level", json=body)
    assert answer.status_code == 200, answer.text
    told: str = answer.json()["history"][0]["rationale"]
    return told


async def test_a_rationale_after_the_link_is_numbered_as_the_note_before_it(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    note = await reed.submit(contact, facts="顾长风打了她。")
    await link(reed, contact)

    told = await level(reed, contact, "欧阳晓岚和顾长风都在场")

    assert (note["facts"], told) == ("〔姓名1〕打了她。", "〔姓名2〕和〔姓名1〕都在场")


async def test_a_note_after_the_link_is_numbered_as_the_rationale_before_it(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await level(reed, contact, "顾长风打了她")
    await link(reed, contact)

    note = await reed.submit(contact, facts="欧阳晓岚和顾长风都在场")

    assert note["facts"] == "〔姓名2〕和〔姓名1〕都在场"


async def test_a_rationale_that_was_owed_is_numbered_as_the_note_too(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await level(reed, contact, "", "high")
    await reed.submit(contact, facts="顾长风打了她。")
    await link(reed, contact)

    assert await level(reed, contact, "欧阳晓岚和顾长风都在场", "high", 1) == "〔姓名2〕和〔姓名1〕都在场"
    assert await room.value("SELECT scope FROM risk_level") == contact


async def test_a_rationale_that_names_nobody_leaves_the_note_to_the_numbering_of_the_file(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await level(reed, contact, "谈话中明确否认")
    await link(reed, contact)

    await reed.submit(contact)

    assert await room.value("SELECT n.scope = k.subject_id FROM note n, subject_link k")


async def test_a_note_and_a_rationale_at_the_same_moment_have_one_numbering(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)

    told, note = await asyncio.gather(
        level(reed, contact, "欧阳晓岚和顾长风都在场"), reed.submit(contact, facts="顾长风和欧阳晓岚都在场")
    )

    first, second = told.removesuffix("都在场").split("和")
    assert note["facts"] == f"{second}和{first}都在场"


async def test_a_rationale_of_before_that_is_numbered_otherwise_than_the_note_says_so(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    await level(reed, contact, "顾长风打了她")
    await level(reed, contact, "谈话中明确否认", version=1)
    await reed.submit(contact, facts="欧阳晓岚和顾长风都在场")

    before = (await reed.client.get(f"/api/contacts/{contact}/level")).json()["history"]
    async with room.web.db.transaction() as tx:  # nobody knows any more within what it was numbered
        await tx.execute("UPDATE risk_level SET scope = id WHERE version = 1")
    after = (await reed.client.get(f"/api/contacts/{contact}/level")).json()["history"]

    assert [entry["numbered_apart"] for entry in before] == [False, False]
    assert [entry["numbered_apart"] for entry in after] == [False, True]
