"""In the middle of a rescue some of what the vault holds does not open: the rest is shown, what is missing is named."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest
import structlog
from structlog.typing import EventDict

from tests.casework.vault.conftest import NUMBER, Station

OLDER = "+447700900456"


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    """What is logged meanwhile."""
    with structlog.testing.capture_logs() as logged:
        yield logged


def alarms(lines: Sequence[EventDict]) -> list[tuple[str, str]]:
    """What a person is to look at now: each event with the key that it names."""
    return [(line["event"], line["key"]) for line in lines if line["log_level"] == "error"]


async def sealed_under(station: Station, key: str, contact_id: UUID, table: str = "identity") -> None:
    """What the vault holds of a contact bears the name of a key that nobody has."""
    async with station.house.db.transaction() as tx:
        await tx.execute("SET LOCAL ROLE hotline_vault")
        await tx.execute(
            f"UPDATE vault.{table} SET sealed = overlay(sealed placing convert_to($2, 'UTF8') from 2 for 2) "  # noqa: S608
            "WHERE contact_id = $1",
            contact_id, key,
        )  # fmt: skip


async def a_file_with(station: Station, *numbers: str) -> tuple[list[UUID], UUID | None]:
    """One caller who rang from each of these, one after the other; the contacts and the file."""
    contacts, subject_id = [], None
    for number in numbers:
        contact_id, subject_id = await station.talk()
        if number != NUMBER:
            given = {"kind": "number", "value": number}
            put = await station.browsers["yuan"].put(f"/api/contacts/{contact_id}/identity", json=given)
            assert put.status_code == 204
        async with station.house.db.transaction() as tx:
            await tx.execute("DELETE FROM vault.sealed_number")  # as moving.close does
        contacts.append(contact_id)
        station.house.clock.pass_by(minutes=1)
    return contacts, subject_id


async def test_one_lost_key_hides_none_of_the_other_numbers_of_a_file_and_is_named(
    station: Station, lines: list[EventDict]
) -> None:
    (older, _), subject_id = await a_file_with(station, OLDER, NUMBER)
    await sealed_under(station, "k0", older)
    opening = await station.opening("yuan", "qiao", subject_id=subject_id)

    seen = await station.does("yuan", opening, "look")

    assert seen.status_code == 200, seen.text
    assert [shown["value"] for shown in seen.json()["values"]] == [NUMBER]
    assert (seen.json()["not_opened"], seen.json()["keys"]) == (2, ["k0"])  # its own number, and the one that was given
    (entry,) = await station.rows("SELECT facts FROM audit_entry WHERE act = 'vault_looked'")
    assert (entry["facts"]["values"], entry["facts"]["not_opened"]) == (1, 2)
    assert alarms(lines) == [("vault_not_all_opened", "k0")]


async def test_what_all_opens_says_that_nothing_is_missing(station: Station, lines: list[EventDict]) -> None:
    _, subject_id = await a_file_with(station, OLDER, NUMBER)
    opening = await station.opening("yuan", "qiao", subject_id=subject_id)

    seen = (await station.does("yuan", opening, "look")).json()

    assert (sorted(shown["value"] for shown in seen["values"]), seen["not_opened"], seen["keys"]) == (
        sorted([NUMBER, OLDER]),
        0,
        [],
    )
    assert alarms(lines) == []


async def test_older_numbers_are_shown_however_many_newer_ones_do_not_open(station: Station) -> None:
    contacts, subject_id = await a_file_with(station, *[NUMBER] * 25)
    for contact_id in contacts[1:]:
        await sealed_under(station, "k0", contact_id)
    opening = await station.opening("yuan", "qiao", subject_id=subject_id)

    seen = (await station.does("yuan", opening, "look")).json()

    assert ([shown["value"] for shown in seen["values"]], seen["not_opened"]) == ([NUMBER], 24)


async def test_only_where_nothing_opens_it_is_refused_and_every_key_is_named_in_both_languages(
    station: Station,
) -> None:
    (older, newer), subject_id = await a_file_with(station, NUMBER, NUMBER)
    await sealed_under(station, "k0", older)
    await sealed_under(station, "k7", newer)
    opening = await station.opening("yuan", "qiao", subject_id=subject_id)

    answer = await station.does("yuan", opening, "look")

    assert answer.status_code == 503
    assert "'k0', 'k7'" in answer.json()["detail"]
    assert "'k0', 'k7'" in answer.json()["detail_zh"]
    assert "vault_looked" not in await station.acts()


async def test_a_number_of_now_that_does_not_open_keeps_nobody_from_the_older_ones_and_is_counted(
    station: Station, lines: list[EventDict]
) -> None:
    _, subject_id = await a_file_with(station, NUMBER)
    waiting = await station.contact(state="waiting")
    async with station.house.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO subject_link (contact_id, subject_id, how, linked_at) VALUES ($1, $2, 'pseudonym', $3)",
            waiting, subject_id, station.house.clock.at,
        )  # fmt: skip
    await sealed_under(station, "k0", waiting, "sealed_number")

    opening = await station.opening("yuan", "qiao", subject_id=subject_id)
    seen = (await station.does("yuan", opening, "look")).json()

    assert ([shown["value"] for shown in seen["values"]], seen["not_opened"], seen["keys"]) == ([NUMBER], 1, ["k0"])
    assert alarms(lines) == [("vault_number_not_kept", "k0"), ("vault_not_all_opened", "k0")]


async def test_whoever_asks_for_a_number_that_nothing_opens_is_told_at_once_and_may_ask_for_the_place(
    station: Station,
) -> None:
    contact_id = await station.contact(held_by="xiao")
    given = {"kind": "location", "value": "灯塔路 9 号"}
    await station.browsers["xiao"].put(f"/api/contacts/{contact_id}/identity", json=given)
    await sealed_under(station, "k0", contact_id, "sealed_number")

    number = await station.asks("yuan", contact_id=contact_id)
    place = await station.opening("yuan", "qiao", contact_id=contact_id, kind="location")
    seen = (await station.does("yuan", place, "look")).json()

    assert (number.status_code, "'k0'" in number.json()["detail_zh"]) == (503, True)
    assert ([shown["value"] for shown in seen["values"]], seen["not_opened"]) == (["灯塔路 9 号"], 0)
