"""Volunteers that follow a script: they sign in, go ready, answer what rings, and write it up when the caller has gone.

They know only what a person at the console knows: everything goes through the product's public HTTP API.
"""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import httpx2

LOOK_EVERY_S = 0.3
BEAT_EVERY_S = 4.0
MEAN_REACTION_S = 4.0  # assumed: from the first ring to the click
MEAN_WRAP_UP_S = 180.0  # assumed


@dataclass(slots=True)
class ScriptedVolunteer:
    """One volunteer at her console; `answered` counts the offers she took. `speed` story seconds pass in a real one."""

    web_url: str
    login: str
    password: str
    speed: float
    dice: random.Random
    answered: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    _beat_at: float = 0.0

    async def work(self) -> None:
        """Sign in and work until cancelled; then go offline. Raises PermissionError when she can't sign in."""
        headers = {"Origin": self.web_url}
        async with httpx2.AsyncClient(base_url=self.web_url, headers=headers, timeout=15, trust_env=False) as client:
            signed_in = False
            try:
                while True:
                    try:
                        signed_in = signed_in or await self._sign_in(client)
                        await self._look(client)
                    except httpx2.HTTPError as failure:  # the service restarts, or is slow: a person would click again
                        self._refused(type(failure).__name__)
                    await asyncio.sleep(LOOK_EVERY_S)
            finally:
                await self._leave(client)

    async def _sign_in(self, client: httpx2.AsyncClient) -> bool:
        answer = await client.post("/api/session", json={"login": self.login, "password": self.password})
        if answer.status_code != 200:
            raise PermissionError(f"{self.login} cannot sign in ({answer.status_code})")
        return True

    async def _look(self, client: httpx2.AsyncClient) -> None:
        """One look at the desk, and what she does about it."""
        now = asyncio.get_running_loop().time()
        if now >= self._beat_at:
            self._beat_at = now + BEAT_EVERY_S
            await client.post("/api/presence/heartbeat")
        desk = (await client.get("/api/desk")).raise_for_status().json()
        if desk["wrap_up"] is not None:
            await self._pause(MEAN_WRAP_UP_S)
            await self._act(client, f"/api/contacts/{desk['wrap_up']['id']}/wrap-up", self._written_up(desk))
        elif desk["offers"]:
            offer = desk["offers"][0]
            await self._pause(MEAN_REACTION_S)
            if await self._act(client, f"/api/offers/{offer['id']}/accept", {"version": offer["version"]}):
                self.answered += 1
        elif desk["presence"]["activity"] in {"offline", "away"}:
            body = {"activity": "ready", "version": desk["presence"]["version"]}
            await self._act(client, "/api/presence", body)

    def _written_up(self, desk: dict[str, Any]) -> dict[str, Any]:
        disposition = self.dice.choice(desk["dispositions"])["code"]
        return {"disposition": disposition, "version": desk["wrap_up"]["version"]}

    async def _act(self, client: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> bool:
        answer = await client.post(path, json=body)
        if answer.status_code != 200:
            self._refused(str(answer.json().get("code", answer.status_code)))
        return bool(answer.status_code == 200)

    def _refused(self, why: str) -> None:
        self.refusals[why] = self.refusals.get(why, 0) + 1

    async def _pause(self, mean_s: float) -> None:
        """A pause of story time, short enough that no heartbeat is missed."""
        await asyncio.sleep(min(self.dice.expovariate(1 / mean_s) / self.speed, BEAT_EVERY_S))

    async def _leave(self, client: httpx2.AsyncClient) -> None:
        """Write up what is owed and go offline, as somebody does who leaves; a service that is gone already knows."""
        try:
            desk = (await client.get("/api/desk")).json()
            if desk["wrap_up"] is not None:
                await self._act(client, f"/api/contacts/{desk['wrap_up']['id']}/wrap-up", self._written_up(desk))
                desk = (await client.get("/api/desk")).json()
            presence = desk["presence"]
            await client.post("/api/presence", json={"activity": "offline", "version": presence["version"]})
        except (httpx2.HTTPError, KeyError, ValueError):
            return
