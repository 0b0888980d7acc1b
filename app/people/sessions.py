"""Sessions live in PostgreSQL: 256 random bits in a cookie, only their SHA-256 at rest, revoked at once when asked.

A session ends 12 hours after its last use and 24 hours after its beginning: no shift is longer.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from starlette.responses import Response

from app.people import queries
from app.people.door import Door
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log

log = get_log()

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(hours=24)
SEEN_EVERY = timedelta(minutes=1)


def hash_of(token: str) -> bytes:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode()).digest()


async def begin_session(tx: Tx, person_id: UUID, *, now: datetime) -> str:
    """Begin a session; its token, for the cookie and for nothing else."""
    token = secrets.token_urlsafe(32)
    await queries.insert_session(tx, hash_of(token), person_id, expires_at=now + ABSOLUTE, now=now)
    return token


async def end_session(tx: Tx, token_hash: bytes, *, now: datetime) -> None:
    """Sign out."""
    await queries.revoke_session(tx, token_hash, now=now)
    tx.hint("sessions")


async def revoke_sessions(tx: Tx, person_id: UUID, *, now: datetime, but: bytes | None = None) -> int:
    """End every session of a person (a password changed, an account closed, a supervisor's act); how many."""
    ended = await queries.revoke_sessions_of(tx, person_id, but=but, now=now)
    tx.hint("sessions")
    log.info(Log.SESSIONS_REVOKED, person=person_id, sessions=ended)
    return ended


async def still_signed_in(tx: Tx, token_hashes: Sequence[bytes], *, now: datetime) -> set[bytes]:
    """Which of these sessions are still good: for whoever holds sockets open. Woken by the hint `sessions`."""
    return await queries.live_sessions(tx, token_hashes, idle=IDLE, now=now)


async def forget_old_sessions(tx: Tx, *, now: datetime) -> None:
    """House-keeping: sessions that ended a week ago, attempts that no rule counts any more."""
    await queries.forget_old(tx, attempts_before=now - timedelta(days=31), sessions_before=now - timedelta(days=7))


def set_cookie(response: Response, door: Door, token: str) -> None:
    """Hand the token to the browser: not to scripts, not to other sites, not over plain http when there is TLS."""
    response.set_cookie(
        door.cookie,
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        path="/",
        secure=door.https,
        httponly=True,
        samesite="strict",
    )


def clear_cookie(response: Response, door: Door) -> None:
    """Take the token back."""
    response.delete_cookie(door.cookie, path="/", secure=door.https, httponly=True, samesite="strict")
