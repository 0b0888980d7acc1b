"""`app people create|list|disable|revoke|reset-second-factor|phone`: accounts, from the command line.

A password or a telephone number is never an argument, where the shell would keep it: it is asked for, or read from
standard input.
"""

import getpass
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

import asyncpg

from app.cli.database import command_database
from app.cli.failures import CommandFailed
from app.cli.naming import enter
from app.domain.acts import Act
from app.domain.errors import HotlineError, Invalid, NotFound
from app.people import accounts, queries
from app.people.passwords import PasswordBook
from app.people.phones import forget_own_phone, keep_own_phone
from app.people.second_factor import enrolment_uri
from app.people.sessions import revoke_sessions
from app.people.signing_in import normal_login
from app.platform.clock import fresh_id, now
from app.platform.crypto import Sealer, sealer_of
from app.platform.db import Tx
from app.platform.keyring import keyring_of
from app.roster.membership import hold_credential, join_pool
from app.settings import read_settings


@dataclass(frozen=True, slots=True)
class Desk:
    """What an act upon accounts needs: a transaction, the sealer and the time."""

    tx: Tx
    sealer: Sealer
    now: datetime


Deed = Callable[[Desk, Namespace], Awaitable[str]]


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the commands."""
    people = subparsers.add_parser("people", help="accounts: create, list, disable, sign out, second factor")
    acts = people.add_subparsers(dest="act", required=True)

    create = acts.add_parser("create", help="make an account; the password is asked for, or read from standard input")
    create.add_argument("--login", required=True)
    create.add_argument("--name", required=True, help="the work name colleagues see, never a civil name")
    create.add_argument(
        "--role", action="append", required=True, metavar="ROLE[:SCOPE=ID]", help="e.g. supervisor:line=ningbo-24h"
    )
    create.add_argument("--pool", action="append", default=[], metavar="POOL", help="a pool to be rostered in")
    create.add_argument("--skill", action="append", default=[], metavar="SKILL[=LAST-DAY]", help="english=2027-06-30")
    create.add_argument("--language", choices=accounts.LANGUAGES, default="zh")
    create.add_argument("--demo", action="store_true", help="no second factor; enters demonstrations only")
    create.set_defaults(func=_run(_create, asks_for="Password"))

    listing = acts.add_parser("list", help="all accounts")
    listing.set_defaults(func=_run(_list))
    for name, act, says in (
        ("disable", _disable, "close an account and end its sessions"),
        ("revoke", _revoke, "end an account's sessions"),
        ("reset-second-factor", _reset, "give an account a new second factor and end its sessions"),
    ):
        parser = acts.add_parser(name, help=says)
        parser.add_argument("login")
        parser.set_defaults(func=_run(act))
    phone = acts.add_parser("phone", help="keep a volunteer's own telephone for offers; an empty line forgets it")
    phone.add_argument("login")
    phone.set_defaults(func=_run(_phone, asks_for="Telephone"))


def _run(act: Deed, *, asks_for: str = "") -> Callable[[Namespace], Awaitable[int]]:
    """The command's function: does the act in one transaction; 0, or 1 with one sentence on stderr."""

    async def command(args: Namespace) -> int:
        args.typed = _read_typed(asks_for) if asks_for else ""
        settings = read_settings()
        try:
            async with command_database(settings) as db, db.transaction() as tx:
                said = await act(Desk(tx, sealer_of(keyring_of(settings)), now()), args)
        except asyncpg.UndefinedTableError as missing:
            raise CommandFailed("The database has no tables yet: run `python -m app migrate`.") from missing
        except HotlineError as refused:
            print(refused, file=sys.stderr)
            return 1
        print(said)
        return 0

    return command


