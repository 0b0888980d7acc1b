"""Lists of words by name, from words/parts.txt."""

from pathlib import Path


def _parts() -> dict[str, list[str]]:
    file = Path(__file__).parent / "words" / "parts.txt"
    pairs = (line.partition(" = ") for line in file.read_text(encoding="utf-8").splitlines())
    return {name: ways.split() for name, _, ways in pairs}


PARTS = _parts()
