"""What was answered, and what it prompted; nothing in it is free text."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

assessment = Table(
    "assessment",
    metadata,
    # One filling-in of an instrument during or after a contact. Never changed: a correction is another one, later.
    Column("id", UUID, primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id"), nullable=False),
    Column("instrument_id", Text, nullable=False),
    Column("instrument_version", Integer, nullable=False),
    Column("answers", JSONB, nullable=False),  # item → answer, both of them codes of the instrument's
    Column("result", JSONB, nullable=False),  # level, could_be, because, not_known, contradictory, score, weights
    Column("prompted", Text),  # the level it prompts; null: nothing
    Column("entered_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("entered_at", instant, nullable=False),
)
Index("ix_assessment_contact", assessment.c.contact_id, assessment.c.entered_at)
