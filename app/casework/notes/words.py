"""What a note is found by: words of a text, and what it is about, as lexemes of one `tsvector`.

Chinese is written without spaces, so a run of it is kept as its bigrams: 睡不着 is 睡不 and 不着, and any word of two
characters is found. Everything else is kept as words, in lower case and one width; a word ends where Chinese begins:
30片安眠药 is 30, 片安, 安眠 and 眠药. What can be filtered by (line,
person, topic, level) lies in the same index behind a sign that no word begins with: the index itself then takes the
intersection, and reads no note that is not wanted. When a contact came in is in it too, in spans of one, five and
twenty-six weeks, so that the newest are found first.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

_HAN: Final = r"㐀-䶿一-鿿豈-﫿\U00020000-\U000323af"
_OTHER: Final = rf"[^\W_{_HAN}]"
_RUNS: Final = re.compile(rf"(?P<han>[{_HAN}]+)|{_OTHER}+")
PLACEHOLDER: Final = re.compile(r"〔[^〔〕\n]{1,20}〕|\[[a-z][a-z ]{1,20}(?::[a-z0-9 ]{1,20})?(?: [1-9][0-9]{0,2})?\]")
LONGEST_WORD: Final = 60
WEEK: Final = timedelta(days=7)
SPANS: Final = (1, 5, 26)
"""Spans of time, in weeks, by which notes are found newest first."""
_MONDAY: Final = datetime(2020, 1, 6, tzinfo=UTC)


def normal(text: str) -> str:
    """The text as it is compared: one width, lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(text: str) -> set[str]:
    """The lexemes of a text. What stands for an identity is no word of it."""
    found: set[str] = set()
    for match in _RUNS.finditer(normal(PLACEHOLDER.sub(" ", text))):
        run = match[0]
        if match["han"] is None:
            found.add(run[:LONGEST_WORD])
        else:
            found |= {run[at : at + 2] for at in range(len(run) - 1)} or {run}
    return found


def asked_words(text: str) -> list[str]:
    """What somebody looks for, run by run, as it has to stand in a note; a sign alone goes with the run beside it."""
    words: list[str] = []
    end = -1
    for match in _RUNS.finditer(normal(text)):
        if match.start() == end and (is_too_short(match[0]) or is_too_short(words[-1])):
            words[-1] += match[0]
        else:
            words.append(match[0])
        end = match.end()
    return words


def asked_lexemes(word: str) -> set[str]:
    """By what the notes are found that may hold this word. The 点 of 3点 is none: notes that say 3点半 have 点半."""
    return {lexeme for lexeme in words_of(word) if not is_too_short(lexeme)}


def as_it_stands(word: str) -> re.Pattern[str]:
    """What a word looks like in a text as it is compared: 30片 is 30 片 too, and no part of 130片."""
    return re.compile(r"\s*".join(_whole(match) for match in _RUNS.finditer(word)))


def _whole(run: re.Match[str]) -> str:
    return run[0] if run["han"] is not None else rf"(?<!{_OTHER}){run[0]}(?!{_OTHER})"


def is_too_short(word: str) -> bool:
    """One Chinese character alone is in every note and in no index."""
    match = _RUNS.fullmatch(word)
    return match is not None and match["han"] is not None and len(word) < 2


def line_mark(line_id: str) -> str:
    """The lexeme of a line."""
    return f"=l{line_id}"


def person_mark(person_id: UUID) -> str:
    """The lexeme of somebody whose own note it is."""
    return f"=p{person_id.hex}"


def topic_mark(topic: str) -> str:
    """The lexeme of a topic."""
    return f"=t{topic}"


def level_mark(level: str) -> str:
    """The lexeme of a level of risk."""
    return f"=v{level}"


def time_marks(at: datetime) -> list[str]:
    """The lexemes of the moment a contact came in: its week, and the longer spans that the week lies in."""
    return [_span_mark(weeks, at) for weeks in SPANS]


def marks_between(weeks: int, since: datetime, until: datetime) -> list[str]:
    """The lexemes of the spans of so many weeks that touch this time: two, if it is no longer than a span."""
    return sorted({_span_mark(weeks, since), _span_mark(weeks, until)})


def _span_mark(weeks: int, at: datetime) -> str:
    return f"=w{weeks}.{(at - _MONDAY) // (weeks * WEEK)}"


def quoted(lexeme: str) -> str:
    """A lexeme as it is written in a tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def all_of(lexemes: Iterable[str]) -> str:
    """A tsquery: every one of these."""
    return " & ".join(quoted(lexeme) for lexeme in lexemes)


def one_of(lexemes: Sequence[str]) -> str:
    """A tsquery: at least one of these."""
    return "(" + " | ".join(quoted(lexeme) for lexeme in lexemes) + ")"
