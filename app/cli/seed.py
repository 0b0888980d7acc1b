"""`app seed`: people for a demonstration, in the pools of whatever lines have been applied. Running it again is safe.

Every name is invented and looks it. The accounts have no second factor and enter demonstrations only.
"""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from app.cli.database import command_database
from app.cli.failures import CommandFailed
from app.domain.permissions import Grant, Role, Scope, ScopeKind
from app.domain.walltime import instant_of
from app.people import queries
from app.people.accounts import NewPerson, create_person
from app.people.passwords import PasswordBook
from app.people.phones import has_own_phone, keep_own_phone
from app.platform.clock import fresh_id
from app.platform.clock import now as read_clock
from app.platform.crypto import Sealer, sealer_of
from app.platform.db import Database, Tx
from app.platform.keyring import keyring_of
from app.roster.membership import hold_credential, join_pool
from app.roster.rota import add_shift, pools_of_person
from app.settings import read_settings

PASSPHRASE = "demo-night-lantern"  # noqa: S105 it is printed for everyone to read
DAYS_AHEAD = 7
ZONE = ZoneInfo("Asia/Shanghai")
DAY, NIGHT = (time(8), time(20)), (time(20), time(8))
ROUND_THE_CLOCK = (DAY, NIGHT)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Someone invented. `cities` name the pools and organisations by how their ids begin; none: everywhere."""

    login: str
    work_name: str
    role: Role
    cities: tuple[str, ...] = ()
    hours: tuple[tuple[time, time], ...] = ()
    skills: tuple[str, ...] = ()
    language: str = "zh"
    phone: str = ""  # reserved for drama; it rings on the demo phone's second page


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """What to print: who can sign in, as what, where, and with which password."""

    login: str
    password: str
    work_name: str
    role: str
    pools: tuple[str, ...]


V = Role.VOLUNTEER
PEOPLE: Sequence[DemoPerson] = (
    DemoPerson("demo-xiaoman", "志愿者 小满", V, ("ningbo", "qingpu"), ROUND_THE_CLOCK, phone="+447700900601"),
    DemoPerson("demo-qinghe", "志愿者 青禾", V, ("ningbo", "changzhou"), ROUND_THE_CLOCK, ("english",)),
    DemoPerson("demo-haitang", "志愿者 海棠", V, ("tianjin",), ROUND_THE_CLOCK),
    DemoPerson("demo-nanshan", "志愿者 南山", V, ("tianjin", "guigang"), ROUND_THE_CLOCK, ("english",)),
    DemoPerson("demo-yunhe", "志愿者 运河", V, ("changzhou",), ROUND_THE_CLOCK),
    DemoPerson("demo-mumian", "志愿者 木棉", V, ("guigang",), ROUND_THE_CLOCK),
    DemoPerson("demo-yinxing", "志愿者 银杏", V, ("qingpu",), ROUND_THE_CLOCK, ("english",), "en"),
    DemoPerson("demo-baihe", "志愿者 百合", V, ("ningbo",), (DAY,)),  # by night a supervisor may let her in
    DemoPerson("demo-yuanfan", "督导 远帆", Role.SUPERVISOR),
    DemoPerson("demo-tingyu", "督导 听雨", Role.SUPERVISOR, ("tianjin",)),
    DemoPerson("demo-guanli", "管理员 清风", Role.ADMINISTRATOR),
    DemoPerson("demo-dengta", "危机干预 灯塔", Role.CRISIS),
    DemoPerson("demo-mingjing", "审计 明镜", Role.AUDITOR),
)


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("seed", help="make demo people in the pools of the applied lines")
    parser.set_defaults(func=run)


async def run(_args: Namespace) -> int:
    """Make the demo people and print how to sign in as them."""
    try:
        settings = read_settings()
        async with command_database(settings) as db:
            logins = await seed_demo(db, now=read_clock(), sealer=sealer_of(keyring_of(settings)))
    except asyncpg.UndefinedTableError as missing:
        raise CommandFailed("The database has no tables yet: run `python -m app migrate`.") from missing
    print(in_words(logins))
    return 0


async def seed_demo(db: Database, *, now: datetime, sealer: Sealer | None = None) -> list[DemoLogin]:
    """Make whoever is missing, and fill the rota for the coming week; everyone's login. Apply the lines first.

    With the sealer, whoever has a telephone of their own gets its number.
    """
    passwords = PasswordBook()
    logins = []
    for person in PEOPLE:
        async with db.transaction() as tx:
            pools = await _places(tx, "pool", person.cities) if person.role is V else []
            person_id = await queries.person_by_login(tx, person.login)
            if person_id is None:
                person_id = await _make(tx, person, pools, passwords=passwords, now=now)
            joined = set(await pools_of_person(tx, person_id))
            for pool in pools:
                if pool not in joined:  # new, with the person or in a line file
                    await join_pool(tx, person_id, pool, now=now)
                    await queries.insert_grants(tx, person_id, [Grant(person.role, Scope(ScopeKind.POOL, pool))])
                await _fill_rota(tx, person_id, pool, person.hours, now=now)
            if person.phone and sealer is not None and not await has_own_phone(tx, person_id):
                await keep_own_phone(tx, sealer, person_id, person.phone)
        logins.append(DemoLogin(person.login, PASSPHRASE, person.work_name, person.role.value, tuple(pools)))
    return logins


def in_words(logins: Sequence[DemoLogin]) -> str:
    """The logins as a table for the terminal, and the password they share."""
    rows = [f"  {login.login:<15} {login.role:<14} {login.work_name}  {', '.join(login.pools)}" for login in logins]
    return "\n".join(["Demo logins:", *rows, f"Everyone's password: {PASSPHRASE}"])


async def _make(tx: Tx, person: DemoPerson, pools: Sequence[str], *, passwords: PasswordBook, now: datetime) -> UUID:
    if person.role is V:
        grants = frozenset(Grant(V, Scope(ScopeKind.POOL, pool)) for pool in pools)
    elif person.cities:
        organisations = await _places(tx, "organisation", person.cities)
        grants = frozenset(Grant(person.role, Scope(ScopeKind.ORGANISATION, place)) for place in organisations)
    else:
        grants = frozenset()
    new = NewPerson(
        id=fresh_id(),
        login=person.login,
        work_name=person.work_name,
        password=PASSPHRASE,
        grants=grants or frozenset({Grant(person.role, Scope(ScopeKind.ALL))}),
        language=person.language,
        demo=True,
    )
    await create_person(tx, new, passwords=passwords, sealer=None, now=now)
    for skill in person.skills:
        await hold_credential(tx, new.id, skill)
    return new.id


async def _places(tx: Tx, kind: str, cities: Sequence[str]) -> list[str]:
    table = {"pool": "SELECT id FROM pool", "organisation": "SELECT id FROM organisation"}[kind]
    rows = await tx.fetch(f"{table} WHERE split_part(id, '-', 1) = ANY($1) ORDER BY id", list(cities))
    return [row["id"] for row in rows]


async def _fill_rota(tx: Tx, person_id: UUID, pool: str, hours: Sequence[tuple[time, time]], *, now: datetime) -> None:
    rows = await tx.fetch(
        "SELECT starts_at, ends_at FROM shift WHERE person_id = $1 AND pool_id = $2 AND cancelled_at IS NULL",
        person_id, pool,
    )  # fmt: skip
    taken = [(row["starts_at"], row["ends_at"]) for row in rows]
    for starts_at, ends_at in _shifts(hours, now=now):
        if ends_at > now and not any(starts_at < end and ends_at > start for start, end in taken):
            await add_shift(tx, person_id, pool, starts_at, ends_at, by=None, now=now)


def _shifts(hours: Sequence[tuple[time, time]], *, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    today = now.astimezone(ZONE).date()
    for number in range(-1, DAYS_AHEAD):
        first = today + timedelta(days=number)
        for begins, ends in hours:
            last = first if ends > begins else first + timedelta(days=1)
            yield instant_of(first, begins, ZONE), instant_of(last, ends, ZONE)
