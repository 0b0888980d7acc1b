"""A file goes to another organisation when both sides want it, and the side that gave it reads no more of it."""

import asyncio
from typing import Any
from uuid import UUID

from tests.casework.files.file_house import FileHouse


async def ask(house: FileHouse, subject: UUID, *, by: str = "super", to: str = "harbour", expect: int = 201) -> Any:
    body = {"to_organisation": to, "reason": "已转学"}
    return await house.post(by, f"/subjects/{subject}/hand-overs", body, expect=expect)


async def answer(house: FileHouse, asked: Any, what: str, *, by: str, reason: str = "", expect: int = 200) -> Any:
    body = {"version": asked["version"], "reason": reason}
    return await house.post(by, f"/hand-overs/{asked['id']}/{what}", body, expect=expect)


async def test_an_accepted_hand_over_moves_the_custody_and_ends_the_reading_of_the_side_that_gave(
    house: FileHouse,
) -> None:
    subject = await house.subject("heron", line="lamp")
    asked = await ask(house, subject)
    assert asked["mine"] == ["giving"]
    (waiting,) = await house.get("harbour", "/hand-overs")
    assert (waiting["id"], waiting["mine"], waiting["code"]) == (asked["id"], ["receiving"], asked["code"])
    await house.get("harbour", f"/subjects/{subject}", expect=404)  # not before it is theirs
    house.house.clock.pass_by(minutes=1)

    taken = await answer(house, asked, "accept", by="harbour")
    assert (taken["state"], taken["ended_by"]) == ("accepted", "Harbour")
    file = await house.get("harbour", f"/subjects/{subject}")
    assert file["organisation_id"] == "harbour"
    for login in ("super", "crisis"):
        await house.get(login, f"/subjects/{subject}", expect=404)
    await house.post("super", f"/subjects/{subject}/flags", {"code": "minor"}, expect=404)
    acts = [act for act in await house.acts() if act.startswith("hand_over_")]
    assert acts == ["hand_over_requested", "hand_over_accepted"]


async def test_the_side_that_gave_keeps_its_own_contacts_and_the_link_of_each(house: FileHouse) -> None:
    subject = await house.subject("heron", line="lamp", held_by="reed")
    before = await house.rows("SELECT contact_id, subject_id, how FROM subject_link")
    house.house.clock.pass_by(minutes=1)
    await answer(house, await ask(house, subject), "accept", by="harbour")
    assert await house.rows("SELECT contact_id, subject_id, how FROM subject_link") == before
    own = await house.get("reed", f"/subjects/{subject}")  # whoever answered still sees that she did, and no more
    assert (own["whole"], len(own["contacts"])) == (False, 1)


async def test_a_line_that_helps_again_after_the_hand_over_sees_the_file_again(house: FileHouse) -> None:
    subject = await house.subject("heron", line="lamp")
    house.house.clock.pass_by(minutes=1)
    await answer(house, await ask(house, subject), "accept", by="harbour")
    await house.get("super", f"/subjects/{subject}", expect=404)
    house.house.clock.pass_by(minutes=1)
    await house.talk("heron", line="lamp")
    assert (await house.get("super", f"/subjects/{subject}"))["organisation_id"] == "harbour"


async def test_whoever_is_offered_the_caller_sees_the_summary_wherever_the_file_is_kept(house: FileHouse) -> None:
    subject = await house.subject("heron", line="lamp")
    await answer(house, await ask(house, subject), "accept", by="harbour")
    await house.post("harbour", f"/subjects/{subject}/flags", {"code": "means_at_hand"}, expect=201)
    ringing = await house.ring("heron", "wren", line="lamp")
    assert (await house.get("wren", f"/contacts/{ringing}/subject"))["flags"][0]["code"] == "means_at_hand"


async def test_a_refusal_says_why_and_leaves_the_file_where_it_is(house: FileHouse) -> None:
    subject = await house.subject("heron")
    asked = await ask(house, subject)
    await answer(house, asked, "refuse", by="harbour", expect=422)
    refused = await answer(house, asked, "refuse", by="harbour", reason="不在本区")
    assert (refused["state"], refused["answer"]) == ("refused", "不在本区")
    assert (await house.get("super", f"/subjects/{subject}"))["organisation_id"] == "lighthouse"
    assert (await ask(house, subject))["state"] == "requested"  # and it may be asked anew


async def test_what_the_vault_knows_of_the_caller_is_hidden_in_what_both_sides_write(house: FileHouse) -> None:
    contact = await house.talk("heron", line="lamp")
    await house.told(contact, "阿岚")
    subject = await house.subject("heron")
    waits: dict[str, str] = {}
    for what, by in (("withdraw", "super"), ("refuse", "harbour"), ("accept", "harbour")):
        asked = await house.post(
            "super",
            f"/subjects/{subject}/hand-overs",
            {"to_organisation": "harbour", "reason": "阿岚已转学"},
            expect=201,
        )
        assert asked["reason"] == "〔姓名1〕已转学"
        waits[what] = (await answer(house, asked, what, by=by, reason="阿岚的母亲来过"))["answer"]
    assert waits == dict.fromkeys(("withdraw", "refuse", "accept"), "〔姓名1〕的母亲来过")


