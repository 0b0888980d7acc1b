"""A caller without a number gets a file by hand, if they agree, and in no other way."""

import asyncio

from tests.casework.files.file_house import FileHouse

NEW = {"new": True, "consent": True}


async def test_a_caller_without_a_number_gets_a_file_once_they_agree_and_the_ledger_says_so(house: FileHouse) -> None:
    contact = await house.talk(None, held_by="reed", closed=False)
    seen = await house.put("reed", f"/contacts/{contact}/subject", NEW)
    assert (seen["has_file"], seen["times_seen"]) == (True, 0)
    assert seen["code"]
    assert await house.rows("SELECT how, linked_by FROM subject_link") == [
        {"how": "by_hand", "linked_by": house.people["reed"]}
    ]
    assert await house.rows("SELECT consent_to, said, how FROM consent") == [
        {"consent_to": "file", "said": "given", "how": "spoken"}
    ]
    assert "contact_linked" in await house.acts()
    (found,) = await house.get("super", f"/subjects?code={seen['code']}")
    assert found["id"] == seen["subject_id"]


async def test_without_the_callers_consent_nothing_is_kept(house: FileHouse) -> None:
    contact = await house.talk(None, held_by="reed", closed=False)
    answer = await house.put("reed", f"/contacts/{contact}/subject", {"new": True, "consent": False}, expect=422)
    assert "征得同意" in answer["detail_zh"]
    assert await house.rows("SELECT FROM subject") == []
    assert await house.rows("SELECT FROM consent") == []


async def test_failure_25_two_nameless_callers_with_a_file_each_stay_two(house: FileHouse) -> None:
    first, second = [await house.talk(None, held_by=who, closed=False) for who in ("reed", "wren")]
    one = await house.put("reed", f"/contacts/{first}/subject", NEW)
    assert (await house.get("wren", f"/contacts/{second}/subject"))["has_file"] is False
    two = await house.put("wren", f"/contacts/{second}/subject", NEW)
    assert one["subject_id"] != two["subject_id"]
    assert one["code"] != two["code"]


async def test_somebody_she_talked_with_before_can_be_linked_again_and_nobody_elses(house: FileHouse) -> None:
    first = await house.talk(None, held_by="reed")
    file = (await house.put("reed", f"/contacts/{first}/subject", NEW))["subject_id"]
    again = await house.talk(None, held_by="reed", closed=False)
    known = {"subject_id": file, "consent": True}
    assert (await house.put("reed", f"/contacts/{again}/subject", known))["times_seen"] == 1
    third = await house.talk(None, held_by="wren", closed=False)
    await house.put("wren", f"/contacts/{third}/subject", known, expect=404)
    assert await house.refusals() == [("wren", file)]


async def test_a_contact_is_linked_once_even_when_asked_twice_at_once(house: FileHouse) -> None:
    contact = await house.talk(None, held_by="reed", closed=False)
    browser = await house.browser("reed")
    answers = await asyncio.gather(*(browser.put(f"/api/contacts/{contact}/subject", json=NEW) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(await house.rows("SELECT FROM subject")) == 1
    assert len(await house.rows("SELECT FROM consent")) == 1


async def test_a_caller_known_by_a_number_is_not_linked_by_hand(house: FileHouse) -> None:
    contact = await house.talk("heron", held_by="reed", closed=False)
    answer = await house.put("reed", f"/contacts/{contact}/subject", NEW, expect=409)
    assert answer["code"] == "not_possible_now"


async def test_nobody_links_a_contact_that_is_not_theirs(house: FileHouse) -> None:
    contact = await house.talk(None, held_by="reed", closed=False)
    for login in ("wren", "harbour"):
        await house.put(login, f"/contacts/{contact}/subject", NEW, expect=404)
    assert await house.refusals() == [("wren", str(contact)), ("harbour", str(contact))]
    assert (await house.put("super", f"/contacts/{contact}/subject", NEW))["has_file"]


async def test_there_is_no_file_before_there_was_a_talk(house: FileHouse) -> None:
    ringing = await house.ring(None, "reed")
    await house.put("super", f"/contacts/{ringing}/subject", NEW, expect=409)
    await house.put("super", f"/contacts/{ringing}/subject", {"consent": True}, expect=422)
