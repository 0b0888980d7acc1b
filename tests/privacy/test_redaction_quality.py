"""How much is found, and how little else: floors on notes that neither the rules nor the tagger were made from.

`dev.jsonl` was given with the task. The others are ours: `hard.jsonl` was written by hand, in registers that the
training corpus has not; `another_writer.jsonl` by somebody who knew neither of these nor the engine,
`third_writer.jsonl` by one who knew how the engine is made and wrote against it: night shorthand, dialects, police
reports, names that are words. The fourth to the fourteenth were written when the others had led to changes; of the
sixth and the eighth only the figures have been looked at, and which clinical facts were hidden, of the thirteenth and
the fourteenth nothing but the figures. `seven_voices.jsonl` is the last tenth of the notes of seven others, who wrote
words as names beside the same words. What was used to choose thresholds and rules is `tune.jsonl`, and is not judged
here.

`keep` are crisis numbers and clinical facts, which must not be hidden (field.md section 7); `stay` are other words
that name nobody and look as if they did. `pytest -s` prints the tables.
"""

import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from app.casework.redaction.engine import DATA, Redactor
from app.casework.redaction.lac_network import LacNetwork
from app.domain.redaction.digits import plain
from tests.privacy.scoring import Score, read_notes, score

DIRECT, ALL, PRECISION, KEEPING = 0.97, 0.90, 0.92, 1.0  # what is asked for
WRITERS = {  # what is reached on the notes of each, never to be less: direct, all, precision, other words that stay
    "hard.jsonl": (0.97, 0.97, 0.98, 1.0),
    "another_writer.jsonl": (0.985, 0.98, 0.975, 1.0),
    "third_writer.jsonl": (0.985, 0.99, 0.96, 0.985),
    "fourth_writer.jsonl": (0.97, 0.955, 0.955, 0.955),
    "fifth_writer.jsonl": (0.98, 0.96, 0.95, 0.94),
    "sixth_writer.jsonl": (0.975, 0.97, 0.955, 0.975),
    "seventh_writer.jsonl": (0.98, 0.98, 0.94, 0.965),
    "eighth_writer.jsonl": (0.97, 0.97, 0.91, 0.92),
    "ninth_writer.jsonl": (0.99, 0.985, 0.92, 0.905),
    "tenth_writer.jsonl": (0.945, 0.955, 0.95, 0.96),
    "eleventh_writer.jsonl": (0.955, 0.97, 0.965, 0.955),
    "twelfth_writer.jsonl": (0.905, 0.925, 0.94, 0.89),
    "thirteenth_writer.jsonl": (0.99, 0.98, 0.92, 0.935),
    "fourteenth_writer.jsonl": (0.97, 0.965, 0.945, 0.94),
}
UNREAD = ("thirteenth_writer.jsonl", "fourteenth_writer.jsonl")
"""Of these nobody who changes the engine has seen more than the figures."""
CONTRASTS = (0.87, 0.865, 0.92)  # the same on seven_voices.jsonl, which marks no words that stay
NOBODY = 0.965  # the words of nobody_is_named.jsonl that stay: seven hundred sentences that name nobody
KEPT = {
    "id": "kept",
    "text": "想跳楼，吃了20片安定，舍曲林50mg已停，PHQ-9 14分，12岁，已拨120和110，可打12355、12356、96111。",
    "spans": [],
    "keep": ["跳楼", "20片", "安定", "舍曲林50mg", "PHQ-9 14分", "12岁", "120", "110", "12355", "12356", "96111"],
}
ADDED_MEMORY_MB = 150
TIMES_OF_LAC = 13  # what LAC alone takes beside it, on this machine, now: about nine; ADR 12 has the milliseconds


@pytest.fixture(scope="module")
def scores(redactor: Redactor) -> dict[str, Score]:
    """The score on the notes of each writer."""
    found = {name: score(read_notes(name), redactor.find) for name in WRITERS}
    for name, result in found.items():
        print(f"\n{name}\n{result.report()}")
    return found


@pytest.fixture(scope="module")
def ours(scores: dict[str, Score]) -> Score:
    """The score on all of them."""
    total = sum(scores.values(), Score())
    print(f"\nall writers\n{total.table()}")
    return total


def test_direct_identifiers_are_found(ours: Score) -> None:
    assert ours.recall("direct") >= DIRECT, ours.table()


def test_identifiers_are_found(ours: Score) -> None:
    assert ours.recall("all") >= ALL, ours.table()


def test_what_is_hidden_had_to_be_hidden(ours: Score) -> None:
    assert ours.precision >= PRECISION, ours.table()


