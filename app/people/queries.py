"""The statements of this slice, one round trip each.

`line`, `pool` and `line_pool` are read for their ids and names: a grant over an organisation must be known as the
lines and pools it means today, in the same statement that finds the session.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.permissions import Grant, Role, Scope, ScopeKind
from app.platform.db import Tx

Row = Any  # asyncpg.Record

# Every scope a person's grants reach: as granted, and the lines and pools that follow from it.
EFFECTIVE_GRANTS = """
  WITH g AS (SELECT role, scope_kind, scope_id FROM role_grant WHERE person_id = p.id)
  SELECT g.role || '|' || g.scope_kind || '|' || g.scope_id FROM g
  UNION SELECT g.role || '|line|' || l.id FROM g JOIN line l
    ON g.scope_kind = 'all' OR (g.scope_kind = 'organisation' AND l.organisation_id = g.scope_id)
  UNION SELECT g.role || '|pool|' || q.id FROM g JOIN pool q
    ON g.scope_kind = 'all' OR (g.scope_kind = 'organisation' AND q.organisation_id = g.scope_id)
  UNION SELECT g.role || '|line|' || lp.line_id FROM g JOIN line_pool lp
    ON g.scope_kind = 'pool' AND lp.pool_id = g.scope_id
  UNION SELECT g.role || '|pool|' || lp.pool_id FROM g JOIN line_pool lp
    ON g.scope_kind = 'line' AND lp.line_id = g.scope_id
"""
# Prepared once a connection; the text is ours alone.
FIND_SESSION = f"""
  SELECT p.id, p.login, p.work_name, p.language, p.demo, s.seen_at,
         ARRAY(SELECT role || '|' || scope_kind || '|' || scope_id FROM role_grant WHERE person_id = p.id) AS granted,
         ARRAY({EFFECTIVE_GRANTS}) AS effective
    FROM session s JOIN person p ON p.id = s.person_id
   WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND s.seen_at > $2 - $3::interval
     AND p.disabled_at IS NULL
