"""`app doctor` on what protects people: the vault's role, the audit's guards and chain, the keys."""

import base64
from datetime import timedelta

import asyncpg
from pydantic import SecretStr

from app.cli.examining import Finding, Verdict
from app.cli.examining_protection import AUDIT_SEALED_WITHIN, examine_audit, examine_keys, examine_vault
from app.domain.acts import Act
from app.platform.audit import record_act
from app.platform.clock import now
from app.platform.db import Database
from app.settings import Settings
from tests.casework.vault.rotation_yard import FIRST, OLD, SECOND, number_of, yard
from tests.conftest import DatabaseServer, with_database
from tests.seal_everything import seal_everything


def _superuser(server: DatabaseServer, url: str) -> str:
    return with_database(server.running.superuser_url, url.partition("@/")[2].partition("?")[0])


def troubles(findings: list[Finding]) -> list[str]:
    return [found.says for found in findings if found.verdict is Verdict.TROUBLE]


async def test_a_vault_that_only_its_role_reads_is_fine_and_a_superuser_is_told(
    db: Database, database_server: DatabaseServer, database_url: str
) -> None:
    async with db.transaction() as tx:
        assert (await examine_vault(tx)).verdict is Verdict.FINE
    above = Database(_superuser(database_server, database_url), size=2)
    await above.open()
    async with above.transaction() as tx:
        found = await examine_vault(tx)
    await above.close()
    assert "without taking the vault's role" in found.says
    assert "vault_role.sql" in found.to_do


async def test_an_audit_that_is_sealed_is_fine_and_one_that_waits_or_stands_open_is_found(
    db: Database, database_server: DatabaseServer, database_url: str
) -> None:
    moment = now()
    async with db.transaction() as tx:
        await record_act(tx, Act.NOTE_SEEN, by=None, target_kind="note", target_id="n", now=moment)

    assert not troubles([found async for found in examine_audit(db, now=moment)])
    waited = moment + AUDIT_SEALED_WITHIN + timedelta(seconds=1)
    assert "are not sealed" in troubles([found async for found in examine_audit(db, now=waited)])[0]
    await seal_everything(db, at=moment)
    assert not troubles([found async for found in examine_audit(db, now=waited)])
    owner = await asyncpg.connect(_superuser(database_server, database_url))
    await owner.execute("ALTER TABLE audit_seal DISABLE TRIGGER USER")
    assert troubles([found async for found in examine_audit(db, now=waited)]) == ["its tables can be changed"]
    await owner.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER; UPDATE audit_entry SET act = 'x'")
    await owner.close()
    assert "is not what was sealed" in troubles([found async for found in examine_audit(db, now=waited)])[1]


async def test_a_key_that_something_goes_by_and_is_not_there_is_named(db: Database, database_url: str) -> None:
    await (await yard(db, OLD, lines=True)).talks(number_of(1))

    def with_keys(pseudonym: bytes, key_id: str, others: str = "") -> Settings:
        return Settings(
            database_url=SecretStr(database_url),
            pseudonym_key=SecretStr(base64.b64encode(pseudonym).decode()),
            pseudonym_key_id=key_id,
            pseudonym_keys_other=SecretStr(others),
            seal_key=SecretStr(base64.b64encode(b"s" * 32).decode()),
        )

    assert not troubles([found async for found in examine_keys(db, with_keys(FIRST, "p1"))])
    missing = troubles([found async for found in examine_keys(db, with_keys(SECOND, "p2"))])
    assert missing == ["1 callers are known by the pseudonym key p1, which is not in the keyring"]
    both = f"p1:{base64.b64encode(FIRST).decode()}"
    changing = [found async for found in examine_keys(db, with_keys(SECOND, "p2", both))]
    assert not troubles(changing)
    assert "being changed to p2; still under others: p1 1" in changing[0].says
