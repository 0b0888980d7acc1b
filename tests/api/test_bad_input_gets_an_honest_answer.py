"""What wrong requests to the API get (issue 2, "Bad input gets"; promise P8): by name, with a stable code."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from app.platform.clock import fresh_id
from app.platform.security_headers import BODY_LIMIT
from tests.api.evening import Evening, begin
from tests.journeys.town import Town

JSON = {"content-type": "application/json"}
LONE_SURROGATE = b'{"activity": "away", "version": 1, "reason": "\\ud800"}'
MALFORMED = {
    "nothing": b"",
    "half a document": b'{"activity": "ready", ',
    "no document": b"ready",
    "a list": b"[]",
    "null": b"null",
    "a NUL in a text": b'{"activity": "away", "version": 1, "reason": "\\u0000"}',
    "a NUL in the document": b'{"activity": "away\x00"}',
    "no UTF-8": b'{"activity": "\xff\xfe"}',
    "nested a thousand deep": b"[" * 100_000,
    "a number without end": b'{"activity": "away", "version": ' + b"9" * 5000 + b"}",
    "a number too large for the database": b'{"activity": "away", "version": 99999999999999999999}',
    "not a number": b'{"activity": "away", "version": NaN}',
    "half a number": b'{"activity": "away", "version": 1.5}',
    "a field nobody asked for": b'{"activity": "away", "version": 1, "admin": true}',
    "the same field twice": b'{"activity": "away", "version": 1, "version": "x"}',
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def evening(town: Town) -> Evening:
    return await begin(town)


def problem(answer: httpx2.Response, status: int, code: str) -> Any:
    """The problem detail of an answer, which must be this one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert (said["status"], said["code"]) == (status, code)
    assert said["title"]
    assert said["title_zh"]
    return said


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_body_is_a_422_that_names_the_field(evening: Evening, body: bytes) -> None:
    answer = await evening.people["rung"].client.post("/api/presence", content=body, headers=JSON)
    said = problem(answer, 422, "invalid")
    assert said["errors"]
    assert all(error["field"] and error["message"] and error["message_zh"] for error in said["errors"])


async def test_half_a_character_is_stored_as_nothing_and_breaks_nothing(evening: Evening) -> None:
    client = evening.people["supervisor"].client
    answer = await client.post("/api/presence", content=LONE_SURROGATE, headers=JSON)
    assert answer.status_code in (409, 422), answer.text


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/api/presence", {"activity": "dancing", "version": 1}, "activity"),
        ("/api/presence", {"activity": "away"}, "version"),
        ("/api/presence", {"activity": "away", "version": -1}, "version"),
        ("/api/presence", {"activity": "away", "version": 1, "reason": "x" * 101}, "reason"),
        ("/api/session", {"login": "", "password": "x"}, "login"),
        ("/api/session", {"login": "reed"}, "password"),
    ],
)
async def test_a_wrong_value_is_named_and_not_repeated(
    evening: Evening, path: str, body: dict[str, Any], field: str
) -> None:
    answer = await evening.people["rung"].client.post(path, json=body)
    said = problem(answer, 422, "invalid")
    assert [error["field"] for error in said["errors"]] == [field]
    assert "dancing" not in answer.text


ABOUT_A_CONTACT: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("POST", "/hold", {"on": True}),
    ("POST", "/mute", {"on": True}),
    ("POST", "/hang-up", {}),
    ("POST", "/transfer", {"kind": "warm", "target_kind": "pool", "target": "night"}),
    ("POST", "/transfer/complete", {}),
    ("POST", "/transfer/cancel", {}),
    ("POST", "/wrap-up", {"disposition": "counselled", "version": 1}),
]
IDS = [f"{method} {act}" for method, act, _ in ABOUT_A_CONTACT]


@pytest.mark.parametrize(("method", "act", "body"), ABOUT_A_CONTACT, ids=IDS)
async def test_an_unknown_contact_is_a_404(evening: Evening, method: str, act: str, body: Any) -> None:
    answer = await evening.people["talking"].client.request(method, f"/api/contacts/{fresh_id()}{act}", json=body)
    problem(answer, 404, "not_found")