"""  # noqa: S608


def grants_of(texts: Iterable[str]) -> frozenset[Grant]:
    """Grants from `role|kind|id`, the form the statements above give them in."""
    grants = set()
    for text in texts:
        role, kind, scope_id = text.split("|", 2)
        grants.add(Grant(Role(role), Scope(ScopeKind(kind), scope_id)))
    return frozenset(grants)


async def find_session(tx: Tx, token_hash: bytes, *, idle: timedelta, now: datetime) -> Row | None:
    """The person behind a live session, with grants; None when it ended, was revoked or the account is closed."""
    return await tx.fetchrow(FIND_SESSION, token_hash, now, idle)


async def touch_session(tx: Tx, token_hash: bytes, *, now: datetime) -> None:
    """Note that the session is in use."""
    await tx.execute("UPDATE session SET seen_at = $2 WHERE token_hash = $1", token_hash, now)


async def insert_session(tx: Tx, token_hash: bytes, person_id: UUID, *, expires_at: datetime, now: datetime) -> None:
    """Begin a session."""
    await tx.execute(
        "INSERT INTO session (token_hash, person_id, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)",
        token_hash, person_id, now, expires_at,
    )  # fmt: skip


async def revoke_session(tx: Tx, token_hash: bytes, *, now: datetime) -> None:
    """End one session."""
    await tx.execute("UPDATE session SET revoked_at = $2 WHERE token_hash = $1 AND revoked_at IS NULL", token_hash, now)


async def revoke_sessions_of(tx: Tx, person_id: UUID, *, but: bytes | None, now: datetime) -> int:
    """End all sessions of a person, but one; how many there were."""
    rows = await tx.fetch(
        """UPDATE session SET revoked_at = $3 WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $3
           AND token_hash IS DISTINCT FROM $2 RETURNING 1""",
        person_id, but, now,
    )  # fmt: skip
    return len(rows)


async def live_sessions(tx: Tx, token_hashes: Sequence[bytes], *, idle: timedelta, now: datetime) -> set[bytes]:
    """Those of the given sessions that are still good."""
    rows = await tx.fetch(
        """SELECT s.token_hash FROM session s JOIN person p ON p.id = s.person_id WHERE s.token_hash = ANY($1)
           AND s.revoked_at IS NULL AND s.expires_at > $2 AND s.seen_at > $2 - $3::interval
           AND p.disabled_at IS NULL""",
        list(token_hashes), now, idle,
    )  # fmt: skip
    return {row["token_hash"] for row in rows}


async def forget_old(tx: Tx, *, attempts_before: datetime, sessions_before: datetime) -> None:
    """Remove attempts and sessions that nothing asks for any more."""
    await tx.execute("DELETE FROM login_attempt WHERE at < $1", attempts_before)
    await tx.execute("DELETE FROM session WHERE expires_at < $1", sessions_before)


async def serialise_attempts(tx: Tx, login_key: bytes) -> None:
    """Let attempts on one login be counted one after another until this transaction ends."""
    await tx.execute("SELECT pg_advisory_xact_lock($1)", int.from_bytes(login_key[:8], "big", signed=True))


async def attempt_counts(tx: Tx, login_key: bytes, origin_key: bytes, *, since: datetime, good_since: datetime) -> Row:
    """Failures of the pair, the login and the origin since `since`, and whether the pair has succeeded before."""
    return await tx.fetchrow(
        """WITH of_login AS (
             SELECT origin_key, at, succeeded FROM login_attempt WHERE login_key = $1 AND at > $4),
           good AS (
             SELECT max(at) FILTER (WHERE origin_key = $2) AS pair_at, max(at) AS login_at
               FROM of_login WHERE succeeded),
           failed AS (
             SELECT o.origin_key, o.at FROM of_login o WHERE NOT o.succeeded AND o.at > $3)
           SELECT good.pair_at,
             (SELECT count(*) FROM failed WHERE origin_key = $2 AND at > coalesce(good.pair_at, $3)) AS pair_count,
             (SELECT max(at) FROM failed WHERE origin_key = $2 AND at > coalesce(good.pair_at, $3)) AS pair_last,
             (SELECT count(*) FROM failed) AS login_count,
             (SELECT max(at) FROM failed) AS login_last,
             (SELECT count(*) FROM login_attempt WHERE origin_key = $2 AND at > $3 AND NOT succeeded) AS origin_count,
             (SELECT max(at) FROM login_attempt WHERE origin_key = $2 AND at > $3 AND NOT succeeded) AS origin_last
           FROM good""",
        login_key, origin_key, since, good_since,
    )  # fmt: skip


async def insert_attempt(tx: Tx, login_key: bytes, origin_key: bytes, *, now: datetime) -> int:
    """Count an attempt, as failed until it is known better; its id."""
    attempt_id: int = await tx.fetchval(
        "INSERT INTO login_attempt (login_key, origin_key, at, succeeded) VALUES ($1, $2, $3, false) RETURNING id",
        login_key, origin_key, now,
    )  # fmt: skip
    return attempt_id


async def mark_attempt_succeeded(tx: Tx, attempt_id: int) -> None:
    """It was right after all."""
    await tx.execute("UPDATE login_attempt SET succeeded = true WHERE id = $1", attempt_id)


async def drop_attempt(tx: Tx, attempt_id: int) -> None:
    """It was neither: the password was right and the code still to come."""
    await tx.execute("DELETE FROM login_attempt WHERE id = $1", attempt_id)


async def person_signing_in(tx: Tx, login: str) -> Row | None:
    """What signing in needs of an account."""
    return await tx.fetchrow(
        """SELECT id, login, password_hash, totp_secret, totp_last_step, demo, disabled_at
           FROM person WHERE login = $1""",
        login,
    )


async def use_step(tx: Tx, person_id: UUID, step: int) -> bool:
    """Use up a one-time code's step. False: it, or a later one, has been used."""
    status: str = await tx.execute(
        "UPDATE person SET totp_last_step = $2 WHERE id = $1 AND (totp_last_step IS NULL OR totp_last_step < $2)",
        person_id, step,
    )  # fmt: skip
    return status == "UPDATE 1"


async def set_password_hash(tx: Tx, person_id: UUID, password_hash: str) -> None:
    """Keep a new hash."""
    await tx.execute("UPDATE person SET password_hash = $2 WHERE id = $1", person_id, password_hash)


