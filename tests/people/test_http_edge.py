"""What stands before every route: origins, sizes, headers, and errors as problem details."""

from collections.abc import AsyncIterator

import asyncpg
import jsonschema
import pytest
from structlog.testing import capture_logs

from tests.people.conftest import HTTPS, House, close_house, make_house

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": HTTPS}, 200),
        ({"Origin": "https://HOTLINE.example"}, 200),
        ({}, 200),  # no browser: nobody's cookie is at stake
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://hotline.example.evil.example"}, 403),
        ({"Origin": "http://hotline.example"}, 403),
        ({"Origin": "https://hotline.example:8443"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_only_our_own_pages_may_change_something(house: House, headers: dict[str, str], status: int) -> None:
    answer = await house.client().post("/api/echo/1", json={}, headers=headers)

    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "origin_refused"


async def test_a_foreign_page_may_not_change_something_with_somebodys_session(house: House) -> None:
    await house.person("qinghe", demo=True)
    client = await house.signed_in("qinghe")

    answer = await client.delete("/api/session", headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert (await client.get("/api/session")).status_code == 200


async def test_on_plain_http_the_host_one_came_by_is_ones_own_origin(database_url: str) -> None:
    house = await make_house(database_url, public_base_url="http://127.0.0.1:8080")
    client = house.client(base_url="http://localhost:8080")

    own = await client.post("/api/echo/1", json={}, headers={"Origin": "http://localhost:8080"})
    foreign = await client.post("/api/echo/1", json={}, headers={"Origin": "http://localhost:9090"})

    assert (own.status_code, foreign.status_code) == (200, 403)
    await close_house(house)


async def test_a_body_over_one_mebibyte_is_refused_before_it_is_read(house: House) -> None:
    answer = await house.client().post("/api/echo/1", content=b"x" * (MIB + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_body_of_unannounced_length_is_refused_when_it_grows_too_large(house: House) -> None:
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    answer = await house.client().post("/api/echo/1", content=drip(), headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_body_of_exactly_one_mebibyte_is_read(house: House) -> None:
    body = b'{"a": 1}'.ljust(MIB)

    async def drip() -> AsyncIterator[bytes]:
        for start in range(0, MIB, 65536):
            yield body[start : start + 65536]

    for content in (body, drip()):
        answer = await house.client().post("/api/echo/1", content=content, headers={"Content-Type": "application/json"})
        assert answer.json() == 2


async def test_webhooks_are_limited_in_size_and_nothing_else(house: House) -> None:
    small = await house.client().post("/webhooks/anything", content=b"x", headers={"Origin": "https://evil.example"})
    large = await house.client().post("/webhooks/anything", content=b"x" * (MIB + 1))

    assert small.status_code == 200
    assert "content-security-policy" not in small.headers
    assert large.status_code == 413


async def test_a_wrong_value_is_named_and_not_echoed(house: House) -> None:
    needle = "+447700900123"

    in_path = await house.client().post(f"/api/echo/{needle}x", json={})
    in_body = await house.client().post("/api/echo/1", json={"x": needle + "x"})
    in_name = await house.client().post("/api/session", json={"login": "a", "password": "b", needle: 1})

    assert [answer.status_code for answer in (in_path, in_body, in_name)] == [422] * 3
    assert [error["field"] for error in in_path.json()["errors"]] == ["number"]
    assert [error["field"] for error in in_body.json()["errors"]] == ["x"]
    assert [error["field"] for error in in_name.json()["errors"]] == ["?"]
    for answer in (in_path, in_body, in_name):
        assert needle not in answer.text


async def test_a_missing_field_is_named_in_both_languages(house: House) -> None:
    answer = await house.client().post("/api/session", json={"login": "qinghe"})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["code"], body["status"], body["title_zh"]) == ("invalid", 422, "填写的内容有误")
    assert body["errors"] == [{"field": "password", "message": "is missing", "message_zh": "缺少此项"}]


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]", b"null", b'"x"', b'{"login": {}, "password": []}', b""])
async def test_no_malformed_body_is_our_own_failure(house: House, content: bytes) -> None:
    answer = await house.client().post("/api/session", content=content, headers={"Content-Type": "application/json"})

    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "login", ["\x00", "a\x00b", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "💛" * 20]
)
async def test_no_login_however_odd_is_our_own_failure(house: House, login: str) -> None:
    answer = await house.client().post("/api/session", json={"login": login, "password": login, "code": login[:16]})

    assert answer.status_code in (401, 422)


async def test_an_unknown_route_and_a_wrong_method_are_problems(house: House) -> None:
    unknown = await house.client().get("/api/no-such-thing")
    wrong = await house.client().put("/api/session")

    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert "allow" in wrong.headers


async def test_an_unexpected_failure_tells_neither_the_caller_nor_the_log_what_it_held(house: House) -> None:
    with capture_logs() as logs:
        answer = await house.client().get("/api/broken")

    assert (answer.status_code, answer.json()["code"]) == (500, "error")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "RuntimeError" not in answer.text
    [line] = [line for line in logs if line["event"] == "request_failed"]
    assert (line["log_level"], line["failure"], line["route"]) == ("error", "RuntimeError", "/api/broken")
    assert "900123" not in str(logs) + answer.text


async def test_a_database_out_of_reach_is_said_to_be_unavailable(house: House) -> None:
    await house.db.close()

    answer = await house.try_sign_in(house.client(), "qinghe")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    await house.db.open()


async def test_a_text_the_database_cannot_hold_is_the_callers_mistake(house: House) -> None:
    answer = await house.client().get("/api/kept", params={"text": "a\x00b"})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize(
    "failure",
    [
        asyncpg.AdminShutdownError("going down"),
        asyncpg.CannotConnectNowError("starting up"),
        asyncpg.ConnectionDoesNotExistError("gone"),
        asyncpg.TooManyConnectionsError("full"),
        asyncpg.DeadlockDetectedError("undone"),
        FileNotFoundError("no socket"),
        TimeoutError(),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_every_way_a_database_goes_away_is_worth_another_try(house: House, failure: Exception) -> None:
    house.app.state.failure = failure

    answer = await house.client().get("/api/failing")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_openapi_describes_what_really_goes_wrong(house: House) -> None:
    document = (await house.client().get("/openapi.json")).json()

    responses = document["paths"]["/api/session"]["post"]["responses"]
    problem = {"$ref": "#/components/schemas/Problem"}
    assert responses["422"]["content"]["application/problem+json"]["schema"] == problem
    assert responses["default"]["content"]["application/problem+json"]["schema"] == problem
    schema = document["components"]["schemas"]["Problem"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    real = (await house.client().post("/api/session", json={})).json()
    jsonschema.validate(real, schema)
    assert set(real) <= set(schema["properties"])


async def test_every_answer_binds_the_browser(house: House) -> None:
    for answer in (await house.client().get("/api/session"), await house.client().get("/nowhere")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self';" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_answers_of_the_api_are_kept_by_no_cache(house: House) -> None:
    assert (await house.client().get("/api/session")).headers["cache-control"] == "no-store"
