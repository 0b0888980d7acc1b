"""Enqueue and Leave: waiting with keys, which a conference's waitUrl does not allow."""

import asyncio
from typing import NoReturn

from app.simulator.calls import Source
from app.simulator.leg import LegEnded, LegRedirected
from app.simulator.twiml.grammar import Setting
from app.simulator.twiml.parsing import DocumentFailed, Verb
from app.simulator.twiml.stage import GoTo, HangUp, LeftQueue, Stage


async def enqueue(stage: Stage, verb: Verb) -> None:
    """Wait in a queue, hearing `waitUrl` over and over, until Leave, a redirect or a hang-up."""
    if not verb.text:
        raise DocumentFailed(13330, "Enqueue names no queue", stage.base_url)
    leg = stage.leg
    queue = stage.carrier.queues.setdefault(verb.text, [])
    began = asyncio.get_running_loop().time()
    queue.append(leg.call.sid)
    leg.queue_name = verb.text
    leg.changed()
    try:
        fields = _result_fields(stage, await _wait(stage, verb, queue, began), began)
    except LegRedirected:
        _tell(stage, verb, "redirected", began)
        raise
    except LegEnded:
        _tell(stage, verb, "hangup", began)
        raise
    finally:
        queue.remove(leg.call.sid)
        leg.queue_name = None
        leg.changed()
    target = stage.source(verb, "action")
    if target is not None:
        raise GoTo(target, fields)


async def _wait(stage: Stage, verb: Verb, queue: list[str], began: float) -> str:
    wait = stage.source(verb, "waitUrl", "waitUrlMethod")
    if wait is None or not wait.url:
        if wait is None:
            stage.leg.ear.hears("music", "default hold music")
        await stage.leg.race(asyncio.Event().wait())
    source = wait or Source()
    while True:
        fields = {
            "QueuePosition": str(queue.index(stage.leg.call.sid) + 1),
            "CurrentQueueSize": str(len(queue)),
            "QueueTime": str(int(_seconds(began))),
            "AvgQueueTime": "0",
            "QueueSid": stage.carrier.queue_sid(verb.text),
        }
        try:
            await stage.carrier.follow(stage.leg, source, Setting.QUEUE, fields)
        except LeftQueue:
            return "leave"
        except DocumentFailed:
            return "error"
        # The carrier asks waitUrl again when its verbs are used up.
        await asyncio.sleep(0.05)


def _seconds(began: float) -> float:
    return asyncio.get_running_loop().time() - began


def _result_fields(stage: Stage, result: str, began: float) -> dict[str, str]:
    return {
        "QueueResult": result,
        "QueueSid": stage.carrier.queue_sid(stage.leg.queue_name or ""),
        "QueueTime": str(int(_seconds(began))),
    }


def _tell(stage: Stage, verb: Verb, result: str, began: float) -> None:
    """The carrier reports to `action` also when the caller is gone or was taken elsewhere."""
    target = stage.source(verb, "action")
    if target is not None:
        stage.carrier.last_request(stage.leg, target, _result_fields(stage, result, began), "action")


async def leave(stage: Stage, verb: Verb) -> NoReturn:  # noqa: ARG001 every verb has the same shape
    """Leave the queue; outside of one it ends the call."""
    if stage.setting is Setting.QUEUE:
        raise LeftQueue
    raise HangUp
