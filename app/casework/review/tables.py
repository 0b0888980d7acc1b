"""Reviews of notes, and what was said in each round of one. Feedback has passed the gate (app.casework.redacting)."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

note_review = Table(
    "note_review",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("note_id", UUID, ForeignKey("note.id", ondelete="CASCADE"), nullable=False, unique=True),  # one a note
    Column("line_id", Text),
    Column("because", Text, nullable=False),  # high_risk, sample
    Column("chosen_at", instant, nullable=False),  # for this reason: a sample that turns out high-risk begins anew
    Column("state", Text, nullable=False),  # app.domain.note_review
    Column("reviewer_id", UUID, ForeignKey("person.id")),  # who has taken it
    Column("taken_at", instant),
    Column("finished_at", instant),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index("ix_note_review_open", note_review.c.because, note_review.c.chosen_at, note_review.c.id,
      postgresql_where=note_review.c.state != "done")  # fmt: skip
Index("ix_note_review_done", note_review.c.finished_at, note_review.c.id,
      postgresql_where=note_review.c.state == "done")  # fmt: skip

note_review_round = Table(
    "note_review_round",
    metadata,
    # What a reviewer said once; written later are only the answer, and what the note's writer takes out.
    Column("review_id", UUID, ForeignKey("note_review.id", ondelete="CASCADE"), primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("by", UUID, ForeignKey("person.id"), nullable=False),
    Column("at", instant, nullable=False),
    Column("outcome", Text, nullable=False),  # accepted, returned
    Column("criteria_version", Text, nullable=False),  # app/casework/review/criteria.yaml
    Column("scores", JSONB, nullable=False),  # {criterion: 1..5, or null: it cannot be said}
    Column("feedback", Text, nullable=False, server_default=text("''")),  # redacted
    # What the note was when this was said: whether something has been added since is a comparison.
    Column("note_version", Integer, nullable=False),
    Column("amendments", Integer, nullable=False),
    Column("answered_by", UUID, ForeignKey("person.id")),
    Column("answered_at", instant),
)
