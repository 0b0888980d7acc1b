"""The doctor finds what is wrong with a deployment, says what to do, and finds nothing when all is well."""

import base64
import uuid
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import asyncpg
import httpx2
import pytest

from app.cli import examining
from app.cli.doctor import examine
from app.cli.examining import Finding, Verdict
from app.platform.clock import now
from app.platform.db import Tx
from app.settings import Settings
from app.simulator.application import running_emulator
from app.simulator.options import Options

KEY = base64.b64encode(b"k" * 32).decode()


def _settings(**given: object) -> Settings:
    return Settings.model_validate({"pseudonym_key": KEY, "seal_key": KEY, **given})


async def _all(findings: AsyncIterator[Finding]) -> list[Finding]:
    return [finding async for finding in findings]


def _troubles(findings: list[Finding]) -> list[str]:
    return [f"{finding.about}: {finding.says}" for finding in findings if finding.verdict is Verdict.TROUBLE]


async def _a_line(tx: Tx, *, moment: datetime, placeholder: bool = False, valid: bool = True) -> None:
    await tx.execute("INSERT INTO organisation VALUES ('night', '夜', 'Night')")
    await tx.execute("INSERT INTO pool VALUES ('night-owls', 'night', '夜', 'Owls')")
    await tx.execute("INSERT INTO line VALUES ('night-line', 'night', '夜', 'Night line')")
    await tx.execute("INSERT INTO line_pool VALUES ('night-line', 'night-owls', 0)")
    await tx.execute(
        "INSERT INTO line_number (number, line_id, placeholder) VALUES ('+442079460100', 'night-line', $1)", placeholder
    )
    since = moment - timedelta(days=2)
    until = None if valid else moment - timedelta(days=1)
    await tx.execute(
        "INSERT INTO line_version (id, line_id, valid_from, valid_until, document, checksum, applied_at) "
        "VALUES ($1, 'night-line', $2, $3, '{}', '', $2)",
        uuid.uuid4(), since, until,
    )  # fmt: skip


async def _a_shift(tx: Tx, *, starts_at: datetime) -> None:
    person = uuid.uuid4()
    await tx.execute(
        "INSERT INTO person (id, login, work_name, password_hash, created_at) VALUES ($1, 'owl', 'Owl', '', $2)",
        person, starts_at,
    )  # fmt: skip
    await tx.execute(
        "INSERT INTO shift (id, person_id, pool_id, starts_at, ends_at, source, created_at) "
        "VALUES ($1, $2, 'night-owls', $3, $4, 'rota', $3)",
        uuid.uuid4(), person, starts_at, starts_at + timedelta(hours=4),
    )  # fmt: skip


async def test_a_line_in_force_with_a_rostered_pool_is_fine(connection: asyncpg.Connection) -> None:
    tx, moment = Tx(connection), now()
    await _a_line(tx, moment=moment)
    await _a_shift(tx, starts_at=moment + timedelta(days=13))
    assert _troubles(await _all(examining.examine_lines(tx, now=moment))) == []


async def test_a_pool_whose_next_shift_is_too_far_away_is_found(connection: asyncpg.Connection) -> None:
    tx, moment = Tx(connection), now()
    await _a_line(tx, moment=moment)
    await _a_shift(tx, starts_at=moment + timedelta(days=15))
    (found,) = _troubles(await _all(examining.examine_lines(tx, now=moment)))
    assert found.startswith("pool night-owls: nobody is rostered")


async def test_an_expired_line_and_a_placeholder_number_are_found(connection: asyncpg.Connection) -> None:
    tx, moment = Tx(connection), now()
    await _a_line(tx, moment=moment, placeholder=True, valid=False)
    found = _troubles(await _all(examining.examine_lines(tx, now=moment)))
    assert any("no version of it is in force" in text for text in found)
    assert any("placeholder number +442079460100" in text for text in found)


async def test_a_deployment_without_lines_is_told_to_apply_some(connection: asyncpg.Connection) -> None:
    (found,) = await _all(examining.examine_lines(Tx(connection), now=now()))
    assert found.verdict is Verdict.TROUBLE
    assert "app apply" in found.to_do


