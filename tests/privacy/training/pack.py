"""Pack a trained net for the product: embeddings in four bits, layers in eight, the tagger in half precision.

The layers are an ONNX graph; this needs `onnx` beside torch. A few of the numbers that enter a layer are twenty times
as large as the others, which eight bits would lose: they are made smaller, and their weights larger, by what was seen
on written notes (Xiao and others, SmoothQuant, 2023). The weights take seven of their eight bits: processors without
instructions for such products add two of them in sixteen bits.
"""

import argparse
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from app.casework.redaction.engine import DATA
from app.casework.redaction.language_model import LONGEST
from app.casework.redaction.pieces import BEGIN, END, Vocabulary
from app.domain.redaction.digits import plain
from tests.privacy.training.pretrained import BLOCK
from tests.privacy.training.train import LanguageModel
from tests.privacy.training.written import read_written

WIDTH, HEADS, INNER = 384, 12, 1536
LEVELS = 63
SMOOTHNESS = 0.7  # nought: numbers stay as they are; one: all have the same range. The least error of those tried
NOTES = 300
Floats = NDArray[np.float32]


def four_bits(table: Floats) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Rows of a table in half bytes, and a scale for each block: exact for what came in four bits."""
    blocks = table.reshape(len(table), -1, BLOCK)
    farthest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)[..., 0]
    scales = (farthest / -8).astype(np.float16)
    with np.errstate(divide="ignore", invalid="ignore"):
        levels = np.nan_to_num(blocks / scales.astype(np.float32)[..., None])
    halves = np.clip(np.round(levels) + 8, 0, 15).astype(np.uint8)
    packed = halves[..., : BLOCK // 2] | (halves[..., BLOCK // 2 :] << 4)
    return packed.reshape(len(table), -1), scales


class Graph:
    """An ONNX graph that grows from its input on."""

    def __init__(self, ranges: dict[str, Floats]) -> None:
        """`ranges`: the largest of each number that enters a product."""
        self._ranges = ranges
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants[name] = numpy_helper.from_array(value, name)
        return name

    def add(self, operator: str, inputs: list[str], *outputs: str, **more: Any) -> str:
        domain = "com.microsoft" if operator in ("DynamicQuantizeMatMul", "Gelu") else ""
        self.nodes.append(helper.make_node(operator, inputs, list(outputs), domain=domain, **more))
        return outputs[0]

    def dense(self, name: str, inputs: str, weight: Floats, bias: Floats) -> str:
        """`weight`: out × in."""
        largest = np.maximum(self._ranges[name], 1e-2), np.maximum(np.abs(weight).max(axis=0), 1e-4)
        smaller = largest[0] ** SMOOTHNESS / largest[1] ** (1 - SMOOTHNESS)
        inputs = self.add("Mul", [inputs, self.constant(f"{name}.smaller", 1 / smaller)], f"{name}.smoothed")
        across = np.ascontiguousarray((weight * smaller).T)
        scale = np.abs(across).max(axis=0) / LEVELS
        values = [
            inputs,
            self.constant(f"{name}.weight", np.round(across / scale).astype(np.int8)),
            self.constant(f"{name}.scale", scale.astype(np.float32)),
            self.constant(f"{name}.zero", np.zeros(len(scale), np.int8)),
            self.constant(f"{name}.bias", bias.astype(np.float32)),
        ]
        return self.add("DynamicQuantizeMatMul", values, name)

    def norm(self, name: str, inputs: list[str], weight: Floats, bias: Floats) -> str:
        summed = self.add("Add", inputs, f"{name}.sum")
        values = [summed, self.constant(f"{name}.gain", weight), self.constant(f"{name}.shift", bias)]
        return self.add("LayerNormalization", values, name, axis=-1, epsilon=1e-12)

    def layer(self, name: str, x: str, get: Any) -> str:
        """One layer of the encoder; `get` gives its tensors by name."""
        queries = np.float32((WIDTH // HEADS) ** -0.5)
        weight = np.concatenate([get("q.weight") * queries, get("k.weight"), get("v.weight")])
        bias = np.concatenate([get("q.bias") * queries, get("k.bias"), get("v.bias")])
        three = self.dense(f"{name}.qkv", x, weight, bias)
        parts = [f"{name}.{part}" for part in "qkv"]
        self.add("Split", [three], *parts, axis=1, num_outputs=3)
        for part, order in zip(parts, ([1, 0, 2], [1, 2, 0], [1, 0, 2]), strict=True):
            self.add("Reshape", [part, "by_head"], f"{part}.by_head")
            self.add("Transpose", [f"{part}.by_head"], f"{part}.turned", perm=order)
        self.add("MatMul", [f"{parts[0]}.turned", f"{parts[1]}.turned"], f"{name}.scores")
        self.add("Softmax", [f"{name}.scores"], f"{name}.attention", axis=-1)
        self.add("MatMul", [f"{name}.attention", f"{parts[2]}.turned"], f"{name}.heads")
        self.add("Transpose", [f"{name}.heads"], f"{name}.beside", perm=[1, 0, 2])
        self.add("Reshape", [f"{name}.beside", "in_one"], f"{name}.context")
        out = self.dense(f"{name}.out", f"{name}.context", get("ao.weight"), get("ao.bias"))
        x = self.norm(f"{name}.attended", [x, out], get("aln.weight"), get("aln.bias"))
        inner = self.dense(f"{name}.inner", x, get("fi.weight"), get("fi.bias"))
        outer = self.dense(f"{name}.outer", self.add("Gelu", [inner], f"{name}.bent"), get("fo.weight"), get("fo.bias"))
        return self.norm(f"{name}.leave", [x, outer], get("oln.weight"), get("oln.bias"))

    def model(self, result: str) -> bytes:
        """The whole, from `x` on."""
        ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["pieces", WIDTH]) for name in ("x", result)]
        graph = helper.make_graph(self.nodes, "layers", ends[:1], ends[1:], list(self.constants.values()))
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
        return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString())


def ranges(state: dict[str, Floats]) -> dict[str, Floats]:
    """The largest of each number that enters a product of the layers, in written notes."""
    lm = LanguageModel(len(state["lm.word"]))
    lm.load_state_dict({name[3:]: torch.from_numpy(value) for name, value in state.items() if name.startswith("lm.")})
    lm.eval()
    found: dict[str, Floats] = {}
    names = {"q": "qkv", "ao": "out", "fi": "inner", "fo": "outer"}

    def watch(name: str) -> Callable[[nn.Module, tuple[torch.Tensor], torch.Tensor], None]:
        def seen(_module: nn.Module, inputs: tuple[torch.Tensor], _output: torch.Tensor) -> None:
            largest = inputs[0].abs().amax(dim=(0, 1)).numpy()
            found[name] = np.maximum(found.get(name, largest), largest)

        return seen

    for number, layer in enumerate(lm.layers):
        for part, name in names.items():
            getattr(layer, part).register_forward_hook(watch(f"layer{number}.{name}"))
    vocabulary = Vocabulary.load(DATA / "own")
    notes = random.Random(1).sample(read_written(), NOTES)  # noqa: S311 the same in every run
    with torch.no_grad():
        for note in notes:
            text = plain("".join(piece for sentence in note.sentences for piece, _ in sentence))
            lm(torch.tensor([[BEGIN, *vocabulary.divide(text).ids[:LONGEST], END]]))
    return found


def pack(trained: Path, folder: Path) -> None:
    """Write `layers.onnx`, `pieces.npz` and `tagger.npz` of a net that train.py wrote."""
    state = {name: value.float().numpy() for name, value in torch.load(trained)["state"].items()}
    graph = Graph(ranges(state))
    graph.constant("by_head", np.array([0, HEADS, WIDTH // HEADS], np.int64))
    graph.constant("in_one", np.array([0, WIDTH], np.int64))
    x = "x"
    for n in range(1 + max(int(name.split(".")[2]) for name in state if name.startswith("lm.layers."))):
        x = graph.layer(f"layer{n}", x, lambda part, n=n: state[f"lm.layers.{n}.{part}"])
    (folder / "layers.onnx").write_bytes(graph.model(x))
    packed, scales = four_bits(state["lm.word"])
    half = {
        name: state[f"lm.{source}"] for name, source in (("places", "pos"), ("gain", "ln.weight"), ("shift", "ln.bias"))
    }
    np.savez_compressed(
        folder / "pieces.npz", packed=packed, scales=scales, **{k: v.astype(np.float16) for k, v in half.items()}
    )
    rest = {name: value.astype(np.float16) for name, value in state.items() if not name.startswith("lm.")}
    np.savez_compressed(folder / "tagger.npz", **rest)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    pack(given.trained, given.folder)
