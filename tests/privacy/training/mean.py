"""The mean of the weights of several rounds of training: what each learnt by heart counts less (ADR 12)."""

import argparse
from pathlib import Path

import numpy as np


def mean(target: Path, rounds: list[Path]) -> None:
    """Write the mean of rounds that began with each other; one given twice counts twice."""
    stored = [dict(np.load(file)) for file in rounds]
    rows = max(len(weights["flags.weight"]) for weights in stored)  # a round before the list of English words had fewer
    for weights in stored:
        flags = weights["flags.weight"]
        weights["flags.weight"] = np.tile(flags, (rows // len(flags), 1))
    means = {name: np.mean([weights[name].astype(np.float64) for weights in stored], axis=0) for name in stored[0]}
    np.savez_compressed(target, **{name: value.astype(np.float16) for name, value in means.items()})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("rounds", type=Path, nargs="+")
    given = parser.parse_args()
    mean(given.target, given.rounds)
