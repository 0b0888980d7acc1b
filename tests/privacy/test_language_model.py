"""The language model under the tagger: a text is divided into pieces that it knows, and read in runs it can hold."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casework.redaction.engine import DATA, Redactor
from app.casework.redaction.language_model import LONGEST, WIDTH, Heard, LanguageModel
from app.casework.redaction.pieces import RESERVED, STAND_IN, UNKNOWN, Vocabulary
from app.domain.errors import TaggerMissing
from app.domain.redaction.kinds import Kind
from app.domain.redaction.placeholders import stand_in


@pytest.fixture(scope="module")
def language() -> LanguageModel:
    """That of the product."""
    return LanguageModel.load(DATA / "own")


def test_a_text_is_divided_into_its_likeliest_pieces() -> None:
    vocabulary = Vocabulary(
        {"▁": -2.0, "高": -5.0, "兴": -5.0, "高兴": -7.0, "高兴了": -20.0, "了": -3.0, "▁Lee": -6.0}
    )
    divided = vocabulary.divide("高兴了 Lee")
    assert [vocabulary.pieces[number - RESERVED] for number in divided.ids] == ["▁", "高兴", "了", "▁Lee"]
    assert divided.at == [1, 1, 2, 3, 3, 3, 3]  # the first space of all is nobody's character


def test_what_no_piece_has_is_unknown_and_a_placeholder_is_one_of_its_own() -> None:
    vocabulary = Vocabulary({"▁": -2.0, "高": -5.0})
    assert vocabulary.divide("高𠮷").ids[1:] == [RESERVED + 1, UNKNOWN]
    assert vocabulary.divide("高" + stand_in(Kind.PERSON)).ids[1:] == [RESERVED + 1, STAND_IN]


@given(st.text(max_size=200))
def test_every_character_of_any_text_stands_in_a_piece(text: str) -> None:
    vocabulary = Vocabulary({"▁": -2.0, "a": -5.0, "ab": -6.0, "▁ab": -6.5, "李": -7.0})
    divided = vocabulary.divide(text)
    assert len(divided.at) == len(text)
    assert divided.at == sorted(divided.at)
    assert not text or divided.at[-1] == len(divided.ids) - 1


def test_each_piece_of_a_text_gets_a_row_and_a_run_is_read_once(language: LanguageModel) -> None:
    pieces = language.vocabulary.divide("来电者自称李雪，昨晚没有睡。" * 40).ids
    assert len(pieces) > 3 * LONGEST
    heard: Heard = {}
    rows = language.read(pieces, heard)
    assert rows.shape == (len(pieces), WIDTH)
    assert np.isfinite(rows).all()
    assert all(len(run) <= LONGEST and run[-1] in language.vocabulary.ends for run in heard)
    marked = {run: np.full((len(run), WIDTH), 7.0, np.float32) for run in heard}
    assert (language.read(pieces, marked) == 7.0).all()


def test_a_text_without_an_end_of_a_sentence_is_read_all_the_same(language: LanguageModel) -> None:
    pieces = language.vocabulary.divide("嗯 " * 300).ids
    assert language.read(pieces, {}).shape == (len(pieces), WIDTH)
    assert language.read([], {}).shape == (0, WIDTH)


def test_a_word_means_something_else_as_a_name(language: LanguageModel) -> None:
    """The same word is read by its sentence: that is what the model is there for."""

    def meant(text: str, word: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        divided = language.vocabulary.divide(text)
        row: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = language.read(divided.ids, {})[
            divided.at[text.index(word)]
        ]
        return row / np.linalg.norm(row)

    named, also_named, plain = (
        meant(text, "高兴") for text in ("室友高兴昨晚报了警", "同桌高兴前天转学了", "他说他今天很高兴")
    )
    assert named @ also_named > named @ plain


@pytest.mark.parametrize("name", ["layers.onnx", "pieces.npz", "pieces.txt", "tagger.npz", "english_words.txt"])
@pytest.mark.parametrize("damage", [None, b"", b"\xff\x00 broken"])
def test_without_a_part_of_its_data_the_engine_says_so(tmp_path: Path, name: str, damage: bytes | None) -> None:
    shutil.copytree(DATA / "own", tmp_path / "own")
    (tmp_path / "lac").symlink_to(DATA / "lac")
    (tmp_path / "own" / name).unlink()
    if damage is not None:
        (tmp_path / "own" / name).write_bytes(damage)
    with pytest.raises(TaggerMissing, match="install the package again"):
        Redactor.load(tmp_path)
