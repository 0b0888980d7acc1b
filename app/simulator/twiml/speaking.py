"""Say, Play and Pause. A sentence takes as long as a voice needs: 0.08 s a Chinese character, 0.06 s any other."""

from app.simulator.twiml.grammar import Setting
from app.simulator.twiml.parsing import DocumentFailed, Verb
from app.simulator.twiml.stage import Stage

LONGEST_TEXT = 4096
PLAY_S = 10.0
LEAST_SAY_S = 1.0


def seconds_to_say(text: str) -> float:
    """Line seconds that a voice takes for a text, at least one."""
    wide = sum(1 for character in text if character > "\u2e7f")
    return max(LEAST_SAY_S, wide * 0.08 + (len(text) - wide) * 0.06)


def _rounds(verb: Verb) -> int:
    """How often to repeat; 0 in the document means until interrupted (the carrier stops at 1000)."""
    return int(verb.number("loop", 1)) or 1000


async def say(stage: Stage, verb: Verb) -> None:
    """Speak the text."""
    if not verb.text:
        stage.problem(13520, "Say without a text")
        return
    if len(verb.text) > LONGEST_TEXT:
        raise DocumentFailed(13520, f"Say is longer than {LONGEST_TEXT} characters", stage.base_url)
    seconds = seconds_to_say(verb.text)
    for _ in range(_rounds(verb)):
        stage.leg.ear.hears("say", verb.text, verb.attributes.get("language", "en-US"), seconds)
        await _last(stage, seconds)
    stage.leg.ear.hears_nothing()


async def _last(stage: Stage, seconds: float) -> None:
    """Let a sound last its line seconds, and where people wait at least a little real time."""
    least = stage.carrier.options.least_wait_sound_s if stage.setting in {Setting.WAIT, Setting.QUEUE} else 0.0
    await stage.leg.pass_time(max(seconds, least * stage.leg.time_scale))


async def play(stage: Stage, verb: Verb) -> None:
    """Play a sound file (taken to last ten seconds; it is not fetched) or send key tones."""
    digits = verb.attributes.get("digits", "")
    if not verb.text and not digits:
        raise DocumentFailed(13420, "Play names no file", stage.base_url)
    what = stage.absolute(verb.text) if verb.text else f"keys {digits}"
    seconds = PLAY_S if verb.text else 0.5 * len(digits)
    for _ in range(_rounds(verb)):
        stage.leg.ear.hears("play", what, seconds=seconds)
        await _last(stage, seconds)
    stage.leg.ear.hears_nothing()


async def pause(stage: Stage, verb: Verb) -> None:
    """Wait in silence, one second unless told otherwise."""
    seconds = verb.number("length", 1)
    stage.leg.ear.pauses(seconds)
    await stage.leg.pass_time(seconds)
    stage.leg.ear.hears_nothing()