async def test_a_silent_worker_is_found_and_a_living_one_is_not(connection: asyncpg.Connection) -> None:
    tx, moment = Tx(connection), now()
    assert (await examining.examine_worker(tx, now=moment)).verdict is Verdict.TROUBLE
    await tx.execute("INSERT INTO worker_beat VALUES ($1, $2, $2, 0)", uuid.uuid4(), moment)
    assert (await examining.examine_worker(tx, now=moment)).verdict is Verdict.FINE
    late = moment + timedelta(seconds=11)
    assert (await examining.examine_worker(tx, now=late)).verdict is Verdict.TROUBLE


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("http://127.0.0.1:8080", Verdict.FINE),
        ("https://hotline.example.org", Verdict.FINE),
        ("http://hotline.example.org", Verdict.TROUBLE),
    ],
)
def test_a_public_address_without_tls_is_found(address: str, verdict: Verdict) -> None:
    findings = {found.about: found for found in examining.examine_settings(_settings(public_base_url=address))}
    assert findings["public address"].verdict is verdict


def test_missing_keys_are_found_and_named() -> None:
    settings = Settings.model_validate({"database_url": "postgresql://db.example.org/hotline"})
    (keys,) = [found for found in examining.examine_settings(settings) if found.about == "keys"]
    assert keys.verdict is Verdict.TROUBLE
    assert "HOTLINE_PSEUDONYM_KEY" in keys.to_do


async def test_the_carrier_is_asked_whether_it_knows_our_token() -> None:
    options = Options()
    async with running_emulator(options=options) as emulator, httpx2.AsyncClient() as client:
        known = {"twilio_account_sid": options.account_sid, "twilio_api_base_url": emulator.base_url}
        right = _settings(twilio_auth_token=options.auth_token, **known)
        assert _troubles(await _all(examining.examine_carrier(client, right))) == []
        wrong = _settings(twilio_auth_token="another", **known)
        assert _troubles(await _all(examining.examine_carrier(client, wrong))) == [
            "carrier: it refuses our account (401)"
        ]


async def test_a_carrier_out_of_reach_is_found() -> None:
    settings = _settings(twilio_account_sid="AC1", twilio_auth_token="t", twilio_api_base_url="http://127.0.0.1:1")
    async with httpx2.AsyncClient() as client:
        (found,) = await _all(examining.examine_carrier(client, settings))
    assert found.verdict is Verdict.TROUBLE
    assert "HOTLINE_TWILIO_API_BASE_URL" in found.to_do


async def test_an_address_that_leads_elsewhere_is_found() -> None:
    async with running_emulator() as elsewhere, httpx2.AsyncClient() as client:
        found = await examining.examine_webhooks(client, _settings(public_base_url=elsewhere.base_url))
    assert found.verdict is Verdict.TROUBLE
    assert "HOTLINE_PUBLIC_BASE_URL" in found.to_do


async def test_clocks_apart_are_found(connection: asyncpg.Connection) -> None:
    async def clocks(minutes: int) -> list[str]:
        ahead = timedelta(minutes=minutes)
        return _troubles(await _all(examining.examine_server(Tx(connection), machine_ahead=ahead)))

    assert await clocks(3) == ["clocks: this machine is 180 s ahead of the database, by which we go"]
    assert await clocks(-3) == ["clocks: this machine is 180 s behind the database, by which we go"]
    assert await clocks(0) == []


async def test_everything_is_looked_at_even_when_the_database_is_away() -> None:
    settings = _settings(
        database_url="postgresql://hotline:open-sesame@127.0.0.1:1/hotline", public_base_url="http://127.0.0.1:1"
    )
    findings = await _all(examine(settings))
    assert {"keys", "database", "webhooks", "carrier"} <= {found.about for found in findings}
    assert not any("open-sesame" in found.says + found.to_do for found in findings)
    assert all(found.to_do for found in findings if found.verdict is Verdict.TROUBLE)


async def test_a_database_without_tables_is_told_to_migrate_and_asked_no_more(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("DROP TABLE alembic_version")
    await connection.close()
    findings = await _all(examine(_settings(database_url=database_url, public_base_url="http://127.0.0.1:1")))
    (tables,) = [found for found in findings if found.about == "tables"]
    assert "app migrate" in tables.to_do
    assert not any(found.about in {"lines", "worker", "people"} for found in findings)
