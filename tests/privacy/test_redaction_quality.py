"""How much is found, and how little else: floors on notes that neither the rules nor the tagger were made from.

`dev.jsonl` was given with the task; `hard.jsonl` was written by hand, in registers that the training corpus has not.
`another_writer.jsonl` was written by somebody who knew neither of these nor the engine, `third_writer.jsonl` by one who
knew how the engine is made and wrote against it: night shorthand, dialects, police reports, names that are words.
`fourth_writer.jsonl` was written when the others had led to changes, the fifth to the ninth when there was a language
model; of the sixth and the eighth only the figures have been looked at.
`seven_voices.jsonl` is the last tenth of the notes of seven others, who wrote words as names beside the same words.
What was used to choose thresholds and rules is `tune.jsonl`, and is not judged here. `pytest -s` prints the tables.
"""

import subprocess
import sys
import time

import pytest

from app.casework.redaction.engine import Redactor
from tests.privacy.scoring import Score, read_notes, score

DIRECT, ALL, PRECISION, KEEPING = 1.0, 1.0, 0.99, 1.0  # reached on dev.jsonl; asked for are 0.97, 0.90, 0.92, 1.0
HARD_DIRECT, HARD_ALL, HARD_PRECISION, HARD_KEEPING = 0.957, 0.965, 0.97, 0.99  # reached on hard.jsonl: never less
WRITERS = {  # what is reached on the notes of others: direct, all, precision, words kept
    "another_writer.jsonl": (0.98, 0.97, 0.97, 1.0),
    "third_writer.jsonl": (0.98, 0.975, 0.96, 0.98),
    "fourth_writer.jsonl": (0.945, 0.935, 0.92, 0.96),
    "fifth_writer.jsonl": (0.975, 0.95, 0.95, 0.975),
    "sixth_writer.jsonl": (0.97, 0.97, 0.945, 0.98),
    "seventh_writer.jsonl": (0.975, 0.975, 0.945, 0.975),
    "eighth_writer.jsonl": (0.97, 0.96, 0.90, 0.96),
    "ninth_writer.jsonl": (0.98, 0.975, 0.915, 0.94),
    "seven_voices.jsonl": (0.84, 0.835, 0.91, 0.0),  # no words to keep are marked in it
}
KEPT = {
    "id": "kept",
    "text": "想跳楼，吃了20片安定，舍曲林50mg已停，PHQ-9 14分，12岁，已拨120和110，可打12355、12356、96111。",
    "spans": [],
    "keep": ["跳楼", "20片", "安定", "舍曲林50mg", "PHQ-9 14分", "12岁", "120", "110", "12355", "12356", "96111"],
}
ADDED_MEMORY_MB = 150
CPU_MS = 25  # of a machine that others use too; ADR 12 has what one note takes on a quiet one


@pytest.fixture(scope="module")
def hard(redactor: Redactor) -> Score:
    """The score on the notes written by hand."""
    result = score(read_notes("hard.jsonl"), redactor.find)
    print(f"\nhard.jsonl\n{result.report()}")
    return result


def test_direct_identifiers_are_found_in_hard_notes(hard: Score) -> None:
    assert hard.recall("direct") >= HARD_DIRECT, hard.report()


def test_all_identifiers_are_found_in_hard_notes(hard: Score) -> None:
    assert hard.recall("all") >= HARD_ALL, hard.report()


def test_what_is_hidden_in_hard_notes_had_to_be_hidden(hard: Score) -> None:
    assert hard.precision >= HARD_PRECISION, hard.report()


def test_crisis_numbers_doses_and_clinical_words_stay_in_hard_notes(hard: Score) -> None:
    assert hard.keeping >= HARD_KEEPING, hard.report()


@pytest.mark.parametrize("name", WRITERS)
def test_the_notes_of_other_writers_are_read_as_well(redactor: Redactor, name: str) -> None:
    direct, of_all, precision, keeping = WRITERS[name]
    result = score(read_notes(name), redactor.find)
    print(f"\n{name}\n{result.report()}")
    assert result.recall("direct") >= direct, result.report()
    assert result.recall("all") >= of_all, result.report()
    assert result.precision >= precision, result.report()
    assert result.keeping >= keeping, result.report()


def test_the_notes_that_came_with_the_task_reach_what_is_asked_for(redactor: Redactor) -> None:
    result = score(read_notes("dev.jsonl"), redactor.find)
    print(f"\ndev.jsonl\n{result.report()}")
    assert result.recall("direct") >= DIRECT, result.report()
    assert result.recall("all") >= ALL, result.report()
    assert result.precision >= PRECISION, result.report()
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
    notes = []
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
    best = min(_cpu_ms(redactor, notes) for _ in range(5))
    print(f"\n{best:.1f} ms of one processor for a note of {sum(map(len, notes)) / len(notes):.0f} characters")
    assert best < CPU_MS


def _cpu_ms(redactor: Redactor, notes: list[str]) -> float:
    started = time.process_time()
    for note in notes:
        redactor.find(note)
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
