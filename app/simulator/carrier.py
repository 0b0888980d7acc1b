"""The emulated carrier: everything it knows, and the few things others ask of it."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from app.simulator import call_life
from app.simulator.background import Background
from app.simulator.callbacks import Callbacks
from app.simulator.calls import ANONYMOUS, Call, CallStatus, Direction, Source, StatusCallback, new_sid
from app.simulator.changes import Changes
from app.simulator.chaos import Chaos, Knobs
from app.simulator.conferences import Terms
from app.simulator.devices import Devices
from app.simulator.leg import Leg
from app.simulator.messages import Message
from app.simulator.numbers import Number, NumberBook
from app.simulator.options import Options
from app.simulator.problems import Problems
from app.simulator.rooms import Rooms
from app.simulator.twiml.following import follow
from app.simulator.twiml.grammar import Setting
from app.simulator.twiml.recording import Recording
from app.simulator.webhook_fields import call_fields
from app.simulator.webhooks import REQUESTS_KEPT, Outgoing, Webhooks


class Gate:
    """One outgoing API call a second, when the knob says so; the others queue."""

    def __init__(self, chaos: Chaos, time_scale: float) -> None:
        self._chaos = chaos
        self._time_scale = time_scale
        self._next = 0.0

    async def pass_through(self) -> None:
        """Return when it is this call's turn."""
        if not self._chaos.knobs.one_call_a_second:
            return
        moment = asyncio.get_running_loop().time()
        turn = max(moment, self._next)
        self._next = turn + 1 / self._time_scale
        await asyncio.sleep(turn - moment)


class Carrier:
    """The hub. Enter it as a block: inside it calls live, leaving it ends them."""

    def __init__(self, options: Options, numbers: Iterable[Number] = (), knobs: Knobs | None = None) -> None:
        self.options = options
        self.chaos = Chaos(knobs)
        self.numbers = NumberBook(numbers)
        self.problems = Problems()
        self.background = Background()
        self.webhooks = Webhooks(options, self.chaos)
        self.callbacks = Callbacks(self.webhooks, self.chaos, self.problems, self.background)
        self.changes = Changes()
        self.devices = Devices()
        self.rooms = Rooms(self)
        self.gate = Gate(self.chaos, options.time_scale)
        self.calls: dict[str, Call] = {}
        # Erased at the carrier, still remembered by the person who called: scripts and the phone page go on seeing it.
        self.erased: dict[str, Call] = {}
        self.legs: dict[str, Leg] = {}
        self.recordings: dict[str, Recording] = {}
        self.messages: dict[str, Message] = {}
        self.asked: deque[str] = deque(maxlen=REQUESTS_KEPT)  # method, path and query of what the product asked the API
        self.queues: dict[str, list[str]] = {}
        self._queue_sids: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        await self.background.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.background.__aexit__(kind, error, trace)
        self.webhooks.close()

    def place_call(self, number: Number, from_: str) -> Leg:
        """Someone dials one of our numbers; `from_` "anonymous" becomes the number all anonymous callers share."""
        call = Call(to=number.number, from_=ANONYMOUS if from_ == "anonymous" else from_, direction=Direction.INBOUND)
        call.status = CallStatus.RINGING
        call.fallback = Source(number.fallback_url) if number.fallback_url else None
        call.status_callback = StatusCallback(number.status_callback) if number.status_callback else None
        leg = self._leg(call)
        self._live(leg, call_life.inbound(self, leg, Source(number.voice_url, number.voice_method)))
        return leg

    def originate(self, call: Call, then: Source | Terms) -> Leg:
        """The product makes a call through the API."""
        leg = self._leg(call)
        self._live(leg, call_life.outbound(self, leg, then))
        return leg

    def ring_for(
        self, parent: Leg, *, to: str, from_: str, callback: StatusCallback | None, whisper: Source | None
    ) -> Leg:
        """A `<Dial>` rings one of its nouns. The child rings until its parent gives up."""
        call = Call(to=to, from_=from_, direction=Direction.OUTBOUND_DIAL, parent_sid=parent.call.sid)
        call.status_callback = callback
        call.timeout_s = 600.0
        leg = self._leg(call)
        leg.base_url = parent.base_url
        self._live(leg, call_life.dialled(self, leg, whisper))
        return leg

    def _live(self, leg: Leg, life: Coroutine[Any, Any, None]) -> None:
        self.background.start(call_life.conclude(self, leg, life))

    def _leg(self, call: Call) -> Leg:
        leg = Leg(call, self.options.time_scale, lambda: self.changes.note("call", call.sid))
        self.calls[call.sid] = call
        self.legs[call.sid] = leg
        self.changes.note("call", call.sid)
        return leg

    def remembered(self, sid: str) -> Call | None:
        """A call as people remember it, whether or not the carrier's record was erased."""
        return self.calls.get(sid) or self.erased.get(sid)

    def retire(self, leg: Leg) -> None:
        """Forget the runtime of a call that is over; its record stays."""
        self.legs.pop(leg.call.sid, None)

    def answer(self, leg: Leg) -> None:
        """A verb answers the call it is performed on."""
        call_life.answer(self, leg)

    async def follow(self, leg: Leg, source: Source, setting: Setting, fields: Mapping[str, str] | None = None) -> None:
        """Perform another document on a leg: a wait sound, a whisper."""
        await follow(self, leg, source, setting=setting, fields=fields)

    def last_request(self, leg: Leg, target: Source, fields: Mapping[str, str], what: str) -> None:
        """Ask an `action` although the caller is gone; nobody performs the answer."""
        params = {**call_fields(leg.call, self.options.account_sid), **fields}
        params["CallStatus"] = CallStatus.COMPLETED.value
        request = Outgoing(target.url, target.method, params, what, leg.call.sid)
        self.background.start(self.webhooks.fetch(request))

    def queue_sid(self, name: str) -> str:
        """The SID of a queue, made at its first use."""
        return self._queue_sids.setdefault(name, new_sid("QU"))
