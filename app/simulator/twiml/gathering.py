"""Gather: prompts that a key cuts short, then keys until enough of them, the finishing key, or a silence."""

import asyncio

from app.simulator.calls import Source
from app.simulator.twiml.parsing import DocumentFailed, Verb
from app.simulator.twiml.speaking import pause, play, say
from app.simulator.twiml.stage import GoTo, Stage

PROMPTS = {"Say": say, "Play": play, "Pause": pause}
FIRST_KEY = "0123456789*#"


async def gather(stage: Stage, verb: Verb) -> None:
    """Collect keys and go on at `action` with `Digits`; without any, fall through to the next verb."""
    if verb.attributes.get("input", "dtmf") != "dtmf":
        raise DocumentFailed(12200, "the emulator gathers keys only (input=dtmf)", stage.base_url)
    most = int(verb.number("numDigits", 1_000_000, least=1))
    finish = verb.attributes.get("finishOnKey", "#")
    if len(finish) > 1 or (finish and finish not in FIRST_KEY):
        raise DocumentFailed(13312, f"Gather finishOnKey={finish!r} is no key", stage.base_url)
    leg = stage.leg
    leg.forget_digits()
    leg.is_gathering = True
    leg.gathers += 1
    leg.gather_begun.set()
    leg.changed()
    try:
        first = await _prompt(stage, verb)
        digits, finished_by = await _collect(stage, first, verb.number("timeout", 5), most, finish)
    finally:
        leg.is_gathering = False
        leg.gather_begun.clear()
    leg.ear.hears_nothing()
    if digits or finished_by or verb.flag("actionOnEmptyResult", default=False):
        target = stage.source(verb, "action") or Source(stage.base_url, verb.method())
        fields = {"Digits": digits, "msg": "Gather End"}
        if finished_by:
            fields["FinishedOnKey"] = finished_by
        raise GoTo(target, fields)


async def _prompt(stage: Stage, verb: Verb) -> str:
    """Play the nested prompts until they end or a key comes; that key, or nothing."""

    async def through() -> None:
        for child in verb.children:
            await PROMPTS[child.name](stage, child)

    prompts = asyncio.ensure_future(through())
    key = asyncio.ensure_future(stage.leg.digits.get())
    try:
        await asyncio.wait({prompts, key}, return_when=asyncio.FIRST_COMPLETED)
        if prompts.done() and not key.done():
            prompts.result()
            return ""
        return key.result()
    finally:
        key.cancel()
        prompts.cancel()
        await asyncio.wait({prompts})
        if not prompts.cancelled():
            prompts.exception()


async def _collect(stage: Stage, first: str, timeout_s: float, most: int, finish: str) -> tuple[str, str]:
    """Keys until the end of the gathering: (digits, the finishing key if one was pressed)."""
    digits = ""
    key = first
    while True:
        if key and key == finish:
            return digits, key
        digits += key
        if len(digits) >= most:
            return digits, ""
        stage.leg.ear.hears_nothing(scaled=True)
        try:
            async with asyncio.timeout(timeout_s / stage.leg.time_scale):
                key = await stage.leg.race(stage.leg.digits.get())
        except TimeoutError:
            return digits, ""
