"""Finding notes again: words and filters in one index, newest first, within what one may read.

Every condition is a lexeme of the same index, so PostgreSQL intersects before it reads anything. A common word is in
every tenth note all the same; so the newest weeks are asked first, then more and more of the past, until the page is
full. Words of three and more characters are checked against the text, because bigrams can lie apart.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.casework.notes.coding import code_book
from app.casework.notes.search_schemas import FoundNote, FoundNotes, SearchNotes
from app.casework.notes.snippets import snippet_of
from app.casework.notes.words import (
    SPANS,
    WEEK,
    all_of,
    asked_lexemes,
    asked_words,
    is_too_short,
    level_mark,
    line_mark,
    marks_between,
    one_of,
    person_mark,
    topic_mark,
)
from app.domain.errors import Invalid
from app.domain.permissions import Permission
from app.people.access import Principal
from app.platform.db import Tx

PAGE: Final = 20
MOST_LOOKS: Final = 12
FEW_LINES: Final = 3
"""So many lines are looked for in the index; of more, most notes are theirs, and the others are passed over."""

# PostgreSQL begins with a part of this only when those before it have not filled the page. $1 to $4 are the query
# within each span of time, $5 to $7 where the spans end; $8, $9: older than that; $10: and not older than this.
_PART: Final = """
    (SELECT s.note_id, s.at FROM note_search s
     WHERE s.words @@ ${query}::tsquery AND (s.at, s.note_id) < ($8, $9) AND s.at >= $10 {within}
       AND ($12::text[] IS NULL OR s.line_id = ANY($12) OR s.people @> ARRAY[$13::uuid])
     ORDER BY s.at DESC, s.note_id DESC LIMIT $11)
"""
_WITHIN: Final = ("AND s.at >= $5", "AND s.at < $5 AND s.at >= $6", "AND s.at < $6 AND s.at >= $7", "AND s.at < $7")
_FOUND: Final = (
    " UNION ALL ".join(_PART.format(query=at, within=within) for at, within in enumerate(_WITHIN, start=1))
    + " LIMIT $11"
)
_SHOWN: Final = f"""
    WITH found AS MATERIALIZED ({_FOUND})
    SELECT f.at, n.id, n.contact_id, n.line_id, n.topics, n.texts, p.work_name,
      (SELECT level FROM risk_level l WHERE l.contact_id = n.contact_id ORDER BY version DESC LIMIT 1) AS level,
      ARRAY(SELECT text FROM note_action a WHERE a.note_id = n.id ORDER BY a.place) AS actions,
      ARRAY(SELECT text FROM note_amendment m WHERE m.note_id = n.id ORDER BY m.at) AS amendments
    FROM found f JOIN note n ON n.id = f.note_id JOIN person p ON p.id = n.person_id
    ORDER BY f.at DESC, f.note_id DESC
"""  # noqa: S608 our own text
_LAST_ID: Final = UUID(int=2**128 - 1)
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the next one begins with what is older."""

    at: datetime
    note_id: UUID

    def encoded(self) -> str:
        """As a caller carries it."""
        return base64.urlsafe_b64encode(f"{self.at.isoformat()} {self.note_id.hex}".encode()).decode()


def place_of(after: str) -> Place:
    """Raises Invalid for what is none of ours."""
    try:
        at, _, note_id = base64.urlsafe_b64decode(after.encode()).decode().partition(" ")
        place = Place(datetime.fromisoformat(at), UUID(note_id))
        place.at.astimezone(UTC)
    except (ValueError, OverflowError, binascii.Error):
        raise Invalid(
            "This is not a place in a list of results. 列表位置有误，请从第一页重新查看。",
            fields={"after": "is not valid"},
        ) from None
    if place.at.tzinfo is None:
        raise Invalid(
            "This is not a place in a list of results. 列表位置有误，请从第一页重新查看。",
            fields={"after": "is not valid"},
        )
    return place


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for in the index; with `lines`, of what was found only that of these lines, or one's own."""

    lexemes: str
    lines: list[str] | None
    person_id: UUID


