"""The consent ledger: entries are added, never changed."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

consent = Table(
    "consent",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id"), nullable=False),
    Column("consent_to", Text, nullable=False),  # recording, follow_up, disclosure
    Column("said", Text, nullable=False),  # given, refused, withdrawn
    Column("how", Text, nullable=False),  # spoken, key, widget
    Column("entered_by", UUID, ForeignKey("person.id")),  # null: the caller, by a key or in the widget
    Column("said_at", instant, nullable=False),
)
Index("ix_consent_contact", consent.c.contact_id, consent.c.said_at)
