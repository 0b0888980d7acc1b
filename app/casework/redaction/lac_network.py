"""The LAC tagger in numpy: word classes and entities of a divided text (the forward pass: data/lac/README.md).

Two pairs of recurrent layers over the words, then the likeliest sequence of 49 tags. The sentences of a text are read
side by side, in a quarter of the time. What the layers saw is handed out too: our own tagger reads it (ADR 12).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.casework.redaction.lac_words import Lexicon, Token

HIDDEN, TAGS = 128, 49
SEEN = 2 * HIDDEN  # numbers that the last layers hand out for each token
_STOPS = frozenset("。！？；!?;")
Floats = NDArray[np.float32]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text as LAC sees it: its tokens, the index of each one's tag, and what the last layers saw (tokens × SEEN)."""

    tokens: list[Token]
    tags: list[int]
    seen: Floats


class _Pair:
    """A recurrent layer in both directions, each with a projection of its own; all sentences take a step together."""

    def __init__(self, weights: dict[str, NDArray[np.generic]], forward: int, backward: int) -> None:
        both = [_direction(weights, number) for number in (forward, backward)]
        self._projection = np.stack([one[0] for one in both])[:, None]
        self._bias = np.stack([one[1] for one in both])[:, None, None, :]
        self._gates = np.stack([one[2] for one in both])
        self._candidate = np.stack([one[3] for one in both])

    def run(self, inputs: Floats, reverse: Whole) -> Floats:
        """Sentences × steps × in → × SEEN. `reverse` gives for each sentence its steps from last to first."""
        rows = np.arange(len(inputs))[:, None]
        projected = np.matmul(np.stack([inputs, inputs[rows, reverse]]), self._projection)
        projected += self._bias
        out = np.empty((2, *inputs.shape[:2], HIDDEN), np.float32)
        state = np.zeros((2, len(inputs), HIDDEN), np.float32)
        for step in range(inputs.shape[1]):
            now = projected[:, :, step]
            gates = np.matmul(state, self._gates)
            gates += now[..., : 2 * HIDDEN]
            np.tanh(gates, out=gates)  # of half the sum, for the sigmoid is (1 + tanh(x / 2)) / 2
            gates += 1.0
            gates *= 0.5
            new = np.matmul(gates[..., HIDDEN:] * state, self._candidate)
            new += now[..., 2 * HIDDEN :]
            np.tanh(new, out=new)
            new -= state
            new *= gates[..., :HIDDEN]
            state += new
            out[:, :, step] = state
        return np.concatenate([out[0], out[1][rows, reverse]], axis=2)


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

    def tag(self, text: str) -> Tagged:
        """Tag a text as `lexicon.read` gives it."""
        tokens = self.lexicon.tokens(text)
        if not tokens:
            return Tagged([], [], np.zeros((0, SEEN), np.float32))
        nexts = [token.start for token in tokens[1:]] + [len(text)]
        ends = [
            at + 1
            for at, (token, after) in enumerate(zip(tokens, nexts, strict=True))
            if text[token.start] in _STOPS or "\n" in text[token.end : after]
        ]
        ends.append(len(tokens))
        bounds = [(start, end) for start, end in zip([0, *ends], ends, strict=False) if start < end]
        lengths = np.array([end - start for start, end in bounds])
        steps = np.arange(lengths.max())
        inside = steps < lengths[:, None]
        ids = np.zeros(inside.shape, np.int64)
        ids[inside] = [token.id for token in tokens]
        reverse = np.where(inside, lengths[:, None] - 1 - steps, steps)
        state = self.embedded(ids)
        for layer in self._layers:
            state = layer.run(state, reverse)
        seen = state[inside]
        scores = np.zeros((*inside.shape, TAGS), np.float32)
        scores[inside] = seen @ self._last + self._last_bias
        return Tagged(tokens, best_paths(scores, lengths, self._moves, self._start, self._stop), seen)


def best_paths(scores: Floats, lengths: Whole, moves: Floats, start: Floats, stop: Floats) -> list[int]:
    """The likeliest sequence of tags of each sentence (Viterbi), one after the other.

    Scores are sentences × steps × tags, moves from × to.
    """
    total = scores[:, 0] + start
    totals = [total]
    back: list[Whole] = []
    for step in range(1, scores.shape[1]):
        candidates = total[:, :, None] + moves
        best = candidates.argmax(axis=1)
        total = np.take_along_axis(candidates, best[:, None, :], axis=1)[:, 0] + scores[:, step]
        totals.append(total)
        back.append(best)
    path: list[int] = []
    for row, length in enumerate(lengths.tolist()):
        last = int((totals[length - 1][row] + stop).argmax())
        turned = [last]
        for step in range(length - 2, -1, -1):
            last = int(back[step][row, last])
            turned.append(last)
        path += turned[::-1]
    return path


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
