"""Callers that follow a script: how patient they are, which keys they press, how long they talk, when they hang up.

They know only what a person at a phone knows: they dial, hear, press and hang up through the emulator's HTTP API.
"""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx2

LONGEST_LOOK_S = 30.0


class Outcome(StrEnum):
    """How the call ended for the one who called."""

    TALKED = "talked"
    GAVE_UP = "gave_up"
    LEFT_MESSAGE = "left_message"
    TURNED_AWAY = "turned_away"
    NOT_PLACED = "not_placed"


@dataclass(frozen=True, slots=True)
class Script:
    """One call. Seconds are of the story; `speed` story seconds pass in a real one.

    `keys` are pressed one string a time that keys are asked for; `hang_up_after_s` counts from dialling and wins over
    everything; `message_s` is how long the caller speaks to a recorder.
    """

    line: str
    from_: str = "anonymous"
    kind: str = "counselling"
    patience_s: float = 180.0
    talk_s: float = 600.0
    keys: tuple[str, ...] = ()
    key_after_s: float = 2.0
    hang_up_after_s: float | None = None
    message_s: float = 20.0


@dataclass(frozen=True, slots=True)
class CallerReport:
    """What the caller lived through, in story seconds; `silence_s` is the longest silence, in line seconds."""

    sid: str
    line: str
    kind: str
    outcome: Outcome
    waited_s: float
    talked_s: float
    ended_by: str
    silence_s: float
    said: tuple[str, ...] = ()


@dataclass(slots=True)
class _Caller:
    """A script being played."""

    client: httpx2.AsyncClient
    script: Script
    speed: float
    sid: str = ""
    began: float = 0.0
    talk_began: float | None = None
    talk_ended: float | None = None
    recorded: bool = False
    pressed: int = 0
    gathers: int = 0
    deadline: float = 0.0
    hung_up: bool = False
    view: dict[str, Any] = field(default_factory=dict)

    def story(self) -> float:
        """Story seconds since dialling."""
        return (asyncio.get_running_loop().time() - self.began) * self.speed

    async def play(self) -> CallerReport:
        """Place the call and live it to its end."""
        body = {"to": self.script.line, "from": self.script.from_}
        self.began = asyncio.get_running_loop().time()
        answer = await self.client.post("/emulator/calls", json=body)
        if answer.status_code != 201:
            return CallerReport("", self.script.line, self.script.kind, Outcome.NOT_PLACED, 0, 0, "", 0)
        self.sid = answer.json()["sid"]
        self.deadline = self.script.patience_s
        while not await self._over():
            await self._react()
        return self._report()

    async def _over(self) -> bool:
        """Look until something happens that this caller would react to, or its time is up."""
        words = ["over"]
        if self.talk_began is None:
            words.append("talk")
        if not self.recorded:
            words.append("recording")
        if self.pressed < len(self.script.keys):
            words.append(f"gather:{self.gathers}")
        wait_s = LONGEST_LOOK_S if self.hung_up else max(0.0, (self._end() - self.story()) / self.speed)
        answer = await self.client.get(
            f"/emulator/calls/{self.sid}",
            params={"until": words, "timeout": min(wait_s, LONGEST_LOOK_S)},
            timeout=LONGEST_LOOK_S + 30,
        )
        self.view = answer.raise_for_status().json()
        return bool(self.view["ended_at"])

    def _end(self) -> float:
        """The story second at which this caller hangs up, as things stand."""
        latest = self.script.hang_up_after_s
        return self.deadline if latest is None else min(self.deadline, latest)

    async def _react(self) -> None:
        if self.view["sound"] == "talk" and self.talk_began is None:
            self.talk_began = self.story()
            self.deadline = self.talk_began + self.script.talk_s
        elif self.view["recording"] and not self.recorded:
            self.recorded = True
            self.deadline = self.story() + self.script.message_s
        elif self.view["gathering"] and self.view["gathers"] > self.gathers:
            self.gathers = self.view["gathers"]
            await asyncio.sleep(self.script.key_after_s / self.speed)
            keys = self.script.keys[self.pressed : self.pressed + 1]
            for digits in keys:
                self.pressed += 1
                await self.client.post(f"/emulator/calls/{self.sid}/digits", json={"digits": digits})
        if self.story() >= self._end() and not self.hung_up:
            self.hung_up = True
            await self.client.post(f"/emulator/calls/{self.sid}/hangup")

    def _report(self) -> CallerReport:
        outcome = Outcome.TURNED_AWAY
        if self.talk_began is not None:
            outcome = Outcome.TALKED
        elif self.recorded:
            outcome = Outcome.LEFT_MESSAGE
        elif self.view["ended_by"] == "caller":
            outcome = Outcome.GAVE_UP
        ended = self.story()
        return CallerReport(
            self.sid,
            self.script.line,
            self.script.kind,
            outcome,
            round(ended if self.talk_began is None else self.talk_began, 1),
            round(0.0 if self.talk_began is None else ended - self.talk_began, 1),
            self.view["ended_by"],
            self.view["silence"].get("longest_s", 0.0),
            tuple(item["text"] for item in self.view["heard"] if item["kind"] == "say"),
        )


async def play_caller(client: httpx2.AsyncClient, script: Script, *, speed: float = 1.0) -> CallerReport:
    """Play one caller against the emulator that `client` (base URL set) talks to."""
    return await _Caller(client, script, speed).play()
