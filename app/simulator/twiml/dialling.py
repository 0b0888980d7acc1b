"""Dial: into a conference, or on to numbers and browsers that ring at once and of which the first to answer wins."""

import asyncio

from app.simulator.calls import CALL_EVENTS, CallStatus, Source, StatusCallback
from app.simulator.conferences import Terms
from app.simulator.leg import Interruption, Leg, LegEnded
from app.simulator.twiml.parsing import DocumentFailed, Verb
from app.simulator.twiml.stage import GoTo, Stage

MOST_NUMBERS = 10
CONFERENCE_EVENTS = frozenset({"start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"})


async def dial(stage: Stage, verb: Verb) -> None:
    """Connect the leg, then go on at `action` with `DialCallStatus`, or with the next verb."""
    rooms = [child for child in verb.children if child.name == "Conference"]
    if rooms and (len(verb.children) > 1 or verb.text):
        raise DocumentFailed(13000, "a conference cannot be mixed with other nouns", stage.base_url)
    so_far = {"DialCallStatus": "completed" if rooms else "canceled"}
    try:
        outcome = await (_into_conference(stage, verb, rooms[0]) if rooms else _to_phones(stage, verb, so_far))
    except LegEnded:
        _tell_action_it_is_over(stage, verb, so_far)
        raise
    target = stage.source(verb, "action")
    if target is not None:
        raise GoTo(target, outcome)


def _tell_action_it_is_over(stage: Stage, verb: Verb, so_far: dict[str, str]) -> None:
    """The carrier asks `action` also when the caller hung up; nothing is done with the answer."""
    target = stage.source(verb, "action")
    if target is not None:
        stage.carrier.last_request(stage.leg, target, so_far, "action")


def callback_of(stage: Stage, verb: Verb, default: frozenset[str], known: frozenset[str]) -> StatusCallback | None:
    """The statusCallback attributes of a noun; DocumentFailed(12200) for an event the carrier does not have."""
    url = verb.attributes.get("statusCallback")
    if url is None:
        return None
    events = frozenset(verb.attributes.get("statusCallbackEvent", "").split()) or default
    if events - known:
        raise DocumentFailed(12200, f"{verb.name} statusCallbackEvent {' '.join(sorted(events - known))}")
    return StatusCallback(stage.absolute(url), verb.method("statusCallbackMethod"), events)


def terms_of(stage: Stage, noun: Verb) -> Terms:
    """A `<Conference>` noun as the terms of joining. Raises DocumentFailed."""
    beep = noun.attributes.get("beep", "true")
    if beep not in {"true", "false", "onEnter", "onExit"}:
        raise DocumentFailed(12200, f"Conference beep={beep!r}", stage.base_url)
    if noun.attributes.get("record", "do-not-record") != "do-not-record":
        raise DocumentFailed(12200, "the emulator does not record conferences", stage.base_url)
    if not noun.text or len(noun.text) > 128:
        raise DocumentFailed(13231, "a conference needs a name of at most 128 characters", stage.base_url)
    label = noun.attributes.get("participantLabel", "")
    if len(label) > 128 or "/" in label or (label.startswith("CA") and len(label) == 34):
        raise DocumentFailed(16023, "the participant label is invalid", stage.base_url)
    most = int(noun.number("maxParticipants", 250, least=2))
    if most > 250:
        raise DocumentFailed(13235, "maxParticipants is above 250", stage.base_url)
    wait: Source | None = None
    if "waitUrl" in noun.attributes:
        asked = noun.attributes["waitUrl"]
        wait = Source(stage.absolute(asked) if asked else "", noun.method("waitMethod"))
    return Terms(
        name=noun.text,
        muted=noun.flag("muted", default=False),
        start_on_enter=noun.flag("startConferenceOnEnter", default=True),
        end_on_exit=noun.flag("endConferenceOnExit", default=False),
        beep=beep,
        label=label,
        wait=wait,
        coach=noun.attributes.get("coach", ""),
        max_participants=most,
        callback=callback_of(stage, noun, frozenset(), CONFERENCE_EVENTS),
    )


async def _into_conference(stage: Stage, verb: Verb, noun: Verb) -> dict[str, str]:
    terms = terms_of(stage, noun)
    star_leaves = verb.flag("hangupOnStar", default=False)
    try:
        async with asyncio.timeout(_limit_s(stage, verb)):
            joined = await stage.carrier.rooms.stay(stage.leg, terms, star_leaves=star_leaves)
    except TimeoutError:
        joined = True
    return {"DialCallStatus": "answered" if joined else "failed"}


