"""Every level of risk that a person set, beside the one that was prompted (P6)."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

risk_level = Table(
    "risk_level",
    metadata,
    # A contact's history, numbered from 1; the last one counts. Written later is only a rationale
    # that was owed, and what its writer takes out of one.
    Column("id", UUID, primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("level", Text, nullable=False),  # unknown, low, moderate, high, imminent
    Column("prompted", Text),  # what the instruments prompted at that moment; null: nothing
    Column("assessment_id", UUID, ForeignKey("assessment.id")),  # the one that prompted it
    Column("below_prompt", Boolean, nullable=False, server_default=text("false")),
    Column("rationale", Text),  # de-identified; null: still owed (high and imminent are set before they are explained)
    # Its placeholders are numbered within it; null: it has none; the row's own id: nobody knows any more within what.
    Column("scope", UUID),
    Column("unknowns", JSONB, nullable=False, server_default=text("'[]'")),  # codes of app.domain.risk, instrument.item
    Column("set_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("set_at", instant, nullable=False),
    UniqueConstraint("contact_id", "version"),
)
Index("ix_risk_level_set_at", risk_level.c.set_at)
