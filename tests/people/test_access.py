"""Who may do what, where: grants over everything, an organisation, a line, a pool."""

import pytest

from app.domain.errors import Invalid
from app.people.accounts import parse_grant, written
from tests.people.conftest import House


async def lines_on_the_wall(house: House, *roles: str) -> list[str]:
    await house.person("someone", roles, demo=True)
    client = await house.signed_in("someone")
    answer = await client.get("/api/wall")
    assert answer.status_code == 200, answer.text
    lines: list[str] = answer.json()
    return lines


async def test_a_volunteer_is_refused_what_only_supervisors_see(house: House) -> None:
    await house.person("qinghe", demo=True)
    client = await house.signed_in("qinghe")

    answer = await client.get("/api/wall")

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_who_is_not_signed_in_is_told_to_sign_in_not_that_it_is_forbidden(house: House) -> None:
    assert (await house.client().get("/api/wall")).status_code == 401


async def test_a_supervisor_of_everything_reaches_every_line(places: House) -> None:
    assert await lines_on_the_wall(places, "supervisor") == ["ningbo-24h", "ningbo-8585", "tianjin-aid"]


async def test_a_supervisor_of_an_organisation_reaches_its_lines(places: House) -> None:
    assert await lines_on_the_wall(places, "supervisor:organisation=ningbo-education") == ["ningbo-24h", "ningbo-8585"]


async def test_a_supervisor_of_a_line_reaches_that_line(places: House) -> None:
    assert await lines_on_the_wall(places, "supervisor:line=tianjin-aid") == ["tianjin-aid"]


async def test_a_supervisor_of_a_pool_reaches_the_lines_it_serves(places: House) -> None:
    assert await lines_on_the_wall(places, "supervisor:pool=teachers") == ["ningbo-24h", "ningbo-8585"]


async def test_a_role_without_the_permission_adds_nothing_to_one_with_it(places: House) -> None:
    assert await lines_on_the_wall(places, "volunteer", "supervisor:line=tianjin-aid") == ["tianjin-aid"]


async def test_me_names_the_lines_and_pools_in_reach_in_both_languages(places: House) -> None:
    await places.person("someone", ["volunteer:pool=hospital"], demo=True)
    client = await places.signed_in("someone")

    me = (await client.get("/api/session")).json()

    assert me["lines"] == [{"id": "ningbo-24h", "name_zh": "心理热线", "name_en": "Ningbo line"}]
    assert [pool["id"] for pool in me["pools"]] == ["hospital"]


async def test_the_language_of_the_screens_is_kept(house: House) -> None:
    await house.person("qinghe", demo=True)
    client = await house.signed_in("qinghe")
    assert (await client.get("/api/session")).json()["language"] == "zh"

    changed = await client.put("/api/session/language", json={"language": "en"})

    assert changed.json()["language"] == "en"
    assert (await client.get("/api/session")).json()["language"] == "en"


async def test_the_list_of_people_is_filtered_by_reach(places: House) -> None:
    await places.person("in-ningbo", ["volunteer:pool=teachers"], demo=True)
    await places.person("in-tianjin", ["volunteer:pool=health"], demo=True)
    await places.person("boss", ["supervisor:organisation=tianjin-health"], demo=True)
    await places.person("admin", ["administrator"], demo=True)

    boss, admin = await places.signed_in("boss"), await places.signed_in("admin")

    assert [row["login"] for row in (await boss.get("/api/people")).json()] == ["admin", "boss", "in-tianjin"]
    everyone = (await admin.get("/api/people")).json()
    assert [row["login"] for row in everyone] == ["admin", "boss", "in-ningbo", "in-tianjin"]
    assert everyone[1]["roles"] == ["supervisor:organisation=tianjin-health"]
    assert not {"password_hash", "totp_secret", "phone"} & set(everyone[0])


async def test_an_organisations_administrator_cannot_close_accounts_that_reach_beyond_it(places: House) -> None:
    inside = await places.person("inside", ["volunteer:pool=health"], demo=True)
    wider = await places.person("wider", ["volunteer:pool=health", "volunteer:pool=teachers"], demo=True)
    everywhere = await places.person("everywhere", ["auditor"], demo=True)
    await places.person("local", ["administrator:organisation=tianjin-health"], demo=True)
    client = await places.signed_in("local")

    assert (await client.post(f"/api/people/{wider}/disable")).status_code == 404
    assert (await client.post(f"/api/people/{everywhere}/disable")).status_code == 404
    assert (await client.post(f"/api/people/{inside}/disable")).status_code == 200


async def test_a_supervisor_signs_out_her_volunteers_and_nobody_else(places: House) -> None:
    hers = await places.person("hers", ["volunteer:pool=health"], demo=True)
    elsewhere = await places.person("elsewhere", ["volunteer:pool=teachers"], demo=True)
    admin = await places.person("admin", ["administrator:organisation=tianjin-health"], demo=True)
    await places.person("boss", ["supervisor:organisation=tianjin-health"], demo=True)
    volunteer, boss = await places.signed_in("hers"), await places.signed_in("boss")

    assert (await boss.post(f"/api/people/{hers}/revoke-sessions")).json() == {"sessions": 1}
    assert (await volunteer.get("/api/session")).status_code == 401
    for person_id in (elsewhere, admin):
        assert (await boss.post(f"/api/people/{person_id}/revoke-sessions")).status_code == 404
    assert (await boss.post(f"/api/people/{hers}/disable")).status_code == 403


@pytest.mark.parametrize("text", ["volunteer", "supervisor:line=ningbo-24h", "administrator:organisation=a=b"])
def test_a_grant_is_read_back_as_it_was_written(text: str) -> None:
    assert written(parse_grant(text)) == text


@pytest.mark.parametrize(
    "text", ["", "king", "volunteer:line", "volunteer:line=", "volunteer:city=x", "volunteer:all=x"]
)
def test_a_grant_that_says_nothing_sensible_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_grant(text)


async def test_an_account_in_a_place_that_is_not_there_is_refused(places: House) -> None:
    with pytest.raises(Invalid, match="no line called atlantis"):
        await places.person("someone", ["volunteer:line=atlantis"])
