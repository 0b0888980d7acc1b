"""What applying files changes, in words that an administrator can agree or disagree with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

LONGEST_VALUE: Final = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed, or would: one sentence each, and the lines concerned. Nothing: the files say what is in force."""

    sentences: tuple[str, ...]
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What the files say and applying them does not do, such as another past."""

    def __bool__(self) -> bool:
        return bool(self.sentences)

    def in_words(self) -> str:
        """Everything, a line each."""
        said = self.sentences or ("Nothing changes: this is what is in force.",)
        return "\n".join((*said, *(f"Note: {note}" for note in self.notes)))


@dataclass(slots=True)
class Account:
    """What has been done so far."""

    sentences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def changed(self, line_id: str, sentence: str) -> None:
        """Something about this line changed."""
        self.sentences.append(f"{line_id}: {sentence}")
        if line_id not in self.lines:
            self.lines.append(line_id)


def when(moment: datetime, zone: str) -> str:
    """A moment as the line's own clocks show it."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def period(start: datetime, end: datetime | None, zone: str) -> str:
    """From when to when."""
    return f"from {when(start, zone)} " + (f"until {when(end, zone)}" if end else "until further notice")


def changed_settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The settings that differ, `queue.ring_seconds: 20 → 25`."""
    before, after = dict(_flat(old)), dict(_flat(new))
    return [
        f"{path}: {_shown(before.get(path))} → {_shown(after.get(path))}"
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    ]


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{number}]")
    elif value is not None:
        yield path, value


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
