"""Our own tagger in numpy: it says of each token whether it names somebody, and as what (ADR 12; data/own/README.md).

What the language model and LAC saw and the token's own traits are projected to one row, five dilated convolutions look
to both sides, and each token gets its likeliest tag. It was trained on invented notes only.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.casework.redaction.lac_network import Floats, LacNetwork
from app.casework.redaction.language_model import Heard, LanguageModel
from app.casework.redaction.pieces import Vocabulary
from app.casework.redaction.tagger_input import View
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span

KINDS = (
    *(Kind.PERSON, Kind.SOCIAL, Kind.NUMBER, Kind.ADDRESS, Kind.SCHOOL, Kind.CLASS, Kind.DOB, Kind.EMPLOYER),
    *(Kind.HOSPITAL, Kind.ORG, Kind.CITY),
)
_DILATIONS = (1, 2, 4, 8, 2)
OUTSIDE_HANDICAP = 3.5  # hide when in doubt: chosen on the tuning notes, not on those that judge
_LEARNT = ("word", "shape", "place", "tag", "flags", "within")


class Tagger:
    """The weights and the forward pass."""

    def __init__(self, weights: dict[str, NDArray[np.generic]], lac: LacNetwork, language: LanguageModel) -> None:
        def get(name: str) -> Floats:
            return weights[name].astype(np.float32)

        self._lac = lac
        self._language = language
        self._tables = [weights[f"{name}.weight"].astype(np.float16) for name in _LEARNT]
        self._enter, self._enter_bias = np.ascontiguousarray(get("enter.weight").T), get("enter.bias")
        self._layers = [
            (
                get(f"norms.{n}.weight"),
                get(f"norms.{n}.bias"),
                np.ascontiguousarray(get(f"convs.{n}.weight").T),
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
        language = LanguageModel.load(folder)
        with (folder / "tagger.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return cls({name: stored[name] for name in stored.files}, lac, language)

    @property
    def vocabulary(self) -> Vocabulary:
        """The pieces that a view has to be divided into."""
        return self._language.vocabulary

    def scores(self, seen: View, heard: Heard) -> Floats:
        """Tokens × tags, as logarithms of probabilities."""
        columns = [self._lac.embedded(seen.rows[:, 0])]
        columns += [table[seen.rows[:, at + 1]].astype(np.float32) for at, table in enumerate(self._tables)]
        meant = self._language.read(seen.pieces, heard)[seen.piece]
        x: Floats = np.concatenate([*columns, seen.seen, meant], axis=1) @ self._enter
        x += self._enter_bias
        beside = np.zeros((len(x), 3 * x.shape[1]), np.float32)  # each token with those before and after it
        before, here, after = np.split(beside, 3, axis=1)
        mean = np.full((x.shape[1], 1), 1.0 / x.shape[1], np.float32)  # a product is faster than x.mean
        for (scale, shift, kernel, bias), far in zip(self._layers, _DILATIONS, strict=True):
            centred = x - x @ mean
            spread = np.einsum("ij,ij->i", centred, centred)[:, None] / np.float32(x.shape[1])
            centred /= np.sqrt(spread + np.float32(1e-5))
            np.multiply(centred, scale, out=here)
            here += shift
            before[:far] = 0.0
            before[far:] = here[:-far]
            after[-far:] = 0.0
            after[:-far] = here[far:]
            add = beside @ kernel
            add += bias
            x += np.maximum(add, 0.0, out=add)
        out: Floats = x @ self._leave + self._leave_bias
        out -= out.max(axis=1, keepdims=True)
        out -= np.log(np.exp(out).sum(axis=1, keepdims=True))
        return out

    def read(self, seen: View, heard: Heard) -> "Reading":
        """What the tagger makes of a text; `heard` is kept while one text is read."""
        if not seen.places:
            return Reading([], [], [], [])
        scores = self.scores(seen, heard)
        believed = (1.0 - np.exp(scores[:, 0])).tolist()
        scores[:, 0] -= OUTSIDE_HANDICAP
        starts, ends = zip(*seen.places, strict=True)
        return Reading(starts, ends, believed, scores.argmax(axis=1).tolist())


@dataclass(frozen=True, slots=True)
class Reading:
    """Where each token begins and ends, how likely it is to name somebody, and the likeliest tags."""

    starts: Sequence[int]
    ends: Sequence[int]
    believed: Sequence[float]
    path: Sequence[int]

    def spans(self) -> Iterator[Span]:
        """What names somebody, in order."""
        at = 0
        while at < len(self.path):
            tag = self.path[at]
            last = at
            inside = tag + tag % 2  # tag 2k goes on with what 2k - 1 began, and begins where nothing was begun
            if tag:
                while last + 1 < len(self.path) and self._goes_on(last + 1, inside):
                    last += 1
                yield Span(self.starts[at], self.ends[last], KINDS[(tag - 1) // 2], Reason.LEARNT)
            at = last + 1

    def _goes_on(self, at: int, inside: int) -> bool:
        """Whether a token goes on with what was begun: also as something else, when it follows without a space."""
        tag = self.path[at]
        return tag == inside or (tag > 0 and tag % 2 == 0 and self.starts[at] == self.ends[at - 1])

    def least_belief(self, span: Span) -> float:
        """How likely the unlikeliest token of a span is to name somebody."""
        return min(self._beliefs(span), default=0.0)

    def belief(self, span: Span) -> float:
        """How likely the likeliest token of a span is to name somebody."""
        return max(self._beliefs(span), default=0.0)

    def _beliefs(self, span: Span) -> Sequence[float]:
        return self.believed[bisect_right(self.ends, span.start) : bisect_left(self.starts, span.end)]
