"""Two people, a reason, minutes, an alarm, an entry for every look: and nobody else, not before and not after."""

import asyncio

import pytest

from app.casework.redacting import Redacting
from app.casework.vault.keeping import Vault
from app.platform.clock import fresh_id
from app.platform.crypto import Sealer
from tests.casework.vault.conftest import NUMBER, Station


async def test_p5_two_people_open_one_number_for_minutes_and_everything_is_in_the_audit(station: Station) -> None:
    contact_id, _ = await station.talk()

    asked = await station.asks("yuan", contact_id=contact_id, minutes=5)
    early = await station.does("yuan", asked.json()["id"], "look")
    approved = await station.does("qiao", asked.json()["id"], "approve")
    seen = await station.does("yuan", asked.json()["id"], "look")

    assert (asked.status_code, early.status_code, approved.status_code) == (201, 409, 200)
    assert asked.json()["state"] == "requested"
    assert approved.json()["state"] == "open"
    assert [shown["value"] for shown in seen.json()["values"]] == [NUMBER]
    assert seen.headers["cache-control"] == "no-store"
    assert await station.acts() == ["vault_requested", "vault_approved", "vault_looked"]
    assert await station.notices() == ["vault_requested", "vault_opened"]
    everywhere = str(await station.rows("SELECT * FROM audit_entry")) + str(await station.rows("SELECT * FROM notice"))
    assert NUMBER not in everywhere + asked.text + approved.text


async def test_every_single_look_is_counted_and_entered(station: Station) -> None:
    contact_id, _ = await station.talk()
    opening = await station.opening("yuan", "deng", contact_id=contact_id)

    for _ in range(3):
        assert (await station.does("yuan", opening, "look")).status_code == 200

    (listed,) = (await station.browsers["qiao"].get("/api/vault/openings")).json()
    assert listed["looks"] == 3
    assert (await station.acts()).count("vault_looked") == 3


async def test_nobody_agrees_to_what_they_ask_for_themselves(station: Station) -> None:
    contact_id, _ = await station.talk()
    opening = (await station.asks("yuan", contact_id=contact_id)).json()["id"]

    assert (await station.does("yuan", opening, "approve")).status_code == 403
    assert (await station.does("yuan", opening, "refuse")).status_code == 403
    assert (await station.does("yuan", opening, "look")).status_code == 409


async def test_only_the_one_who_asked_may_look(station: Station) -> None:
    contact_id, _ = await station.talk()
    opening = await station.opening("yuan", "qiao", contact_id=contact_id)

    for login in ("qiao", "deng"):
        refused = await station.does(login, opening, "look")
        assert refused.status_code == 403
        assert NUMBER not in refused.text


async def test_somebody_elses_line_is_not_found_and_that_it_was_asked_for_is_in_the_audit(station: Station) -> None:
    contact_id, subject_id = await station.talk()
    opening = await station.opening("yuan", "qiao", contact_id=contact_id)

    assert (await station.asks("stranger", contact_id=contact_id)).status_code == 404
    assert (await station.asks("stranger", subject_id=subject_id)).status_code == 404
    for verb in ("approve", "refuse", "look"):
        assert (await station.does("stranger", opening, verb)).status_code == 404
    assert (await station.does("stranger", opening, "review", finding="justified")).status_code == 404
    assert (await station.browsers["stranger"].get("/api/vault/openings")).json() == []
    assert (await station.acts()).count("vault_refused") == 6


async def test_a_volunteer_may_neither_ask_nor_answer_nor_see_who_did(station: Station) -> None:
    contact_id, _ = await station.talk(held_by="xiao")
    opening = (await station.asks("yuan", contact_id=contact_id)).json()["id"]

    assert (await station.asks("xiao", contact_id=contact_id)).status_code == 403
    assert (await station.does("xiao", opening, "approve")).status_code == 403
    assert (await station.does("xiao", opening, "look")).status_code == 403
    assert (await station.browsers["xiao"].get("/api/vault/openings")).status_code == 403


