"""The LAC tagger in numpy: word classes and entities of a divided text (the forward pass: data/lac/README.md).

Two pairs of recurrent layers over the words, then the likeliest sequence of 49 tags. The sentences of a text are read
side by side, the longest first, so that each step takes those that are not at their end yet. What the layers saw is
handed out too: our own tagger reads it (ADR 12).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.casework.redaction.lac_words import Lexicon, Token
from app.domain.redaction.placeholders import is_stand_in
from app.domain.redaction.span import Span

HIDDEN, TAGS = 128, 49
SEEN = 2 * HIDDEN  # numbers that the last layers hand out for each token
_STOPS = frozenset("。！？；!?;")
_COMMAS = frozenset("，、：,:…")
_ENOUGH = 12  # tokens after which a comma ends what is read together: shorter parts side by side take less time
Floats = NDArray[np.float32]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text as LAC sees it: its tokens, the index of each one's tag, and what the last layers saw (tokens × SEEN)."""

    tokens: list[Token]
    tags: list[int]
    seen: Floats


Read = dict[str, tuple[list[int], Floats]]
"""The tags of a sentence's tokens, and what the last layers saw: kept while one text is read, and no longer."""


@dataclass(frozen=True, slots=True)
class _Steps:
    """Sentences read side by side: which tokens (rows) each step takes, from the first to the last and backward."""

    forward: Whole
    backward: Whole
    bounds: list[tuple[int, int]]  # the part of both that a step takes; no step takes more than the one before

    @classmethod
    def of(cls, starts: Whole, ends: Whole) -> "_Steps":
        """For sentences that begin and end at these tokens, in the order of their lengths, the longest first."""
        lengths = ends - starts
        step = np.arange(lengths[0])[:, None]
        inside = step < lengths
        stops = np.cumsum(inside.sum(axis=1)).tolist()
        return cls((starts + step)[inside], (ends - 1 - step)[inside], list(zip([0, *stops], stops, strict=False)))


class _Pair:
    """A recurrent layer in both directions, each with a projection of its own."""

    def __init__(self, weights: dict[str, NDArray[np.generic]], forward: int, backward: int) -> None:
        both = [_direction(weights, number) for number in (forward, backward)]
        self._projection = np.stack([one[0] for one in both])
        self._bias = np.stack([one[1] for one in both])[:, None]
        self._gates = np.stack([one[2] for one in both])
        self._candidate = np.stack([one[3] for one in both])
        self._candidate *= 0.5  # for `run` gives it the doubled gate

    def run(self, inputs: Floats, steps: _Steps) -> Floats:
        """Tokens × in → tokens × SEEN."""
        both = np.stack([inputs[steps.forward], inputs[steps.backward]])
        projected = np.matmul(both, self._projection)
        projected += self._bias
        out = np.empty((2, len(inputs), HIDDEN), np.float32)
        to_gates, to_candidate = projected[..., : 2 * HIDDEN], projected[..., 2 * HIDDEN :]
        state = np.zeros((2, steps.bounds[0][1], HIDDEN), np.float32)
        for start, end in steps.bounds:
            state = state[:, : end - start]
            gates = np.matmul(state, self._gates)
            gates += to_gates[:, start:end]
            np.tanh(gates, out=gates)  # of half the sum, for the sigmoid is (1 + tanh(x / 2)) / 2
            gates += 1.0  # twice the gates
            new = np.matmul(gates[..., HIDDEN:] * state, self._candidate)
            new += to_candidate[:, start:end]
            np.tanh(new, out=new)
            new -= state
            new *= 0.5
            new *= gates[..., :HIDDEN]
            new += state
            out[:, start:end] = state = new
        seen = np.empty((len(inputs), SEEN), np.float32)
        seen[steps.forward, :HIDDEN] = out[0]
        seen[steps.backward, HIDDEN:] = out[1]
        return seen


