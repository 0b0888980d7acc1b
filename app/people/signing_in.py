"""Signing in: counted before it is checked, the password outside any transaction, the code used once.

The count is committed first, so that an attempt which dies half-way, or a hundred made at once, still count.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from math import ceil
from uuid import UUID

from app.domain.errors import SecondFactorRequired, SignInFailed, TooManyAttempts
from app.people import queries
from app.people.door import Door
from app.people.second_factor import step_of_code
from app.people.sessions import begin_session
from app.people.throttling import COUNTED, NO_FAILURES, REMEMBERED_GOOD, Failures, Record, waits_until
from app.platform.db import Database, Tx
from app.platform.log_events import Log
from app.platform.logging import get_log

log = get_log()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A counted attempt whose password was right, and the account it is on."""

    id: int
    person: queries.Row


async def sign_in(
    db: Database, door: Door, *, login: str, password: str, code: str | None, origin: str, now: datetime
) -> str:
    """Check who it is and begin a session; its token. `origin` is the network address the attempt comes from.

    Raises SignInFailed, SecondFactorRequired (code missing, wrong or used) and TooManyAttempts.
    """
    attempt = await _prove_password(db, door, login=login, password=password, origin=origin, now=now)
    person = attempt.person
    async with db.transaction() as tx:
        if not person["demo"] and not await _code_is_right(tx, door, attempt, code, now=now):
            token = None
        else:
            await queries.mark_attempt_succeeded(tx, attempt.id)
            token = await begin_session(tx, person["id"], now=now)
    if token is None:
        raise SecondFactorRequired
    log.info(Log.SIGNED_IN, person=person["id"])
    return token


async def prove_password(db: Database, door: Door, *, login: str, password: str, origin: str, now: datetime) -> UUID:
    """Check a password again before a weighty act, under the same count; raises SignInFailed, TooManyAttempts."""
    attempt = await _prove_password(db, door, login=login, password=password, origin=origin, now=now)
    person_id: UUID = attempt.person["id"]
    async with db.transaction() as tx:
        await queries.drop_attempt(tx, attempt.id)
    return person_id


async def _prove_password(
    db: Database, door: Door, *, login: str, password: str, origin: str, now: datetime
) -> Attempt:
    name = normal_login(login)
    async with db.transaction() as tx:
        attempt_id = await _count_attempt(tx, door, name, origin, now=now)
        person = await queries.person_signing_in(tx, name)
    right, better_hash = await door.passwords.verify(password, None if person is None else person["password_hash"])
    if person is None or not right or not _may_enter(door, person):
        log.info(Log.SIGN_IN_REFUSED, person=None if person is None else person["id"])
        raise SignInFailed
    if better_hash is not None:
        async with db.transaction() as tx:
            await queries.set_password_hash(tx, person["id"], better_hash)
    return Attempt(attempt_id, person)


def _may_enter(door: Door, person: queries.Row) -> bool:
    if person["disabled_at"] is not None:
        return False
    return door.demo_accounts if person["demo"] else person["totp_secret"] is not None


async def _count_attempt(tx: Tx, door: Door, name: str, origin: str, *, now: datetime) -> int:
    login_key = door.pseudonymiser.keyed_hash("login", name)
    origin_key = door.pseudonymiser.keyed_hash("origin", network_of(origin))
    await queries.serialise_attempts(tx, login_key)
    counts = await queries.attempt_counts(
        tx, login_key, origin_key, since=now - COUNTED, good_since=now - REMEMBERED_GOOD
    )
    record = Record(
        pair=Failures(counts["pair_count"], counts["pair_last"]),
        login=Failures(counts["login_count"], counts["login_last"]),
        # From loopback comes a proxy that does not say for whom: everybody would share its count.
        origin=NO_FAILURES if is_loopback(origin) else Failures(counts["origin_count"], counts["origin_last"]),
        known_good=counts["pair_at"] is not None,
    )
    until = waits_until(record)
    if until is not None and until > now:
        log.info(Log.SIGN_IN_THROTTLED)
        raise TooManyAttempts(retry_after_s=ceil((until - now).total_seconds()))
    return await queries.insert_attempt(tx, login_key, origin_key, now=now)


async def _code_is_right(tx: Tx, door: Door, attempt: Attempt, code: str | None, *, now: datetime) -> bool:
    person = attempt.person
    if not code:
        await queries.drop_attempt(tx, attempt.id)
        return False
    step = step_of_code(door.sealer, person["id"], person["totp_secret"], code, now=now)
    if step is None or not await queries.use_step(tx, person["id"], step):
        log.info(Log.SIGN_IN_REFUSED, person=person["id"])
        return False
    return True


def normal_login(login: str) -> str:
    """A login as it is kept: without blanks around, in lower case."""
    return login.strip().lower()


def is_loopback(origin: str) -> bool:
    """Whether an attempt comes from this very machine."""
    try:
        return ip_address(origin).is_loopback
    except ValueError:
        return False


def network_of(origin: str) -> str:
    """What counts as one origin: an IPv4 address, or the /64 that one household gets of IPv6."""
    try:
        address = ip_address(origin)
    except ValueError:
        return origin
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped is not None else address.exploded[:19]
    return str(address)
