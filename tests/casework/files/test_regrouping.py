"""Two files of one person become one, one of two people becomes two, and either is taken back exactly."""

import asyncio
import random
from typing import Any
from uuid import UUID

import pytest

from app.platform.clock import fresh_id
from tests.casework.files.file_house import FileHouse

View = tuple[dict[UUID, UUID], dict[bytes, UUID]]
_ROOTS = """
    WITH RECURSIVE up AS (
      SELECT id AS start, id, merged_into FROM subject
      UNION SELECT up.start, s.id, s.merged_into FROM subject s JOIN up ON s.id = up.merged_into),
    root AS (SELECT start, id FROM up WHERE merged_into IS NULL)
"""
_OF_CONTACTS = "SELECT k.contact_id, root.id FROM subject_link k JOIN root ON root.start = k.subject_id"
_OF_PSEUDONYMS = "SELECT a.token, root.id FROM subject_alias a JOIN root ON root.start = a.subject_id"


async def view(house: FileHouse) -> View:
    """Which file each contact, and each pseudonym, is in."""
    contacts, tokens = [await house.rows(_ROOTS + which) for which in (_OF_CONTACTS, _OF_PSEUDONYMS)]
    found: Any = ({row["contact_id"]: row["id"] for row in contacts}, {row["token"]: row["id"] for row in tokens})
    return found


async def merge(house: FileHouse, kept: UUID, other: UUID, *, expect: int = 200) -> Any:
    return await house.post("chief", f"/subjects/{kept}/merge", {"other": str(other)}, expect=expect)


async def note_on(house: FileHouse, contact: str, scope: UUID) -> None:
    """A note whose placeholders are numbered within this file."""
    async with house.tx() as tx:
        await tx.execute(
            """INSERT INTO note (id, contact_id, scope, person_id, codes_version, danger_asked, submitted_at,
                 changed_at, locks_at) VALUES ($1, $2, $3, $4, '1', 'asked', $5, $5, $5)""",
            fresh_id(), UUID(contact), scope, house.people["reed"], house.now,
        )  # fmt: skip


async def originals(house: FileHouse, subject: UUID) -> dict[str, Any]:
    """For each noted contact of a file, the original file that the page names."""
    file = await house.get("chief", f"/subjects/{subject}")
    return {each["id"]: each["note"]["numbered_in"] for each in file["contacts"] if each["note"]}


async def undo(house: FileHouse, regrouping: Any, *, expect: int = 200) -> Any:
    return await house.post("chief", f"/merges/{regrouping['id']}/undo", expect=expect)


async def test_a_merged_file_holds_what_both_held_and_the_undo_gives_each_its_own_back(house: FileHouse) -> None:
    heron, gull = await house.subject("heron"), await house.subject("gull")
    await house.post("chief", f"/subjects/{gull}/flags", {"code": "means_at_hand"}, expect=201)
    await house.put("chief", f"/subjects/{gull}/plan", {"version": 0, "body": "海鸥的方案"})
    before, whole = await view(house), await house.get("chief", f"/subjects/{gull}")

    done = await merge(house, heron, gull)
    both = await house.get("chief", f"/subjects/{heron}")
    assert (both["times_seen"], both["plan"]["body"]) == (2, "海鸥的方案")
    assert [flag["code"] for flag in both["flags"]] == ["means_at_hand"]
    assert (await house.get("chief", f"/subjects/{gull}"))["id"] == str(heron)  # an old address still leads there
    (listed,) = both["regroupings"]
    assert (listed["kind"], listed["from_subject"], listed["to_subject"]) == ("merge", str(gull), str(heron))

    ringing = await house.ring("gull", "wren")
    assert (await house.get("wren", f"/contacts/{ringing}/subject"))["flags"][0]["code"] == "means_at_hand"

    undone = await undo(house, done)
    assert undone["undone_by"] == "Chief"
    assert await view(house) == before
    again = await house.get("chief", f"/subjects/{gull}")
    volatile = ("version", "regroupings")
    assert {k: v for k, v in again.items() if k not in volatile} == {
        k: v for k, v in whole.items() if k not in volatile
    }
    assert (await house.get("chief", f"/subjects/{heron}"))["flags"] == []
    await undo(house, done, expect=409)


