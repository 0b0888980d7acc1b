"""The administrator's read-only view of lines over HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest_asyncio

from app.lines import api
from app.lines.apply import apply_documents
from app.lines.reading import read_document
from tests.lines.conftest import LINES, VERSION, apply, line_file
from tests.people.conftest import House, close_house, make_house


@pytest_asyncio.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    made = await make_house(database_url)
    made.clock.at = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # six in the morning in Changzhou
    made.app.include_router(api.router)
    sources = [read_document((LINES / name).read_text(), name) for name in ("changzhou.yaml", "ningbo.yaml")]
    async with made.db.transaction() as tx:
        await apply_documents(tx, sources, now=made.clock.at)
    yield made
    await close_house(made)


async def test_an_administrator_sees_every_line_as_it_is_now(house: House) -> None:
    await house.person("admin", ["administrator"], demo=True)
    client = await house.signed_in("admin")

    answer = await client.get("/api/lines")

    assert answer.status_code == 200
    lines = {line["id"]: line for line in answer.json()}
    assert sorted(lines) == ["changzhou-12355", "changzhou-96111", "ningbo-24h", "ningbo-8585"]
    night = lines["changzhou-96111"]
    assert (night["open"], night["closes_at"], night["running"]) == (True, None, True)
    assert [(pool["id"], pool["stage"]) for pool in night["pools"]] == [
        ("changzhou-experts", 0),
        ("changzhou-night-crisis", 1),
    ]
    youth = lines["changzhou-12355"]
    assert (youth["open"], youth["opens_at"]) == (False, "2026-11-24T01:00:00Z")
    assert youth["numbers"] == [{"number": "+8651912355", "shown": "12355", "placeholder": False}]
    assert youth["organisation"]["name_zh"] == "共青团常州市委员会"


async def test_a_line_is_shown_with_its_dated_versions_and_what_they_say(house: House) -> None:
    await house.person("admin", ["administrator"], demo=True)
    client = await house.signed_in("admin")

    shown = (await client.get("/api/lines/changzhou-96111")).json()

    assert [(v["valid_from"], v["valid_until"], v["in_force"]) for v in shown["versions"]] == [
        ("2022-12-31T16:00:00Z", None, True),
        ("2020-12-31T16:00:00Z", "2022-12-31T16:00:00Z", False),
    ]
    assert shown["versions"][1]["document"]["calendar"]["hours"]["daily"] == "18:00-22:00"


async def test_a_supervisor_sees_her_own_lines_and_no_others(house: House) -> None:
    await house.person("suping", ["supervisor:line=ningbo-24h"], demo=True)
    client = await house.signed_in("suping")

    assert [line["id"] for line in (await client.get("/api/lines")).json()] == ["ningbo-24h"]
    answer = await client.get("/api/lines/changzhou-96111")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_lines_are_not_shown_to_who_is_not_signed_in_or_may_not(house: House) -> None:
    await house.person("qinghe", demo=True)
    volunteer = await house.signed_in("qinghe")

    assert (await house.client().get("/api/lines")).status_code == 401
    assert (await volunteer.get("/api/lines")).status_code == 403


async def test_a_line_that_nobody_has_and_one_that_does_not_run_any_more(house: House) -> None:
    ended = VERSION.replace("\n  languages", '\n  valid_until: "2026-06-01 00:00"\n  languages', 1)
    await apply(house.db, line_file(ended), now=house.clock.at - timedelta(days=1))
    await house.person("admin", ["administrator"], demo=True)
    client = await house.signed_in("admin")

    assert (await client.get("/api/lines/no-such-line")).status_code == 404
    shown = (await client.get("/api/lines/lamp")).json()
    assert (shown["running"], shown["open"], shown["opens_at"], shown["pools"]) == (False, False, None, [])
    assert [version["in_force"] for version in shown["versions"]] == [False]
