"""The search itself: a needle is found wherever and however it is written, and nothing else is taken for one."""

import base64
import json
from urllib.parse import quote

import asyncpg
import pytest

from tests.privacy.needles import Haystack, Needle, found, look_into_database

NUMBER = Needle("a caller's number", "+447700900731")
NAME = Needle("a name", "羽毛 Quillfeather")


def _in(text: str) -> list[str]:
    haystack = Haystack()
    haystack.add("here", text)
    return found([NUMBER, NAME], haystack)


@pytest.mark.parametrize(
    "text",
    [
        "+447700900731",
        "07700 900731",
        "(0)7700-900 731",
        quote("+447700900731"),
        "x" + b"+447700900731".hex() + "00",
        "\\x" + b"+447700900731".hex(),
        base64.b64encode(b"+447700900731").decode(),
        "token=" + base64.urlsafe_b64encode(b"id:+447700900731").decode(),
        base64.b64encode(b"+447700900731".hex().encode()).decode(),
        json.dumps({"from": base64.b64encode(b"+447700900731").decode()}),
    ],
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert _in(text) == ["a caller's number in here"]


@pytest.mark.parametrize(
    "text",
    [
        "羽毛 Quillfeather",
        "羽毛 QUILLFEATHER",
        json.dumps("羽毛 Quillfeather"),
        quote("羽毛 Quillfeather"),
        "羽毛 Quillfeather".encode().hex(),
        base64.b64encode("羽毛 Quillfeather".encode()).decode(),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert _in(text) == ["a name in here"]


@pytest.mark.parametrize("text", ["", "+447700900732", "2026-11-26T12:00:00.770090073Z", "Quill feather", "00" * 40])
def test_what_is_no_needle_is_not_taken_for_one(text: str) -> None:
    assert _in(text) == []


async def test_a_needle_in_any_column_of_any_type_is_found_and_the_vault_is_left_out(
    connection: asyncpg.Connection,
) -> None:
    await connection.execute("CREATE TABLE planted (a bytea, b jsonb, c text[], d text)")
    await connection.execute("CREATE TABLE vault.planted (a text)")
    haystack = Haystack()
    await connection.execute("INSERT INTO vault.planted VALUES ($1)", NUMBER.text)
    await look_into_database(haystack, connection)
    assert found([NUMBER], haystack) == []
    for column, value in (("a", NUMBER.text.encode()), ("b", json.dumps({"x": [NUMBER.text]})), ("c", [NUMBER.text])):
        await connection.execute("DELETE FROM planted")
        await connection.execute(f"INSERT INTO planted ({column}) VALUES ($1)", value)  # noqa: S608
        haystack = Haystack()
        await look_into_database(haystack, connection)
        assert found([NUMBER], haystack) == ["a caller's number in table planted"]
