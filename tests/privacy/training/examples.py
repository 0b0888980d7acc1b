"""The corpus in numbers: what the tagger sees of each note, and the tag of each token (outside, begin, inside)."""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from app.casework.redaction.engine import DATA
from app.casework.redaction.english_words import EnglishWords
from app.casework.redaction.lac_network import LacNetwork
from app.casework.redaction.pieces import Vocabulary
from app.casework.redaction.tagger_input import view
from app.domain.redaction.digits import plain
from app.domain.redaction.names import SURNAMES
from tests.privacy.training.callnames import Dictionary
from tests.privacy.training.corpus import LABELS, Corpus, Text

LONGEST = 400  # tokens
COMMON = 40  # how often a word is counted in LAC's dictionary before it is an everyday one


def tags_of(note: Text, places: list[tuple[int, int]]) -> list[int]:
    """0 outside, 1 + 2k begins a label, 2 + 2k goes on with it."""
    label_at = [0] * len(note.text)
    begins = set()
    for start, end, label in note.spans:
        begins.add(start)
        for at in range(start, end):
            label_at[at] = 1 + LABELS.index(label)
    tags = []
    before = 0
    begun = False
    for start, end in places:
        label = label_at[start]
        fresh = label != before or (any(at in begins for at in range(start, end)) and begun)
        tags.append(0 if not label else 2 * label - 1 if fresh else 2 * label)
        before, begun = label, bool(label)
    return tags


def dictionary(lac: LacNetwork) -> Dictionary:
    """Everyday words of LAC's dictionary by the class it gives them alone, and those that begin like a name (z)."""
    names = dict(line.split("\t") for line in (DATA / "lac" / "tag.dic").read_text(encoding="utf-8").splitlines())
    found: Dictionary = {}
    for line in (DATA / "lac" / "small_seg.dic").read_text(encoding="utf-8").splitlines():
        word, _, count = line.rpartition(" ")
        if int(count) < COMMON or not 2 <= len(word) <= 4 or not word.isalpha() or word[0].isascii():
            continue
        tagged = lac.tag(lac.lexicon.read(word))
        classes = {names[str(tag)].partition("-")[0] for tag in tagged.tags}
        if classes & {"PER", "LOC", "ORG", "nr", "ns", "nt", "nz"} or len(classes) != 1:
            continue
        found.setdefault(
            {"vn": "v", "an": "a", "ad": "a", "TIME": "t", "vd": "v", "f": "s"}.get(c := classes.pop(), c), []
        ).append(word)
        if word[0] in SURNAMES or word[0] in "小老阿大":
            found.setdefault("z", []).append(word)
    return found


def make(seed: int, count: int, target: Path) -> None:
    """Write so many examples of one seed."""
    lac, english = LacNetwork.load(DATA / "lac"), EnglishWords.load(DATA / "own")
    vocabulary = Vocabulary.load(DATA / "own")
    rows, seen, tags, lengths = [], [], [], []
    pieces, piece, divided = [], [], []
    started = time.monotonic()
    for number, note in enumerate(Corpus(seed, dictionary(lac)).notes(count)):
        narrow = plain(note.text)
        found = view(lac.lexicon.simplify(narrow), lac, lac.tag(lac.lexicon.read(narrow)), english, vocabulary)
        if not found.places or len(found.places) > LONGEST:
            continue
        rows.append(found.rows)
        seen.append(found.seen.astype(np.float16))
        tags.append(np.array(tags_of(note, found.places), np.int16))
        lengths.append(len(found.places))
        pieces.append(np.array(found.pieces, np.int32))
        piece.append(found.piece)
        divided.append(len(found.pieces))
        if number % 2000 == 1999:
            print(f"{number + 1} notes, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    np.savez(
        target,
        rows=np.concatenate(rows),
        seen=np.concatenate(seen),
        tags=np.concatenate(tags),
        lengths=np.array(lengths),
        pieces=np.concatenate(pieces),
        piece=np.concatenate(piece),
        divided=np.array(divided),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=30000)
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    make(given.seed, given.count, given.target)
