"""The routes about files with people of two organisations, callers, and a clock that is set by hand."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
from pydantic import SecretStr

from app.casework.files import api, custody_api, editing_api
from app.casework.files.opening import give_codes, open_subject
from app.casework.redacting import Redacting
from app.platform.clock import fresh_id
from app.settings import Settings
from tests.casework.care.care_house import CareHouse
from tests.casework.files.case_desk import open_desk
from tests.casework.name_redactor import NameRedactor
from tests.people.conftest import close_house, make_house

PEOPLE = {
    "reed": ["volunteer:line=lamp"],
    "wren": ["volunteer:line=lamp"],
    "super": ["supervisor:organisation=lighthouse"],
    "harbour": ["supervisor:organisation=harbour"],
    "pilot": ["supervisor:line=pier"],
    "crisis": ["crisis:line=lamp"],
    "chief": ["supervisor"],
}


@dataclass
class FileHouse(CareHouse):
    """The house; `talk` is a talk that began, `ring` a contact that is offered."""

    async def talk(self, caller: str | None, *, held_by: str = "reed", line: str = "lamp", closed: bool = True) -> UUID:
        """A talk of this caller, and what the service does when a talk begins."""
        contact = await self.contact(held_by=held_by, line=line, caller=caller, closed=closed)
        async with self.tx() as tx:
            await open_subject(tx, contact, now=self.now)
            await give_codes(tx, self.house.door.pseudonymiser)
        return contact

    async def subject(self, caller: str, **more: Any) -> UUID:
        """The subject of a talk of this caller."""
        contact = await self.talk(caller, **more)
        async with self.tx() as tx:
            subject_id = await open_subject(tx, contact, now=self.now)
        assert subject_id is not None
        return subject_id

    async def ring(self, caller: str | None, at: str, *, line: str = "lamp") -> UUID:
        """A contact that is offered to somebody."""
        contact = await self.contact(line=line, caller=caller, closed=False)
        async with self.tx() as tx:
            await tx.execute("UPDATE contact SET state = 'offered', answered_at = NULL WHERE id = $1", contact)
            await tx.execute(
                """INSERT INTO offer (id, contact_id, person_id, state, because, reach, offered_at, ring_until)
                   VALUES ($1, $2, $3, 'offered', 'longest_idle', 'browser', $4, $4)""",
                fresh_id(), contact, self.people[at], self.now,
            )  # fmt: skip
        return contact

    async def get(self, login: str, path: str, *, expect: int = 200) -> Any:
        """GET as somebody; the parsed answer."""
        return await self._send(login, "GET", path, None, expect)

    async def post(self, login: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """POST as somebody; the parsed answer."""
        return await self._send(login, "POST", path, {} if body is None else body, expect)

    async def put(self, login: str, path: str, body: Any, *, expect: int = 200) -> Any:
        """PUT as somebody; the parsed answer."""
        return await self._send(login, "PUT", path, body, expect)

    async def patch(self, login: str, path: str, body: Any, *, expect: int = 200) -> Any:
        """PATCH as somebody; the parsed answer."""
        return await self._send(login, "PATCH", path, body, expect)

    async def _send(self, login: str, method: str, path: str, body: Any, expect: int) -> Any:
        browser = self.browsers.get(login)
        if browser is None:
            browser = self.browsers[login] = await self.browser(login)
        answer = await browser.request(method, f"/api{path}", json=body)
        assert answer.status_code == expect, (method, path, answer.status_code, answer.text)
        return answer.json()

    @property
    def settings(self) -> Settings:
        """Settings with keys, for composing a worker."""
        key = SecretStr(base64.b64encode(bytes(32)).decode())
        return Settings(pseudonym_key=key, seal_key=key)

    def __post_init__(self) -> None:
        self.browsers: dict[str, httpx2.AsyncClient] = {}

    async def refusals(self) -> list[tuple[str, str]]:
        """Who asked for which file or contact that was not theirs."""
        names = {str(person): login for login, person in self.people.items()}
        rows = await self.rows("SELECT person_id, target_id FROM audit_entry WHERE act = 'file_refused' ORDER BY id")
        return [(names[str(row["person_id"])], str(row["target_id"])) for row in rows]


@asynccontextmanager
async def open_file_house(database_url: str) -> AsyncIterator[FileHouse]:
    """Open it with everybody in PEOPLE, on the lines `lamp` (lighthouse) and `pier` (harbour)."""
    house = await make_house(database_url)
    try:
        await open_desk(house.db)
        for router in (api.router, editing_api.router, custody_api.router):
            house.app.include_router(router)
        house.app.state.redacting = Redacting(NameRedactor(), house.door.pseudonymiser)
        opened = FileHouse(house)
        for login, roles in PEOPLE.items():
            await opened.person(login, *roles)
        yield opened
    finally:
        await close_house(house)
