"""Accounts: made by an operator, closed and never deleted, so that what was done keeps its name (promise P7)."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.errors import Conflict, Invalid, NotFound, NotPossibleNow
from app.domain.permissions import Grant, Role, Scope, ScopeKind
from app.people import queries
from app.people.passwords import PasswordBook
from app.people.second_factor import fresh_secret, seal_secret
from app.people.sessions import revoke_sessions
from app.people.signing_in import normal_login
from app.platform.crypto import Sealer
from app.platform.db import Tx
from app.platform.log_events import Log
from app.platform.logging import get_log

log = get_log()

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
LANGUAGES = ("zh", "en")
WORK_NAME_LONGEST = 40


class LoginTaken(Conflict):
    """Somebody has this login already."""

    code, title, title_zh = "login_taken", "This login is taken", "该账号已存在"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What an account is made of. `work_name` is the pseudonym colleagues see, never a civil name."""

    id: UUID
    login: str
    work_name: str
    password: str
    grants: frozenset[Grant]
    language: str = "zh"
    demo: bool = False


async def create_person(
    tx: Tx, new: NewPerson, *, passwords: PasswordBook, sealer: Sealer | None, now: datetime
) -> str | None:
    """Make an account; the secret of its second factor, to be shown once (None: a demo account has none).

    Raises Invalid naming the fields, or LoginTaken. Hashing takes ~100 ms: for the command line, not for hot paths.
    """
    login = normal_login(new.login)
    wrong = _complaints(new, login)
    for scope in await queries.unknown_scopes(tx, (grant.scope for grant in new.grants)):
        wrong["roles"] = f"there is no {scope.kind} called {scope.id}"
    if wrong:
        raise Invalid("; ".join(f"{field} {message}" for field, message in wrong.items()), fields=wrong)
    if sealer is None and not new.demo:
        raise ValueError("only a demo account can be made without a sealer for its second factor")
    secret = None if new.demo else fresh_secret()
    row = {
        "id": new.id,
        "login": login,
        "work_name": new.work_name.strip(),
        "language": new.language,
        "password_hash": await passwords.hash(new.password),
        "totp_secret": None if secret is None or sealer is None else seal_secret(sealer, new.id, secret),
        "demo": new.demo,
        "created_at": now,
    }
    if not await queries.insert_person(tx, row, new.grants):
        raise LoginTaken
    log.info(Log.PERSON_CREATED, person=new.id, demo=new.demo)
    return secret


def _complaints(new: NewPerson, login: str) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not LOGIN.fullmatch(login):
        wrong["login"] = "must have 2 to 40 of a–z, 0–9, dot, dash, underscore"
    if not 1 <= len(new.work_name.strip()) <= WORK_NAME_LONGEST:
        wrong["name"] = f"must have 1 to {WORK_NAME_LONGEST} characters"
    if new.language not in LANGUAGES:
        wrong["language"] = f"must be one of {', '.join(LANGUAGES)}"
    if not new.grants:
        wrong["roles"] = "must name at least one role"
    return wrong


def parse_grant(text: str) -> Grant:
    """`ROLE`, or `ROLE:KIND=ID` as in `supervisor:line=ningbo-24h`; raises Invalid saying what is wrong."""
    role_text, _, scope_text = text.partition(":")
    try:
        role = Role(role_text)
    except ValueError:
        raise Invalid(f"role must be one of {', '.join(Role)}") from None
    if not scope_text:
        return Grant(role, Scope(ScopeKind.ALL))
    kind_text, _, scope_id = scope_text.partition("=")
    kinds = [kind for kind in ScopeKind if kind is not ScopeKind.ALL]
    if kind_text not in kinds or not scope_id:
        raise Invalid(f"a role's scope is written {', '.join(f'{kind}=ID' for kind in kinds)}")
    return Grant(role, Scope(ScopeKind(kind_text), scope_id))


def written(grant: Grant) -> str:
    """A grant the way `parse_grant` reads it."""
    where = "" if grant.scope.kind is ScopeKind.ALL else f":{grant.scope.kind}={grant.scope.id}"
    return f"{grant.role}{where}"


async def disable_person(tx: Tx, person_id: UUID, *, by: UUID | None, now: datetime) -> None:
    """Close an account and end its sessions; raises NotFound, or NotPossibleNow for one's own account."""
    if person_id == by:
        raise NotPossibleNow("Nobody closes their own account. 不能停用自己的账号。")
    if not await queries.disable(tx, person_id, now=now):
        raise NotFound
    await revoke_sessions(tx, person_id, now=now)
    log.info(Log.PERSON_DISABLED, person=person_id, by=by)


async def reset_second_factor(tx: Tx, sealer: Sealer, person_id: UUID, *, now: datetime) -> str:
    """Give an account a new second factor and end its sessions; the new secret, to be shown once."""
    secret = fresh_secret()
    await queries.set_totp_secret(tx, person_id, seal_secret(sealer, person_id, secret))
    await revoke_sessions(tx, person_id, now=now)
    return secret


async def change_password(tx: Tx, person_id: UUID, password_hash: str, *, keep: bytes | None, now: datetime) -> None:
    """Keep a new password's hash and end every other session of the account."""
    await queries.set_password_hash(tx, person_id, password_hash)
    await revoke_sessions(tx, person_id, but=keep, now=now)
    log.info(Log.SIGN_IN_CHANGED, person=person_id)


async def find_person(tx: Tx, login: str) -> UUID:
    """The id of the account with this login; raises NotFound."""
    person_id = await queries.person_by_login(tx, normal_login(login))
    if person_id is None:
        raise NotFound
    return person_id