async def test_of_two_who_answer_at_once_one_counts(station: Station) -> None:
    contact_id, _ = await station.talk()
    opening = (await station.asks("yuan", contact_id=contact_id)).json()["id"]

    answers = await asyncio.gather(*(station.does(login, opening, "approve") for login in ("qiao", "deng")))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["decided_by"] == answers[1].json()["decided_by"]
    assert (await station.acts()).count("vault_approved") == 1


async def test_of_one_who_agrees_and_one_who_refuses_at_once_one_counts_and_the_other_is_told(station: Station) -> None:
    contact_id, _ = await station.talk()
    opening = (await station.asks("yuan", contact_id=contact_id)).json()["id"]

    answers = await asyncio.gather(station.does("qiao", opening, "approve"), station.does("deng", opening, "refuse"))

    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_it_is_over_when_the_minutes_are_though_no_timer_has_come(station: Station) -> None:
    contact_id, _ = await station.talk()
    opening = await station.opening("yuan", "qiao", contact_id=contact_id, minutes=10)

    station.house.clock.pass_by(minutes=9, seconds=59)
    assert (await station.does("yuan", opening, "look")).status_code == 200
    station.house.clock.pass_by(seconds=1)
    assert (await station.does("yuan", opening, "look")).status_code == 409
    (listed,) = (await station.browsers["qiao"].get("/api/vault/openings")).json()
    assert listed["state"] == "closed"


async def test_an_answer_after_the_end_of_a_request_is_refused(station: Station) -> None:
    contact_id, _ = await station.talk()
    opening = (await station.asks("yuan", contact_id=contact_id)).json()["id"]

    station.house.clock.pass_by(minutes=30)
    assert (await station.does("qiao", opening, "approve")).status_code == 409
    await station.timers()
    assert [row["state"] for row in await station.rows("SELECT state FROM vault_opening")] == ["lapsed"]
    assert (await station.does("qiao", opening, "approve")).status_code == 409


async def test_the_timer_closes_what_was_open_and_a_timer_of_the_request_does_not(station: Station) -> None:
    contact_id, _ = await station.talk()
    await station.opening("yuan", "qiao", contact_id=contact_id, minutes=10)

    await station.timers(minutes=5)
    assert [row["state"] for row in await station.rows("SELECT state FROM vault_opening")] == ["open"]
    await station.timers(minutes=5)
    assert [row["state"] for row in await station.rows("SELECT state FROM vault_opening")] == ["closed"]


async def test_it_is_opened_for_as_long_as_the_deployment_allows_and_no_longer(station: Station) -> None:
    contact_id, _ = await station.talk()

    assert (await station.asks("yuan", contact_id=contact_id, minutes=11)).status_code == 422
    assert (await station.asks("yuan", contact_id=contact_id, minutes=0)).status_code == 422


async def test_one_person_opens_it_alone_for_an_act_in_progress_and_somebody_else_reviews_it(station: Station) -> None:
    contact_id, _ = await station.talk()

    asked = await station.asks("deng", contact_id=contact_id, reason_code="act_in_progress", single_handed=True)
    opening = asked.json()["id"]
    seen = await station.does("deng", opening, "look")
    too_early = await station.does("qiao", opening, "review", finding="justified")
    await station.timers(minutes=10)
    own = await station.does("deng", opening, "review", finding="justified")

    assert asked.json()["state"] == "open_alone"
    assert [shown["value"] for shown in seen.json()["values"]] == [NUMBER]
    assert (too_early.status_code, own.status_code) == (409, 403)
    assert await station.notices() == ["vault_opened_alone"]
    reviewed = await station.does("qiao", opening, "review", finding="not_justified")
    assert (reviewed.json()["state"], reviewed.json()["finding"]) == ("reviewed", "not_justified")
    assert (await station.acts())[-1] == "vault_reviewed"