async def test_each_side_does_its_own_part_alone(house: FileHouse) -> None:
    subject = await house.subject("heron")
    await ask(house, subject, by="crisis", expect=403)
    asked = await ask(house, subject)
    for what in ("accept", "refuse"):
        await answer(house, asked, what, by="super", reason="x", expect=403)
    await answer(house, asked, "withdraw", by="harbour", expect=403)
    await answer(house, asked, "accept", by="pilot", expect=404)  # a line of it is not the organisation
    assert await house.get("pilot", "/hand-overs") == []
    await house.get("reed", "/hand-overs", expect=403)
    assert (await answer(house, asked, "withdraw", by="super"))["state"] == "withdrawn"
    await answer(house, {**asked, "version": 2}, "accept", by="harbour", expect=409)


async def test_a_line_that_helped_cannot_give_what_another_organisation_keeps(house: FileHouse) -> None:
    subject = await house.subject("heron", line="lamp")
    await house.talk("heron", line="pier")
    assert (await ask(house, subject, by="harbour", expect=403))["code"] == "forbidden"


async def test_one_request_waits_at_a_time_even_when_two_ask_at_once(house: FileHouse) -> None:
    subject = await house.subject("heron")
    browser = await house.browser("super")
    body = {"to_organisation": "harbour", "reason": "已转学"}
    answers = await asyncio.gather(*(browser.post(f"/api/subjects/{subject}/hand-overs", json=body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_p8_of_two_answers_at_once_one_counts(house: FileHouse) -> None:
    subject = await house.subject("heron")
    asked = await ask(house, subject)
    browser = await house.browser("harbour")
    answers = await asyncio.gather(
        *(
            browser.post(f"/api/hand-overs/{asked['id']}/{what}", json={"version": 1, "reason": "x"})
            for what in ("accept", "refuse", "accept", "refuse")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_a_request_made_before_a_merge_moves_nothing_any_more(house: FileHouse) -> None:
    heron, gull = await house.subject("heron"), await house.subject("gull")
    asked = await ask(house, gull)
    await house.post("super", f"/subjects/{heron}/merge", {"other": str(gull)})
    assert "先拒绝" in (await answer(house, asked, "accept", by="harbour", expect=409))["detail_zh"]
    assert (await house.get("super", f"/subjects/{heron}"))["organisation_id"] == "lighthouse"


async def test_nobody_hands_a_file_to_nobody_or_to_whoever_has_it(house: FileHouse) -> None:
    subject = await house.subject("heron")
    for to in ("lighthouse", "nowhere"):
        problem = await ask(house, subject, to=to, expect=422)
        assert problem["errors"][0]["field"] == "to_organisation"


async def test_the_receiving_side_is_told_that_a_file_waits(house: FileHouse) -> None:
    await ask(house, await house.subject("heron"))
    assert await house.rows("SELECT kind, line_id FROM notice") == [{"kind": "file_hand_over", "line_id": "pier"}]


async def test_one_who_opens_files_knows_the_names_of_every_organisation_and_a_volunteer_does_not(
    house: FileHouse,
) -> None:
    known = await house.get("super", "/organisations")
    assert {"lighthouse", "harbour"} <= {one["id"] for one in known}
    assert all(one["name_zh"] and one["name_en"] for one in known)
    await house.get("reed", "/organisations", expect=403)


async def two_custodies(house: FileHouse) -> tuple[UUID, UUID]:
    """One caller's file that the harbour has, though the lamp helped once; another that the lighthouse has."""
    tern = await house.subject("tern", line="pier")
    await house.talk("tern", line="lamp")
    return tern, await house.subject("heron", line="lamp")


async def test_a_merge_takes_no_file_out_of_anothers_custody_and_gives_none_into_it(house: FileHouse) -> None:
    tern, heron = await two_custodies(house)
    for kept, other in ((heron, tern), (tern, heron)):
        refused = await house.post("super", f"/subjects/{kept}/merge", {"other": str(other)}, expect=403)
        assert "移交" in refused["detail_zh"]
    assert (await house.get("harbour", f"/subjects/{tern}"))["organisation_id"] == "harbour"
    assert (await house.get("super", f"/subjects/{heron}"))["organisation_id"] == "lighthouse"

    await answer(house, await ask(house, tern, by="harbour", to="lighthouse"), "accept", by="super")
    await house.post("super", f"/subjects/{heron}/merge", {"other": str(tern)})


async def test_whoever_answers_for_both_custodies_merges_across_them_and_takes_it_back(house: FileHouse) -> None:
    tern, heron = await two_custodies(house)
    done = await house.post("chief", f"/subjects/{heron}/merge", {"other": str(tern)})
    await house.post("super", f"/merges/{done['id']}/undo", expect=403)  # it would give the harbour a part of the file
    await house.post("chief", f"/merges/{done['id']}/undo")
    assert (await house.get("harbour", f"/subjects/{tern}"))["organisation_id"] == "harbour"


async def test_a_split_is_not_taken_back_over_a_hand_over(house: FileHouse) -> None:
    heron = await house.subject("heron", line="lamp")
    second = await house.talk("heron", line="lamp")
    split = await house.post("super", f"/subjects/{heron}/split", {"contact_ids": [str(second)]})
    new = UUID(split["to_subject"])
    await answer(house, await ask(house, new), "accept", by="harbour")  # at the hour of the talk: the lamp helps still

    refused = await house.post("super", f"/merges/{split['id']}/undo", expect=403)
    assert "移交" in refused["detail_zh"]
    assert (await house.get("harbour", f"/subjects/{new}"))["organisation_id"] == "harbour"
