"""People of two organisations, calls that are being talked, and the vault's routes by a clock of the test's."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest_asyncio

from app.casework.files.opening import open_subject
from app.casework.redacting import Redacting
from app.casework.vault import api
from app.casework.vault.due import handlers
from app.casework.vault.keeping import Vault
from app.platform import timers
from app.platform.clock import fresh_id
from app.platform.timers import Timer
from tests.casework.files.case_desk import open_desk
from tests.casework.name_redactor import NameRedactor
from tests.people.conftest import House, close_house, make_house

NUMBER = "+447700900123"
LINE, ELSEWHERE = "lamp", "pier"


@dataclass
class Station:
    """The application with the vault in it."""

    house: House
    vault: Vault
    browsers: dict[str, httpx2.AsyncClient] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)

    async def comes(self, login: str, *roles: str) -> httpx2.AsyncClient:
        """Somebody signs in."""
        self.people[login] = await self.house.person(login, roles, demo=True, name=login)
        self.browsers[login] = await self.house.signed_in(login)
        return self.browsers[login]

    async def contact(
        self, *, line: str = LINE, number: str | None = NUMBER, state: str = "talking", held_by: str | None = None
    ) -> UUID:
        """A call, its number sealed as arrival seals it."""
        contact_id, now = fresh_id(), self.house.clock.at
        token = self.house.door.pseudonymiser.subject_token(number)
        async with self.house.db.transaction() as tx:
            await tx.execute(
                """INSERT INTO contact (id, line_id, number_dialled, subject_token, state, person_id, offered_at)
                   VALUES ($1, $2, '96000', $3, $4, $5, $6)""",
                contact_id, line, token, state, None if held_by is None else self.people[held_by], now,
            )  # fmt: skip
            if number is not None:
                sealed = self.house.door.sealer.seal(number.encode(), f"vault.sealed_number/{contact_id}/sealed")
                await tx.execute(
                    "INSERT INTO vault.sealed_number (contact_id, sealed, created_at) VALUES ($1, $2, $3)",
                    contact_id, sealed, now,
                )  # fmt: skip
        return contact_id

    async def talk(self, **more: Any) -> tuple[UUID, UUID | None]:
        """A call whose talk has begun: its file is open and the vault has its number."""
        contact_id = await self.contact(**more)
        async with self.house.db.transaction() as tx:
            await handlers(self.vault)["talk_began"](tx, _timer(contact_id), now=self.house.clock.at)
        async with self.house.db.transaction() as tx:
            return contact_id, await open_subject(tx, contact_id, now=self.house.clock.at)

    async def asks(self, login: str, **body: Any) -> httpx2.Response:
        """A request to look."""
        given = {"kind": "number", "reason_code": "danger_to_life", "reason": "说要跳楼", "minutes": 10, **body}
        return await self.browsers[login].post("/api/vault/openings", json={k: _plain(v) for k, v in given.items()})

    async def does(self, login: str, opening: str, verb: str, **body: Any) -> httpx2.Response:
        """approve, refuse, look, review."""
        return await self.browsers[login].post(f"/api/vault/openings/{opening}/{verb}", json=body or None)

    async def opening(self, asker: str, approver: str, **body: Any) -> str:
        """An opening that two people have opened."""
        asked = await self.asks(asker, **body)
        assert asked.status_code == 201, asked.text
        approved = await self.does(approver, asked.json()["id"], "approve")
        assert approved.status_code == 200, approved.text
        return str(asked.json()["id"])

    async def timers(self, **later: float) -> None:
        """Let time pass, and handle what is due then."""
        self.house.clock.pass_by(**later)
        known = handlers(self.vault)
        async with self.house.db.transaction() as tx:
            due = await timers.claim_due(tx, list(known), now=self.house.clock.at)
        for timer in due:
            await timers.run_timer(self.house.db, timer, known[timer.kind], read_clock=lambda: self.house.clock.at)

    async def rows(self, sql: str, *args: object) -> list[Any]:
        """What the database has."""
        async with self.house.db.reading() as tx:
            found: list[Any] = await tx.fetch(sql, *args)
        return found

    async def acts(self) -> list[str]:
        """The audit, in order."""
        return [row["act"] for row in await self.rows("SELECT act FROM audit_entry ORDER BY id")]

    async def notices(self) -> list[str]:
        """What the supervisors were told, in order."""
        return [row["kind"] for row in await self.rows("SELECT kind FROM notice ORDER BY at, id")]


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def _timer(subject_id: UUID) -> Timer:
    return Timer(fresh_id(), "talk_began", subject_id, {}, 1, timedelta(0))


@pytest_asyncio.fixture
async def station(database_url: str) -> AsyncIterator[Station]:
    """Two supervisors and a crisis worker of one line, a volunteer, and a supervisor of somebody else's."""
    house = await make_house(database_url)
    await open_desk(house.db)
    vault = Vault(house.door.sealer, timedelta(days=90), 10)
    house.app.state.vault = vault
    house.app.state.redacting = Redacting(NameRedactor(), house.door.pseudonymiser)
    house.app.include_router(api.router)
    made = Station(house, vault)
    await made.comes("yuan", f"supervisor:line={LINE}")
    await made.comes("qiao", f"supervisor:line={LINE}")
    await made.comes("deng", f"crisis:line={LINE}")
    await made.comes("xiao", "volunteer:pool=lighthouse-pool")
    await made.comes("stranger", f"supervisor:line={ELSEWHERE}")
    yield made
    await close_house(house)
