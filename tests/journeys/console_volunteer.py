"""A volunteer whose console is open: it is told what happens, as a browser is, and she acts on what it shows."""

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.journeys.accounts import PASSPHRASE

BEAT_EVERY_S = 5.0
AGAIN_AFTER_S = 1.0
MEAN_REACTION_S = 0.1
MEAN_WRAP_UP_S = 0.3


@dataclass
class ConsoleVolunteer:
    """Goes ready, takes what rings (reached by telephone, she leaves that to it), and writes up; `refusals` counts."""

    web_url: str
    login: str
    dice: random.Random
    reach: str = "browser"
    refusals: dict[str, int] = field(default_factory=dict)
    _presence: dict[str, Any] = field(default_factory=dict)
    _offers: dict[str, dict[str, Any]] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self) -> None:
        """Until cancelled. A connection that is lost is made again, as a console does."""
        headers = {"Origin": self.web_url}
        async with httpx2.AsyncClient(base_url=self.web_url, headers=headers, timeout=30, trust_env=False) as client:
            answer = await client.post("/api/session", json={"login": self.login, "password": PASSPHRASE})
            assert answer.status_code == 200, answer.text
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
            live = f"{self.web_url.replace('http', 'ws', 1)}/api/live"
            async with asyncio.TaskGroup() as group:
                group.create_task(self._act_on_what_is_shown(client))
                async for socket in connect(live, additional_headers={**headers, "Cookie": cookie}, proxy=None):
                    try:
                        await self._watch(socket)
                    except ConnectionClosed:
                        continue

    async def _watch(self, socket: ClientConnection) -> None:
        beating = asyncio.ensure_future(self._beat(socket))
        try:
            async for text in socket:
                self._see(json.loads(text))
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    async def _beat(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            await socket.send('{"t":"beat"}')

    def _see(self, message: dict[str, Any]) -> None:
        match message["t"]:
            case "snapshot":
                self._presence = message["desk"]["presence"]
                self._offers = {offer["id"]: offer for offer in message["desk"]["offers"]}
            case "presence" if message["s"]["version"] >= self._presence["version"]:
                self._presence = message["s"]
            case "offer":
                self._offers[message["s"]["id"]] = message["s"]
        self._changed.set()

    async def _act_on_what_is_shown(self, client: httpx2.AsyncClient) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if not await self._act(client):
                asyncio.get_running_loop().call_later(AGAIN_AFTER_S, self._changed.set)

    async def _act(self, client: httpx2.AsyncClient) -> bool:
        """The one thing to do now; False: it was refused, and is looked at again."""
        activity = self._presence.get("activity")
        ringing = [offer for offer in self._offers.values() if offer["state"] == "offered"]
        if activity == "wrapping_up":
            await asyncio.sleep(self.dice.expovariate(1 / MEAN_WRAP_UP_S))
            body = {"disposition": "counselled", "version": 1}
            return await self._post(client, f"/api/contacts/{self._presence['contact_id']}/wrap-up", body)
        if activity in ("offline", "away"):
            body = {"activity": "ready", "version": self._presence["version"], "reach": self.reach}
            return await self._post(client, "/api/presence", body)
        if ringing and self.reach == "browser":
            await asyncio.sleep(self.dice.expovariate(1 / MEAN_REACTION_S))
            return await self._post(
                client, f"/api/offers/{ringing[0]['id']}/accept", {"version": ringing[0]["version"]}
            )
        return True

    async def _post(self, client: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> bool:
        try:
            answer = await client.post(path, json=body)
            why = "" if answer.status_code == 200 else str(answer.json().get("code", answer.status_code))
        except httpx2.HTTPError as failure:
            why = type(failure).__name__
        if why:
            self.refusals[why] = self.refusals.get(why, 0) + 1
        return not why
