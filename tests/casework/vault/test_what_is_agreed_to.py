"""What a second person agrees to is what is shown: the contacts a file had when it was asked for, and no other."""

from uuid import UUID

import pytest

from app.casework.files import regrouping
from app.casework.files.reach import load_subject_file
from tests.casework.vault.conftest import NUMBER, Station

ANOTHER = "+447700900456"


async def merge(station: Station, kept: UUID | None, other: UUID | None) -> None:
    """What the route does for whoever may merge both."""
    assert kept
    assert other
    async with station.house.db.transaction() as tx:
        await regrouping.take_turns(tx)
        files = [await load_subject_file(tx, each) for each in (kept, other)]
        assert files[0]
        assert files[1]
        await regrouping.merge(tx, files[0], files[1], by=station.people["yuan"], now=station.house.clock.at)


async def given_away(station: Station, subject: UUID | None) -> None:
    """The harbour has taken the file into its custody."""
    station.house.clock.pass_by(minutes=1)
    async with station.house.db.transaction() as tx:
        await tx.execute(
            "UPDATE subject SET organisation_id = 'harbour', custody_since = $2 WHERE id = $1",
            subject, station.house.clock.at,
        )  # fmt: skip
    station.house.clock.pass_by(minutes=1)


async def values(station: Station, login: str, opening: str) -> list[str]:
    """What somebody sees."""
    seen = await station.does(login, opening, "look")
    assert seen.status_code == 200, seen.text
    return [shown["value"] for shown in seen.json()["values"]]


async def test_what_was_merged_into_a_file_after_it_was_asked_for_is_not_shown(station: Station) -> None:
    _, heron = await station.talk()
    _, gull = await station.talk(number=ANOTHER)
    asked = await station.asks("yuan", subject_id=heron)
    await merge(station, heron, gull)
    approved = await station.does("qiao", asked.json()["id"], "approve")

    assert (asked.json()["contacts"], approved.json()["contacts"]) == (1, 1)
    assert await values(station, "yuan", asked.json()["id"]) == [NUMBER]
    again = await station.opening("yuan", "qiao", subject_id=heron)
    assert sorted(await values(station, "yuan", again)) == sorted([NUMBER, ANOTHER])
    listed = (await station.browsers["qiao"].get("/api/vault/openings")).json()
    assert sorted(each["contacts"] for each in listed) == [1, 2]


async def test_what_one_person_opens_alone_grows_no_more_either(station: Station) -> None:
    _, heron = await station.talk()
    _, gull = await station.talk(number=ANOTHER)
    asked = await station.asks("deng", subject_id=heron, reason_code="act_in_progress", single_handed=True)
    await merge(station, heron, gull)

    assert await values(station, "deng", asked.json()["id"]) == [NUMBER]


async def test_the_side_that_gave_a_file_away_opens_its_own_contacts_and_no_others(station: Station) -> None:
    contact, subject = await station.talk()
    await given_away(station, subject)
    theirs, same = await station.talk(line="pier")
    assert same == subject

    assert (await station.asks("yuan", contact_id=theirs)).status_code == 404
    assert (await station.asks("yuan", subject_id=subject)).status_code == 404
    assert await station.acts() == ["vault_refused", "vault_refused"]
    assert (await station.asks("yuan", contact_id=contact)).status_code == 201
    assert (await station.asks("stranger", subject_id=subject)).status_code == 201


async def test_a_line_that_helps_again_after_the_hand_over_opens_the_file_again(station: Station) -> None:
    _, subject = await station.talk()
    await given_away(station, subject)
    assert (await station.asks("yuan", subject_id=subject)).status_code == 404
    await station.talk()

    assert (await station.asks("yuan", subject_id=subject)).status_code == 201


@pytest.mark.parametrize("blank", [" ", "\u200b", "\u3164\u2060\ufeff ", "…… 110!"])
@pytest.mark.parametrize("alone", [False, True])
async def test_a_reason_without_a_word_in_it_opens_nothing(station: Station, blank: str, alone: bool) -> None:
    contact, _ = await station.talk()

    asked = await station.asks(
        "deng", contact_id=contact, reason=blank, reason_code="act_in_progress", single_handed=alone
    )

    assert (asked.status_code, asked.json()["errors"][0]["field"]) == (422, "reason")
    assert "原因" in asked.text
    assert await station.rows("SELECT FROM vault_opening") == []
