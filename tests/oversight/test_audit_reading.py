"""The audit is read by auditors within their lines, and that they read it is in it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio

from app.domain.acts import Act
from app.oversight import audit_api
from app.oversight.audit_reading import PAGE
from app.platform.audit import record_act
from tests.casework.files.case_desk import open_desk
from tests.people.conftest import House, close_house, make_house
from tests.seal_everything import seal_everything

ANNA, BO = UUID(int=1), UUID(int=2)


@pytest_asyncio.fixture
async def reading(database_url: str) -> AsyncIterator[House]:
    """Auditors of everything and of the line `lamp`, a supervisor; and six entries."""
    house = await make_house(database_url)
    await open_desk(house.db)
    house.app.include_router(audit_api.router)
    for login, role in (("all", "auditor"), ("lamp", "auditor:line=lamp"), ("super", "supervisor")):
        await house.person(login, [role], demo=True, name=login)
    for n, (who, act, line) in enumerate(
        [
            (ANNA, Act.NOTE_SEEN, "lamp"),
            (ANNA, Act.NOTE_AMENDED, "lamp"),
            (BO, Act.NOTE_SEEN, "pier"),
            (BO, Act.VAULT_LOOKED, "pier"),
            (None, Act.LINE_APPLIED, "lamp"),
            (ANNA, Act.LET_IN, None),
        ]
    ):
        async with house.db.transaction() as tx:
            at = house.clock.at + timedelta(minutes=n)
            await record_act(tx, act, by=who, target_kind="note", target_id=f"t{n}", line_id=line, now=at)
    yield house
    await close_house(house)


async def _read(browser: httpx2.AsyncClient, **filters: Any) -> list[str]:
    answer = await browser.get("/api/audit", params=filters)
    assert answer.status_code == 200, answer.text
    return [entry["target_id"] for entry in answer.json()["entries"] if entry["act"] != "audit_read"]


async def test_the_newest_comes_first_and_whoever_reads_everything_sees_what_lies_on_no_line(reading: House) -> None:
    assert await _read(await reading.signed_in("all")) == ["t5", "t4", "t3", "t2", "t1", "t0"]


async def test_somebody_elses_line_and_what_lies_on_none_are_not_shown(reading: House) -> None:
    browser = await reading.signed_in("lamp")

    assert await _read(browser) == ["t4", "t1", "t0"]
    assert await _read(browser, line_id="pier") == []
    assert await _read(browser, target_id="t3") == []


async def test_it_is_read_by_person_act_target_line_and_time(reading: House) -> None:
    browser = await reading.signed_in("all")
    moments = [(reading.clock.at + timedelta(minutes=n)).isoformat() for n in range(6)]

    assert await _read(browser, person_id=str(ANNA)) == ["t5", "t1", "t0"]
    assert await _read(browser, act="note_seen") == ["t2", "t0"]
    assert await _read(browser, target_kind="note", target_id="t4") == ["t4"]
    assert await _read(browser, line_id="pier") == ["t3", "t2"]
    assert await _read(browser, **{"from": moments[2], "to": moments[4]}) == ["t3", "t2"]
    assert await _read(browser, person_id=str(BO), act="vault_looked", line_id="pier") == ["t3"]


async def test_p7_reading_the_audit_is_in_the_audit_with_what_was_asked_for(reading: House) -> None:
    browser = await reading.signed_in("all")
    await _read(browser, act="vault_looked")

    (entry,) = (await browser.get("/api/audit", params={"act": "audit_read"})).json()["entries"]
    assert entry["work_name"] == "all"
    assert entry["facts"] == {"act": "vault_looked", "shown": 1}


async def test_it_is_read_in_pages_without_a_gap_and_says_what_is_sealed(reading: House) -> None:
    async with reading.db.transaction() as tx:
        await tx.execute(
            """INSERT INTO audit_entry (at, act, target_kind, target_id)
               SELECT $1, 'note_seen', 'page', n::text FROM generate_series(1, $2) n""",
            reading.clock.at, 2 * PAGE + 1,
        )  # fmt: skip
    await seal_everything(reading.db, at=reading.clock.at)
    browser = await reading.signed_in("all")

    seen: list[int] = []
    before: dict[str, int] = {}
    while True:
        page = (await browser.get("/api/audit", params={"target_kind": "page", **before})).json()
        seen += [int(entry["target_id"]) for entry in page["entries"]]
        assert all(entry["sealed"] for entry in page["entries"])
        if page["next_before"] is None:
            break
        before = {"before": page["next_before"]}
    assert seen == list(range(2 * PAGE + 1, 0, -1))


async def test_nobody_but_an_auditor_reads_it(reading: House) -> None:
    assert (await (await reading.signed_in("super")).get("/api/audit")).status_code == 403
    assert (await reading.client().get("/api/audit")).status_code == 401


@pytest.mark.parametrize(
    "bad",
    [
        {"act": "no_such_act"},
        {"person_id": "x"},
        {"from": "2026-03-01T12:00:00"},
        {"from": "0001-01-01T00:00:00+14:00"},
        {"before": "0"},
        {"before": str(2**63)},
        {"target_id": "顾长风"},
        {"target_kind": "x" * 101},
    ],
)
async def test_a_filter_that_is_wrong_is_refused(reading: House, bad: dict[str, str]) -> None:
    assert (await (await reading.signed_in("all")).get("/api/audit", params=bad)).status_code == 422