async def test_flags_and_plans_name_the_file_in_which_their_names_are_numbered_where_it_is_another_one(
    house: FileHouse,
) -> None:
    heron, gull = await house.subject("heron"), await house.subject("gull")
    for subject, code in ((gull, "means_at_hand"), (heron, "violence_risk")):
        await house.post("chief", f"/subjects/{subject}/flags", {"code": code}, expect=201)
    await house.put("chief", f"/subjects/{heron}/plan", {"version": 0, "body": "苍鹭的方案"})
    await house.put("chief", f"/subjects/{gull}/plan", {"version": 0, "body": "海鸥的方案", "key_lines": ["先问睡眠"]})
    of_gull = {"id": str(gull), "code": (await house.get("chief", f"/subjects/{gull}"))["code"]}
    assert of_gull["code"]
    done = await merge(house, heron, gull)

    file = await house.get("chief", f"/subjects/{heron}")
    numbered = {"means_at_hand": of_gull, "violence_risk": None}
    assert {flag["code"]: flag["numbered_in"] for flag in file["flags"]} == numbered
    assert file["plan"]["numbered_in"] == of_gull
    plans = await house.get("chief", f"/subjects/{heron}/plans")
    assert {plan["body"]: plan["numbered_in"] for plan in plans} == {"海鸥的方案": of_gull, "苍鹭的方案": None}
    ringing = await house.ring("gull", "wren")
    seen = await house.get("wren", f"/contacts/{ringing}/subject")
    assert {flag["code"]: flag["numbered_in"] for flag in seen["flags"]} == numbered
    assert (seen["key_lines"], seen["key_lines_numbered_in"]) == (["先问睡眠"], of_gull)

    own = await house.put("chief", f"/subjects/{heron}/plan", {"version": 2, "body": "合起来的方案"})
    assert own["numbered_in"] is None
    await undo(house, done)
    (flag,) = (await house.get("chief", f"/subjects/{gull}"))["flags"]
    assert (flag["code"], flag["numbered_in"]) == ("means_at_hand", None)


async def test_a_talk_after_the_merge_goes_back_with_its_pseudonym(house: FileHouse) -> None:
    heron, gull = await house.subject("heron"), await house.subject("gull")
    done = await merge(house, heron, gull)
    late = await house.talk("gull")
    assert (await view(house))[0][late] == heron
    await undo(house, done)
    assert (await view(house))[0][late] == gull


async def test_a_split_takes_the_pseudonym_only_when_all_its_contacts_go_and_is_taken_back(house: FileHouse) -> None:
    heron, gull = await house.subject("heron"), await house.subject("gull")
    await house.talk("heron")
    await merge(house, heron, gull)
    of_gull = [str(c) for c, s in (await view(house))[0].items() if s == heron]
    before = await view(house)
    (gulls,) = await house.rows("SELECT contact_id FROM subject_link WHERE subject_id = $1", gull)
    one_of_herons = next(c for c in of_gull if c != str(gulls["contact_id"]))

    done = await house.post(
        "chief", f"/subjects/{heron}/split", {"contact_ids": [str(gulls["contact_id"]), one_of_herons]}
    )
    new = UUID(done["to_subject"])
    contacts, tokens = await view(house)
    assert done["contacts"] == 2
    assert sorted(str(c) for c, s in contacts.items() if s == new) == sorted([str(gulls["contact_id"]), one_of_herons])
    assert sorted(tokens.values()) == sorted([heron, new])  # the heron's stays, the gull's goes
    code = (await house.get("chief", f"/subjects/{new}"))["code"]
    assert [found["id"] for found in await house.get("chief", f"/subjects?code={code}")] == [str(new)]

    await undo(house, done)
    assert await view(house) == before
    moved = await house.rows("SELECT DISTINCT subject_id FROM subject_link")
    assert {row["subject_id"] for row in moved} == {heron, gull}  # each with the very subject it was with


async def test_what_was_entered_for_a_split_off_file_is_not_lost_when_the_split_is_undone(house: FileHouse) -> None:
    heron = await house.subject("heron")
    second = await house.talk("heron")
    done = await house.post("chief", f"/subjects/{heron}/split", {"contact_ids": [str(second)]})
    await house.post("chief", f"/subjects/{done['to_subject']}/flags", {"code": "violence_risk"}, expect=201)
    await undo(house, done)
    assert [f["code"] for f in (await house.get("chief", f"/subjects/{heron}"))["flags"]] == ["violence_risk"]


async def test_a_split_whose_contacts_have_moved_on_says_what_to_undo_first(house: FileHouse) -> None:
    heron = await house.subject("heron")
    second, third = await house.talk("heron"), await house.talk("heron")
    first = await house.post("chief", f"/subjects/{heron}/split", {"contact_ids": [str(second), str(third)]})
    further = await house.post("chief", f"/subjects/{first['to_subject']}/split", {"contact_ids": [str(third)]})
    answer = await undo(house, first, expect=409)
    assert "先撤销之后的操作" in answer["detail_zh"]
    await undo(house, further)
    await undo(house, first)
    assert set((await view(house))[0].values()) == {heron}


