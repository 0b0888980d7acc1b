"""The web process on a real database, with people who have held contacts, and a finder of a few invented names."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2

from app.casework.redacting import Redacting
from app.people.sessions import begin_session
from app.platform.clock import fresh_id, now
from app.platform.timers import claim_due, run_timer
from tests.api.web import BASE, Web, running_web
from tests.casework.name_redactor import NameRedactor

COMPLETE: dict[str, Any] = {"facts": "顾长风说睡不着。", "danger_asked": "asked"}


@dataclass
class Room:
    """Everything a test of notes needs. Time passes as the test says."""

    web: Web
    redactor: NameRedactor
    at: datetime = field(default_factory=now)
    clients: list[httpx2.AsyncClient] = field(default_factory=list)

    async def pass_by(self, **much: float) -> None:
        """Let time pass; everybody stays signed in."""
        self.at += timedelta(**much)
        async with self.web.db.transaction() as tx:
            await tx.execute(
                "UPDATE session SET seen_at = $1, expires_at = $1::timestamptz + interval '8 hours'", self.at
            )

    def without_finder(self) -> None:
        """The finder's data are not there."""
        self.web.app.state.redacting = Redacting(None, self.web.app.state.door.pseudonymiser)

    def with_finder(self, redactor: Any = None) -> None:
        """They are."""
        self.web.app.state.redacting = Redacting(redactor or self.redactor, self.web.app.state.door.pseudonymiser)

    async def person(self, login: str, role: str = "volunteer", scope: tuple[str, str] = ("all", "")) -> "Writer":
        """Somebody signed in, with this role there."""
        person_id = fresh_id()
        async with self.web.db.transaction() as tx:
            await tx.execute(
                """INSERT INTO person (id, login, work_name, password_hash, demo, created_at)
                   VALUES ($1, $2, $3, 'x', true, $4)""",
                person_id, login, f"小{login}", self.at,
            )  # fmt: skip
            await tx.execute(
                "INSERT INTO role_grant (person_id, role, scope_kind, scope_id) VALUES ($1, $2, $3, $4)",
                person_id, role, *scope,
            )  # fmt: skip
            token = await begin_session(tx, person_id, now=self.at)
        transport = httpx2.ASGITransport(app=self.web.app)
        client = httpx2.AsyncClient(transport=transport, base_url=BASE, cookies={"hotline": token})
        self.clients.append(client)
        return Writer(self, person_id, client)

    async def due(self, kind: str, handler: Any) -> int:
        """Let the timers of this kind go off; how many there were."""
        async with self.web.db.transaction() as tx:
            due = await claim_due(tx, [kind], now=self.at)
        for timer in due:
            await run_timer(self.web.db, timer, handler, read_clock=lambda: self.at)
        return len(due)

    async def contact(
        self,
        holder: UUID | None,
        *,
        line: str | None = "harbour",
        state: str = "closed",
        token: bytes | None = None,
        ago: timedelta = timedelta(0),
    ) -> UUID:
        """A contact that this person has held."""
        contact_id = fresh_id()
        at = self.at - ago
        async with self.web.db.transaction() as tx:
            await tx.execute(
                """INSERT INTO contact (id, line_id, number_dialled, subject_token, state, person_id, offered_at,
                     answered_at) VALUES ($1, $2, '+441632960101', $3, $4, $5, $6, $6)""",
                contact_id, line, token, state, holder, at,
            )  # fmt: skip
            if state == "wrapping_up":
                await tx.execute(
                    """INSERT INTO presence (person_id, activity, since, contact_id, heartbeat_at)
                       VALUES ($1, 'wrapping_up', $2, $3, $2)""",
                    holder, at, contact_id,
                )  # fmt: skip
        return contact_id

    async def held_before(self, person_id: UUID, contact_id: UUID) -> None:
        """This person had the talk before it was passed on."""
        async with self.web.db.transaction() as tx:
            await tx.execute(
                """INSERT INTO offer (id, contact_id, person_id, state, because, reach, offered_at, ring_until,
                     bridged_at, ended_at) VALUES ($1, $2, $3, 'bridged', 'longest_idle', 'browser', $4, $4, $4, $4)""",
                fresh_id(), contact_id, person_id, self.at,
            )  # fmt: skip

    async def rows(self, sql: str, *args: Any) -> list[Any]:
        """Rows of the database."""
        async with self.web.db.reading() as tx:
            return list(await tx.fetch(sql, *args))

    async def value(self, sql: str, *args: Any) -> Any:
        """One value of it."""
        async with self.web.db.reading() as tx:
            return await tx.fetchval(sql, *args)

    async def dump(self) -> str:
        """Everything that is stored, as text."""
        tables = await self.rows(
            """SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
               WHERE table_schema IN ('public') AND table_type = 'BASE TABLE'"""
        )
        said = []
        for table in tables:
            said += [row["r"] for row in await self.rows(f"SELECT t::text AS r FROM {table['name']} t")]  # noqa: S608
        return "\n".join(said)


@dataclass
class Writer:
    """Somebody at a console."""

    room: Room
    person_id: UUID
    client: httpx2.AsyncClient

    async def record(self, contact_id: UUID) -> Any:
        """GET the record."""
        answer = await self.client.get(f"/api/contacts/{contact_id}/record")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def draft(self, contact_id: UUID, version: int, **body: Any) -> httpx2.Response:
        """PUT the draft."""
        return await self.client.put(f"/api/contacts/{contact_id}/draft", json={"version": version, "body": body})

    async def keep(self, contact_id: UUID, version: int, **body: Any) -> int:
        """The same, which has to go well; the draft's version."""
        answer = await self.draft(contact_id, version, **body)
        assert answer.status_code == 200, answer.text
        kept: int = answer.json()["version"]
        return kept

    async def discard(self, contact_id: UUID, version: int) -> httpx2.Response:
        """DELETE the draft, as it was at this version."""
        return await self.client.delete(f"/api/contacts/{contact_id}/draft", params={"version": version})

    async def preview(self, contact_id: UUID, choices: Sequence[Any] = (), **body: Any) -> list[Any]:
        """The lines of a preview."""
        answer = await self.client.post(
            f"/api/contacts/{contact_id}/note/preview", json={"body": body, "choices": list(choices)}
        )
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    async def send(
        self,
        contact_id: UUID,
        version: int = 0,
        *,
        choices: Sequence[Any] = (),
        submission: UUID | str | None = None,
        draft_version: int | None = None,
        **body: Any,
    ) -> httpx2.Response:
        """PUT the note."""
        given = {
            "version": version,
            "draft_version": draft_version,
            "submission_id": str(submission or uuid4()),
            "body": COMPLETE | body,
            "choices": list(choices),
        }
        return await self.client.put(f"/api/contacts/{contact_id}/note", json=given)

    async def submit(self, contact_id: UUID, version: int = 0, **more: Any) -> Any:
        """The same, which has to go well."""
        answer = await self.send(contact_id, version, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def search(self, words: str = "", **filters: Any) -> Any:
        """POST a search."""
        answer = await self.client.post("/api/notes/search", json={"words": words, **filters})
        assert answer.status_code == 200, answer.text
        return answer.json()


@asynccontextmanager
async def open_room(database_url: str) -> AsyncIterator[Room]:
    """For as long as the block lasts."""
    async with running_web(database_url) as web:
        room = Room(web, NameRedactor())
        web.app.state.read_clock = lambda: room.at
        room.with_finder()
        try:
            yield room
        finally:
            for client in room.clients:
                await client.aclose()