def query_of(asked: SearchNotes, principal: Principal) -> Query:
    """The query for what is asked, within what this person may read. Raises Invalid."""
    words = asked_words(asked.words)
    if any(is_too_short(word) for word in words):
        raise Invalid(
            "A Chinese word to look for has at least two characters. 请至少输入两个字。",
            fields={"words": "has a single character"},
        )
    if asked.topic is not None and not code_book().is_topic(asked.topic):
        raise Invalid("There is no such topic. 没有此主题代码。", fields={"topic": "is not one of the codes"})
    wanted = sorted(set().union(*map(asked_lexemes, words)))
    wanted += [] if asked.line_id is None else [line_mark(asked.line_id)]
    wanted += [] if asked.topic is None else [topic_mark(asked.topic)]
    wanted += [] if asked.level is None else [level_mark(asked.level.value)]
    if not wanted:
        raise Invalid(
            "Say what to look for: words, a line, a topic or a level. 请输入要查找的内容或选择筛选条件。",
            fields={"words": "is missing"},
        )
    if principal.may_everywhere(Permission.NOTE_SEE):
        return Query(all_of(wanted), None, principal.person_id)
    lines = sorted(principal.lines_for(Permission.NOTE_SEE))
    if len(lines) > FEW_LINES:
        return Query(all_of(wanted), lines, principal.person_id)
    own = one_of([person_mark(principal.person_id), *map(line_mark, lines)])
    return Query(f"{all_of(wanted)} & {own}", None, principal.person_id)


async def search(tx: Tx, asked: SearchNotes, principal: Principal, *, now: datetime) -> FoundNotes:
    """One page, newest first."""
    query = query_of(asked, principal)
    words = asked_words(asked.words)
    since = _beginning(asked.from_)
    newest = Place(_instant(asked.to, "to") or now + timedelta(days=1), _LAST_ID)
    if asked.after is not None:
        after = place_of(asked.after)
        newest = min(newest, after, key=lambda place: (place.at, place.note_id))
    found: list[FoundNote] = []
    further: Place | None = newest
    for _ in range(MOST_LOOKS):
        wanted = PAGE + 1 - len(found)
        rows = await _look(tx, query, since, newest, wanted)
        found += [note for row in rows if (note := _shown(row, words)) is not None]
        if len(rows) < wanted:
            further = None
            break
        further = newest = Place(rows[-1]["at"], rows[-1]["id"])
        if len(found) > PAGE:
            found = found[:PAGE]
            further = Place(found[-1].at, found[-1].note_id)
            break
    return FoundNotes(notes=found, after=None if further is None else further.encoded())


async def _look(tx: Tx, query: Query, since: datetime, newest: Place, wanted: int) -> Sequence[Any]:
    """The newest matches: within the last week if they are enough, else within more and more of the past."""
    if newest.at <= since:
        return []
    ends = [max(since, newest.at - weeks * WEEK) for weeks in SPANS]
    starts = [newest.at, *ends]
    within = [
        f"{query.lexemes} & {one_of(marks_between(weeks, end, start))}"
        for weeks, start, end in zip(SPANS, starts, ends, strict=False)
    ]
    rows = await tx.fetch(
        _SHOWN, *within, query.lexemes, *ends, newest.at, newest.note_id, since, wanted, query.lines, query.person_id
    )
    return list(rows)


def _shown(row: Any, words: Sequence[str]) -> FoundNote | None:
    """A match as it is shown; None: its bigrams lay apart, and it does not hold the words after all."""
    field, pieces, holds = snippet_of(row["texts"], row["actions"], row["amendments"], words)
    if not holds:
        return None
    return FoundNote(
        note_id=row["id"],
        contact_id=row["contact_id"],
        line_id=row["line_id"],
        at=row["at"],
        by=row["work_name"],
        level=row["level"],
        topics=row["topics"],
        field=field,
        snippet=pieces,
    )


def _instant(given: datetime | None, field: str) -> datetime | None:
    if given is None:
        return None
    if given.tzinfo is None:
        raise Invalid("Times carry their zone. 时间须带时区。", fields={field: "has no time zone"})
    try:
        return given.astimezone(UTC)
    except OverflowError:
        raise Invalid("This time is out of range. 时间超出范围。", fields={field: "is out of range"}) from None


def _beginning(given: datetime | None) -> datetime:
    """Spans of weeks are looked for before any end that follows it: in the first year there are none."""
    since = _instant(given, "from") or _BEGINNING
    if since < _BEGINNING:
        raise Invalid("Give a first day from 1970 on. 起始日期不能早于 1970 年。", fields={"from": "is before 1970"})
    return since
