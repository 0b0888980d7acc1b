"""Status callbacks: one lane per call or conference, in order unless the knobs say otherwise. Nobody waits for them."""

import asyncio
from collections.abc import Mapping

from app.simulator.background import Background
from app.simulator.chaos import Chaos
from app.simulator.problems import Problems
from app.simulator.webhooks import NoAnswer, Outgoing, Webhooks

HELD_AT_MOST_S = 3.0


class Lane:
    """The way of one entity's callbacks to the product."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.passed = asyncio.Event()


class Callbacks:
    """Sends status callbacks beside the calls they tell about."""

    def __init__(self, webhooks: Webhooks, chaos: Chaos, problems: Problems, background: Background) -> None:
        self._webhooks = webhooks
        self._chaos = chaos
        self._problems = problems
        self._background = background
        self._lanes: dict[str, Lane] = {}
        self.under_way = 0

    def post(self, request: Outgoing, *, last: bool = False) -> None:
        """Put a callback on the lane of `request.sid`. `last`: no further one follows, the lane may be forgotten."""
        knobs = self._chaos.knobs
        if self._chaos.strikes(knobs.drop_percent):
            return
        lane = self._lanes.setdefault(request.sid, Lane())
        if last:
            del self._lanes[request.sid]
        self.under_way += 1
        overtaken = self._chaos.strikes(knobs.reorder_percent)
        copies = 2 if self._chaos.strikes(knobs.duplicate_percent) else 1
        self._background.start(self._deliver(request, lane, overtaken=overtaken, copies=copies))

    async def _deliver(self, request: Outgoing, lane: Lane, *, overtaken: bool, copies: int) -> None:
        try:
            if overtaken:
                await self._let_another_pass(lane)
                await self._send(request, copies)
            else:
                async with lane.turn:
                    await self._send(request, copies)
                lane.passed.set()
                lane.passed = asyncio.Event()
        finally:
            self.under_way -= 1

    async def _let_another_pass(self, lane: Lane) -> None:
        try:
            async with asyncio.timeout(HELD_AT_MOST_S):
                await lane.passed.wait()
        except TimeoutError:
            return

    async def _send(self, request: Outgoing, copies: int) -> None:
        await asyncio.sleep(self._chaos.delay_s())
        knobs = self._chaos.knobs
        if self._chaos.strikes(knobs.forged_percent):
            await self._webhooks.send(request, forged=True)
        forged = self._chaos.strikes(knobs.bad_signature_percent)
        for _ in range(copies):
            answer = await self._webhooks.send(request, forged=forged)
            if isinstance(answer, NoAnswer):
                self._problems.note(answer.code, answer.reason, sid=request.sid, url=_bare(request.url))
            elif not answer.is_good:
                self._problems.note(11200, f"answered {answer.status}", sid=request.sid, url=_bare(request.url))


def _bare(url: str) -> str:
    return url.partition("?")[0]


def merged(*parts: Mapping[str, str]) -> dict[str, str]:
    """Several sets of form fields as one; later ones win."""
    whole: dict[str, str] = {}
    for part in parts:
        whole.update(part)
    return whole
