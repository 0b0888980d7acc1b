"""The shapes of notes over HTTP. What goes out is de-identified, but for one's own draft."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from app.contacts.schemas import Asked, Contact, LineName, Public, Version
from app.domain.case_note import ActionState, DangerAsked

CodeName = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[a-z0-9][a-z0-9:._-]*$")]


def _is_not_blank(given: UUID) -> UUID:
    if given.int == 0:  # a blank key would make one of many (failure 24)
        raise ValueError("is blank")
    return given


SubmissionId = Annotated[UUID, AfterValidator(_is_not_blank)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


class ActionEntry(Asked):
    """Something to be done, or done. With its id: one that the note has already."""

    id: UUID | None = None
    text: str
    state: ActionState = ActionState.PLANNED


class NoteBody(Asked):
    """What a note says. Texts are as they were written: they are de-identified before anything is stored."""

    caller_role: CodeName | None = None
    subject_role: CodeName | None = None
    age_band: CodeName | None = None
    gender: CodeName | None = None
    grade_band: CodeName | None = None
    region: CodeName | None = None
    topics: list[CodeName] = Field(default_factory=list, max_length=20)
    facts: str = ""
    judgement: str = ""
    unknown: str = ""
    means: str = ""
    supports: str = ""
    safety_plan: dict[CodeName, str] = Field(default_factory=dict, max_length=20)
    actions: list[ActionEntry] = Field(default_factory=list, max_length=50)
    danger_asked: DangerAsked | None = None
    danger_reason: CodeName | None = None  # why it was not possible


class SpotChoice(Asked):
    """A person's word on one spot: `start` and `end` count code points of the field as the preview gave it back."""

    field: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    start: Annotated[int, Field(ge=0, le=100_000)]
    end: Annotated[int, Field(ge=0, le=100_000)]
    written: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    hide: bool
    kind: Annotated[str, StringConstraints(pattern=r"^[A-Z_]{2,20}$")] = "PERSON"


Choices = Annotated[list[SpotChoice], Field(max_length=2000)]


class SaveDraft(Asked):
    """The body of PUT /api/contacts/{id}/draft. Version 0: the first."""

    version: Version
    body: NoteBody


class AskPreview(Asked):
    """The body of POST /api/contacts/{id}/note/preview."""

    body: NoteBody
    choices: Choices = Field(default_factory=list)


class SubmitNote(Asked):
    """The body of PUT /api/contacts/{id}/note. `submission_id` is new for each press: sent twice, it is stored once.

    `draft_version`: the draft as which it was written. One that another window has saved since stays; None: none does.
    """

    version: Version
    draft_version: Version | None = None
    submission_id: SubmissionId
    body: NoteBody
    choices: Choices = Field(default_factory=list)


class Amend(Asked):
    """The body of POST /api/notes/{id}/amendments. `checked` False: it could not be looked at, so it is only held."""

    submission_id: SubmissionId
    text: str
    checked: bool = True
    choices: Choices = Field(default_factory=list)  # of the field "text"


class HideAfterAll(Asked):
    """The body of POST /api/notes/{id}/hidden. `text`: exactly as it stands in the note."""

    text: Annotated[str, StringConstraints(min_length=2, max_length=100)]


class CodeNonCounselling(Asked):
    """The body of POST /api/contacts/{id}/non-counselling."""

    code: CodeName


class MoveAction(Asked):
    """The body of POST /api/notes/{id}/actions/{action_id}."""

    state: ActionState
    version: Version


class Part(Public):
    """A piece of a text, in order: as it stands (`kind` None), or found to name somebody. Fixed: it cannot be kept."""

    text: str
    start: int
    end: int
    kind: str | None = None
    reason: str | None = None
    replacement: str | None = None
    hidden: bool = False
    fixed: bool = False


class PreviewedField(Public):
    """One text as it was read, piece by piece, and as it would be stored without the vault, numbered by itself."""

    field: str
    parts: list[Part]
    stored: str


class PreviewLine(Public):
    """One line of the preview's answer: how far it is, or (the last) the fields, or what went wrong."""

    done: int
    of: int
    fields: list[PreviewedField] | None = None
    problem: dict[str, Any] | None = None


class NoteAction(Public):
    """An action, with who said so and when."""

    id: UUID
    text: str
    state: ActionState
    planned_by: str | None
    planned_at: datetime | None
    done_by: str | None
    done_at: datetime | None
    confirmed_by: str | None
    confirmed_at: datetime | None
    version: int


class Amendment(Public):
    """What was said after the note had locked."""

    id: UUID
    by: str
    at: datetime
    text: str


class Note(Public):
    """A note as it is stored: de-identified."""

    id: UUID
    contact_id: UUID
    line_id: str | None
    by: str
    own: bool
    non_counselling: str | None
    caller_role: str | None
    subject_role: str | None
    age_band: str | None
    gender: str | None
    grade_band: str | None
    region: str | None
    topics: list[str]
    facts: str = ""
    judgement: str = ""
    unknown: str = ""
    means: str = ""
    supports: str = ""
    safety_plan: dict[str, str] = Field(default_factory=dict)
    danger_asked: DangerAsked | None
    danger_reason: str | None
    actions: list[NoteAction]
    amendments: list[Amendment]
    codes_version: str
    submitted_at: datetime
    changed_at: datetime
    locks_at: datetime
    locked: bool
    version: int


class DraftSaved(Public):
    """Where one's draft stands."""

    version: int
    saved_at: datetime
    kept_until: datetime
    held: str | None


class Draft(DraftSaved):
    """One's own draft, as it was written. `amendment`: one that was submitted and could not be stored; or empty."""

    body: NoteBody
    amendment: str


class UnreadableDraft(DraftSaved):
    """One's own draft that cannot be opened: its key (`key`, its name) is not there, or is another.

    It stays until its writer throws this version away, submits the note, or a day has passed: giving the key back
    opens it again.
    """

    key: str
    detail: str


class Record(Public):
    """Everything the page of one contact's record needs. `must_ask`: what a note cannot be submitted without.

    `draft_key`: what the browser seals its copy of the draft with (32 bytes, base64); None: one does not write here.
    """

    contact: Contact
    note: Note | None
    draft: Draft | None
    draft_key: str | None
    may_write: bool
    erased: bool  # what was written has gone, and nothing more is written
    must_ask: list[str]
    draft_problem: UnreadableDraft | None
    codes_version: str


class OwedNote(Public):
    """A talk of one's own that has no note yet."""

    contact_id: UUID
    line: LineName | None
    answered_at: datetime
    has_draft: bool


class NamedCode(Public):
    """A code of a list."""

    code: str
    zh: str
    en: str
    inside: str | None = None  # a city's province
    same_as: list[str] = Field(default_factory=list)


class CodeSet(Public):
    """One list with its version."""

    kind: str
    id: str
    version: str
    zh: str
    en: str
    source: str
    items: list[NamedCode]


class Codes(Public):
    """All code lists."""

    version: str
    lists: list[CodeSet]
