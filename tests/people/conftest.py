"""A running application with people in it: real PostgreSQL, real HTTP, and a clock the tests set."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import httpx2
import pyotp
import pytest_asyncio
from fastapi import Depends, FastAPI

from app.domain.permissions import Permission
from app.people import api
from app.people.access import Principal, public, require
from app.people.accounts import NewPerson, create_person, parse_grant
from app.people.door import Door
from app.people.passwords import PasswordBook
from app.platform import problems, security_headers
from app.platform.clock import fresh_id, now
from app.platform.crypto import Pseudonymiser, Sealer
from app.platform.db import Database
from app.platform.edges import TxDep

PASSWORD = "correct horse battery"
HTTPS = "https://hotline.example"


@dataclass
class Clock:
    """Time as the tests set it."""

    at: datetime = field(default_factory=now)  # begins at the real time, which the command line goes by

    def pass_by(self, **much: float) -> None:
        """Let time pass (`minutes=5`)."""
        self.at += timedelta(**much)


@dataclass
class House:
    """The application, its database and its clock; whoever knocks gets a client of their own."""

    app: FastAPI
    db: Database
    door: Door
    clock: Clock
    secrets: dict[str, str] = field(default_factory=dict)
    clients: list[httpx2.AsyncClient] = field(default_factory=list)

    async def person(
        self, login: str, roles: Iterable[str] = ("volunteer",), *, demo: bool = False, name: str = "青禾"
    ) -> UUID:
        """Make an account with the usual password."""
        new = NewPerson(fresh_id(), login, name, PASSWORD, frozenset(parse_grant(role) for role in roles), demo=demo)
        async with self.db.transaction() as tx:
            secret = await create_person(
                tx, new, passwords=self.door.passwords, sealer=self.door.sealer, now=self.clock.at
            )
        if secret is not None:
            self.secrets[login] = secret
        return new.id

    def client(self, address: str = "203.0.113.7", *, base_url: str = HTTPS, **headers: str) -> httpx2.AsyncClient:
        """A browser at a network address, with its own cookies."""
        transport = httpx2.ASGITransport(app=self.app, client=(address, 50000))
        made = httpx2.AsyncClient(transport=transport, base_url=base_url, headers=headers)
        self.clients.append(made)
        return made

    def code(self, login: str) -> str:
        """The code on the person's telephone now."""
        return pyotp.TOTP(self.secrets[login]).at(self.clock.at)

    async def try_sign_in(
        self, client: httpx2.AsyncClient, login: str, password: str = PASSWORD, code: str | None = None
    ) -> httpx2.Response:
        """One attempt, whatever comes of it."""
        return await client.post("/api/session", json={"login": login, "password": password, "code": code})

    async def signed_in(self, login: str, address: str = "203.0.113.7") -> httpx2.AsyncClient:
        """A browser in which the person is signed in."""
        client = self.client(address)
        code = self.code(login) if login in self.secrets else None
        answer = await self.try_sign_in(client, login, code=code)
        assert answer.status_code == 200, answer.text
        return client


def application(db: Database, door: Door, clock: Clock, *, public_base_url: str) -> FastAPI:
    """The people routes, and a few small ones to be refused by."""
    app = FastAPI()
    app.state.db, app.state.door = db, door
    app.state.read_clock = lambda: clock.at
    app.include_router(api.router)

    @app.get("/api/wall")
    async def wall(principal: Annotated[Principal, Depends(require(Permission.WALLBOARD_SEE))]) -> list[str]:
        return sorted(principal.lines_for(Permission.WALLBOARD_SEE))

    @app.get("/api/broken")
    @public
    async def broken() -> None:
        raise RuntimeError("the caller was +44 7700 900123")

    @app.post("/api/echo/{number}")
    @public
    async def echo(number: int, body: dict[str, int]) -> int:
        return number + len(body)

    @app.get("/api/failing")
    @public
    async def failing() -> None:
        raise app.state.failure

    @app.get("/api/kept")
    @public
    async def kept(text: str, tx: TxDep) -> str:
        answer: str = await tx.fetchval("SELECT $1::text", text)
        return answer

    @app.post("/webhooks/anything")
    @public
    async def webhook() -> str:
        return "<Response/>"

    problems.install(app)
    security_headers.install(app, public_base_url=public_base_url)
    return app


async def make_house(database_url: str, *, public_base_url: str = HTTPS, demo_accounts: bool = True) -> House:
    """Open the database and compose the application."""
    clock = Clock()
    sealer = Sealer({"k1": b"1" * 32}, "k1")
    passwords = PasswordBook(memory_kib=64, passes=1)
    door = Door(sealer, Pseudonymiser(b"2" * 32), passwords, public_base_url.startswith("https"), demo_accounts)
    db = Database(database_url, size=6)
    await db.open()
    return House(application(db, door, clock, public_base_url=public_base_url), db, door, clock)


async def close_house(house: House) -> None:
    """Give everything back."""
    for client in house.clients:
        await client.aclose()
    await house.db.close()


@pytest_asyncio.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """The application over https, with demo accounts allowed."""
    made = await make_house(database_url)
    yield made
    await close_house(made)


@pytest_asyncio.fixture
async def places(house: House) -> House:
    """The same with two organisations, three lines and three pools."""
    async with house.db.transaction() as tx:
        await tx.execute(
            """INSERT INTO organisation VALUES ('ningbo-education', '宁波教育', 'Ningbo Education'),
                                               ('tianjin-health', '天津卫健', 'Tianjin Health')"""
        )
        await tx.execute(
            """INSERT INTO line VALUES ('ningbo-24h', 'ningbo-education', '心理热线', 'Ningbo line'),
               ('ningbo-8585', 'ningbo-education', '成长热线', 'Growth line'),
               ('tianjin-aid', 'tianjin-health', '心理援助热线', 'Tianjin aid')"""
        )
        await tx.execute(
            """INSERT INTO pool VALUES ('teachers', 'ningbo-education', '甬老师', 'Teachers'),
               ('hospital', 'ningbo-education', '康宁', 'Hospital'), ('health', 'tianjin-health', '卫健', 'Health')"""
        )
        await tx.execute(
            """INSERT INTO line_pool VALUES ('ningbo-24h', 'teachers', 0), ('ningbo-24h', 'hospital', 1),
               ('ningbo-8585', 'teachers', 0), ('tianjin-aid', 'health', 0)"""
        )
    return house
