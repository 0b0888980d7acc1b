"""Our own tagger in numpy: it says of each token whether it names somebody, and as what (ADR 12; data/own/README.md).

What LAC saw and the token's own traits are projected to one row, four dilated convolutions look to both sides, and each
token gets its likeliest tag. It was trained on invented notes only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.casework.redaction.lac_network import Floats, LacNetwork
from app.casework.redaction.tagger_input import View
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span

KINDS = (
    *(Kind.PERSON, Kind.SOCIAL, Kind.NUMBER, Kind.ADDRESS, Kind.SCHOOL, Kind.CLASS, Kind.DOB, Kind.EMPLOYER),
    *(Kind.HOSPITAL, Kind.ORG, Kind.CITY),
)
_DILATIONS = (1, 2, 4, 8)
OUTSIDE_HANDICAP = 1.0  # hide when in doubt: chosen on the tuning notes, not on those that judge
_LEARNT = ("word", "left", "right", "shape", "place", "tag", "flags")


class Tagger:
    """The weights and the forward pass."""

    def __init__(self, weights: dict[str, NDArray[np.generic]], lac: LacNetwork) -> None:
        def get(name: str) -> Floats:
            return weights[name].astype(np.float32)

        self._lac = lac
        self._tables = [get(f"{name}.weight") for name in _LEARNT]
        self._enter, self._enter_bias = np.ascontiguousarray(get("enter.weight").T), get("enter.bias")
        self._layers = [
            (
                get(f"norms.{n}.weight"),
                get(f"norms.{n}.bias"),
                np.ascontiguousarray(get(f"convs.{n}.weight").transpose(2, 1, 0)),
                get(f"convs.{n}.bias"),
            )
            for n in range(len(_DILATIONS))
        ]
        self._leave, self._leave_bias = np.ascontiguousarray(get("leave.weight").T), get("leave.bias")
        if self._leave.shape[1] != 1 + 2 * len(KINDS):
            raise ValueError("the weights of the tagger are not for these kinds")

    @classmethod
    def load(cls, folder: Path, lac: LacNetwork) -> "Tagger":
        """Read the weights. Raises OSError, KeyError or ValueError when they are missing or damaged."""
        with (folder / "tagger.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return cls({name: stored[name] for name in stored.files}, lac)

    def scores(self, seen: View) -> Floats:
        """Tokens × tags, as logarithms of probabilities."""
        columns = [self._lac.embedded(seen.rows[:, 0])]
        columns += [table[seen.rows[:, at + 1]] for at, table in enumerate(self._tables)]
        x: Floats = np.concatenate([*columns, seen.seen], axis=1) @ self._enter + self._enter_bias
        for (scale, shift, kernel, bias), far in zip(self._layers, _DILATIONS, strict=True):
            centred = x - x.mean(axis=1, keepdims=True)
            normal = centred / np.sqrt((centred * centred).mean(axis=1, keepdims=True) + 1e-5) * scale + shift
            here = normal @ kernel[1] + bias
            if len(x) > far:
                here[far:] += normal[:-far] @ kernel[0]
                here[:-far] += normal[far:] @ kernel[2]
            x = x + np.maximum(here, 0.0)
        out = x @ self._leave + self._leave_bias
        top = out.max(axis=1, keepdims=True)
        result: Floats = out - top - np.log(np.exp(out - top).sum(axis=1, keepdims=True))
        return result

    def read(self, seen: View) -> "Reading":
        """What the tagger makes of a text."""
        if not seen.places:
            return Reading([], [])
        scores = self.scores(seen)
        believed = (1.0 - np.exp(scores[:, 0])).tolist()
        scores[:, 0] -= OUTSIDE_HANDICAP
        path = scores.argmax(axis=1).tolist()
        return Reading([(start, end, how) for (start, end), how in zip(seen.places, believed, strict=True)], path)


@dataclass(frozen=True, slots=True)
class Reading:
    """Each token's place, how likely it is to name somebody, and the likeliest tags."""

    tokens: list[tuple[int, int, float]]
    path: list[int]

    def spans(self) -> Iterator[Span]:
        """What names somebody, in order."""
        at = 0
        while at < len(self.path):
            tag = self.path[at]
            last = at
            inside = tag + tag % 2  # tag 2k goes on with what 2k - 1 began, and begins where nothing was begun
            if tag:
                while last + 1 < len(self.path) and self.path[last + 1] == inside:
                    last += 1
                yield Span(self.tokens[at][0], self.tokens[last][1], KINDS[(tag - 1) // 2], Reason.LEARNT)
            at = last + 1

    def least_belief(self, span: Span) -> float:
        """How likely the unlikeliest token of a span is to name somebody."""
        return min((how for start, end, how in self.tokens if start < span.end and span.start < end), default=0.0)

    def belief(self, span: Span) -> float:
        """How likely the likeliest token of a span is to name somebody."""
        return max((how for start, end, how in self.tokens if start < span.end and span.start < end), default=0.0)
