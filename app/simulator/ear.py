"""What one leg hears, and for how long it heard nothing at all (P2: nobody waits in silence).

A silent stretch counts real seconds while it waits for the product, and line seconds (real × time_scale) while it waits
for something the emulator itself has sped up, a `<Pause>` or the end of a `<Gather>`; so the figures mean the same at
every speed.
"""

import asyncio
from collections.abc import Callable

from app.platform.clock import now
from app.simulator.calls import Call, Heard

WORTH_NOTING_S = 1.0


class Ear:
    """The sound on one leg. Silence is counted from `open` (the answer) to `close` (the end)."""

    def __init__(self, call: Call, time_scale: float, changed: Callable[[], None]) -> None:
        self._call = call
        self._time_scale = time_scale
        self._changed = changed
        self._open = False
        self._since = 0.0
        self._weight = 1.0
        self._stretch_s = 0.0
        self._total_s = 0.0
        self._longest_s = 0.0
        self.sound: str | None = None

    def open(self) -> None:
        """The call was answered: from here on silence counts."""
        self._open = True
        self._since = asyncio.get_running_loop().time()

    def close(self) -> None:
        """The call is over."""
        if self._open:
            self._settle()
            self._finish_stretch()
            self._open = False
        self.sound = None

    def hears(self, kind: str, text: str = "", language: str = "", seconds: float = 0.0) -> None:
        """A sound begins: say, play, music, talk, ringing, beep."""
        if self._open:
            self._settle()
            self._finish_stretch()
        self.sound = kind
        self._note(Heard(now(), kind, text, language, seconds))

    def hears_nothing(self, *, scaled: bool = False) -> None:
        """The sound ends. `scaled`: what is waited for runs on line seconds."""
        if self._open:
            self._settle()
        self.sound = None
        self._weight = self._time_scale if scaled else 1.0
        self._changed()

    def pauses(self, seconds: float) -> None:
        """A `<Pause>` of so many line seconds begins."""
        self.hears_nothing(scaled=True)
        self._note(Heard(now(), "pause", seconds=seconds))

    def notes(self, kind: str) -> None:
        """A short sound over whatever is heard."""
        self._note(Heard(now(), kind))

    def silence(self) -> dict[str, float]:
        """Line seconds: the longest silent stretch so far, all together, and the stretch going on now."""
        current = self._stretch_s
        fresh = 0.0
        if self._open and self.sound is None:
            fresh = (asyncio.get_running_loop().time() - self._since) * self._weight
            current += fresh
        return {
            "longest_s": round(max(self._longest_s, current), 3),
            "total_s": round(self._total_s + fresh, 3),
            "now_s": round(current, 3),
        }

    def _settle(self) -> None:
        moment = asyncio.get_running_loop().time()
        if self.sound is None:
            gone = (moment - self._since) * self._weight
            self._stretch_s += gone
            self._total_s += gone
        self._since = moment

    def _finish_stretch(self) -> None:
        self._longest_s = max(self._longest_s, self._stretch_s)
        if self._stretch_s >= WORTH_NOTING_S:
            self._note(Heard(now(), "silence", seconds=self._stretch_s))
        self._stretch_s = 0.0

    def _note(self, heard: Heard) -> None:
        self._call.heard.append(heard)
        self._call.heard_count += 1
        self._changed()
