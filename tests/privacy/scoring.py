"""How well identities are found: recall of each kind, precision, and what has to stay.

A span is `touched` when any of it is found, `covered` when all its letters and digits are. A finding counts as right
when it meets a span of the notes, of whatever kind.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Span

Note = dict[str, Any]
HERE = Path(__file__).parent


@dataclass
class Score:
    """Counts over a set of notes, and the failures in words."""

    there: Counter[str] = field(default_factory=Counter)
    touched: Counter[str] = field(default_factory=Counter)
    covered: Counter[str] = field(default_factory=Counter)
    found: int = 0
    right: int = 0
    to_keep: int = 0
    kept: int = 0
    to_stay: int = 0
    stayed: int = 0
    failures: list[str] = field(default_factory=list)

    def recall(self, name: str, *, whole: bool = True) -> float:
        """Of a kind, of `direct`, `quasi` or `all`."""
        return (self.covered if whole else self.touched)[name] / max(1, self.there[name])

    @property
    def precision(self) -> float:
        """How many findings meet something that is to be found."""
        return self.right / max(1, self.found)

    @property
    def keeping(self) -> float:
        """How many crisis numbers and clinical facts stayed (field.md section 7): hiding one is a safety failure."""
        return self.kept / max(1, self.to_keep)

    @property
    def staying(self) -> float:
        """How many other words that name nobody, but look as if they did, stayed."""
        return self.stayed / max(1, self.to_stay)

    def __add__(self, other: "Score") -> "Score":
        total = Score(failures=[*self.failures, *other.failures])
        for name in ("there", "touched", "covered", "found", "right", "to_keep", "kept", "to_stay", "stayed"):
            setattr(total, name, getattr(self, name) + getattr(other, name))
        return total

    def report(self) -> str:
        """What failed, and a table."""
        return "\n".join([*self.failures, self.table()])

    def table(self) -> str:
        """A table for people."""
        rows = [
            f"{name:<11}{self.there[name]:>5}  "
            f"touched {self.recall(name, whole=False):.3f}  covered {self.recall(name):.3f}"
            for name in sorted(self.there, key=lambda n: (n.isupper(), n))
        ]
        rows.append(
            f"precision {self.precision:.3f} of {self.found}; kept {self.kept} of {self.to_keep}, "
            f"and {self.stayed} of {self.to_stay} other words"
        )
        return "\n".join(rows)


def read_notes(name: str) -> list[Note]:
    """The notes of a file beside this one."""
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def score(notes: Iterable[Note], find: Callable[[str], Sequence[Span]]) -> Score:
    """Compare what `find` finds with what the notes say is there."""
    total = Score()
    for note in notes:
        _score_note(total, note, find(note["text"]))
    return total


def _score_note(total: Score, note: Note, spans: Sequence[Span]) -> None:
    text = note["text"]
    hidden = {at for span in spans for at in range(span.start, span.end)}
    for there in note["spans"]:
        part = range(there["start"], there["end"])
        touched = any(at in hidden for at in part)
        covered = touched and all(at in hidden or not text[at].isalnum() for at in part)
        for name in (there["type"], "direct" if Kind(there["type"]).is_direct else "quasi", "all"):
            total.there[name] += 1
            total.touched[name] += touched
            total.covered[name] += covered
        if not covered:
            total.failures.append(
                f"{note['id']}: {'part of ' if touched else ''}{there['type']} {text[part[0] : part[-1] + 1]}"
            )
    for span in spans:
        right = any(span.start < there["end"] and there["start"] < span.end for there in note["spans"])
        total.found += 1
        total.right += right
        if not right:
            total.failures.append(f"{note['id']}: not a {span.kind} ({span.reason}): {text[span.start : span.end]}")
    for name in ("keep", "stay"):
        for word in note.get(name, ()):
            at = text.index(word)
            stays = not any(place in hidden for place in range(at, at + len(word)))
            if name == "keep":
                total.to_keep += 1
                total.kept += stays
            else:
                total.to_stay += 1
                total.stayed += stays
            if not stays:
                total.failures.append(f"{note['id']}: hidden ({name}): {word}")