class LacNetwork:
    """The weights and the forward pass."""

    def __init__(self, lexicon: Lexicon, weights: dict[str, NDArray[np.generic]]) -> None:
        self.lexicon = lexicon
        self._embedding = weights["emb"]
        self._scale = weights["sc"].astype(np.float32)
        self._layers = (_Pair(weights, 0, 1), _Pair(weights, 2, 3))
        self._last = weights["fc_4.w_0"].astype(np.float32)
        self._last_bias = weights["fc_4.b_0"].astype(np.float32)
        transitions = weights["crfw"].astype(np.float32)
        self._start, self._stop, self._moves = transitions[0], transitions[1], transitions[2:]

    @classmethod
    def load(cls, folder: Path) -> "LacNetwork":
        """Read weights and dictionaries. Raises OSError, KeyError or ValueError when they are missing or damaged."""
        with (folder / "lac.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
            weights = {name: stored[name] for name in stored.files}
        return cls(Lexicon.load(folder), weights)

    def embedded(self, ids: NDArray[np.integer[Any]]) -> Floats:
        """The rows of the embedding for these ids."""
        rows: Floats = self._embedding[ids].astype(np.float32) * self._scale[ids]
        return rows

    def tag(self, text: str, read: Read | None = None) -> Tagged:
        """Tag a text as `lexicon.read` gives it. `read`: what was read before, and is not read again."""
        tokens = self.lexicon.tokens(text)
        if not tokens:
            return Tagged([], [], np.zeros((0, SEEN), np.float32))
        read = {} if read is None else read
        bounds = _sentences(text, tokens)
        sentences = [text[tokens[start].start : tokens[end - 1].end] for start, end in bounds]
        fresh = {sentence: tokens[start:end] for sentence, (start, end) in zip(sentences, bounds, strict=True)}
        self._read({sentence: its for sentence, its in fresh.items() if sentence not in read}, read)
        tags = [tag for sentence in sentences for tag in read[sentence][0]]
        return Tagged(tokens, tags, np.concatenate([read[sentence][1] for sentence in sentences]))

    def _read(self, sentences: dict[str, list[Token]], read: Read) -> None:
        """Read sentences side by side, and add them to what was read."""
        if not sentences:
            return
        longest_first = sorted(sentences, key=lambda sentence: -len(sentences[sentence]))
        lengths = np.array([len(sentences[sentence]) for sentence in longest_first])
        ends = np.cumsum(lengths)
        steps = _Steps.of(ends - lengths, ends)
        state = self.embedded(np.array([token.id for sentence in longest_first for token in sentences[sentence]]))
        for layer in self._layers:
            state = layer.run(state, steps)
        scores = state @ self._last + self._last_bias
        path = best_paths(scores, steps, self._moves, self._start, self._stop)
        for sentence, start, end in zip(longest_first, (ends - lengths).tolist(), ends.tolist(), strict=True):
            read[sentence] = path[start:end], state[start:end]


def _sentences(text: str, tokens: list[Token]) -> list[tuple[int, int]]:
    """Which tokens are read together: sentences, and parts of long ones up to a comma or a name that was taken out."""
    bounds = []
    start = 0
    for at, (token, after) in enumerate(zip(tokens, [*tokens[1:], None], strict=True)):
        first = text[token.start]
        stops = first in _STOPS or is_stand_in(first) or (first in _COMMAS and at + 1 - start >= _ENOUGH)
        if after is None or stops or "\n" in text[token.end : after.start]:
            bounds.append((start, at + 1))
            start = at + 1
    return bounds


def whole(spans: Iterable[Span], tagged: Tagged) -> Iterator[Span]:
    """The spans with all of the words that they begin or end in."""
    starts = [token.start for token in tagged.tokens]
    for span in spans:
        first = tagged.tokens[max(0, bisect_right(starts, span.start) - 1)]
        last = tagged.tokens[max(0, bisect_left(starts, span.end) - 1)]
        start = min(span.start, first.start) if span.start < first.end else span.start
        end = max(span.end, last.end) if last.start < span.end else span.end
        yield span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def best_paths(scores: Floats, steps: _Steps, moves: Floats, start: Floats, stop: Floats) -> list[int]:
    """The likeliest tag of each token, as one sequence in each sentence (Viterbi).

    Scores are tokens × tags, moves from × to.
    """
    scores = scores[steps.forward]
    first, last = steps.bounds[0]
    totals = [scores[first:last] + start]
    moves_from = np.ascontiguousarray(moves[:, None])  # from × sentence × to: the quickest to take the largest of
    for first, last in steps.bounds[1:]:
        total = (totals[-1][: last - first].T[:, :, None] + moves_from).max(axis=0)
        total += scores[first:last]
        totals.append(total)
    back = np.ascontiguousarray(moves.T)
    path = np.empty(len(scores), np.int64)
    best = np.empty(0, np.int64)  # of the sentences that are not at their beginning yet, their tag at this step
    for (first, last), total in zip(reversed(steps.bounds), reversed(totals), strict=True):
        going_on = (total[: len(best)] + back[best]).argmax(axis=1)
        if len(total) > len(best):
            at_its_end = (total[len(best) :] + stop).argmax(axis=1)
            best = np.concatenate([going_on, at_its_end])
        else:
            best = going_on
        path[steps.forward[first:last]] = best
    tags: list[int] = path.tolist()
    return tags


def _direction(weights: dict[str, NDArray[np.generic]], number: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Projection, bias, gates (update and reset) and candidate: the recurrent weights are stored flat.

    All that leads to a gate is halved, as `run` wants it.
    """
    recurrent = weights[f"gru_{number}.w_0"].astype(np.float32).reshape(-1)
    split = HIDDEN * 2 * HIDDEN
    halved = np.where(np.arange(3 * HIDDEN) < 2 * HIDDEN, 0.5, 1.0).astype(np.float32)
    bias = weights[f"fc_{number}.b_0"].astype(np.float32) + weights[f"gru_{number}.b_0"].astype(np.float32)[0]
    return (
        weights[f"fc_{number}.w_0"].astype(np.float32) * halved,
        bias * halved,
        recurrent[:split].reshape(HIDDEN, 2 * HIDDEN) * np.float32(0.5),
        recurrent[split:].reshape(HIDDEN, HIDDEN),
    )
