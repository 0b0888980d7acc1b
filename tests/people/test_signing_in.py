"""Signing in: password, second factor, cookie."""

import asyncio
import hashlib
import time
from statistics import median

from app.people.passwords import PasswordBook
from app.people.second_factor import enrolment_uri
from tests.people.conftest import PASSWORD, House, close_house, make_house


async def test_login_password_and_code_open_a_session_that_says_who_one_is(house: House) -> None:
    person_id = await house.person("qinghe")
    client = house.client()

    answer = await house.try_sign_in(client, " QingHe ", code=house.code("qinghe"))

    assert answer.status_code == 200
    me = answer.json()
    assert (me["person_id"], me["login"], me["work_name"], me["roles"]) == (
        str(person_id),
        "qinghe",
        "青禾",
        ["volunteer"],
    )
    assert "desk.use" in me["permissions"]
    assert (await client.get("/api/session")).json() == me


async def test_nobody_is_signed_in_without_a_cookie(house: House) -> None:
    answer = await house.client().get("/api/session")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "sign_in_required"
    assert answer.json()["title_zh"] == "请先登录"


async def test_a_wrong_password_and_an_unknown_login_are_told_the_same(house: House) -> None:
    await house.person("qinghe")

    wrong = await house.try_sign_in(house.client(), "qinghe", "not the password")
    unknown = await house.try_sign_in(house.client(), "nobody-here", "not the password")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "sign_in_failed"


async def test_a_right_password_without_a_code_asks_for_the_code_and_is_no_failure(house: House) -> None:
    await house.person("qinghe")
    client = house.client()

    for _ in range(12):
        answer = await house.try_sign_in(client, "qinghe")
        assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_required")
    assert "set-cookie" not in answer.headers
    assert (await house.try_sign_in(client, "qinghe", code=house.code("qinghe"))).status_code == 200


async def test_a_code_works_once(house: House) -> None:
    await house.person("qinghe")
    code = house.code("qinghe")

    assert (await house.try_sign_in(house.client(), "qinghe", code=code)).status_code == 200
    again = await house.try_sign_in(house.client(), "qinghe", code=code)
    assert (again.status_code, again.json()["code"]) == (401, "second_factor_required")

    house.clock.pass_by(seconds=30)
    assert (await house.try_sign_in(house.client(), "qinghe", code=house.code("qinghe"))).status_code == 200


async def test_two_sign_ins_at_once_with_one_code_open_one_session(house: House) -> None:
    await house.person("qinghe")
    code = house.code("qinghe")

    answers = await asyncio.gather(*(house.try_sign_in(house.client(), "qinghe", code=code) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_a_code_of_the_past_or_of_nonsense_is_refused(house: House) -> None:
    await house.person("qinghe")
    old = house.code("qinghe")
    house.clock.pass_by(minutes=2)

    for code in (old, "000000x", "１２３４５６", "12345", "-12345"):
        answer = await house.try_sign_in(house.client(), "qinghe", code=code)
        assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_required"), code


async def test_demo_accounts_need_no_code_where_demo_accounts_are_allowed(house: House) -> None:
    await house.person("demo-mai", demo=True)

    assert (await house.try_sign_in(house.client(), "demo-mai")).status_code == 200


async def test_demo_accounts_cannot_enter_a_production_system(database_url: str) -> None:
    house = await make_house(database_url, demo_accounts=False)
    await house.person("demo-mai", demo=True)

    answer = await house.try_sign_in(house.client(), "demo-mai")

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_failed")
    await close_house(house)


async def test_an_account_without_a_second_factor_cannot_enter(house: House) -> None:
    await house.person("qinghe")
    async with house.db.transaction() as tx:
        await tx.execute("UPDATE person SET totp_secret = NULL")

    answer = await house.try_sign_in(house.client(), "qinghe")

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_failed")


async def test_the_cookie_over_https_is_bound_to_host_tls_and_site(house: House) -> None:
    await house.person("qinghe", demo=True)

    cookie = (await house.try_sign_in(house.client(), "qinghe")).headers["set-cookie"]

    name, _, rest = cookie.partition("=")
    attributes = {part.strip().lower() for part in rest.split(";")[1:]}
    assert name == "__Host-hotline"
    assert {"secure", "httponly", "samesite=strict", "path=/", "max-age=86400"} <= attributes
    assert not any(part.startswith("domain") for part in attributes)


async def test_on_plain_http_the_cookie_goes_by_its_short_name(database_url: str) -> None:
    house = await make_house(database_url, public_base_url="http://127.0.0.1:8080")
    await house.person("qinghe", demo=True)

    answer = await house.try_sign_in(house.client(base_url="http://127.0.0.1:8080"), "qinghe")

    assert answer.headers["set-cookie"].startswith("hotline=")
    assert "secure" not in answer.headers["set-cookie"].lower()
    assert "strict-transport-security" not in answer.headers
    await close_house(house)


async def test_neither_the_token_nor_the_password_nor_the_secret_is_kept_readable(house: House) -> None:
    await house.person("qinghe")
    client = await house.signed_in("qinghe")
    token = client.cookies["__Host-hotline"]

    async with house.db.transaction() as tx:
        kept = await tx.fetch(
            """SELECT t::text FROM person t UNION ALL SELECT t::text FROM session t
               UNION ALL SELECT t::text FROM login_attempt t"""
        )
        hashes = await tx.fetchval("SELECT token_hash FROM session")

    text = str(kept)
    for secret in (token, PASSWORD, house.secrets["qinghe"], "203.0.113.7", house.secrets["qinghe"].encode().hex()):
        assert secret not in text
    assert hashes == hashlib.sha256(token.encode()).digest()
    assert len(token) >= 43  # 256 bits


async def test_checking_a_login_that_does_not_exist_takes_as_long_as_one_that_does() -> None:
    book = PasswordBook(memory_kib=8192, passes=2)
    kept = await book.hash(PASSWORD)
    await book.verify("warm up", None)
    took: dict[str | None, list[float]] = {kept: [], None: []}
    for _ in range(9):
        for against, times in took.items():
            began = time.perf_counter()
            assert (await book.verify("not the password", against))[0] is False
            times.append(time.perf_counter() - began)

    assert 0.5 < median(took[None]) / median(took[kept]) < 2


async def test_no_password_is_right_for_a_login_that_does_not_exist() -> None:
    book = PasswordBook(memory_kib=64, passes=1)

    for password in ("nobody's", "", PASSWORD):
        assert await book.verify(password, None) == (False, None)


async def test_a_password_kept_with_weaker_settings_is_strengthened_when_used(house: House) -> None:
    await house.person("qinghe", demo=True)
    async with house.db.transaction() as tx:
        before = await tx.fetchval("SELECT password_hash FROM person")
    assert "m=64," in before
    right, better = await PasswordBook(memory_kib=128, passes=1).verify(PASSWORD, before)

    assert right
    assert better is not None
    assert "m=128," in better


def test_the_enrolment_address_names_the_login_and_the_service() -> None:
    assert enrolment_uri("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "qinghe") == (
        "otpauth://totp/Hotline:qinghe?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Hotline"
    )
