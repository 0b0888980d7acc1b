"""A call from its first ring to its last callback. The sequences are those of telephony.md section 2."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from app.platform.clock import now
from app.simulator.calls import Call, CallStatus, Source
from app.simulator.conferences import Terms
from app.simulator.devices import Kind, Ring, pick_up, ring
from app.simulator.leg import Leg, LegEnded, LegRedirected
from app.simulator.twiml.following import follow
from app.simulator.twiml.grammar import Setting
from app.simulator.twiml.parsing import DocumentFailed
from app.simulator.twiml.stage import HangUp, Rejected
from app.simulator.webhook_fields import call_fields, progress_fields
from app.simulator.webhooks import Outgoing

if TYPE_CHECKING:
    from app.simulator.carrier import Carrier

ENDS = {Ring.BUSY: CallStatus.BUSY, Ring.NO_ANSWER: CallStatus.NO_ANSWER, Ring.FAILED: CallStatus.FAILED}


def report(carrier: "Carrier", call: Call, event: str, status: CallStatus) -> None:
    """Send a status callback, if the call's maker asked for this event."""
    callback = call.status_callback
    if callback is None or event not in callback.events:
        return
    fields = {**call_fields(call, carrier.options.account_sid), **progress_fields(call, status)}
    request = Outgoing(callback.url, callback.method, fields, f"call {event}", call.sid)
    carrier.callbacks.post(request, last=event == "completed")


def turn(carrier: "Carrier", leg: Leg, status: CallStatus) -> None:
    """Put the call into a state."""
    leg.call.status = status
    leg.call.updated_at = now()
    carrier.changes.note("call", leg.call.sid)


def answer(carrier: "Carrier", leg: Leg) -> None:
    """The call is answered; a second time does nothing."""
    if leg.answered.is_set():
        return
    leg.answered.set()
    leg.call.answered_at = now()
    turn(carrier, leg, CallStatus.IN_PROGRESS)
    leg.ear.open()
    report(carrier, leg.call, "answered", CallStatus.IN_PROGRESS)
    if leg.call.time_limit_s:
        carrier.background.start(_limit(leg))


async def _limit(leg: Leg) -> None:
    try:
        async with asyncio.timeout(leg.call.time_limit_s / leg.time_scale):
            await leg.ended.wait()
    except TimeoutError:
        leg.interrupt(LegEnded("limit"))


def finish(carrier: "Carrier", leg: Leg, status: CallStatus, by: str) -> None:
    """The call is over; a second time does nothing."""
    if leg.ended.is_set():
        return
    leg.ear.close()
    leg.call.silence = leg.ear.silence()
    leg.call.ended_at = now()
    leg.call.ended_by = by
    turn(carrier, leg, status)
    leg.interrupt(LegEnded(by))
    leg.ended.set()
    report(carrier, leg.call, "completed", status)
    carrier.retire(leg)


async def conclude(carrier: "Carrier", leg: Leg, life: Coroutine[Any, Any, None]) -> None:
    """Live a life to its end, however it comes, and finish the call with the state that follows from it."""
    status, by = CallStatus.FAILED, "carrier"
    try:
        await life
        status = _end_of(leg)
    except LegEnded as ended:
        status, by = _end_of(leg), ended.by
    except (DocumentFailed, HangUp):
        status = _end_of(leg)
    except Rejected as rejected:
        status = CallStatus.BUSY if rejected.reason == "busy" else CallStatus.NO_ANSWER
    except NotReached as missed:
        status, by = missed.status, missed.by
    except asyncio.CancelledError:
        raise  # the emulator stops: nobody is told
    except BaseException:
        finish(carrier, leg, status, by)
        raise
    finish(carrier, leg, status, by)


def _end_of(leg: Leg) -> CallStatus:
    return CallStatus.COMPLETED if leg.answered.is_set() else CallStatus.CANCELED


class NotReached(Exception):  # noqa: N818 a turn of events, not an error
    """The device did not answer; the call ends in this state, through whom."""

    def __init__(self, status: CallStatus, by: str) -> None:
        super().__init__(status)
        self.status = status
        self.by = by


async def inbound(carrier: "Carrier", leg: Leg, source: Source) -> None:
    """A call to one of the account's numbers."""
    await follow(carrier, leg, source)


async def outbound(carrier: "Carrier", leg: Leg, then: Source | Terms) -> None:
    """A call made through the API: ring, then follow its instructions or join its conference."""
    await leg.race(carrier.gate.pass_through())
    try:
        await reach(carrier, leg)
    except NotReached as missed:
        if isinstance(then, Terms):
            carrier.rooms.could_not_add(leg, then, missed.status)
        raise
    if leg.call.send_digits:
        await leg.pass_time(0.5 * len(leg.call.send_digits))
    if isinstance(then, Source):
        await follow(carrier, leg, then)
        return
    try:
        await carrier.rooms.stay(leg, then)
    except LegRedirected as redirected:
        leg.take_redirect()
        await follow(carrier, leg, redirected.source)


async def reach(carrier: "Carrier", leg: Leg) -> None:
    """Ring the device until it answers. Raises NotReached."""
    call = leg.call
    behaviour = carrier.devices.of(call.to)
    report(carrier, call, "initiated", CallStatus.INITIATED)
    if behaviour.kind is Kind.OFFLINE:
        is_client = call.to.startswith("client:")
        raise NotReached(CallStatus.NO_ANSWER if is_client else CallStatus.FAILED, "carrier")
    turn(carrier, leg, CallStatus.RINGING)
    report(carrier, call, "ringing", CallStatus.RINGING)
    outcome = await ring(leg, behaviour, call.timeout_s)
    if outcome is not Ring.ANSWERED:
        raise NotReached(ENDS[outcome], "callee")
    answer(carrier, leg)
    pick_up(carrier, leg, behaviour)


async def dialled(carrier: "Carrier", leg: Leg, whisper: Source | None) -> None:
    """A leg that `<Dial>` made: ring, hear the whisper, wait for the bridge, talk until either side hangs up."""
    try:
        await reach(carrier, leg)
        if whisper is not None:
            await follow(carrier, leg, whisper, setting=Setting.WHISPER)
        leg.ready.set()
        await leg.race(leg.bridged.wait())
        leg.ear.hears("talk")
        await leg.race(asyncio.Event().wait())
    except LegRedirected as redirected:
        leg.take_redirect()
        leg.unbridged.set()
        await follow(carrier, leg, redirected.source)
    finally:
        leg.unbridged.set()
