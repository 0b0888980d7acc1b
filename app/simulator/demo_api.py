"""/emulator: the people and the network: dialling, pressing keys, picking up, and looking at everything."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from app.simulator.call_view import call_view, is_so, ringing_phones
from app.simulator.calls import Call
from app.simulator.carrier import Carrier
from app.simulator.devices import read_behaviour
from app.simulator.leg import Leg, LegEnded
from app.simulator.messages import receive
from app.simulator.numbers import read_numbers

HEARTBEAT_S = 10.0
Json = dict[str, object]


class NewCall(BaseModel):
    """Who dials which of our numbers."""

    to: str
    from_: Annotated[str, Field(alias="from")] = "anonymous"
    anonymous: bool = False
    language: str = ""


class Keys(BaseModel):
    """Keys pressed."""

    digits: Annotated[str, Field(pattern=r"^[0-9*#]{1,64}$")]


class Verdict(BaseModel):
    """What a person does with a phone that rings."""

    action: Annotated[str, Field(pattern="^(answer|decline)$")]


class NewText(BaseModel):
    """A text message to one of our numbers."""

    to: str
    from_: Annotated[str, Field(alias="from")]
    body: str


def demo_router(carrier: Carrier) -> APIRouter:
    """The routes of people and of the network."""
    router = APIRouter(prefix="/emulator")
    _add_calls(router, carrier)
    _add_network(router, carrier)
    _add_phones(router, carrier)
    _add_chaos(router, carrier)
    _add_looks(router, carrier)
    return router


def _call(carrier: Carrier, sid: str) -> Call:
    call = carrier.remembered(sid)
    if call is None:
        raise HTTPException(404, "no such call")
    return call


def _leg(carrier: Carrier, sid: str) -> Leg:
    _call(carrier, sid)
    leg = carrier.legs.get(sid)
    if leg is None:
        raise HTTPException(409, "the call is over")
    return leg


def _add_calls(router: APIRouter, carrier: Carrier) -> None:
    @router.post("/calls", status_code=201)
    async def dial(new: NewCall) -> Json:
        number = carrier.numbers.get(new.to)
        if number is None:
            raise HTTPException(404, "the account does not own this number")
        leg = carrier.place_call(number, "anonymous" if new.anonymous else new.from_)
        return {"sid": leg.call.sid}

    @router.get("/calls")
    async def calls(*, live: bool = False) -> list[Json]:
        chosen = [call for call in carrier.calls.values() if not (live and call.is_over)]
        return [call_view(carrier, call, heard=False) for call in chosen]

    @router.get("/calls/{sid}")
    async def look(
        sid: str,
        until: Annotated[list[str], Query()] = [],  # noqa: B006 the framework copies it
        timeout: Annotated[float, Query(ge=0, le=60)] = 10.0,
    ) -> Json:
        """The call. With `until` (several times: any of them) it first waits, at most `timeout` seconds."""
        call = _call(carrier, sid)
        try:
            so = any(is_so(carrier, call, word) for word in until)
        except ValueError as error:
            raise HTTPException(422, f"until: {error}") from error
        if until and not so:
            so = await carrier.changes.until(
                lambda: any(is_so(carrier, call, word) for word in until), timeout, only=("call", sid)
            )
        return {**call_view(carrier, call), "waited_for": so}

    @router.post("/calls/{sid}/digits")
    async def press(sid: str, keys: Keys) -> Json:
        _leg(carrier, sid).press(keys.digits)
        return {}

    @router.post("/calls/{sid}/hangup")
    async def hang_up(sid: str) -> Json:
        call = _call(carrier, sid)
        leg = carrier.legs.get(sid)
        by = "caller" if call.direction == "inbound" else "callee"
        return {"ended": bool(leg and leg.interrupt(LegEnded(by)))}


def _add_network(router: APIRouter, carrier: Carrier) -> None:
    @router.get("/numbers")
    async def numbers() -> list[dict[str, str]]:
        return [number.public() for number in carrier.numbers.all()]

    @router.post("/numbers")
    async def set_numbers(given: list[Json]) -> Json:
        try:
            carrier.numbers.set(read_numbers(given))
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        carrier.changes.note("numbers", "")
        return {"numbers": len(carrier.numbers.all())}

    @router.get("/devices")
    async def devices() -> dict[str, dict[str, object]]:
        return carrier.devices.public()

    @router.post("/devices")
    async def set_device(given: Json | list[Json]) -> Json:
        items = given if isinstance(given, list) else [given]
        try:
            read = [(str(item["address"]), read_behaviour(item)) for item in items]
        except (KeyError, ValueError) as error:
            raise HTTPException(422, f"a device needs an address and a behaviour: {error}") from error
        for address, behaviour in read:
            carrier.devices.set(address, behaviour)
        return {"devices": len(read)}


def _add_phones(router: APIRouter, carrier: Carrier) -> None:
    @router.get("/phones")
    async def phones() -> list[Json]:
        return ringing_phones(carrier)

    @router.post("/phones/{sid}")
    async def decide(sid: str, verdict: Verdict) -> Json:
        leg = _leg(carrier, sid)
        if leg.hand.done() or leg.answered.is_set():
            raise HTTPException(409, "the phone rings no longer")
        leg.hand.set_result(verdict.action)
        return {}


def _add_chaos(router: APIRouter, carrier: Carrier) -> None:
    @router.get("/chaos")
    async def chaos() -> dict[str, object]:
        return carrier.chaos.public()

    @router.post("/chaos")
    async def set_chaos(given: Json) -> dict[str, object]:
        try:
            carrier.chaos.set(given)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        return carrier.chaos.public()

    @router.post("/messages", status_code=201)
    async def text(new: NewText) -> Json:
        number = carrier.numbers.get(new.to)
        if number is None:
            raise HTTPException(404, "the account does not own this number")
        return {"sid": (await receive(carrier, number, new.from_, new.body)).sid}


def _add_looks(router: APIRouter, carrier: Carrier) -> None:
    @router.get("/conferences")
    async def conferences() -> list[Json]:
        return [room.public() for room in carrier.rooms.all.values()]

    @router.get("/conferences/{name}")
    async def conference(name: str) -> Json:
        room = carrier.rooms.find(name)
        if room is None:
            raise HTTPException(404, "no such conference")
        return room.public()

    @router.get("/requests")
    async def requests(limit: Annotated[int, Query(ge=1, le=50_000)] = 1000) -> list[dict[str, object]]:
        return [sent.public() for sent in list(carrier.webhooks.sent)[-limit:]]

    @router.get("/problems")
    async def problems() -> list[dict[str, object]]:
        return [problem.public() for problem in carrier.problems.kept]

    @router.get("/state")
    async def state() -> Json:
        return {
            "live": len(carrier.legs),
            "calls": len(carrier.calls),
            "callbacks_under_way": carrier.callbacks.under_way,
            "task_failures": carrier.background.failures,
            "time_scale": carrier.options.time_scale,
        }

    @router.get("/events")
    async def events() -> StreamingResponse:
        """Server-sent events: the state of every call that changes, newest only."""
        return StreamingResponse(
            _stream(carrier), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )


async def _stream(carrier: Carrier) -> AsyncIterator[str]:
    with carrier.changes.watch() as watcher:
        phones = _event("phones", ringing_phones(carrier))
        yield phones
        while True:
            changed = await watcher.next(HEARTBEAT_S)
            if not changed:
                yield ": alive\n\n"
                continue
            for kind, key in changed:
                if kind == "call" and (call := carrier.remembered(key)) is not None:
                    yield _event("call", call_view(carrier, call, recent=40))
                elif kind == "numbers":
                    yield _event("numbers", [number.public() for number in carrier.numbers.all()])
            now_ringing = _event("phones", ringing_phones(carrier))
            if now_ringing != phones:
                phones = now_ringing
                yield phones
            await asyncio.sleep(0.03)  # several changes in one breath become one message


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
