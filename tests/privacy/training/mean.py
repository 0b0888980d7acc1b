"""The mean of the weights of several stages of one training: what one has forgotten another still knows.

Only of stages that began one with the other; the weights of two trainings have nothing to do with each other.
"""

import argparse
from pathlib import Path

import torch


def mean(target: Path, trained: list[Path]) -> None:
    """Write the mean of nets that train.py or unpack.py wrote."""
    states = [torch.load(file)["state"] for file in trained]
    names = sorted({name for state in states for name in state})
    there = {name: [state[name].float() for state in states if name in state] for name in names}
    torch.save({"state": {name: torch.stack(values).mean(0) for name, values in there.items()}}, target)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("trained", type=Path, nargs="+")
    given = parser.parse_args()
    mean(given.target, given.trained)
