"""Notes and what belongs to them. Every text in here is de-identified (app.casework.redacting), a draft is sealed."""

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, TSVECTOR, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

note = Table(
    "note",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id"), nullable=False, unique=True),  # one a contact (failure 24)
    Column("line_id", Text),
    Column("scope", UUID, nullable=False),  # placeholders are numbered within it, now and in every amendment
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),  # who submitted it first
    Column("non_counselling", Text),  # a code: nobody was counselled, and nothing is written
    Column("called_as", Text),  # the role of whoever called
    Column("subject_role", Text),
    Column("age_band", Text),
    Column("gender", Text),
    Column("grade_band", Text),
    Column("region", Text),
    Column("topics", ARRAY(Text), nullable=False, server_default=text("'{}'")),  # set:code
    Column("codes_version", Text, nullable=False),
    Column("danger_asked", Text),  # asked, not_possible
    Column("danger_reason", Text),  # a code: why it was not possible
    # The texts: facts, judgement, unknown, means, supports, and safety_plan with its parts.
    Column("texts", JSONB, nullable=False, server_default=text("'{}'")),
    Column("submitted_at", instant, nullable=False),
    Column("changed_at", instant, nullable=False),
    Column("locks_at", instant, nullable=False),
    Column("locked_at", instant),
    Column("version", Integer, nullable=False, server_default=text("1")),
)

note_version = Table(
    "note_version",
    metadata,
    # How the note read at each version, append-only but for what a later one hides (taking_out.py). The submission
    # makes sending twice storing once.
    Column("note_id", UUID, ForeignKey("note.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("submission_id", UUID, nullable=False),
    Column("by", UUID, ForeignKey("person.id"), nullable=False),
    Column("at", instant, nullable=False),
    Column("record", JSONB, nullable=False),
)
Index("uq_note_version_submission", note_version.c.note_id, note_version.c.submission_id, unique=True)

note_action = Table(
    "note_action",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("note_id", UUID, ForeignKey("note.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),  # its place in the list
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),  # planned, done, confirmed
    Column("planned_by", UUID, ForeignKey("person.id")),
    Column("planned_at", instant),
    Column("done_by", UUID, ForeignKey("person.id")),
    Column("done_at", instant),
    Column("confirmed_by", UUID, ForeignKey("person.id")),
    Column("confirmed_at", instant),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index("ix_note_action_note", note_action.c.note_id, note_action.c.place)

note_amendment = Table(
    "note_amendment",
    metadata,
    # What is said after the note has locked: dated, append-only but for what is hidden after all.
    Column("id", UUID, primary_key=True),
    Column("note_id", UUID, ForeignKey("note.id", ondelete="CASCADE"), nullable=False),
    Column("submission_id", UUID, nullable=False),
    Column("by", UUID, ForeignKey("person.id"), nullable=False),
    Column("at", instant, nullable=False),
    Column("text", Text, nullable=False),
)
Index("uq_note_amendment_submission", note_amendment.c.note_id, note_amendment.c.submission_id, unique=True)

note_draft = Table(
    "note_draft",
    metadata,
    # What somebody is writing, sealed: only its writer gets it back, until it is submitted or a day has gone by.
    Column("id", UUID, primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("held", Text),  # why a submission became this draft: tagger_missing
    Column("saved_at", instant, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index("uq_note_draft_own", note_draft.c.contact_id, note_draft.c.person_id, unique=True)

note_unhidden = Table(
    "note_unhidden",
    metadata,
    # What a person let stand that had been found: of which class and how often, never what it was.
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("at", instant, nullable=False),
    Column("field", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("count", Integer, nullable=False),
)
Index("ix_note_unhidden_contact", note_unhidden.c.contact_id)

note_search = Table(
    "note_search",
    metadata,
    # What a note is found by: filled by our own code from de-identified text (app.casework.notes.words).
    Column("note_id", UUID, ForeignKey("note.id", ondelete="CASCADE"), primary_key=True),
    Column("at", instant, nullable=False),  # when the contact came in
    Column("line_id", Text),
    Column("people", ARRAY(UUID), nullable=False, server_default=text("'{}'")),  # whose own it is
    Column("words", TSVECTOR, nullable=False),  # bigrams, words, and what can be filtered by
)
Index("ix_note_search_words", note_search.c.words, postgresql_using="gin", postgresql_with={"fastupdate": "off"})