async def set_totp_secret(tx: Tx, person_id: UUID, sealed: bytes) -> None:
    """Keep a new second factor; the codes of the old one are worth nothing from here on."""
    await tx.execute(
        """UPDATE person SET totp_secret = $2, totp_last_step = NULL, version = version + 1 WHERE id = $1""",
        person_id, sealed,
    )  # fmt: skip


async def set_language(tx: Tx, person_id: UUID, language: str) -> None:
    """The language of a person's screens."""
    await tx.execute("UPDATE person SET language = $2, version = version + 1 WHERE id = $1", person_id, language)


async def insert_person(tx: Tx, row: dict[str, Any], grants: Iterable[Grant]) -> bool:
    """Add an account with its grants. False: the login is taken."""
    status: str = await tx.execute(
        """INSERT INTO person (id, login, work_name, language, password_hash, totp_secret, demo, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (login) DO NOTHING""",
        row["id"], row["login"], row["work_name"], row["language"], row["password_hash"], row["totp_secret"],
        row["demo"], row["created_at"],
    )  # fmt: skip
    if status != "INSERT 0 1":
        return False
    await insert_grants(tx, row["id"], grants)
    return True


async def insert_grants(tx: Tx, person_id: UUID, grants: Iterable[Grant]) -> None:
    """Add what is granted; what was granted before stays."""
    await tx.executemany(
        "INSERT INTO role_grant (person_id, role, scope_kind, scope_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        [(person_id, grant.role.value, grant.scope.kind.value, grant.scope.id) for grant in grants],
    )


async def unknown_scopes(tx: Tx, scopes: Iterable[Scope]) -> list[Scope]:
    """Those scopes that name an organisation, line or pool that is not there."""
    wanted = [scope for scope in scopes if scope.kind is not ScopeKind.ALL]
    rows = await tx.fetch(
        """SELECT 'organisation' AS kind, id FROM organisation UNION ALL SELECT 'line', id FROM line
           UNION ALL SELECT 'pool', id FROM pool"""
    )
    there = {(row["kind"], row["id"]) for row in rows}
    return [scope for scope in wanted if (scope.kind.value, scope.id) not in there]


async def people(tx: Tx, person_id: UUID | None = None) -> list[Row]:
    """All accounts, or one, with what they were granted, and what that reaches."""
    rows: list[Row] = await tx.fetch(
        f"""SELECT p.id, p.login, p.work_name, p.language, p.demo, p.disabled_at, p.created_at, p.version,
              ARRAY(SELECT role || '|' || scope_kind || '|' || scope_id FROM role_grant
                     WHERE person_id = p.id ORDER BY 1) AS granted,
              ARRAY({EFFECTIVE_GRANTS}) AS effective
            FROM person p WHERE $1::uuid IS NULL OR p.id = $1 ORDER BY p.login""",  # noqa: S608 the text is ours alone
        person_id,
    )
    return rows


async def person_by_login(tx: Tx, login: str) -> UUID | None:
    """The id behind a login."""
    person_id: UUID | None = await tx.fetchval("SELECT id FROM person WHERE login = $1", login)
    return person_id


async def disable(tx: Tx, person_id: UUID, *, now: datetime) -> bool:
    """Close an account. False: there is none, or it was closed already."""
    status: str = await tx.execute(
        "UPDATE person SET disabled_at = $2, version = version + 1 WHERE id = $1 AND disabled_at IS NULL",
        person_id, now,
    )  # fmt: skip
    return status == "UPDATE 1"


async def names_of_lines(tx: Tx, ids: Iterable[str]) -> list[Row]:
    """Lines by id, with their names."""
    rows: list[Row] = await tx.fetch("SELECT id, name_zh, name_en FROM line WHERE id = ANY($1) ORDER BY id", list(ids))
    return rows


async def names_of_pools(tx: Tx, ids: Iterable[str]) -> list[Row]:
    """Pools by id, with their names."""
    rows: list[Row] = await tx.fetch("SELECT id, name_zh, name_en FROM pool WHERE id = ANY($1) ORDER BY id", list(ids))
    return rows
