"""`app people …`: the real commands on a real database, with passwords on standard input."""

import io
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from structlog.testing import capture_logs

from app.cli import people
from app.cli.people import parse_skill
from app.domain.errors import Invalid
from app.people.phones import own_phone
from app.platform.crypto import Sealer
from app.platform.db import Tx
from app.settings import SettingsWrong
from tests.people.conftest import PASSWORD, House

Command = Callable[..., Awaitable[tuple[int, str, str]]]
KEY = "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="  # 32 × "1", as in the house's door


@pytest.fixture
def command(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `app people WORDS` with a line on standard input; (exit status, said, complained)."""
    monkeypatch.setenv("HOTLINE_DATABASE_URL", database_url)
    monkeypatch.setenv("HOTLINE_SEAL_KEY", KEY)
    monkeypatch.setenv("HOTLINE_PSEUDONYM_KEY", KEY)

    async def run(*words: str, typed: str = "") -> tuple[int, str, str]:
        parser = ArgumentParser()
        people.add_parser(parser.add_subparsers())
        args = parser.parse_args(["people", *words])
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        with capture_logs():
            status = await args.func(args)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


async def create(command: Command, *more: str, login: str = "qinghe") -> tuple[int, str, str]:
    return await command("create", "--login", login, "--name", "青禾", "--role", "volunteer", *more, typed=PASSWORD)


async def test_an_account_made_at_the_terminal_signs_in_with_the_second_factor_it_printed(
    house: House, command: Command
) -> None:
    status, said, _ = await create(command)

    assert status == 0
    address = urlsplit(said.splitlines()[-1])
    assert address.scheme == "otpauth"
    house.secrets["qinghe"] = parse_qs(address.query)["secret"][0]
    await house.signed_in("qinghe")


async def test_pools_and_skills_are_entered_with_the_account(places: House, command: Command) -> None:
    status, _, complained = await create(
        command,
        "--pool",
        "teachers",
        "--pool",
        "hospital",
        "--skill",
        "english=2027-06-30",
        "--skill",
        "crisis",
        "--demo",
    )

    assert (status, complained) == (0, "")
    async with places.db.transaction() as tx:
        pools = await tx.fetch("SELECT pool_id FROM pool_member ORDER BY 1")
        skills = await tx.fetch("SELECT skill, expires_at FROM credential ORDER BY 1")
    assert [row["pool_id"] for row in pools] == ["hospital", "teachers"]
    assert [row["skill"] for row in skills] == ["crisis", "english"]
    assert skills[1]["expires_at"] > datetime(2027, 6, 30, 23, 59, tzinfo=UTC)


async def test_an_unknown_pool_makes_no_account_at_all(places: House, command: Command) -> None:
    status, said, complained = await create(command, "--pool", "atlantis")

    assert (status, said) == (1, "")
    assert "no such person or pool" in complained
    async with places.db.transaction() as tx:
        assert await tx.fetchval("SELECT count(*) FROM person") == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--role", "king"], "role must be one of volunteer"),
        (["--role", "supervisor:line=atlantis"], "no line called atlantis"),
        (["--login", "Not A Login"], "login must have"),
        (["--name", " "], "name must have"),
        (["--skill", "english=soon"], "YYYY-MM-DD"),
    ],
)
async def test_what_is_wrong_is_said_in_a_sentence(
    places: House, command: Command, words: list[str], complaint: str
) -> None:
    status, _, complained = await create(command, *words)

    assert status == 1
    assert complaint in complained
    assert "Traceback" not in complained


async def test_a_short_password_is_refused(house: House, command: Command) -> None:
    status, _, complained = await command(
        "create", "--login", "qinghe", "--name", "青禾", "--role", "volunteer", typed="short"
    )

    assert status == 1
    assert "password" in complained


async def test_a_login_is_given_once(house: House, command: Command) -> None:
    assert (await create(command))[0] == 0

    status, _, complained = await create(command, login="QingHe")

    assert status == 1
    assert "taken" in complained


async def test_accounts_are_listed_without_their_secrets(house: House, command: Command) -> None:
    await create(command, "--demo")

    _, said, _ = await command("list")

    assert said == "qinghe\t青禾\tvolunteer\tdemo\n"


async def test_closing_and_signing_out_end_sessions(house: House, command: Command) -> None:
    await create(command, "--demo")
    client = await house.signed_in("qinghe")

    assert "1 session(s) of qinghe ended." in (await command("revoke", "qinghe"))[1]
    assert (await client.get("/api/session")).status_code == 401
    await house.signed_in("qinghe")
    assert (await command("disable", "qinghe"))[0] == 0
    assert (await house.try_sign_in(house.client(), "qinghe")).status_code == 401


async def test_an_unknown_login_is_named(house: House, command: Command) -> None:
    status, _, complained = await command("disable", "nobody")

    assert (status, complained) == (1, "There is no account called nobody.\n")


async def test_a_new_second_factor_ends_the_old_one(house: House, command: Command) -> None:
    await house.person("qinghe")
    old = house.code("qinghe")

    _, said, _ = await command("reset-second-factor", "qinghe")

    house.secrets["qinghe"] = parse_qs(urlsplit(said.splitlines()[-1]).query)["secret"][0]
    assert (await house.try_sign_in(house.client(), "qinghe", code=old)).status_code == 401
    await house.signed_in("qinghe")


async def test_a_volunteers_telephone_is_kept_sealed_and_can_be_forgotten(
    house: House, command: Command, connection_to_house: asyncpg.Connection
) -> None:
    person_id = await house.person("qinghe")
    sealer = Sealer({"k1": b"1" * 32}, "k1")
    tx = Tx(connection_to_house)

    assert (await command("phone", "qinghe", typed="+44 7700 900123"))[0] == 0
    kept = await connection_to_house.fetchval("SELECT phone FROM person")
    assert b"900123" not in kept
    assert await own_phone(tx, sealer, person_id) == "+447700900123"

    status, _, complained = await command("phone", "qinghe", typed="not a number")
    assert (status, "whole number" in complained) == (1, True)
    assert "not a number" not in complained

    assert (await command("phone", "qinghe"))[0] == 0
    assert await own_phone(tx, sealer, person_id) is None


@pytest.fixture
async def connection_to_house(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection beside the application's own."""
    opened = await asyncpg.connect(database_url)
    yield opened
    await opened.close(timeout=5)


async def test_a_missing_key_is_said_in_a_sentence(
    house: House, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOTLINE_SEAL_KEY")

    with pytest.raises(SettingsWrong, match="HOTLINE_SEAL_KEY is not set"):
        await command("list")


def test_a_skills_last_day_counts_to_its_end() -> None:
    skill, until = parse_skill("english=2027-06-30")

    assert skill == "english"
    assert until is not None
    assert until + timedelta(microseconds=1) == datetime(2027, 7, 1, tzinfo=UTC)
    with pytest.raises(Invalid):
        parse_skill("=2027-06-30")
