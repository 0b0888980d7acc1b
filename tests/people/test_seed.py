"""The demonstration's people: enough of them, at every hour, in every pool; running it again changes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.cli.seed import PASSPHRASE, PEOPLE, DemoPerson, in_words, seed_demo
from app.domain.permissions import Role
from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.platform.db import Database
from app.roster.rostering import on_shift
from tests.people.conftest import House

LINES = Path(__file__).resolve().parents[2] / "deploy" / "lines"
NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # 22:30 in China


async def apply_lines(db: Database) -> None:
    sources = [read_document(path.read_text(encoding="utf-8"), path.name) for path in sorted(LINES.glob("*.yaml"))]
    async with db.transaction() as tx:
        await apply_documents(tx, sources, now=NOW)


async def test_every_pool_has_two_volunteers_on_shift_at_every_hour_of_the_week(house: House) -> None:
    await apply_lines(house.db)
    await seed_demo(house.db, now=NOW)

    async with house.db.transaction() as tx:
        pools = [row["id"] for row in await tx.fetch("SELECT id FROM pool")]
        for hour in range(0, 24 * 6, 5):
            at = NOW + timedelta(hours=hour)
            rows = await tx.fetch(
                """SELECT pool_id, count(DISTINCT person_id) AS seats FROM shift
                   WHERE starts_at <= $1 AND ends_at > $1 AND cancelled_at IS NULL GROUP BY pool_id""",
                at,
            )
            seats = {row["pool_id"]: row["seats"] for row in rows}
            assert {pool for pool in pools if seats.get(pool, 0) < 2} == set(), at


async def test_seeding_again_adds_nobody_and_only_the_days_that_have_come(house: House) -> None:
    await apply_lines(house.db)

    async def counts() -> tuple[int, int, int]:
        async with house.db.transaction() as tx:
            row = await tx.fetchrow(
                """SELECT (SELECT count(*) FROM person) AS people, (SELECT count(*) FROM pool_member) AS members,
                          (SELECT count(*) FROM shift) AS shifts"""
            )
        return row["people"], row["members"], row["shifts"]

    first = await seed_demo(house.db, now=NOW)
    before = await counts()
    again = await seed_demo(house.db, now=NOW + timedelta(minutes=5))
    assert (again, await counts()) == (first, before)

    await seed_demo(house.db, now=NOW + timedelta(days=2))
    after = await counts()
    assert after[:2] == before[:2]
    assert after[2] > before[2]


async def test_a_pool_that_a_line_file_adds_later_gets_its_people_the_next_time(house: House) -> None:
    await apply_lines(house.db)
    await seed_demo(house.db, now=NOW)
    async with house.db.transaction() as tx:
        organisation = await tx.fetchval("SELECT organisation_id FROM pool WHERE id LIKE 'guigang-%' LIMIT 1")
        await tx.execute("INSERT INTO pool VALUES ('guigang-new', $1, '新', 'New')", organisation)

    await seed_demo(house.db, now=NOW)

    answer = await house.try_sign_in(house.client(), "demo-mumian", PASSPHRASE)
    assert "guigang-new" in {pool["id"] for pool in answer.json()["pools"]}
    async with house.db.transaction() as tx:
        assert await tx.fetchval("SELECT count(*) FROM pool_member WHERE pool_id = 'guigang-new'") == 2


async def test_every_demo_login_signs_in_with_the_printed_password(house: House) -> None:
    await apply_lines(house.db)
    logins = await seed_demo(house.db, now=NOW)

    roles = set()
    for login in logins:
        answer = await house.try_sign_in(house.client(), login.login, login.password)
        assert answer.status_code == 200, login
        roles.update(answer.json()["roles"])
    assert roles == {role.value for role in Role} - {"partner"}
    assert PASSPHRASE in in_words(logins)


async def test_somebody_is_off_shift_by_night_so_that_letting_in_can_be_shown(house: House) -> None:
    await apply_lines(house.db)
    await seed_demo(house.db, now=NOW)

    async with house.db.transaction() as tx:
        baihe = await tx.fetchval("SELECT id FROM person WHERE login = 'demo-baihe'")
        assert await on_shift(tx, baihe, now=NOW) is None
        assert await on_shift(tx, baihe, now=NOW + timedelta(hours=12)) is not None


async def test_seeding_before_any_line_is_applied_makes_people_without_pools(house: House) -> None:
    logins = await seed_demo(house.db, now=NOW)

    assert {login.pools for login in logins} == {()}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.login)
def test_every_invented_login_says_that_it_is_one(person: DemoPerson) -> None:
    assert person.login.startswith("demo-")