def _limit_s(stage: Stage, verb: Verb) -> float:
    """The real seconds a connection may last: `timeLimit`, four hours unless told otherwise."""
    return verb.number("timeLimit", 14_400, least=1) / stage.leg.time_scale


async def _to_phones(stage: Stage, verb: Verb, so_far: dict[str, str]) -> dict[str, str]:
    nouns = list(verb.children) or [Verb("Number", {}, verb.text)]
    if len(nouns) > MOST_NUMBERS:
        raise DocumentFailed(13243, f"Dial rings at most {MOST_NUMBERS} at once", stage.base_url)
    caller_id = verb.attributes.get("callerId", stage.leg.call.from_)
    if caller_id != stage.leg.call.from_ and stage.carrier.numbers.get(caller_id) is None:
        raise DocumentFailed(13214, "Dial callerId is not a number of this account", stage.base_url)
    leg = stage.leg
    children = [_child(stage, noun, caller_id) for noun in nouns]
    if leg.answered.is_set():
        leg.ear.hears("ringing")
    winner: Leg | None = None
    try:
        winner = await leg.race(_first_ready(children, verb.number("timeout", 30, least=1) / leg.time_scale))
        _stop(children, but=winner)
        if winner is None:
            return {"DialCallStatus": _worst(children), "DialCallSid": children[-1].call.sid}
        stage.carrier.answer(leg)
        winner.bridged.set()
        leg.ear.hears("talk")
        so_far |= {"DialCallStatus": "completed", "DialCallSid": winner.call.sid, "DialCallDuration": "1"}
        await _talk(leg, winner, _limit_s(stage, verb))
        return {
            "DialCallStatus": "completed",
            "DialCallSid": winner.call.sid,
            "DialCallDuration": str(winner.call.duration_s),
            "DialBridged": "true",
        }
    except Interruption:
        _stop(children, but=None)
        raise
    finally:
        leg.ear.hears_nothing()


async def _talk(leg: Leg, child: Leg, limit_s: float) -> None:
    """Talk until either side hangs up or the time is up, which ends the child."""
    try:
        async with asyncio.timeout(limit_s):
            await leg.race(child.unbridged.wait())
    except TimeoutError:
        child.interrupt(LegEnded("limit"))
        await child.unbridged.wait()


def _child(stage: Stage, noun: Verb, caller_id: str) -> Leg:
    identity = next((child.text for child in noun.children if child.name == "Identity"), noun.text)
    if not identity:
        raise DocumentFailed(13223, f"<{noun.name}> names nobody", stage.base_url)
    if noun.name == "Number" and not identity.lstrip("+").isdigit():
        raise DocumentFailed(13223, "Dial to an invalid number", stage.base_url)
    return stage.carrier.ring_for(
        stage.leg,
        to=f"client:{identity}" if noun.name == "Client" else identity,
        from_=caller_id,
        callback=callback_of(stage, noun, frozenset({"completed"}), CALL_EVENTS),
        whisper=stage.source(noun, "url"),
    )


async def _first_ready(children: list[Leg], seconds: float) -> Leg | None:
    """The first child that answered and passed its whisper; None when all failed or the time is up."""
    events = [asyncio.ensure_future(moment.wait()) for child in children for moment in (child.ready, child.ended)]
    try:
        async with asyncio.timeout(seconds):
            while any(not child.ended.is_set() for child in children):
                await asyncio.wait({task for task in events if not task.done()}, return_when=asyncio.FIRST_COMPLETED)
                for child in children:
                    if child.ready.is_set() and not child.ended.is_set():
                        return child
    except TimeoutError:
        return None
    finally:
        for task in events:
            task.cancel()
    return None


def _stop(children: list[Leg], *, but: Leg | None) -> None:
    for child in children:
        if child is not but:
            child.interrupt(LegEnded("parent"))


def _worst(children: list[Leg]) -> str:
    """What the parent is told when nobody was reached."""
    states = {child.call.status for child in children}
    for status in (CallStatus.BUSY, CallStatus.FAILED):
        if states == {status}:
            return status.value
    return CallStatus.NO_ANSWER.value
