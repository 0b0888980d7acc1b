"""Performing a document, verb by verb."""

from collections.abc import Awaitable, Callable

from app.simulator.calls import Source
from app.simulator.twiml.dialling import dial
from app.simulator.twiml.gathering import gather
from app.simulator.twiml.grammar import Setting
from app.simulator.twiml.parsing import Document, DocumentFailed, Verb
from app.simulator.twiml.queueing import enqueue, leave
from app.simulator.twiml.recording import record
from app.simulator.twiml.speaking import pause, play, say
from app.simulator.twiml.stage import GoTo, HangUp, Rejected, Stage

Performer = Callable[[Stage, Verb], Awaitable[None]]


async def redirect(stage: Stage, verb: Verb) -> None:
    """Go on with another document; an empty address is the same one again."""
    raise GoTo(Source(stage.absolute(verb.text), verb.method()))


async def hangup(stage: Stage, verb: Verb) -> None:  # noqa: ARG001 every verb has the same shape
    """End the call."""
    raise HangUp


async def reject(stage: Stage, verb: Verb) -> None:
    """Refuse an incoming call that was not answered yet; later it merely hangs up."""
    reason = verb.attributes.get("reason", "rejected")
    if reason not in {"rejected", "busy"}:
        raise DocumentFailed(12200, f"Reject reason={reason!r} is neither rejected nor busy", stage.base_url)
    if stage.leg.answered.is_set():
        raise HangUp
    raise Rejected(reason)


PERFORMERS: dict[str, Performer] = {
    "Say": say,
    "Play": play,
    "Pause": pause,
    "Gather": gather,
    "Redirect": redirect,
    "Hangup": hangup,
    "Reject": reject,
    "Dial": dial,
    "Enqueue": enqueue,
    "Leave": leave,
    "Record": record,
}


async def perform(stage: Stage, document: Document) -> None:
    """Perform the verbs in order. Ends by running out of them, or by what `stage` and `leg` define as exceptions."""
    for verb in document.verbs:
        stage.leg.check()
        if stage.setting is Setting.CALL and not stage.leg.answered.is_set() and _picks_up(verb):
            stage.carrier.answer(stage.leg)
        await PERFORMERS[verb.name](stage, verb)


def _picks_up(verb: Verb) -> bool:
    """Whether an unanswered call is answered for this verb."""
    if verb.name in {"Reject", "Pause", "Redirect"}:
        return False
    if verb.name == "Dial" and not any(child.name == "Conference" for child in verb.children):
        return not verb.flag("answerOnBridge", default=False)
    return True
