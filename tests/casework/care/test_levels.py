"""Setting a level: a person's act, versioned, with the prompt beside it, and told to those who supervise."""

import asyncio

import pytest

from app.casework.levels.queries import levels_of_contacts, load_levels
from app.casework.redacting import Redacting
from app.domain.risk import RiskLevel
from tests.casework.care.care_house import CareHouse

NAMED = "欧阳晓岚说有药，电话13800138000"


def level(value: str, version: int = 0, rationale: str = "谈话中明确否认", **more: object) -> dict[str, object]:
    return {"level": value, "version": version, "rationale": rationale, **more}


async def prompt_high(care: CareHouse, contact: object) -> None:
    await (await care.browser("reed")).post(
        f"/api/contacts/{contact}/assessments",
        json={"instrument_id": "c-ssrs-screener", "version": 1, "answers": {"q2": "yes", "q4": "yes"}},
    )


async def prompt_imminent(care: CareHouse, contact: object) -> None:
    await (await care.browser("reed")).post(
        f"/api/contacts/{contact}/assessments",
        json={"instrument_id": "high-risk-rules", "version": 1, "answers": {"act_in_progress": "yes"}},
    )


async def test_p6_below_the_prompt_takes_a_rationale_and_is_recorded_beside_it(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")
    await prompt_high(care, contact)

    bare = await reed.put(f"/api/contacts/{contact}/level", json=level("moderate", rationale="  "))
    told = await reed.put(f"/api/contacts/{contact}/level", json=level("moderate", rationale=NAMED))

    assert bare.status_code == 422
    assert "评估提示" in bare.json()["detail_zh"]
    said = told.json()
    assert (said["level"], said["prompted"], said["version"]) == ("moderate", "high", 1)
    entry = said["history"][0]
    assert (entry["prompted"], entry["below_prompt"], entry["set_by"]) == ("high", True, "Reed")
    assert entry["rationale"] == "〔姓名1〕说有药，电话〔电话1〕"
    notices = await care.rows("SELECT kind, contact_id, line_id, about_person_id FROM notice")
    assert notices == [
        {"kind": "risk_below_prompt", "contact_id": contact, "line_id": "lamp", "about_person_id": care.people["reed"]}
    ]


async def test_p6_a_level_that_is_kept_below_a_new_and_higher_prompt_is_told_and_once(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")
    await reed.put(f"/api/contacts/{contact}/level", json=level("moderate"))
    assert await care.rows("SELECT FROM notice") == []
    await prompt_imminent(care, contact)

    for version in (1, 2):
        kept = await reed.put(f"/api/contacts/{contact}/level", json=level("moderate", version))
        assert kept.status_code == 200

    assert [row["kind"] for row in await care.rows("SELECT kind FROM notice")] == ["risk_below_prompt"]


async def test_p5_a_rationale_is_stored_without_its_names_anywhere(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")

    await reed.put(f"/api/contacts/{contact}/level", json=level("low", rationale=NAMED))

    rows = await care.rows("SELECT row_to_json(r)::text AS it FROM risk_level r")
    rows += await care.rows("SELECT row_to_json(a)::text AS it FROM audit_entry a")
    assert rows
    assert not [row for row in rows if "晓岚" in str(row["it"]) or "13800138000" in str(row["it"])]


async def test_high_is_set_at_once_and_explained_afterwards(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")

    first = (await reed.put(f"/api/contacts/{contact}/level", json=level("high", rationale=""))).json()
    second = (await reed.put(f"/api/contacts/{contact}/level", json=level("high", 1, rationale="手边有药"))).json()

    assert (first["rationale_owed"], first["version"]) == (True, 1)
    assert (second["rationale_owed"], second["version"]) == (False, 1)
    assert second["history"][0]["rationale"] == "手边有药"
    assert [row["kind"] for row in await care.rows("SELECT kind FROM notice")] == ["risk_high"]
    assert [act for act in await care.acts() if act.startswith("level_")] == ["level_set", "level_explained"]


async def test_low_without_a_rationale_is_refused(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")

    answer = await reed.put(f"/api/contacts/{contact}/level", json=level("low", rationale=""))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "rationale"
    assert await care.rows("SELECT FROM risk_level") == []


async def test_without_the_tagger_danger_is_set_and_owes_its_rationale_and_nothing_else_is_kept(
    care: CareHouse,
) -> None:
    care.house.app.state.redacting = Redacting(None, care.house.door.pseudonymiser)
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")

    low = await reed.put(f"/api/contacts/{contact}/level", json=level("low", rationale=NAMED))
    imminent = await reed.put(f"/api/contacts/{contact}/level", json=level("imminent", rationale=NAMED))

    assert (low.status_code, low.json()["code"]) == (503, "tagger_missing")
    assert imminent.status_code == 200
    assert imminent.json()["rationale_owed"]
    assert [row["rationale"] for row in await care.rows("SELECT rationale FROM risk_level")] == [None]


async def test_p8_a_level_set_upon_an_older_one_is_refused(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")
    await reed.put(f"/api/contacts/{contact}/level", json=level("moderate"))

    answer = await (await care.browser("super")).put(f"/api/contacts/{contact}/level", json=level("low"))

    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    assert len(await care.rows("SELECT FROM risk_level")) == 1


async def test_p8_a_level_set_upon_one_that_nobody_has_set_yet_is_refused(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")

    answer = await reed.put(f"/api/contacts/{contact}/level", json=level("low", version=7))

    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    assert await care.rows("SELECT FROM risk_level") == []


async def test_p8_of_two_who_set_the_first_level_at_once_one_is_refused(care: CareHouse) -> None:
    contact = await care.contact(held_by="reed")
    browsers = [await care.browser("reed"), await care.browser("super")]

    answers = await asyncio.gather(
        *(browser.put(f"/api/contacts/{contact}/level", json=level("high")) for browser in browsers)
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await care.rows("SELECT FROM risk_level")) == 1


async def test_every_level_stays_in_the_history_and_supervisors_hear_of_new_danger_once(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")
    for version, value in enumerate(["moderate", "high", "high", "imminent", "low"]):
        answer = await reed.put(f"/api/contacts/{contact}/level", json=level(value, version))
        assert answer.status_code == 200

    said = (await reed.get(f"/api/contacts/{contact}/level")).json()

    assert [entry["level"] for entry in said["history"]] == ["low", "imminent", "high", "high", "moderate"]
    notices = await care.rows("SELECT kind FROM notice ORDER BY at, id")
    assert [row["kind"] for row in notices] == ["risk_high", "risk_imminent"]


@pytest.mark.parametrize("code", ["means", "c-ssrs-screener.q4"])
async def test_what_was_not_found_out_is_kept_as_codes(care: CareHouse, code: str) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")

    answer = await reed.put(f"/api/contacts/{contact}/level", json=level("unknown", unknowns=[code]))

    assert answer.json()["history"][0]["unknowns"] == [code]


@pytest.mark.parametrize("code", ["weather", "c-ssrs-screener.q99"])
async def test_an_unknown_nobody_knows_is_refused(care: CareHouse, code: str) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")

    answer = await reed.put(f"/api/contacts/{contact}/level", json=level("low", unknowns=[code]))

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "unknowns")


async def test_consoles_are_told_the_level_and_never_why(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")
    await reed.put(f"/api/contacts/{contact}/level", json=level("high", rationale="手边有药"))

    async with care.tx() as tx:
        ((told_of, version, state, topics),) = await load_levels(tx, [str(contact)])
        history = await levels_of_contacts(tx, [contact])

    assert (told_of, version) == (contact, 1)
    assert "手边有药" not in str(state)
    assert set(topics) == {f"person:{care.people['reed']}", "supervisors", "line:lamp"}
    assert [entry.level for entry in history] == [RiskLevel.HIGH]
    changes = await care.rows("SELECT entity FROM change WHERE entity_id = $1", str(contact))
    assert changes == [{"entity": "level"}]
