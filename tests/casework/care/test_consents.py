"""The consent ledger of a contact: entries only added, keys of the greeting among them."""

import pytest

from app.casework.consents.ledger import enter_consent, stands
from app.domain.consent import ConsentHow, ConsentSaid, ConsentState, ConsentTo
from tests.casework.care.care_house import CareHouse


def said(to: str, word: str) -> dict[str, str]:
    return {"consent_to": to, "said": word}


async def test_what_was_given_is_withdrawn_by_another_entry(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")

    await reed.post(f"/api/contacts/{contact}/consents", json=said("follow_up", "given"))
    care.house.clock.pass_by(minutes=1)
    answer = await reed.post(f"/api/contacts/{contact}/consents", json=said("follow_up", "withdrawn"))

    assert answer.status_code == 201
    assert answer.json()["present"] == {
        "recording": "not_asked",
        "follow_up": "withdrawn",
        "disclosure": "not_asked",
        "file": "not_asked",
    }
    assert [entry["said"] for entry in answer.json()["entries"]] == ["withdrawn", "given"]
    assert {entry["entered_by"] for entry in answer.json()["entries"]} == {"Reed"}


async def test_what_was_never_given_cannot_be_withdrawn(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")

    answer = await reed.post(f"/api/contacts/{contact}/consents", json=said("recording", "withdrawn"))

    assert (answer.status_code, answer.json()["code"]) == (409, "not_possible_now")
    assert await care.rows("SELECT FROM consent") == []


async def test_the_same_said_twice_is_one_entry(care: CareHouse) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")

    for _ in range(2):
        answer = await reed.post(f"/api/contacts/{contact}/consents", json=said("disclosure", "refused"))
        assert answer.status_code == 201

    assert len(await care.rows("SELECT FROM consent")) == 1


async def test_a_key_pressed_in_the_greeting_is_the_first_entry(care: CareHouse) -> None:
    reed = await care.browser("reed")
    contact = await care.contact(held_by="reed", consents={"recording": "given", "weather": "given"})

    before = (await reed.get(f"/api/contacts/{contact}/consents")).json()
    care.house.clock.pass_by(minutes=1)
    after = (await reed.post(f"/api/contacts/{contact}/consents", json=said("recording", "withdrawn"))).json()

    assert before["present"]["recording"] == "given"
    assert [(entry["how"], entry["entered_by"]) for entry in before["entries"]] == [("key", None)]
    assert after["present"]["recording"] == "withdrawn"
    kept = await care.rows("SELECT said, how FROM consent ORDER BY said_at")
    assert kept == [{"said": "given", "how": "key"}, {"said": "withdrawn", "how": "spoken"}]


@pytest.mark.parametrize("how", ["key", "widget", "guessed"])
async def test_a_volunteer_enters_only_what_was_spoken_to_her(care: CareHouse, how: str) -> None:
    reed, contact = await care.browser("reed"), await care.contact(held_by="reed")

    answer = await reed.post(
        f"/api/contacts/{contact}/consents", json={"consent_to": "recording", "said": "given", "how": how}
    )

    assert answer.status_code == 422


async def test_other_code_enters_and_asks_where_a_consent_stands(care: CareHouse) -> None:
    contact = await care.contact()

    async with care.tx() as tx:
        await enter_consent(
            tx, contact, ConsentTo.FOLLOW_UP, ConsentSaid.GIVEN, how=ConsentHow.WIDGET, by=None, now=care.now
        )
        assert await stands(tx, contact, ConsentTo.FOLLOW_UP) is ConsentState.GIVEN
        assert await stands(tx, contact, ConsentTo.RECORDING) is ConsentState.NOT_ASKED
