"""Somebody at a console, as a signed-in client of the API."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2

from app.carriers.twilio.client import softphone_identity
from tests.journeys.waiting_for import until


@dataclass
class Volunteer:
    """A volunteer (or a supervisor) with her session."""

    person_id: UUID
    client: httpx2.AsyncClient
    login: str = ""

    @property
    def softphone(self) -> str:
        """The address of her browser at the carrier."""
        return f"client:{softphone_identity(self.person_id)}"

    async def get(self, path: str, *, expect: int = 200) -> Any:
        """GET; the parsed answer."""
        answer = await self.client.get(path)
        assert answer.status_code == expect, (path, answer.status_code, answer.text)
        return answer.json()

    async def post(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """POST; the parsed answer."""
        answer = await self.client.post(path, json={} if body is None else body)
        assert answer.status_code == expect, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def desk(self) -> Any:
        """The desk."""
        return await self.get("/api/desk")

    async def activity(self) -> str:
        """What she is doing."""
        return str((await self.desk())["presence"]["activity"])

    async def ready(self, reach: str = "browser") -> Any:
        """Go ready."""
        return await self.be("ready", reach=reach)

    async def be(self, activity: str, **more: Any) -> Any:
        """Go ready, away or offline."""
        version = (await self.desk())["presence"]["version"]
        return await self.post("/api/presence", {"activity": activity, "version": version, **more})

    async def is_(self, *activities: str) -> Any:
        """Wait until she is doing one of these; her presence."""

        async def there() -> Any:
            presence = (await self.desk())["presence"]
            return presence if presence["activity"] in activities else None

        return await until(there, what=f"{self.login} is {activities}")

    async def offer(self) -> Any:
        """Wait for an offer."""

        async def ringing() -> Any:
            return (await self.desk())["offers"]

        return (await until(ringing, what=f"an offer for {self.login}"))[0]

    async def accept(self) -> Any:
        """Wait for an offer and take it; the contact."""
        return await self.take(await self.offer())

    async def take(self, offer: Any, *, expect: int = 200) -> Any:
        """Take this offer."""
        return await self.post(f"/api/offers/{offer['id']}/accept", {"version": offer["version"]}, expect=expect)

    async def decline(self) -> Any:
        """Wait for an offer and let it go on to the next."""
        offer = await self.offer()
        return await self.post(f"/api/offers/{offer['id']}/decline", {"version": offer["version"]})

    async def talking(self) -> Any:
        """Wait until audio has joined; the contact."""

        async def joined() -> Any:
            contact = (await self.desk())["contact"]
            return contact if contact is not None and contact["state"] == "talking" else None

        return await until(joined, what=f"{self.login} talks")

    async def answer(self) -> Any:
        """Wait for an offer, take it, and wait until audio has joined; the contact."""
        await self.accept()
        return await self.talking()

    async def transfer(self, contact: Any, kind: str, target_kind: str, target: Any, *, expect: int = 200) -> Any:
        """Begin a transfer."""
        body = {"kind": kind, "target_kind": target_kind, "target": str(target)}
        return await self.post(f"/api/contacts/{contact['id']}/transfer", body, expect=expect)

    async def wrap_up(self, disposition: str = "counselled") -> Any:
        """Wait for the wrap-up and do it."""

        async def owed() -> Any:
            return (await self.desk())["wrap_up"]

        contact = await until(owed, what=f"{self.login} wraps up")
        body = {"disposition": disposition, "version": contact["version"]}
        return await self.post(f"/api/contacts/{contact['id']}/wrap-up", body)