@pytest.mark.parametrize("whose", ["talking", "wrapping_up", "offered", "waiting"])
@pytest.mark.parametrize(("method", "act", "body"), ABOUT_A_CONTACT, ids=IDS)
async def test_somebody_elses_contact_is_a_404_too(
    evening: Evening, method: str, act: str, body: Any, whose: str
) -> None:
    """Whether it exists is nobody else's business."""
    stranger = evening.people.get("stranger")
    if stranger is None:
        stranger = evening.people["stranger"] = await evening.town.volunteer("heron", pools=("night",))
    path = f"/api/contacts/{evening.contacts[whose]}{act}"
    problem(await stranger.client.request(method, path, json=body), 404, "not_found")


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("rung", "POST", "/api/offers/{id}/accept", {"version": 1}),
        ("rung", "POST", "/api/offers/{id}/decline", {"version": 1}),
        ("supervisor", "DELETE", "/api/blocks/{id}", None),
        ("rung", "POST", "/api/call-backs/{id}/dial", {"version": 1}),
        ("rung", "POST", "/api/voicemails/{id}/heard", {"version": 1}),
        ("supervisor", "DELETE", "/api/shifts/{id}?version=1", None),
        ("supervisor", "POST", "/api/notices/{id}/seen", {}),
        ("supervisor", "POST", "/api/people/{id}/presence", {"activity": "away"}),
        ("supervisor", "POST", "/api/people/{id}/let-in", {"pool_id": "day", "hours": 1}),
        ("administrator", "POST", "/api/people/{id}/disable", {}),
        ("administrator", "POST", "/api/people/{id}/revoke-sessions", {}),
        ("administrator", "GET", "/api/lines/{id}", None),
        ("supervisor", "POST", "/api/blocks", {"contact_id": "{id}", "reason": "prank", "hours": 1}),
    ],
)
async def test_an_unknown_id_is_a_404(evening: Evening, who: str, method: str, path: str, body: Any) -> None:
    unknown = str(fresh_id())
    if body is not None:
        body = {name: unknown if value == "{id}" else value for name, value in body.items()}
    answer = await evening.people[who].client.request(method, path.replace("{id}", unknown), json=body)
    problem(answer, 404, "not_found")


@pytest.mark.parametrize("odd", ["no-id", "%00", "..%2f..%2fetc", "１２３", "'; DROP TABLE contact; --", "9" * 300])
async def test_an_id_that_is_none_is_refused(evening: Evening, odd: str) -> None:
    answer = await evening.people["supervisor"].client.get(f"/api/contacts/{odd}")
    assert answer.status_code in (404, 422)
    problem(answer, answer.status_code, "not_found" if answer.status_code == 404 else "invalid")


async def test_a_stale_version_is_a_409(evening: Evening) -> None:
    """P8: what somebody else changed meanwhile is not written over."""
    rung = evening.people["rung"]
    version = (await rung.desk())["presence"]["version"]
    answer = await rung.client.post("/api/presence", json={"activity": "away", "version": version + 7})
    problem(answer, 409, "stale_version")
    shift = (await evening.ids())["shift_id"][0]
    answer = await evening.people["supervisor"].client.delete(f"/api/shifts/{shift}?version=77")
    problem(answer, 409, "stale_version")
    for path in ("voicemails/{voicemail}/heard", "call-backs/{call_back}/dial"):
        filled = path.format(**evening.contacts)
        answer = await evening.people["supervisor"].client.post(f"/api/{filled}", json={"version": 77})
        assert answer.json()["code"] in ("stale_version", "not_possible_now", "conflict"), answer.text
        assert answer.status_code == 409


async def test_an_offer_that_has_closed_is_a_409(evening: Evening) -> None:
    (row,) = await evening.town.rows("SELECT id FROM offer WHERE contact_id = $1", evening.contacts["talking"])
    answer = await evening.people["talking"].client.post(f"/api/offers/{row['id']}/decline", json={"version": 1})
    problem(answer, 409, "offer_gone")


async def test_a_body_beyond_a_mebibyte_is_a_413(evening: Evening) -> None:
    client = evening.people["rung"].client
    body = b'{"activity": "away", "reason": "' + b"x" * BODY_LIMIT + b'"}'
    problem(await client.post("/api/presence", content=body, headers=JSON), 413, "too_large")


async def test_a_body_without_an_announced_length_is_a_413_before_its_end(evening: Evening) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += 1
            yield b" " * 65536

    answer = await evening.people["rung"].client.post("/api/presence", content=endless(), headers=JSON)
    problem(answer, 413, "too_large")


async def test_whoever_is_not_signed_in_is_told_so_and_nothing_else(evening: Evening) -> None:
    async with httpx2.AsyncClient(base_url=evening.town.base_url) as nobody:
        for contact_id in (evening.contacts["talking"], fresh_id()):
            answer = await nobody.get(f"/api/contacts/{contact_id}")
            problem(answer, 401, "sign_in_required")


async def test_a_page_of_another_site_is_refused(evening: Evening) -> None:
    client = evening.people["rung"].client
    answer = await client.post("/api/presence/heartbeat", headers={"origin": "https://elsewhere.example"})
    problem(answer, 403, "origin_refused")


async def test_a_method_that_is_not_offered_and_a_path_that_is_not_there(evening: Evening) -> None:
    client = evening.people["rung"].client
    problem(await client.put("/api/presence", json={}), 405, "method_not_allowed")
    problem(await client.get("/api/nothing-here"), 404, "not_found")
