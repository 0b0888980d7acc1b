"""Train our tagger on examples, and pack its weights for numpy (torch 2.13 on a CPU, in an environment of its own).

One thread and a fixed seed: the same examples give the same weights on the same machine. After each epoch the weights
are written, with what they reach on examples of another seed.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn

from app.casework.redaction.engine import DATA
from app.casework.redaction.tagger_input import FLAGS, HASHES, PAIRS, PLACES, SHAPES, TAGS
from tests.privacy.training.corpus import LABELS

WIDTH, DILATIONS, SEEN = 144, (1, 2, 4, 8, 2), 256
OUT = 1 + 2 * len(LABELS)
UNKNOWN = 58223  # the id of a word that LAC does not know


def beside(x: torch.Tensor, far: int) -> torch.Tensor:
    """Each token with those that stand `far` before and after it, in one row."""
    wide = nn.functional.pad(x, (0, 0, far, far))
    return torch.cat([wide[:, : -2 * far], x, wide[:, 2 * far :]], -1)


class Net(nn.Module):
    """Embeddings and what LAC saw, one projection, five dilated convolutions with a way around each."""

    def __init__(self, lac: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("lac", lac)
        self.word = nn.Embedding(HASHES, 24)
        self.left, self.right = nn.Embedding(PAIRS, 16), nn.Embedding(PAIRS, 16)
        self.shape, self.place = nn.Embedding(SHAPES, 8), nn.Embedding(PLACES, 8)
        self.tag, self.flags = nn.Embedding(TAGS, 12), nn.Embedding(FLAGS, 8)
        for part in (self.word, self.left, self.right):
            nn.init.normal_(part.weight, std=0.1)
        self.enter = nn.Linear(lac.shape[1] + 24 + 16 + 16 + 8 + 8 + 12 + 8 + SEEN, WIDTH)
        self.norms = nn.ModuleList([nn.LayerNorm(WIDTH) for _ in DILATIONS])
        self.convs = nn.ModuleList([nn.Linear(3 * WIDTH, WIDTH) for _ in DILATIONS])
        self.drop = nn.Dropout(0.15)
        self.leave = nn.Linear(WIDTH, OUT)

    def forward(self, rows: torch.Tensor, seen: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
        lac, word, left, right, shape, place, tag, flags = rows.unbind(-1)
        parts = [self.lac[lac], self.word(word), self.left(left), self.right(right), self.shape(shape)]
        parts += [self.place(place), self.tag(tag), self.flags(flags), seen]
        x = self.drop(self.enter(torch.cat(parts, -1))) * inside
        for norm, conv, far in zip(self.norms, self.convs, DILATIONS, strict=True):
            x = x + self.drop(torch.relu(conv(beside(norm(x) * inside, far)))) * inside
        return self.leave(x)


class Examples:
    """The examples of files, in batches of about as many tokens."""

    def __init__(self, *files: Path) -> None:
        stored = [np.load(file) for file in files]
        self.rows, self.seen, self.tags, self.lengths = (
            np.concatenate([one[name] for one in stored]) for name in ("rows", "seen", "tags", "lengths")
        )
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)])

    def batches(self, rng: np.random.Generator, tokens: int = 3000) -> Iterator[tuple[torch.Tensor, ...]]:
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

    def _batch(self, group: list[int]) -> tuple[torch.Tensor, ...]:
        longest = int(self.lengths[group].max())
        rows = np.zeros((len(group), longest, 8), np.int64)
        seen = np.zeros((len(group), longest, SEEN), np.float32)
        tags = np.full((len(group), longest), -100, np.int64)
        for at, one in enumerate(group):
            start, end = self.starts[one], self.starts[one + 1]
            rows[at, : end - start] = self.rows[start:end]
            seen[at, : end - start] = self.seen[start:end]
            tags[at, : end - start] = self.tags[start:end]
        return torch.from_numpy(rows), torch.from_numpy(seen), torch.from_numpy(tags)


def blinded(rows: torch.Tensor, seen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """With some tokens unknown and some of LAC's work missing, so that the place in the sentence has to tell."""
    rows = rows.clone()
    much = torch.rand(len(rows), 1) ** 2  # of some notes much, of most little
    hidden = torch.rand(rows.shape[:2]) < 0.06 + 0.24 * much
    rows[..., 0][hidden] = UNKNOWN
    for column, size in ((1, HASHES), (2, PAIRS), (3, PAIRS)):
        lost = hidden | (torch.rand(rows.shape[:2]) < (0.12 if column == 1 else 0.3))
        rows[..., column][lost] = torch.randint(size, (int(lost.sum()),))
    without = torch.rand(rows.shape[:2]) < 0.04 + 0.2 * much
    rows[..., 6][without] = TAGS - 1
    return rows, seen * (~without).unsqueeze(-1)


def pack(net: Net, target: Path) -> None:
    """Write the weights in half precision."""
    state = {name: value.numpy().astype(np.float16) for name, value in net.state_dict().items() if name != "lac"}
    np.savez_compressed(target, **state)


def measure(net: Net, examples: Examples) -> str:
    """How many tokens of a label are found, and how many that are found have one."""
    net.eval()
    right = there = found = 0
    with torch.no_grad():
        for rows, seen, tags in examples.batches(np.random.default_rng(0)):
            inside = (tags >= 0).unsqueeze(-1)
            best = net(rows, seen, inside).argmax(-1)
            valid = tags >= 0
            there += int(((tags > 0) & valid).sum())
            found += int(((best > 0) & valid).sum())
            right += int(((best > 0) & (tags > 0)).sum())
    net.train()
    return f"recall {right / there:.4f} precision {right / max(1, found):.4f} of tokens"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, help="an .npz")
    parser.add_argument("valid", type=Path)
    parser.add_argument("examples", type=Path, nargs="+")
    parser.add_argument("--begin-with", type=Path, help="weights to go on from, at a third of the pace")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    with np.load(DATA / "lac" / "lac.npz") as stored:
        lac = torch.from_numpy(stored["emb"].astype(np.float32) * stored["sc"].astype(np.float32))
    examples, valid = Examples(*given.examples), Examples(given.valid)
    net = Net(lac)
    pace = 3e-3
    if given.begin_with:
        with np.load(given.begin_with) as stored:
            state = {name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files}
        for name, table in net.state_dict().items():
            if name in state and len(state[name]) < len(table):  # of a net with fewer hashes, modulo their number
                state[name] = state[name].repeat(len(table) // len(state[name]), 1)
        net.load_state_dict(state, strict=False)
        pace = 1e-3
    total = given.epochs * sum(1 for _ in examples.batches(np.random.default_rng(0)))
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, pace, total_steps=total + 10 * given.epochs, pct_start=0.1
    )
    rng = np.random.default_rng(given.seed)
    started = time.monotonic()
    step = 0
    for epoch in range(given.epochs):
        for rows, seen, tags in examples.batches(rng):
            scores = net(*blinded(rows, seen), (tags >= 0).unsqueeze(-1))
            loss = nn.functional.cross_entropy(scores.flatten(0, 1), tags.flatten(), ignore_index=-100)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            if step < total + 10 * given.epochs - 1:
                schedule.step()
            step += 1
            if step % 100 == 0:
                print(f"step {step}/{total} loss {loss.item():.4f} {time.monotonic() - started:.0f} s", flush=True)
        pack(net, given.target)
        print(f"epoch {epoch + 1}: {measure(net, valid)}", flush=True)


if __name__ == "__main__":
    main()
