"""A legal hold on a file holds every part of it, whatever the file is divided into later, until it is lifted there."""

from uuid import UUID

import httpx2

from app.casework.files import regrouping
from app.casework.files.reach import SubjectFile, load_subject_file
from app.casework.files.schemas import Regrouping
from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx
from tests.casework.care.care_house import CareHouse
from tests.casework.care.full_file import fill


async def loaded(tx: Tx, subject: UUID) -> SubjectFile:
    file = await load_subject_file(tx, subject)
    assert file is not None
    return file


async def split(care: CareHouse, subject: UUID, contact: UUID) -> Regrouping:
    async with care.tx() as tx:
        await regrouping.take_turns(tx)
        file, by = await loaded(tx, subject), care.people["super"]
        return await regrouping.split(tx, file, [contact], Pseudonymiser(bytes(32)), by=by, now=care.now)


async def merge(care: CareHouse, kept: UUID, other: UUID) -> Regrouping:
    async with care.tx() as tx:
        await regrouping.take_turns(tx)
        files, by = [await loaded(tx, each) for each in (kept, other)], care.people["super"]
        return await regrouping.merge(tx, *files, by=by, now=care.now)


async def undo(care: CareHouse, done: Regrouping) -> None:
    async with care.tx() as tx:
        await regrouping.take_turns(tx)
        row = await regrouping.find_regrouping(tx, done.id)
        await regrouping.undo(tx, row, by=care.people["super"], now=care.now)


async def hold(admin: httpx2.AsyncClient, subject: UUID) -> str:
    body = {"subject_id": str(subject), "reason_code": "court", "reason": "法院调取"}
    held = await admin.post("/api/retention/holds", json=body)
    assert held.status_code == 201, held.text
    return str(held.json()["id"])


async def erased(admin: httpx2.AsyncClient, subject: UUID) -> str:
    """What somebody who asks for the erasure is told: `held`, or `erased`."""
    answer = await admin.post(
        "/api/retention/erasures", json={"subject_id": str(subject), "legal_basis": "subject_request"}
    )
    return "erased" if answer.status_code == 201 else str(answer.json()["code"])


async def in_force(care: CareHouse) -> dict[object, list[object]]:
    rows = await care.rows("SELECT subject_id, reason FROM legal_hold WHERE lifted_at IS NULL ORDER BY placed_at, id")
    return {each: [r["reason"] for r in rows if r["subject_id"] == each] for each in {r["subject_id"] for r in rows}}


async def test_what_is_split_off_a_held_file_is_held_until_the_hold_is_lifted_there_too(care: CareHouse) -> None:
    subject, contacts = await fill(care, "one")
    admin = await care.browser("admin")
    placed = await hold(admin, subject)

    new = (await split(care, subject, contacts[1])).to_subject

    assert await in_force(care) == {subject: ["法院调取"], new: ["法院调取"]}
    (entry,) = await care.rows(
        "SELECT person_id, facts FROM audit_entry WHERE act = 'hold_placed' ORDER BY id OFFSET 1"
    )
    assert entry["person_id"] == care.people["super"]
    assert entry["facts"] == {"reason": "court", "on": "subject", "copy_of": placed}
    await admin.delete(f"/api/retention/holds/{placed}")
    assert (await erased(admin, new), await erased(admin, subject)) == ("held", "erased")
    for row in await care.rows("SELECT id FROM legal_hold WHERE subject_id = $1 AND lifted_at IS NULL", new):
        await admin.delete(f"/api/retention/holds/{row['id']}")
    assert await erased(admin, new) == "erased"


async def test_a_hold_on_what_was_merged_in_holds_both_sides_when_the_merge_is_undone(care: CareHouse) -> None:
    heron, _ = await fill(care, "one", contacts=1)
    gull, _ = await fill(care, "two", contacts=1)
    done = await merge(care, heron, gull)
    admin = await care.browser("admin")
    await hold(admin, gull)

    await undo(care, done)

    assert await in_force(care) == {heron: ["法院调取"], gull: ["法院调取"]}
    assert (await erased(admin, gull), await erased(admin, heron)) == ("held", "held")


async def test_merging_and_taking_it_back_over_and_over_makes_no_more_holds(care: CareHouse) -> None:
    heron, _ = await fill(care, "one", contacts=1)
    gull, contacts = await fill(care, "two", contacts=2)
    await hold(await care.browser("admin"), gull)
    for _ in range(3):
        await undo(care, await merge(care, heron, gull))
        await undo(care, await split(care, gull, contacts[0]))

    held = await in_force(care)
    assert (held[heron], held[gull]) == (["法院调取"], ["法院调取"])


async def test_what_is_held_by_nothing_stays_so_through_every_regrouping(care: CareHouse) -> None:
    heron, _ = await fill(care, "one", contacts=1)
    gull, contacts = await fill(care, "two")
    await undo(care, await merge(care, heron, gull))
    await split(care, gull, contacts[0])

    assert await in_force(care) == {}
