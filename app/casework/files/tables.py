"""Subjects and the pseudonyms that lead to them. No number, name or address is in here: those are the vault's."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

subject = Table(
    "subject",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("organisation_id", Text, ForeignKey("organisation.id")),  # whose custody the file is in
    Column("merged_into", UUID, ForeignKey("subject.id")),  # null: a file of its own
    Column("created_at", instant, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
)

subject_alias = Table(
    "subject_alias",
    metadata,
    # Many pseudonyms, one subject: another telephone, another version of the key (`contact.subject_token`).
    Column("token", LargeBinary, primary_key=True),
    Column("key_id", Text, nullable=False),  # the version of the pseudonym key it was made with
    Column("subject_id", UUID, ForeignKey("subject.id"), nullable=False),
    Column("created_at", instant, nullable=False),
)
Index("ix_subject_alias_subject", subject_alias.c.subject_id)

subject_link = Table(
    "subject_link",
    metadata,
    # Which subject a contact is about: found by the pseudonym, or linked by hand when there was no number.
    Column("contact_id", UUID, ForeignKey("contact.id"), primary_key=True),
    Column("subject_id", UUID, ForeignKey("subject.id"), nullable=False),
    Column("how", Text, nullable=False),  # pseudonym, by_hand
    Column("linked_by", UUID, ForeignKey("person.id")),
    Column("linked_at", instant, nullable=False),
)
Index("ix_subject_link_subject", subject_link.c.subject_id)
