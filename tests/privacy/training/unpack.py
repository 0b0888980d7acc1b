"""Take the weights back out of the packed files, so that a short stage of training can go on from what is shipped.

What eight bits lost stays lost, but the first steps of training make up for it. The embeddings are not taken: they
are those of the language model as it was given.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from tests.privacy.training.pack import HEADS, WIDTH

Floats = NDArray[np.float32]
_DENSE = {"out": "ao", "inner": "fi", "outer": "fo"}
_NORMS = {"attended": "aln", "leave": "oln"}


def layers(file: Path) -> dict[str, Floats]:
    """The tensors of `layers.onnx` under the names that train.py gives them."""
    stored = {one.name: numpy_helper.to_array(one) for one in onnx.load(file).graph.initializer}
    found: dict[str, Floats] = {}

    def dense(name: str) -> tuple[Floats, Floats]:
        across = stored[f"{name}.weight"].astype(np.float32) * stored[f"{name}.scale"]
        return across.T * stored[f"{name}.smaller"], stored[f"{name}.bias"]

    for n in range(sum(name.endswith(".qkv.weight") for name in stored)):
        weight, bias = dense(f"layer{n}.qkv")
        queries = np.float32((WIDTH // HEADS) ** 0.5)
        for at, part in enumerate("qkv"):
            rows, more = slice(at * WIDTH, (at + 1) * WIDTH), queries if part == "q" else np.float32(1)
            found |= {f"{n}.{part}.weight": weight[rows] * more, f"{n}.{part}.bias": bias[rows] * more}
        for name, part in _DENSE.items():
            found[f"{n}.{part}.weight"], found[f"{n}.{part}.bias"] = dense(f"layer{n}.{name}")
        for name, part in _NORMS.items():
            found[f"{n}.{part}.weight"] = stored[f"layer{n}.{name}.gain"]
            found[f"{n}.{part}.bias"] = stored[f"layer{n}.{name}.shift"]
    return {f"lm.layers.{name}": value for name, value in found.items()}


def unpack(folder: Path, target: Path) -> None:
    """Write a .pt as train.py does."""
    state = layers(folder / "layers.onnx")
    with np.load(folder / "tagger.npz") as stored:
        state |= {name: stored[name].astype(np.float32) for name in stored.files}
    with np.load(folder / "pieces.npz") as stored:
        for name, source in (("lm.pos", "places"), ("lm.ln.weight", "gain"), ("lm.ln.bias", "shift")):
            state[name] = stored[source].astype(np.float32)
    torch.save({"state": {name: torch.tensor(value) for name, value in state.items()}}, target)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    unpack(given.folder, given.target)
