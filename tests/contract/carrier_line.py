"""One line in the air, for the conformance of carrier adapters: our webhooks and the emulator, on loopback ports."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI

from app.carriers.events import BridgeMoment
from app.carriers.steps import Ask, Join, Spoken
from app.carriers.twilio.client import TwilioCarrier
from app.carriers.twilio.webhooks import router
from app.simulator.application import RunningEmulator, running_emulator, serving
from app.simulator.chaos import Knobs
from app.simulator.numbers import Number
from app.simulator.options import Options
from tests.contract.steering_flow import SteeringFlow

LINE = "+442079460001"
CALLER = "+447700900123"
VOLUNTEER = "+447700900456"
TIME_SCALE = 20.0


@dataclass
class Line:
    """One line in the air: the carrier, our webhooks, the flow behind them, and the adapter's client."""

    flow: SteeringFlow
    carrier: TwilioCarrier
    emulator: RunningEmulator
    people: httpx2.AsyncClient

    async def dial(self, from_: str = CALLER) -> str:
        """Somebody calls the line; the carrier's call id."""
        answer = await self.people.post("/emulator/calls", json={"to": LINE, "from": from_})
        return str(answer.json()["sid"])

    async def press(self, sid: str, digits: str) -> None:
        """She presses a key, as soon as she is asked for one."""
        await self.look(sid, "gather")
        await self.people.post(f"/emulator/calls/{sid}/digits", json={"digits": digits})

    async def hang_up(self, sid: str) -> None:
        """The person holding this phone hangs up."""
        await self.people.post(f"/emulator/calls/{sid}/hangup")

    async def clear(self) -> None:
        """Everybody hangs up, and the last callback arrives."""
        hub = self.emulator.carrier
        self.flow.steps.clear()
        for sid in list(hub.legs):
            await self.hang_up(sid)
        assert await hub.changes.until(lambda: not hub.legs, 10)
        async with asyncio.timeout(10):
            while hub.callbacks.under_way:  # noqa: ASYNC110 the emulator offers no event
                await asyncio.sleep(0.005)

    async def look(self, sid: str, until: str) -> dict[str, Any]:
        """The call, once it is so: gather, conference, recording, over, says:TEXT."""
        seen = await self.people.get(f"/emulator/calls/{sid}", params={"until": until, "timeout": 10})
        call: dict[str, Any] = seen.json()
        assert call["waited_for"], call
        return call

    async def view(self, sid: str) -> dict[str, Any]:
        """The call as it is."""
        seen: dict[str, Any] = (await self.people.get(f"/emulator/calls/{sid}")).json()
        return seen

    async def device(self, address: str, behaviour: str) -> None:
        """What happens when this phone rings."""
        await self.people.post("/emulator/devices", json={"address": address, "behaviour": behaviour})

    async def waiting_caller(self) -> tuple[str, UUID]:
        """A caller in her bridge: call id and leg."""
        self.flow.first = self.flow.waiting()
        sid = await self.dial()
        await self.flow.until_bridge(BridgeMoment.JOINED, "caller")
        return sid, self.flow.legs[sid]

    async def ring(self, target: str = VOLUNTEER, *, command_id: UUID | None = None) -> tuple[str, UUID]:
        """A volunteer's phone rings; press one joins the bridge. Call id and leg."""
        leg_id = uuid4()
        self.flow.steps[leg_id] = Ask("accept", (Spoken("接听请按一"),), timeout_s=30)
        self.flow.then["1"] = Join(self.flow.bridge, f"v-{leg_id}")
        sid = await self.carrier.originate_leg(
            leg_id, target=target, caller_id=LINE, timeout_s=20, command_id=command_id or uuid4()
        )
        return sid, leg_id

    async def talking(self) -> tuple[tuple[str, UUID], tuple[str, UUID]]:
        """A caller and a volunteer who talk."""
        caller = await self.waiting_caller()
        await self.device(VOLUNTEER, 'answer_and_press("1")')
        volunteer = await self.ring()
        await self.flow.until_bridge(BridgeMoment.STARTED)
        return caller, volunteer


@asynccontextmanager
async def line_in_the_air(knobs: Knobs | None = None) -> AsyncIterator[Line]:
    """Our webhooks and the emulator, each on a loopback port."""
    flow = SteeringFlow()
    options = Options(time_scale=TIME_SCALE)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = FastAPI()
        app.include_router(router(flow, public_base_url=base_url, auth_tokens=[options.auth_token]))
        hooks = f"{base_url}/webhooks/twilio"
        number = Number(LINE, f"{hooks}/voice", status_callback=f"{hooks}/status")
        async with (
            serving(app, listener),
            running_emulator([number], options=options, knobs=knobs) as emulator,
            httpx2.AsyncClient(base_url=emulator.base_url) as people,
        ):
            carrier = TwilioCarrier(
                account_sid=options.account_sid,
                auth_token=options.auth_token,
                public_base_url=base_url,
                api_base_url=emulator.base_url,
            )
            line = Line(flow, carrier, emulator, people)
            try:
                yield line
            finally:
                await line.clear()
                await carrier.aclose()
