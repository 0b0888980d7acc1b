"""The shapes of looking for notes over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from app.casework.notes.schemas import CodeName, Line
from app.contacts.schemas import Asked, Public
from app.domain.risk import RiskLevel


class SearchNotes(Asked):
    """The body of POST /api/notes/search: words travel in bodies alone."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    words: Annotated[str, StringConstraints(max_length=200)] = ""
    line_id: Line | None = None
    from_: Annotated[datetime | None, Field(alias="from")] = None
    to: datetime | None = None
    topic: CodeName | None = None
    level: RiskLevel | None = None
    after: Annotated[str, StringConstraints(max_length=200)] | None = None


class Piece(Public):
    """A piece of a snippet; `hit`: it is what was looked for."""

    text: str
    hit: bool


class FoundNote(Public):
    """One note that was found."""

    note_id: UUID
    contact_id: UUID
    line_id: str | None
    at: datetime
    by: str
    level: RiskLevel | None
    topics: list[str]
    field: str | None
    snippet: list[Piece]


class FoundNotes(Public):
    """A page of what was found, newest first. `after` asks for the next page; None: there is none."""

    notes: list[FoundNote]
    after: str | None