@pytest.mark.parametrize("chosen", ["none of it", "all of it"])
async def test_a_split_of_nothing_or_of_everything_is_refused(house: FileHouse, chosen: str) -> None:
    heron = await house.subject("heron")
    contacts = [str(c) for c in (await view(house))[0]] if chosen == "all of it" else [str(fresh_id())]
    status = 409 if chosen == "all of it" else 422
    await house.post("chief", f"/subjects/{heron}/split", {"contact_ids": contacts}, expect=status)


async def test_merges_at_once_in_opposite_directions_make_no_circle(house: FileHouse) -> None:
    browser = await house.browser("chief")
    for round_ in range(6):
        a, b = await house.subject(f"heron {round_}"), await house.subject(f"gull {round_}")
        answers = await asyncio.gather(
            browser.post(f"/api/subjects/{a}/merge", json={"other": str(b)}),
            browser.post(f"/api/subjects/{b}/merge", json={"other": str(a)}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 422]
        pointers = await house.rows("SELECT id, merged_into FROM subject WHERE id = ANY($1)", [a, b])
        assert sum(row["merged_into"] is not None for row in pointers) == 1


async def test_a_ring_of_merges_at_once_leaves_one_file(house: FileHouse) -> None:
    subjects = [await house.subject(f"bird {n}") for n in range(5)]
    browser = await house.browser("chief")
    await asyncio.gather(
        *(
            browser.post(f"/api/subjects/{one}/merge", json={"other": str(next_one)})
            for one, next_one in zip(subjects, subjects[1:] + subjects[:1], strict=True)
        )
    )
    contacts, _ = await view(house)
    assert len(contacts) == 5  # a contact in a circle would have no file at all
    assert len(set(contacts.values())) == 1


async def test_both_files_of_a_merge_must_be_ones_own_to_merge(house: FileHouse) -> None:
    heron, tern = await house.subject("heron", line="lamp"), await house.subject("tern", line="pier")
    await house.post("super", f"/subjects/{heron}/merge", {"other": str(tern)}, expect=404)
    await house.post("super", f"/subjects/{tern}/merge", {"other": str(heron)}, expect=404)
    done = await merge(house, heron, tern)
    assert await house.refusals() == [("super", str(tern)), ("super", str(tern))]
    await house.post("reed", f"/merges/{done['id']}/undo", expect=403)
    await house.post("chief", f"/merges/{fresh_id()}/undo", expect=404)
    acts = [act for act in await house.acts() if act.startswith("files_")]
    assert acts == ["files_merged", "files_merged"]  # one on each side


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_walk_of_merges_splits_and_undos_taken_back_last_first_restores_the_beginning(
    house: FileHouse, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 the same walk every time
    for bird in ("heron", "gull", "tern", "swift"):
        for _ in range(dice.randint(1, 3)):
            await house.talk(bird)
    before, done = await view(house), []
    browser = await house.browser("chief")
    for _ in range(12):
        contacts, _ = await view(house)
        kept, other = dice.choice(list(contacts.values())), dice.choice(list(contacts.values()))
        if dice.random() < 0.5:
            answer = await browser.post(f"/api/subjects/{kept}/merge", json={"other": str(other)})
        else:
            own = [str(c) for c, s in contacts.items() if s == kept]
            chosen = dice.sample(own, dice.randint(1, len(own)))
            answer = await browser.post(f"/api/subjects/{kept}/split", json={"contact_ids": chosen})
        if answer.status_code == 200:
            done.append(answer.json())
        assert set((await view(house))[0]) == set(before[0])
    assert len(done) > 3
    for each in reversed(done):
        await undo(house, each)
    assert await view(house) == before


async def test_a_note_says_which_file_it_was_written_in_where_that_is_not_the_one_it_is_listed_in(
    house: FileHouse,
) -> None:
    """The 〔姓名1〕 of the one was never the 〔姓名1〕 of the other, and stored texts are not changed."""
    subjects = heron, gull = await house.subject("heron"), await house.subject("gull")
    files = [await house.get("chief", f"/subjects/{subject}") for subject in subjects]
    of_heron, of_gull = [file["contacts"][0]["id"] for file in files]
    await note_on(house, of_heron, heron)
    await note_on(house, of_gull, gull)
    assert await originals(house, heron) == {of_heron: None}

    done = await merge(house, heron, gull)
    from_gull = {"id": str(gull), "code": files[1]["code"]}
    assert await originals(house, heron) == {of_heron: None, of_gull: from_gull}
    later = str(await house.talk("gull"))
    await note_on(house, later, heron)  # as submitting numbers it: in the file that stands for both
    assert await originals(house, heron) == {of_heron: None, of_gull: from_gull, later: None}

    await undo(house, done)
    assert await originals(house, heron) == {of_heron: None}
    assert await originals(house, gull) == {of_gull: None, later: {"id": str(heron), "code": files[0]["code"]}}
