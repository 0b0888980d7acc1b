"""Steps of a leg as TwiML documents, by template: what the carrier shall do, in its own words (telephony.md section 1).

Pure: the same step gives the same text. After every verb that waits stands a Redirect, so that no caller ever falls off
the end of a document. `turn` marks the asking that this document answers; it travels in the URLs and comes back with
what happens next, so that a carrier's retry and a second key press are told apart (failures 17 and 18).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import assert_never
from urllib.parse import quote
from uuid import UUID

from app.carriers.steps import Ask, DialOut, Goodbye, Join, Spoken, Step, TakeMessage, Wait, WaitSound
from app.carriers.twilio.urls import PATIENCE, Urls

HOLD_SOUND_S = 20
BRIDGE_EVENTS = "start end join leave mute hold modify"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?><Response>'
_SPECIAL = re.compile('[&<>"\x00-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]')
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


@dataclass(frozen=True, slots=True)
class Voices:
    """The voice of each language, by the carrier's name for it; empty means the carrier's own choice."""

    zh: str = ""
    en: str = ""
    openings: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the opening tags once."""
        tags = {
            language: f'<Say language="{tag}"' + (f' voice="{escaped(voice)}">' if voice else ">")
            for language, tag, voice in (("zh", "zh-CN", self.zh), ("en", "en-GB", self.en))
        }
        object.__setattr__(self, "openings", tags)


DEFAULT_VOICES = Voices()


def escaped(text: str) -> str:
    """Text fit for XML content and attributes: entities for mark-up, a space for what XML forbids."""
    if _SPECIAL.search(text) is None:
        return text
    return _SPECIAL.sub(lambda match: _ENTITIES.get(match.group(), " "), text)


_PATIENCE = escaped(PATIENCE)


def render(
    step: Step, *, leg_id: UUID, contact_id: UUID, urls: Urls, voices: Voices = DEFAULT_VOICES, turn: str = ""
) -> str:
    """The document for a leg that shall do `step`. `turn` is made of letters and digits."""
    leg = f"{urls.legs}/{leg_id}"
    match step:
        case Ask():
            body = _ask(step, leg, voices, turn)
        case Wait():
            body = _wait(step, leg, urls.bridge(contact_id), voices, turn)
        case Join():
            body = _join(step, leg, urls.bridge(contact_id), voices, turn)
        case TakeMessage():
            body = _take_message(step, leg, voices, turn)
        case DialOut():
            body = _dial_out(step, leg, voices, turn)
        case Goodbye():
            body = f"{_said(step.say, voices)}<Hangup/>"
        case _:
            assert_never(step)
    return f"{_HEAD}{body}</Response>"


def render_sound(sound: WaitSound, *, leg_id: UUID, urls: Urls, voices: Voices = DEFAULT_VOICES) -> str:
    """What somebody waiting hears, over and over: waitUrl and HoldUrl allow Say, Play, Pause and Redirect only.

    Never silence (promise P2): where nothing is to be said, there is music. The short pause keeps a music file that
    cannot be fetched from turning into a storm of requests.
    """
    rest = f'<Pause length="{max(1, sound.seconds)}"/>'
    if sound.music or not sound.say:
        rounds = max(1, round(sound.seconds / HOLD_SOUND_S))
        rest = f'<Play loop="{rounds}">{urls.hold_sound}</Play><Pause length="1"/>'
    again = f'<Redirect method="POST">{escaped(urls.sound(leg_id))}</Redirect>'
    return f"{_HEAD}{_said(sound.say, voices)}{rest}{again}</Response>"


def render_announcement(say: Iterable[Spoken], *, voices: Voices = DEFAULT_VOICES) -> str:
    """Words over a talk: an AnnounceUrl allows Say, Play, Pause and Redirect only; a pause stands for no words."""
    words = _said(say, voices) or '<Pause length="1"/>'
    return f"{_HEAD}{words}</Response>"


