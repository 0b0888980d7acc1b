"""Record: a beep, then whatever is said, until a key, the longest length, or the hang-up. Only the length is kept."""

import asyncio
import math
from dataclasses import dataclass, field
from datetime import datetime

from app.platform.clock import now
from app.simulator.calls import Source, new_sid
from app.simulator.leg import LegEnded, LegRedirected
from app.simulator.twiml.parsing import DocumentFailed, Verb
from app.simulator.twiml.stage import GoTo, Stage
from app.simulator.webhooks import Outgoing

RECORDING_EVENTS = frozenset({"in-progress", "completed", "absent"})


@dataclass(slots=True)
class Recording:
    """A recording's record."""

    call_sid: str
    sid: str = field(default_factory=lambda: new_sid("RE"))
    created_at: datetime = field(default_factory=now)
    duration_s: int = 0
    status: str = "in-progress"


async def record(stage: Stage, verb: Verb) -> None:
    """Record the leg and go on at `action`. Hanging up ends the recording and still tells `action`."""
    finish = verb.attributes.get("finishOnKey", "1234567890*#")
    longest = verb.number("maxLength", 3600, least=1)
    recording = Recording(stage.leg.call.sid)
    stage.carrier.recordings[recording.sid] = recording
    if verb.flag("playBeep", default=True):
        stage.leg.ear.hears("beep")
        await stage.leg.pass_time(0.5)
    target = stage.source(verb, "action") or Source(stage.base_url, verb.method())
    stage.leg.forget_digits()
    stage.leg.recording = True
    # While someone speaks to a machine the line is rightly quiet: it is their turn.
    stage.leg.ear.hears("recording")
    began = asyncio.get_running_loop().time()
    try:
        pressed = await _until_key(stage, finish, longest)
    except (LegEnded, LegRedirected) as gone:
        _finish(stage, verb, recording, began)
        if isinstance(gone, LegEnded):
            fields = {**_fields(stage, recording), "Digits": "hangup"}
            stage.carrier.last_request(stage.leg, target, fields, "action")
        raise
    finally:
        stage.leg.recording = False
        stage.leg.ear.hears_nothing()
    _finish(stage, verb, recording, began)
    raise GoTo(target, {**_fields(stage, recording), "Digits": pressed})


async def _until_key(stage: Stage, finish: str, longest: float) -> str:
    try:
        async with asyncio.timeout(longest / stage.leg.time_scale):
            while True:
                key = await stage.leg.race(stage.leg.digits.get())
                if key in finish:
                    return key
    except TimeoutError:
        return ""


def _finish(stage: Stage, verb: Verb, recording: Recording, began: float) -> None:
    seconds = (asyncio.get_running_loop().time() - began) * stage.leg.time_scale
    recording.duration_s = max(1, math.ceil(seconds))
    recording.status = "completed"
    url = verb.attributes.get("recordingStatusCallback")
    if url is None:
        return
    events = frozenset(verb.attributes.get("recordingStatusCallbackEvent", "completed").split())
    if events - RECORDING_EVENTS:
        raise DocumentFailed(12200, "Record recordingStatusCallbackEvent", stage.base_url)
    if "completed" in events:
        params = {
            **_fields(stage, recording),
            "AccountSid": stage.carrier.options.account_sid,
            "CallSid": recording.call_sid,
            "RecordingStatus": "completed",
            "RecordingChannels": "1",
            "RecordingSource": "RecordVerb",
        }
        method = verb.method("recordingStatusCallbackMethod")
        stage.carrier.callbacks.post(Outgoing(stage.absolute(url), method, params, "recording", recording.call_sid))


def _fields(stage: Stage, recording: Recording) -> dict[str, str]:
    options = stage.carrier.options
    path = f"/2010-04-01/Accounts/{options.account_sid}/Recordings/{recording.sid}"
    return {
        "RecordingSid": recording.sid,
        "RecordingUrl": options.public_base_url.rstrip("/") + path,
        "RecordingDuration": str(recording.duration_s),
    }