def _read_typed(what: str) -> str:
    """One line: typed unseen at a terminal, else from standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(f"{what}: ")


async def _create(desk: Desk, args: Namespace) -> str:
    new = accounts.NewPerson(
        id=fresh_id(),
        login=args.login,
        work_name=args.name,
        password=args.typed,
        grants=frozenset(accounts.parse_grant(role) for role in args.role),
        language=args.language,
        demo=args.demo,
    )
    secret = await accounts.create_person(desk.tx, new, passwords=PasswordBook(), sealer=desk.sealer, now=desk.now)
    await enter(desk.tx, Act.PERSON_CREATED, "person", new.id, now=desk.now, roles=sorted(args.role))
    for pool in args.pool:
        await join_pool(desk.tx, new.id, pool, now=desk.now)
    for text in args.skill:
        skill, expires_at = parse_skill(text)
        await hold_credential(desk.tx, new.id, skill, expires_at=expires_at)
    made = f"{normal_login(new.login)} can sign in now."
    if secret is None:
        return f"{made} It is a demo account, without a second factor."
    return f"{made} {_enrolment(secret, new.login)}"


def _enrolment(secret: str, login: str) -> str:
    uri = enrolment_uri(secret, normal_login(login))
    return f"The second factor, shown this once; enter it in an authenticator:\n{uri}"


def parse_skill(text: str) -> tuple[str, datetime | None]:
    """`english`, or `english=2027-06-30` with the last day (UTC); raises Invalid."""
    skill, _, last_day = text.partition("=")
    if not skill:
        raise Invalid("A skill needs a name.")
    if not last_day:
        return skill, None
    try:
        day = datetime.strptime(last_day, "%Y-%m-%d").date()  # noqa: DTZ007 a day, no moment
    except ValueError:
        raise Invalid(f"The last day of {skill} is written YYYY-MM-DD.") from None
    return skill, datetime.combine(day, time.max, tzinfo=UTC)


async def _list(desk: Desk, _args: Namespace) -> str:
    rows = await queries.people(desk.tx)
    lines = []
    for row in rows:
        roles = " ".join(sorted(accounts.written(grant) for grant in queries.grants_of(row["granted"])))
        marks = [name for name, holds in (("demo", row["demo"]), ("closed", row["disabled_at"] is not None)) if holds]
        lines.append("\t".join([row["login"], row["work_name"], roles, ",".join(marks)]))
    return "\n".join(lines) if lines else "There are no accounts yet; make one with: app people create"


async def _disable(desk: Desk, args: Namespace) -> str:
    person_id = await _known(desk, args)
    await accounts.disable_person(desk.tx, person_id, by=None, now=desk.now)
    await enter(desk.tx, Act.PERSON_DISABLED, "person", person_id, now=desk.now)
    return f"{args.login} is closed and signed out."


async def _revoke(desk: Desk, args: Namespace) -> str:
    person_id = await _known(desk, args)
    ended = await revoke_sessions(desk.tx, person_id, now=desk.now)
    await enter(desk.tx, Act.SESSIONS_REVOKED, "person", person_id, now=desk.now)
    return f"{ended} session(s) of {args.login} ended."


async def _reset(desk: Desk, args: Namespace) -> str:
    person_id = await _known(desk, args)
    secret = await accounts.reset_second_factor(desk.tx, desk.sealer, person_id, now=desk.now)
    await enter(desk.tx, Act.SECOND_FACTOR_RESET, "person", person_id, now=desk.now)
    return _enrolment(secret, args.login)


async def _phone(desk: Desk, args: Namespace) -> str:
    person_id = await _known(desk, args)
    if not args.typed:
        await forget_own_phone(desk.tx, person_id)
        return f"{args.login}'s number is forgotten."
    await keep_own_phone(desk.tx, desk.sealer, person_id, args.typed)
    return f"{args.login} can be offered calls by telephone."


async def _known(desk: Desk, args: Namespace) -> UUID:
    try:
        return await accounts.find_person(desk.tx, args.login)
    except NotFound:
        raise NotFound(f"There is no account called {args.login}.") from None
