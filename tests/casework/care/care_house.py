"""The routes about danger, consents and retention, with people, two lines and contacts; the clock is set by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import httpx2

from app.casework.consents import api as consents_api
from app.casework.instruments import api as instruments_api
from app.casework.instruments.library import load_library
from app.casework.levels import api as levels_api
from app.casework.redacting import Redacting
from app.casework.retention import api as retention_api
from app.casework.retention.periods import load_periods
from app.casework.vault.keeping import Vault, keep_identity
from app.platform.clock import fresh_id
from app.platform.db import Tx
from tests.casework.files.case_desk import open_desk, token_of
from tests.casework.name_redactor import NameRedactor
from tests.people.conftest import House, close_house, make_house

ROUTERS = [instruments_api.router, levels_api.router, consents_api.router, retention_api.router]


@dataclass
class CareHouse:
    """The house with lines `lamp` (lighthouse) and `pier` (harbour) and who works on them."""

    house: House
    people: dict[str, UUID] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The present."""
        return self.house.clock.at

    async def person(self, login: str, *roles: str) -> UUID:
        """Somebody with these roles."""
        self.people[login] = await self.house.person(login, roles, name=login.title(), demo=True)
        return self.people[login]

    async def browser(self, login: str) -> httpx2.AsyncClient:
        """A browser in which this person is signed in."""
        return await self.house.signed_in(login)

    async def contact(
        self,
        *,
        held_by: str | None = None,
        line: str | None = "lamp",
        caller: str | None = "caller",
        at: datetime | None = None,
        closed: bool = True,
        consents: dict[str, str] | None = None,
    ) -> UUID:
        """A contact that `held_by` has talked in."""
        contact_id = fresh_id()
        at = at or self.now
        async with self.house.db.transaction() as tx:
            await tx.execute(
                """INSERT INTO contact (id, line_id, number_dialled, subject_token, state, person_id, offered_at,
                     answered_at, closed_at, consents, disposition, terminal_reason)
                   VALUES ($1, $2, '96000', $3, $4, $5, $6, $6, $7, $8, 'counselled', 'answered')""",
                contact_id, line, None if caller is None else token_of(caller), "closed" if closed else "wrapping_up",
                None if held_by is None else self.people[held_by], at, at if closed else None, consents or {},
            )  # fmt: skip
        return contact_id

    async def told(self, contact_id: UUID, name: str) -> None:
        """Somebody gave the caller's name, and the vault keeps it."""
        async with self.tx() as tx:
            vault = Vault(self.house.door.sealer, timedelta(days=30), 10)
            await keep_identity(tx, vault, contact_id, "name", "rescue", name, by=None, now=self.now)

    @asynccontextmanager
    async def tx(self) -> AsyncIterator[Tx]:
        """A transaction."""
        async with self.house.db.transaction() as tx:
            yield tx

    async def rows(self, sql: str, *args: object) -> list[dict[str, object]]:
        """What the database says."""
        async with self.house.db.reading() as tx:
            return [dict(row) for row in await tx.fetch(sql, *args)]

    async def acts(self) -> list[str]:
        """The audit's acts, in order."""
        return [str(row["act"]) for row in await self.rows("SELECT act FROM audit_entry ORDER BY id")]


def erasure(subject: UUID | None = None, **more: object) -> dict[str, object]:
    """The body that asks for one."""
    return {"legal_basis": "subject_request", **({"subject_id": str(subject)} if subject else {}), **more}


@asynccontextmanager
async def open_care_house(database_url: str) -> AsyncIterator[CareHouse]:
    """Open it with a volunteer and a supervisor of `lamp`, another volunteer, a supervisor of `pier`."""
    house = await make_house(database_url)
    try:
        await open_desk(house.db)
        for router in ROUTERS:
            house.app.include_router(router)
        house.app.state.instruments = load_library()
        house.app.state.periods = load_periods()
        house.app.state.redacting = Redacting(NameRedactor(), house.door.pseudonymiser)
        care = CareHouse(house)
        await care.person("reed", "volunteer:line=lamp")
        await care.person("other", "volunteer:line=lamp")
        await care.person("super", "supervisor:line=lamp")
        await care.person("elsewhere", "supervisor:line=pier")
        await care.person("admin", "administrator")
        await care.person("lamplighter", "administrator:line=lamp")
        yield care
    finally:
        await close_house(house)
