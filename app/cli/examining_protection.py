"""What `app doctor` looks at of what protects people: the vault's role and the audit's chain. Nothing here changes
anything.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from app.casework.vault.resealing import sealed_under
from app.casework.vault.rotating import pseudonyms_under
from app.cli.examining import Finding, fine, trouble
from app.platform.audit_verifying import verify
from app.platform.db import Database, Tx
from app.platform.key_checks import compare, known_keys
from app.platform.keyring import KeyKind, keyring_of
from app.platform.vault_role import MAY_TAKE_IT
from app.settings import Settings, SettingsWrong

AUDIT_TABLES = 3
AUDIT_SEALED_WITHIN = timedelta(minutes=2)
VAULT_SQL = "deploy/postgres/vault_role.sql as an administrator of the database"


async def examine_audit(db: Database, *, now: datetime) -> AsyncIterator[Finding]:
    """Whether the audit is append-only, is being sealed, and is what was sealed, as far as yesterday."""
    async with db.reading() as tx:
        guards = await tx.fetchval(
            "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'audit%stays_as_it_is' AND tgenabled = 'A'"
        )
        oldest = await tx.fetchval(
            "SELECT min(at) FROM audit_entry WHERE id > (SELECT coalesce(max(entry_id), -1) FROM audit_seal)"
        )
    if guards < AUDIT_TABLES:
        yield trouble("audit", "its tables can be changed", "find out who disabled their triggers, and enable them")
    verdict = await verify(db, since=(now - timedelta(days=1)).date())
    if verdict.broken is not None:
        yield trouble(
            "audit",
            f"entry {verdict.broken.entry_id}: {verdict.broken.because}",
            "keep a copy of the database as it is, and find out who could write to it",
        )
    elif oldest is not None and oldest < now - AUDIT_SEALED_WITHIN:
        yield trouble(
            "audit",
            f"entries since {oldest:%Y-%m-%d %H:%M} UTC are not sealed",
            "let a worker run, and end transactions that have been open for long",
        )
    else:
        yield fine("audit", f"append-only, and what was sealed ({verdict.entries} entries since yesterday)")


async def examine_vault(tx: Tx) -> Finding:
    """Whether the vault's role keeps the application from reading what is sealed in passing."""
    if await tx.fetchval(MAY_TAKE_IT) is not True:
        return trouble("vault", "the application may not take its role", f"run {VAULT_SQL}")
    if await tx.fetchval("SELECT has_column_privilege('vault.identity', 'sealed', 'SELECT')"):
        return trouble(
            "vault",
            "the application's role reads it without taking the vault's role",
            f"run {VAULT_SQL}; a superuser cannot be kept from it: use another role in HOTLINE_DATABASE_URL",
        )
    return fine("vault", "is read by its own role alone")


async def examine_keys(db: Database, settings: Settings) -> AsyncIterator[Finding]:
    """Whether the keys are the right ones, and whether anything goes by a key that is not there."""
    try:
        keyring = keyring_of(settings)
        async with db.transaction() as tx:
            compare(await known_keys(tx), keyring)
            callers = await pseudonyms_under(tx)
    except SettingsWrong as wrong:
        yield trouble("keys", "a key is wrong or missing", str(wrong))
        return
    used = {KeyKind.PSEUDONYM: callers, KeyKind.SEAL: await sealed_under(db)}
    what = {KeyKind.PSEUDONYM: "callers are known by", KeyKind.SEAL: "values are sealed under"}
    whole = True
    for kind in KeyKind:
        for key_id, many in sorted(used[kind].items()):
            if key_id not in keyring.of(kind).by_id:
                whole = False
                yield trouble(
                    "keys",
                    f"{many} {what[kind]} the {kind} key {key_id}, which is not in the keyring",
                    "give that key back; docs/operations.md, Keys, says how a key is changed",
                )
    for kind in KeyKind:
        ring = keyring.of(kind)
        old = {key_id: used[kind][key_id] for key_id in ring.others if used[kind][key_id]}
        if old:
            counts = ", ".join(f"{key_id} {many}" for key_id, many in sorted(old.items()))
            yield fine("keys", f"the {kind} key is being changed to {ring.current}; still under others: {counts}")
    if whole:
        yield fine("keys", "everything goes by keys that are here")
