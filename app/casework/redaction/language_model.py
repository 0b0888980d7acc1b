"""The language model under our tagger: what each piece of a text means among the others (data/own/README.md).

The first layers of multilingual-e5-small, trained on with our tagger. The embeddings are kept in four bits and are
added up in numpy; the layers, in eight bits, are run by onnxruntime on one thread.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoModel,
    NotImplemented,
    RuntimeException,
)

from app.casework.redaction.lac_network import Floats
from app.casework.redaction.pieces import BEGIN, END, RESERVED, Vocabulary

WIDTH = 384
LONGEST = 126  # pieces that are read together; their places were learnt up to here
_BLOCK = 32  # numbers of an embedding that share a scale
_NORM = np.float32(1e-12)

_REFUSALS = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, NoModel, NotImplemented, RuntimeException)
"""What onnxruntime raises for files that are no network, or none that it can run."""

Heard = dict[tuple[int, ...], Floats]
"""What was made of a run of pieces: kept while one text is read, and no longer."""


@dataclass(frozen=True, slots=True)
class _Embeddings:
    """Half bytes, the first half of a block low: pieces × WIDTH / 2, and a scale for each block."""

    packed: NDArray[np.uint8]
    scales: NDArray[np.float16]
    places: Floats
    gain: Floats
    shift: Floats

    def of(self, ids: Sequence[int]) -> Floats:
        """Pieces × WIDTH."""
        halves = self.packed[ids].reshape(len(ids), -1, _BLOCK // 2)
        numbers = np.concatenate([halves & 15, halves >> 4], axis=2).astype(np.float32)
        numbers -= 8.0
        numbers *= self.scales[ids].astype(np.float32)[:, :, None]
        summed: Floats = numbers.reshape(len(ids), WIDTH) + self.places[: len(ids)]
        summed -= summed.mean(axis=1, keepdims=True)
        summed /= np.sqrt(np.square(summed).mean(axis=1, keepdims=True) + _NORM)
        summed *= self.gain
        summed += self.shift
        return summed


class LanguageModel:
    """The vocabulary, the embeddings and the layers."""

    def __init__(self, vocabulary: Vocabulary, embeddings: _Embeddings, layers: Any) -> None:
        self.vocabulary = vocabulary
        self._embeddings = embeddings
        self._layers = layers

    @classmethod
    def load(cls, folder: Path) -> "LanguageModel":
        """Read it. Raises OSError, KeyError or ValueError when files are missing or damaged."""
        with (folder / "pieces.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
            embeddings = _Embeddings(
                stored["packed"],
                stored["scales"],
                *(stored[name].astype(np.float32) for name in ("places", "gain", "shift")),
            )
        vocabulary = Vocabulary.load(folder)
        if len(embeddings.packed) != RESERVED + len(vocabulary.pieces):
            raise ValueError("the vocabulary and the embeddings are not of one model")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False  # 7 MB less, at the same pace
        options.log_severity_level = 3
        network = folder / "layers.onnx"
        if not network.is_file():
            raise FileNotFoundError(network)
        try:
            layers = onnxruntime.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
        except _REFUSALS as failure:
            raise ValueError("the layers of the language model cannot be read") from failure
        return cls(vocabulary, embeddings, layers)

    def read(self, pieces: Sequence[int], heard: Heard) -> Floats:
        """Pieces × WIDTH, each piece among those that are read together with it."""
        runs = [self._run(tuple(pieces[start:end]), heard) for start, end in self._runs(pieces)]
        return np.concatenate(runs) if runs else np.zeros((0, WIDTH), np.float32)

    def _run(self, pieces: tuple[int, ...], heard: Heard) -> Floats:
        if pieces not in heard:
            inputs = self._embeddings.of([BEGIN, *pieces, END])
            heard[pieces] = self._layers.run(None, {"x": inputs})[0][1:-1]
        return heard[pieces]

    def _runs(self, pieces: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Where runs begin and end: at the end of a sentence where there is one in their second half."""
        start = 0
        while len(pieces) - start > LONGEST:
            latest = start + LONGEST
            ends = (at for at in range(latest, start + LONGEST // 2, -1) if pieces[at - 1] in self.vocabulary.ends)
            end = next(ends, latest)
            yield start, end
            start = end
        if start < len(pieces):
            yield start, len(pieces)