def render_apology(say: Iterable[Spoken], *, ask_again_at: str, voices: Voices = DEFAULT_VOICES) -> str:
    """Keep a caller whose request we could not read: say so honestly, then let the carrier ask again."""
    again = f'<Redirect method="POST">{escaped(ask_again_at)}</Redirect>'
    return f'{_HEAD}{_said(say, voices)}<Pause length="1"/>{again}</Response>'


def _said(sentences: Iterable[Spoken], voices: Voices) -> str:
    openings = voices.openings
    other = openings["zh"]
    return "".join([f"{openings.get(s.language, other)}{escaped(s.text)}</Say>" for s in sentences])


def _next(leg: str, after: str, turn: str) -> str:
    return f"{leg}/next?after={after}&amp;turn={turn}{_PATIENCE}"


def _ask(step: Ask, leg: str, voices: Voices, turn: str) -> str:
    # finishOnKey is empty so that # and * are keys like the others; no key at all asks us too.
    url = f"{leg}/digits?ask={quote(step.name, safe='')}&amp;turn={turn}{_PATIENCE}"
    return (
        f'<Gather input="dtmf" numDigits="1" finishOnKey="" timeout="{max(1, step.timeout_s)}" '
        f'actionOnEmptyResult="true" method="POST" action="{url}">{_said(step.say, voices)}</Gather>'
        f'<Redirect method="POST">{url}</Redirect>'
    )


def _conference(name: str, label: str, leg: str, bridge_url: str, *, caller: bool, muted: bool) -> str:
    # Only the first participant's callback counts for the carrier; a joiner who came first must be heard of too.
    start, end = ("false", "true") if caller else ("true", "false")
    mute = ' muted="true"' if muted else ""
    return (
        f'<Conference startConferenceOnEnter="{start}" endConferenceOnExit="{end}" beep="false"{mute} '
        f'participantLabel="{escaped(label)}" waitUrl="{leg}/sound{_PATIENCE}" waitMethod="POST" '
        f'statusCallback="{bridge_url}" statusCallbackMethod="POST" statusCallbackEvent="{BRIDGE_EVENTS}">'
        f"{escaped(name)}</Conference>"
    )


def _wait(step: Wait, leg: str, bridge_url: str, voices: Voices, turn: str) -> str:
    url = _next(leg, "wait", turn)
    conference = _conference(step.bridge, step.label, leg, bridge_url, caller=True, muted=False)
    return (
        f'{_said(step.before, voices)}<Dial method="POST" action="{url}">{conference}</Dial>'
        f'<Redirect method="POST">{url}</Redirect>'
    )


def _join(step: Join, leg: str, bridge_url: str, voices: Voices, turn: str) -> str:
    url = _next(leg, "join", turn)
    conference = _conference(step.bridge, step.label, leg, bridge_url, caller=False, muted=step.muted)
    return (
        f'{_said(step.before, voices)}<Dial method="POST" action="{url}">{conference}</Dial>'
        f'<Redirect method="POST">{url}</Redirect>'
    )


def _take_message(step: TakeMessage, leg: str, voices: Voices, turn: str) -> str:
    # Without a sound the carrier skips the action and goes on: hence the Redirect.
    return (
        f'{_said(step.say, voices)}<Record action="{leg}/message?turn={turn}{_PATIENCE}" method="POST" '
        f'maxLength="{max(1, step.max_s)}" timeout="10" finishOnKey="#" playBeep="true"/>'
        f'<Redirect method="POST">{_next(leg, "take_message", turn)}</Redirect>'
    )


def _dial_out(step: DialOut, leg: str, voices: Voices, turn: str) -> str:
    url = _next(leg, "dial_out", turn)
    shown = f' callerId="{escaped(step.caller_id)}"' if step.caller_id else ""
    return (
        f'{_said(step.say, voices)}<Dial method="POST" action="{url}" timeout="{max(1, step.timeout_s)}"{shown}>'
        f'<Number>{escaped(step.number)}</Number></Dial><Redirect method="POST">{url}</Redirect>'
    )