async def test_the_supervisors_are_told_every_day_until_somebody_has_reviewed_it(station: Station) -> None:
    contact_id, _ = await station.talk()
    asked = await station.asks("deng", contact_id=contact_id, reason_code="act_in_progress", single_handed=True)

    await station.timers(minutes=10)
    for _ in range(2):
        await station.timers(hours=24)
    assert await station.notices() == ["vault_opened_alone", "vault_review_due", "vault_review_due"]
    station.browsers["yuan"] = await station.house.signed_in("yuan")  # the session of two days ago has ended
    assert (await station.does("yuan", asked.json()["id"], "review", finding="justified")).status_code == 200
    await station.timers(hours=48)
    assert (await station.notices()).count("vault_review_due") == 2


async def test_one_person_is_not_enough_for_anything_else(station: Station) -> None:
    contact_id, _ = await station.talk()

    refused = await station.asks("deng", contact_id=contact_id, reason_code="danger_to_life", single_handed=True)

    assert refused.status_code == 422
    assert await station.rows("SELECT 1 FROM vault_opening") == []


async def test_the_reason_is_kept_without_the_names_in_it(station: Station) -> None:
    contact_id, _ = await station.talk()

    asked = await station.asks("yuan", contact_id=contact_id, reason="顾长风说要跳楼，电话13800138000")

    assert asked.json()["reason"] == "〔姓名1〕说要跳楼，电话〔电话1〕"
    assert "顾长风" not in str(await station.rows("SELECT reason FROM vault_opening"))


async def test_a_finder_that_is_missing_keeps_nobody_from_being_saved_and_no_raw_word_is_kept(station: Station) -> None:
    contact_id, _ = await station.talk()
    station.house.app.state.redacting = Redacting(None, station.house.door.pseudonymiser)

    asked = await station.asks("yuan", contact_id=contact_id, reason="顾长风说要跳楼")

    assert (asked.status_code, asked.json()["reason"]) == (201, "")


async def test_a_whole_file_is_opened_with_what_every_contact_of_it_gave(station: Station) -> None:
    _, subject_id = await station.talk()
    await station.talk()
    await station.talk(number="+447700900124")

    opening = await station.opening("yuan", "qiao", subject_id=subject_id)

    assert [shown["value"] for shown in (await station.does("yuan", opening, "look")).json()["values"]] == [NUMBER]


async def test_a_caller_who_is_still_waiting_can_be_found_and_their_end_does_not_take_the_number(
    station: Station,
) -> None:
    contact_id = await station.contact(state="waiting")

    opening = (await station.asks("yuan", contact_id=contact_id)).json()["id"]
    async with station.house.db.transaction() as tx:
        await tx.execute("DELETE FROM vault.sealed_number WHERE contact_id = $1", contact_id)  # as moving.close does
    await station.does("qiao", opening, "approve")

    assert [shown["value"] for shown in (await station.does("yuan", opening, "look")).json()["values"]] == [NUMBER]


async def test_what_the_vault_does_not_hold_is_said_at_once(station: Station) -> None:
    contact_id, _ = await station.talk(number=None)

    asked = await station.asks("yuan", contact_id=contact_id)

    assert asked.status_code == 409
    assert "没有" in asked.text


@pytest.mark.parametrize("body", [{}, {"contact_id": fresh_id(), "subject_id": fresh_id()}])
async def test_a_contact_or_a_file_is_named_and_one_of_them_only(station: Station, body: dict[str, object]) -> None:
    assert (await station.asks("yuan", **body)).status_code == 422


async def test_what_is_not_there_is_not_found(station: Station) -> None:
    assert (await station.asks("yuan", contact_id=fresh_id())).status_code == 404
    assert (await station.asks("yuan", subject_id=fresh_id())).status_code == 404
    assert (await station.does("yuan", str(fresh_id()), "approve")).status_code == 404


async def test_a_key_that_is_gone_is_named_to_the_one_who_looks(station: Station) -> None:
    contact_id, _ = await station.talk()
    opening = await station.opening("yuan", "qiao", contact_id=contact_id)
    station.house.app.state.vault = Vault(Sealer({"k9": b"9" * 32}, "k9"), station.vault.kept_for, 10)

    answer = await station.does("yuan", opening, "look")

    assert answer.status_code == 503
    assert "'k1'" in answer.text
    assert (await station.acts())[-1] == "vault_approved"