def test_crisis_numbers_doses_and_clinical_facts_stay(ours: Score) -> None:
    assert ours.keeping >= KEEPING, ours.report()


def test_what_is_asked_for_is_reached_on_notes_that_nobody_has_read(scores: dict[str, Score]) -> None:
    unread = sum((scores[name] for name in UNREAD), Score())
    print(f"\nunread\n{unread.table()}")
    assert unread.recall("direct") >= DIRECT, unread.table()
    assert unread.recall("all") >= ALL, unread.table()
    assert unread.precision >= PRECISION, unread.table()
    assert unread.keeping >= KEEPING, unread.table()


@pytest.mark.parametrize("name", WRITERS)
def test_the_notes_of_each_writer_are_read_as_well_as_ever(scores: dict[str, Score], name: str) -> None:
    direct, of_all, precision, staying = WRITERS[name]
    result = scores[name]
    assert result.recall("direct") >= direct, result.report()
    assert result.recall("all") >= of_all, result.report()
    assert result.precision >= precision, result.report()
    assert result.staying >= staying, result.report()


def test_a_word_as_a_name_is_told_from_the_word(redactor: Redactor) -> None:
    direct, of_all, precision = CONTRASTS
    result = score(read_notes("seven_voices.jsonl"), redactor.find)
    print(f"\nseven_voices.jsonl\n{result.table()}")
    assert result.recall("direct") >= direct, result.report()
    assert result.recall("all") >= of_all, result.report()
    assert result.precision >= precision, result.report()


def test_what_could_be_a_name_where_it_stands_and_is_none_stays(redactor: Redactor) -> None:
    result = score(read_notes("nobody_is_named.jsonl"), redactor.find)
    print(f"\nnobody_is_named.jsonl\n{result.table()}")
    assert result.staying >= NOBODY, result.report()


def test_the_notes_that_came_with_the_task_reach_what_is_asked_for(redactor: Redactor) -> None:
    result = score(read_notes("dev.jsonl"), redactor.find)
    print(f"\ndev.jsonl\n{result.report()}")
    assert result.recall("direct") == result.recall("all") == result.precision == 1.0, result.report()
    kept = score([KEPT], redactor.find)
    assert kept.keeping >= KEEPING, kept.report()


def test_the_score_can_fail(redactor: Redactor) -> None:
    """Nothing found: no recall; everything hidden: no word kept."""
    notes = read_notes("hard.jsonl")
    nothing = score(notes, lambda _text: [])
    assert nothing.recall("direct") == nothing.recall("all") == 0
    assert nothing.keeping == 1


def typical_notes() -> list[str]:
    """Notes of 100 to 300 characters, with an identity in every sentence or two: those of dev.jsonl put together."""
    notes: list[str] = []
    for language in ("zh", "en"):
        text = ""
        for note in read_notes("dev.jsonl"):
            if note["lang"] == language:
                text += note["text"] + ("" if language == "zh" else " ")
                if len(text) >= 100 + 25 * (len(notes) % 5):
                    notes.append(text)
                    text = ""
    return notes


def test_a_note_takes_milliseconds(redactor: Redactor) -> None:
    notes = typical_notes()
    assert len(notes) >= 10
    assert all(100 <= len(note) <= 300 for note in notes)
    lac = LacNetwork.load(DATA / "lac")
    turns = [
        (_cpu_ms(redactor.find, notes), _cpu_ms(lambda text: lac.tag(lac.lexicon.read(plain(text))), notes))
        for _ in range(7)
    ]
    whole, alone = (min(each) for each in zip(*turns, strict=True))
    length = sum(map(len, notes)) / len(notes)
    print(f"\n{whole:.1f} ms of one processor for a note of {length:.0f} characters, of LAC alone {alone:.1f}")
    assert whole < TIMES_OF_LAC * alone


def _cpu_ms(find: Callable[[str], object], notes: list[str]) -> float:
    started = time.process_time()
    for note in notes:
        find(note)
    return (time.process_time() - started) / len(notes) * 1000


def test_the_engine_adds_less_memory_than_it_may() -> None:
    script = (
        "import numpy, pathlib\n"
        "def resident(): return int(pathlib.Path('/proc/self/statm').read_text().split()[1]) * 4096 / 2**20\n"
        "before = resident()\n"
        "from app.casework.redaction.engine import Redactor\n"
        "redactor = Redactor.load()\n"
        "redactor.find('来电者自称李雪，家住杭州市西湖区。' * 20)\n"
        "print(resident() - before)\n"
    )
    added = float(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)
    print(f"\n{added:.0f} MB added")
    assert 10 < added < ADDED_MEMORY_MB
