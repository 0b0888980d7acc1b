"""Guessing is slowed down; nobody can keep somebody else out for long."""

import asyncio
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.people.throttling import LONGEST_SOFT_WAIT, LONGEST_WAIT, NO_FAILURES, Failures, Record, waits_until
from tests.people.conftest import House

NOW = datetime(2026, 11, 23, tzinfo=UTC)


async def fail(house: House, login: str, address: str) -> int:
    client = house.client(address)
    return (await house.try_sign_in(client, login, "a wrong password")).status_code


async def test_after_five_failures_the_sixth_attempt_waits_and_is_told_how_long(house: House) -> None:
    await house.person("qinghe", demo=True)
    assert [await fail(house, "qinghe", "203.0.113.7") for _ in range(5)] == [401] * 5

    answer = await house.try_sign_in(house.client(), "qinghe")

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert answer.headers["retry-after"] == "5"
    house.clock.pass_by(seconds=5)
    assert (await house.try_sign_in(house.client(), "qinghe")).status_code == 200


async def test_the_waits_grow_with_each_failure_and_a_success_forgets_them(house: House) -> None:
    await house.person("qinghe", demo=True)
    waits = []
    for _ in range(8):
        status = await fail(house, "qinghe", "203.0.113.7")
        if status == 429:
            answer = await house.try_sign_in(house.client(), "qinghe", "a wrong password")
            waits.append(int(answer.headers["retry-after"]))
            house.clock.pass_by(seconds=waits[-1])
            assert await fail(house, "qinghe", "203.0.113.7") == 401
    assert waits == [5, 10, 20]

    house.clock.pass_by(minutes=1)
    assert (await house.try_sign_in(house.client(), "qinghe")).status_code == 200
    assert await fail(house, "qinghe", "203.0.113.7") == 401


async def test_a_hundred_guesses_at_once_get_no_more_than_five_answers(house: House) -> None:
    await house.person("qinghe", demo=True)

    statuses = await asyncio.gather(*(fail(house, "qinghe", "203.0.113.7") for _ in range(30)))

    assert statuses.count(401) == 5
    assert statuses.count(429) == 25


async def test_strangers_failures_never_keep_a_volunteer_from_signing_in_where_she_has_before(house: House) -> None:
    await house.person("qinghe", demo=True)
    await house.signed_in("qinghe", "198.51.100.20")
    for host in range(60):
        await fail(house, "qinghe", f"203.0.113.{host}")

    answer = await house.try_sign_in(house.client("198.51.100.20"), "qinghe")

    assert answer.status_code == 200


async def test_strangers_failures_delay_a_volunteer_at_a_new_place_by_a_minute_at_most(house: House) -> None:
    await house.person("qinghe", demo=True)
    statuses = [await fail(house, "qinghe", f"203.0.113.{host}") for host in range(60)]
    assert 429 in statuses

    answer = await house.try_sign_in(house.client("198.51.100.20"), "qinghe")

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) <= 60
    house.clock.pass_by(seconds=60)
    assert (await house.try_sign_in(house.client("198.51.100.20"), "qinghe")).status_code == 200


async def test_one_origin_that_tries_many_logins_is_slowed_down(house: House) -> None:
    statuses = [await fail(house, f"guess-{n}", "203.0.113.9") for n in range(70)]

    assert statuses[:60] == [401] * 60
    assert 429 in statuses[60:]


async def test_a_proxy_on_this_machine_is_not_one_origin_for_everybody(house: House) -> None:
    statuses = [await fail(house, f"guess-{n}", "127.0.0.1") for n in range(70)]

    assert set(statuses) == {401}


async def test_addresses_of_one_ipv6_household_count_as_one_origin(house: House) -> None:
    await house.person("qinghe", demo=True)

    statuses = [await fail(house, "qinghe", f"2001:db8:1:2::{n:x}") for n in range(1, 7)]

    assert statuses == [401] * 5 + [429]


async def test_wrong_codes_count_as_failures(house: House) -> None:
    await house.person("qinghe")
    right = house.code("qinghe")
    wrong = "000000" if right != "000000" else "111111"

    answers = [await house.try_sign_in(house.client(), "qinghe", code=wrong) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


@given(count=st.integers(0, 10_000), ago=st.integers(0, 3600))
def test_no_wait_ever_passes_its_longest(count: int, ago: int) -> None:
    failures = Failures(count, NOW - timedelta(seconds=ago))

    by_pair = waits_until(Record(failures, NO_FAILURES, NO_FAILURES, known_good=False))
    by_others = waits_until(Record(NO_FAILURES, failures, failures, known_good=False))
    known = waits_until(Record(NO_FAILURES, failures, failures, known_good=True))

    assert by_pair is None or by_pair <= NOW + LONGEST_WAIT
    assert by_others is None or by_others <= NOW + LONGEST_SOFT_WAIT
    assert known is None


@given(count=st.integers(0, 200))
def test_one_failure_more_never_shortens_the_wait(count: int) -> None:
    waits = [
        waits_until(Record(Failures(n, NOW), NO_FAILURES, NO_FAILURES, known_good=True)) or NOW
        for n in (count, count + 1)
    ]

    assert waits[0] <= waits[1]
