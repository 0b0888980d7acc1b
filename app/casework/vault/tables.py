"""What the vault keeps, and who asked to look into it. Nothing readable about anybody is in either table."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

identity = Table(
    "identity",
    metadata,
    # Who a contact's caller is, sealed under the row's own name. Whose file it belongs to is what the contact is linked
    # to, so that a merge or a split need not touch the vault. The table is the vault role's (app.platform.vault_role).
    Column("id", UUID, primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("purpose", Text, nullable=False),  # what it was given for
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", instant, nullable=False),
    Column("created_by", UUID, ForeignKey("person.id")),  # null: it came with the call
    Column("expires_at", instant, nullable=False),
    UniqueConstraint("contact_id", "kind", "purpose"),
    CheckConstraint("kind IN ('number', 'name', 'location')", name="kind"),
    CheckConstraint("purpose IN ('came_with_call', 'rescue', 'follow_up')", name="purpose"),
    schema="vault",
)
Index("ix_identity_expires", identity.c.expires_at)

vault_opening = Table(
    "vault_opening",
    metadata,
    # One breaking of the glass: who asked to see what of whom, why, who agreed, and who looked at it afterwards.
    Column("id", UUID, primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id"), nullable=False),
    Column("subject_id", UUID),  # asked for by the file: vault_opening_contact has its others; null: this one alone
    Column("line_id", Text),
    Column("kind", Text, nullable=False),  # number, name, location
    Column("reason_code", Text, nullable=False),
    Column("reason", Text, nullable=False),  # de-identified
    Column("minutes", Integer, nullable=False),
    Column("single_handed", Boolean, nullable=False, server_default=text("false")),
    Column("state", Text, nullable=False),  # app.domain.break_glass
    Column("requested_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("requested_at", instant, nullable=False),
    Column("lapses_at", instant, nullable=False),  # an answer that comes later counts no more
    Column("decided_by", UUID, ForeignKey("person.id")),
    Column("decided_at", instant),
    Column("open_until", instant),
    Column("looks", Integer, nullable=False, server_default=text("0")),
    Column("looked_at", instant),  # the last time
    Column("review_due_at", instant),  # single-handed: somebody else has to look at it by then
    Column("reviewed_by", UUID, ForeignKey("person.id")),
    Column("reviewed_at", instant),
    Column("finding", Text),  # justified, not_justified
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index("ix_vault_opening_requested", vault_opening.c.requested_at)
Index(
    "ix_vault_opening_live",
    vault_opening.c.line_id,
    postgresql_where=text("state IN ('requested', 'open', 'open_alone', 'to_review')"),
)
Index("ix_vault_opening_contact", vault_opening.c.contact_id)

vault_opening_contact = Table(
    "vault_opening_contact",
    metadata,
    # The other contacts that the file had when it was asked for. They are what a second person agrees to: whatever is
    # merged into the file afterwards is not looked at.
    Column("opening_id", UUID, ForeignKey("vault_opening.id", ondelete="CASCADE"), primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id"), primary_key=True),
)
Index("ix_vault_opening_contact_contact", vault_opening_contact.c.contact_id)
