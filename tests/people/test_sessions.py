"""Sessions end: by signing out, by time, by an administrator's act, by a new password."""

from app.people.sessions import forget_old_sessions, hash_of, still_signed_in
from tests.people.conftest import PASSWORD, House


async def test_signing_out_ends_this_session_and_no_other(house: House) -> None:
    await house.person("qinghe", demo=True)
    here, there = await house.signed_in("qinghe"), await house.signed_in("qinghe")
    stolen = here.cookies["__Host-hotline"]

    answer = await here.delete("/api/session")

    assert answer.status_code == 204
    assert 'hotline=""' in answer.headers["set-cookie"]
    replayed = await house.client(cookie=f"__Host-hotline={stolen}").get("/api/session")
    assert replayed.status_code == 401
    assert (await there.get("/api/session")).status_code == 200


async def test_a_session_ends_twelve_hours_after_its_last_use(house: House) -> None:
    await house.person("qinghe", demo=True)
    client = await house.signed_in("qinghe")

    house.clock.pass_by(hours=11)
    assert (await client.get("/api/session")).status_code == 200
    house.clock.pass_by(hours=11)
    assert (await client.get("/api/session")).status_code == 200
    house.clock.pass_by(hours=12, seconds=1)
    assert (await client.get("/api/session")).status_code == 401


async def test_a_session_ends_twenty_four_hours_after_its_beginning_however_much_it_is_used(house: House) -> None:
    await house.person("qinghe", demo=True)
    client = await house.signed_in("qinghe")

    for _ in range(3):
        house.clock.pass_by(hours=7)
        assert (await client.get("/api/session")).status_code == 200
    house.clock.pass_by(hours=3)
    assert (await client.get("/api/session")).status_code == 401


async def test_use_is_written_down_once_a_minute_and_not_at_each_request(house: House) -> None:
    await house.person("qinghe", demo=True)
    client = await house.signed_in("qinghe")
    began = house.clock.at

    async def seen_at() -> object:
        async with house.db.transaction() as tx:
            return await tx.fetchval("SELECT seen_at FROM session")

    house.clock.pass_by(seconds=50)
    await client.get("/api/session")
    assert await seen_at() == began
    house.clock.pass_by(seconds=50)
    await client.get("/api/session")
    assert await seen_at() == house.clock.at


async def test_an_administrator_ends_all_sessions_of_a_person(house: House) -> None:
    person_id = await house.person("qinghe", demo=True)
    await house.person("admin", ["administrator"], demo=True)
    volunteer, administrator = await house.signed_in("qinghe"), await house.signed_in("admin")

    answer = await administrator.post(f"/api/people/{person_id}/revoke-sessions")

    assert (answer.status_code, answer.json()) == (200, {"sessions": 1})
    assert (await volunteer.get("/api/session")).status_code == 401
    assert (await administrator.get("/api/session")).status_code == 200


async def test_closing_an_account_ends_its_sessions_and_keeps_it_out(house: House) -> None:
    person_id = await house.person("qinghe", demo=True)
    await house.person("admin", ["administrator"], demo=True)
    volunteer, administrator = await house.signed_in("qinghe"), await house.signed_in("admin")

    closed = await administrator.post(f"/api/people/{person_id}/disable")

    assert closed.status_code == 200
    assert closed.json()["disabled_at"] is not None
    assert (await volunteer.get("/api/session")).status_code == 401
    assert (await house.try_sign_in(house.client(), "qinghe")).json()["code"] == "sign_in_failed"
    assert (await administrator.post(f"/api/people/{person_id}/disable")).status_code == 404


async def test_nobody_closes_their_own_account(house: House) -> None:
    person_id = await house.person("admin", ["administrator"], demo=True)
    administrator = await house.signed_in("admin")

    answer = await administrator.post(f"/api/people/{person_id}/disable")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_possible_now")


async def test_a_new_password_ends_the_other_sessions_and_replaces_the_old_one(house: House) -> None:
    await house.person("qinghe", demo=True)
    here, there = await house.signed_in("qinghe"), await house.signed_in("qinghe")

    answer = await here.put("/api/people/me/password", json={"current": PASSWORD, "new": "another fine passphrase"})

    assert answer.status_code == 204, answer.text
    assert (await here.get("/api/session")).status_code == 200
    assert (await there.get("/api/session")).status_code == 401
    assert (await house.try_sign_in(house.client(), "qinghe")).status_code == 401
    assert (await house.try_sign_in(house.client(), "qinghe", "another fine passphrase")).status_code == 200


async def test_the_present_password_is_asked_for_and_guessing_it_is_throttled(house: House) -> None:
    await house.person("qinghe", demo=True)
    client = await house.signed_in("qinghe")
    house.clock.pass_by(seconds=1)
    body = {"current": "not my password", "new": "another fine passphrase"}

    statuses = [(await client.put("/api/people/me/password", json=body)).status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]


async def test_a_short_new_password_is_refused_naming_the_field(house: House) -> None:
    await house.person("qinghe", demo=True)
    client = await house.signed_in("qinghe")

    answer = await client.put("/api/people/me/password", json={"current": PASSWORD, "new": "short"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "new"
    assert "short" not in answer.json()["errors"][0].values()


async def test_holders_of_sockets_learn_which_sessions_have_ended(house: House) -> None:
    await house.person("qinghe", demo=True)
    here, there = await house.signed_in("qinghe"), await house.signed_in("qinghe")
    hashes = [hash_of(client.cookies["__Host-hotline"]) for client in (here, there)]
    await here.delete("/api/session")

    async with house.db.transaction() as tx:
        assert await still_signed_in(tx, hashes, now=house.clock.at) == {hashes[1]}


async def test_old_sessions_and_attempts_are_forgotten_and_live_ones_kept(house: House) -> None:
    await house.person("qinghe", demo=True)
    await house.signed_in("qinghe")
    house.clock.pass_by(days=40)
    client = await house.signed_in("qinghe")

    async with house.db.transaction() as tx:
        await forget_old_sessions(tx, now=house.clock.at)
        assert await tx.fetchval("SELECT count(*) FROM session") == 1
        assert await tx.fetchval("SELECT count(*) FROM login_attempt") == 1
    assert (await client.get("/api/session")).status_code == 200


async def test_cookies_of_nonsense_are_nobody(house: House) -> None:
    for value in ("", "x", "x" * 4000, "%00", "%C3%A4"):
        client = house.client(cookie=f"__Host-hotline={value}")
        assert (await client.get("/api/session")).status_code == 401, value
