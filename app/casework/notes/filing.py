"""Filing a note so that it is found again: its words, its topics and their counterparts, its line, people and level."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.casework.notes.access import holders
from app.casework.notes.coding import code_book
from app.casework.notes.words import level_mark, line_mark, person_mark, time_marks, topic_mark, words_of
from app.domain.risk import RiskLevel
from app.platform.db import Tx
from app.platform.timers import Timer, set_timer

NOTES_REFILED: Final = "notes_refiled"
"""A timer's kind."""
EVERY_NOTE: Final = UUID(int=1)
"""The subject of the one timer of this kind."""
REFILED: Final = 50
"""So many notes at once: whoever changes one of them waits a moment at most."""
_LAST: Final = str(UUID(int=2**128 - 1))
LONGEST_INDEX: Final = 1_000_000
"""The most bytes of words a note is found by: a `tsvector` holds little more. Only pages of rare signs come near it."""

_ALL: Final = """
    SELECT n.id, n.contact_id, n.line_id, n.person_id, n.topics, n.texts, c.offered_at,
      ARRAY(SELECT text FROM note_action WHERE note_id = n.id) AS actions,
      ARRAY(SELECT text FROM note_amendment WHERE note_id = n.id) AS amendments,
      (SELECT level FROM risk_level l WHERE l.contact_id = n.contact_id ORDER BY version DESC LIMIT 1) AS level
    FROM note n JOIN contact c ON c.id = n.contact_id
"""


async def file_note(tx: Tx, note_id: UUID) -> None:
    """Let the note be found by what it says now. Only de-identified text comes here: it is read from the tables."""
    row = await tx.fetchrow(f"{_ALL} WHERE n.id = $1", note_id)
    people = sorted({row["person_id"], *await holders(tx, row["contact_id"])})
    marks = {*time_marks(row["offered_at"]), *map(person_mark, people)}
    if row["line_id"] is not None:
        marks.add(line_mark(row["line_id"]))
    if row["level"] is not None:
        marks.add(level_mark(row["level"]))
    book = code_book()
    for topic in row["topics"]:
        marks |= {topic_mark(each) for each in (topic, *book.counterparts(topic))}
    await tx.execute(
        """INSERT INTO note_search (note_id, at, line_id, people, words) VALUES ($1, $2, $3, $4, array_to_tsvector($5))
           ON CONFLICT (note_id) DO UPDATE SET at = excluded.at, line_id = excluded.line_id, people = excluded.people,
             words = excluded.words""",
        note_id, row["offered_at"], row["line_id"], people, [*marks, *_words(row)],
    )  # fmt: skip


async def file_level(tx: Tx, contact_id: UUID, level: RiskLevel) -> None:
    """A person has set the contact's level: its note, if there is one, is found by that level from now on."""
    await tx.execute(
        """UPDATE note_search s SET words = ts_delete(s.words, $2::text[]) || array_to_tsvector(ARRAY[$3::text])
           FROM note n WHERE n.contact_id = $1 AND s.note_id = n.id""",
        contact_id, [level_mark(each.value) for each in RiskLevel], level_mark(level.value),
    )  # fmt: skip


async def notes_refiled(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """A batch of notes, the newest first, is found by its words as they are split now; then the next batch.

    A migration sets the timer when the rule for words has changed. The notes stay locked meanwhile, so that nothing
    that was hidden comes back; what else they are found by is left as it is.
    """
    locked = await tx.fetch(
        "SELECT id FROM note WHERE id < $1 ORDER BY id DESC LIMIT $2 FOR NO KEY UPDATE",
        UUID(timer.payload.get("before", _LAST)), REFILED,
    )  # fmt: skip
    for row in await tx.fetch(f"{_ALL} WHERE n.id = ANY($1)", [row["id"] for row in locked]):
        await tx.execute(
            """UPDATE note_search SET words = array_to_tsvector(
                 ARRAY(SELECT lexeme FROM unnest(words) WHERE starts_with(lexeme, '=')) || $2::text[])
               WHERE note_id = $1""",
            row["id"], _words(row),
        )  # fmt: skip
    if len(locked) == REFILED:
        payload = {"before": str(locked[-1]["id"])}
        await set_timer(tx, NOTES_REFILED, EVERY_NOTE, due_at=now, now=now, payload=payload)


def _words(row: Any) -> list[str]:
    words: set[str] = set()
    for text in (*_texts(row["texts"]), *row["actions"], *row["amendments"]):
        words |= words_of(text)
    return _as_many_as_fit(words)


def _texts(texts: dict[str, Any]) -> list[str]:
    plain = [text for text in texts.values() if isinstance(text, str)]
    return [*plain, *texts.get("safety_plan", {}).values()]


def _as_many_as_fit(words: set[str]) -> list[str]:
    """The words, in order, until they are more than the index takes; the note itself keeps everything."""
    fitting: list[str] = []
    left = LONGEST_INDEX
    for word in sorted(words):
        left -= len(word.encode())
        if left < 0:
            break
        fitting.append(word)
    return fitting
