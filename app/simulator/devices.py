"""Who picks up: browsers and phones that ring, and the people who hold them. A phone nobody scripted is worked by hand
on the demo page; a browser nobody scripted answers by itself."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from app.simulator.leg import Leg, LegEnded

if TYPE_CHECKING:
    from app.simulator.carrier import Carrier


class Kind(StrEnum):
    """What a device does when it rings."""

    ANSWER = "answer"
    ANSWER_AND_PRESS = "answer_and_press"
    WRONG_KEY_THEN = "wrong_key_then"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECT = "reject"
    OFFLINE = "offline"
    BY_HAND = "by_hand"


class Ring(StrEnum):
    """How ringing ended."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Milliseconds are of the line: divided by the time scale. `hang_up_after_ms` counts from the answer."""

    kind: Kind
    digits: str = ""
    answer_after_ms: int = 50
    press_after_ms: int = 300
    hang_up_after_ms: int | None = None


VOICEMAIL_RECORDS_MS = 30_000
WRONG_KEY = "7"


def read_behaviour(given: Mapping[str, object]) -> Behaviour:
    """A behaviour out of JSON: {"behaviour": "answer_and_press", "digits": "1", …}; `answer_and_press("1")` works too.

    ValueError says what is wrong.
    """
    text = str(given.get("behaviour", ""))
    match = re.fullmatch(r"([a-z_]+)(?:\(\s*[\"']?([0-9*#]*)[\"']?\s*\))?", text)
    if match is None or match[1] not in set(Kind):
        raise ValueError(f"behaviour must be one of {', '.join(Kind)}")
    behaviour = Behaviour(Kind(match[1]), match[2] or str(given.get("digits", "")))
    for name in ("answer_after_ms", "press_after_ms", "hang_up_after_ms"):
        value = given.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError(f"{name} must be a whole number of milliseconds")
        behaviour = replace(behaviour, **{name: value})  # type: ignore[arg-type] # the three names above are integers
    if behaviour.kind in {Kind.ANSWER_AND_PRESS, Kind.WRONG_KEY_THEN} and not behaviour.digits:
        raise ValueError(f"{behaviour.kind} needs digits")
    return behaviour


class Devices:
    """The behaviours by address. `client:*` and `+*` stand for every browser and every phone not named."""

    def __init__(self) -> None:
        self._by_address: dict[str, Behaviour] = {
            "client:*": Behaviour(Kind.ANSWER),
            "+*": Behaviour(Kind.BY_HAND),
        }

    def set(self, address: str, behaviour: Behaviour) -> None:
        """From now on this address behaves so; a call that rings already is not touched."""
        self._by_address[address] = behaviour

    def of(self, address: str) -> Behaviour:
        """How this address behaves."""
        default = "client:*" if address.startswith("client:") else "+*"
        return self._by_address.get(address.partition("?")[0], self._by_address[default])

    def public(self) -> dict[str, dict[str, object]]:
        """As JSON."""
        return {address: asdict(behaviour) for address, behaviour in self._by_address.items()}


async def ring(leg: Leg, behaviour: Behaviour, timeout_s: float) -> Ring:
    """Let the device ring for at most `timeout_s` line seconds. Raises the leg's interruption."""
    if behaviour.kind is Kind.BUSY or behaviour.kind is Kind.REJECT:
        await leg.pass_time(behaviour.answer_after_ms / 1000)
        return Ring.BUSY
    if behaviour.kind is Kind.NO_ANSWER:
        await leg.pass_time(timeout_s)
        return Ring.NO_ANSWER
    if behaviour.kind is Kind.BY_HAND:
        try:
            async with asyncio.timeout(timeout_s / leg.time_scale):
                verdict = await leg.race(asyncio.shield(leg.hand))
                return Ring.ANSWERED if verdict == "answer" else Ring.BUSY
        except TimeoutError:
            return Ring.NO_ANSWER
    # Which comes first is settled in line time: on a busy machine a scaled ring may be over before anybody could move.
    answers_after_s = behaviour.answer_after_ms / 1000
    await leg.pass_time(min(answers_after_s, timeout_s))
    return Ring.ANSWERED if answers_after_s < timeout_s else Ring.NO_ANSWER


def pick_up(carrier: "Carrier", leg: Leg, behaviour: Behaviour) -> None:
    """Start what the person does after answering."""
    if behaviour.kind in {Kind.ANSWER_AND_PRESS, Kind.WRONG_KEY_THEN}:
        carrier.background.start(_press_keys(leg, behaviour))
    hang_up_ms = behaviour.hang_up_after_ms
    if hang_up_ms is None and behaviour.kind is Kind.VOICEMAIL:
        hang_up_ms = VOICEMAIL_RECORDS_MS
    if hang_up_ms is not None:
        carrier.background.start(_hang_up_later(leg, hang_up_ms / 1000))


async def _press_keys(leg: Leg, behaviour: Behaviour) -> None:
    """Press when asked to: the wrong key at the first asking where the script says so, then the right ones."""
    tries = [behaviour.digits]
    if behaviour.kind is Kind.WRONG_KEY_THEN:
        tries.insert(0, WRONG_KEY)
    try:
        for digits in tries:
            await leg.while_live(leg.gather_begun.wait())
            leg.gather_begun.clear()
            await leg.while_live(asyncio.sleep(behaviour.press_after_ms / 1000 / leg.time_scale))
            leg.press(digits)
    except LegEnded:
        return


async def _hang_up_later(leg: Leg, line_seconds: float) -> None:
    try:
        async with asyncio.timeout(line_seconds / leg.time_scale):
            await leg.ended.wait()
    except TimeoutError:
        leg.interrupt(LegEnded("callee"))
