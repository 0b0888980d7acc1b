"""What may not be erased, what was erased and on whose right, and every round of the retention."""

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

legal_hold = Table(
    "legal_hold",
    metadata,
    # On one subject, one contact, or a whole line; neither retention nor erasure touches what it covers.
    Column("id", UUID, primary_key=True),
    Column("subject_id", UUID),  # no foreign keys: that there was a hold is remembered when what it held is gone
    Column("contact_id", UUID),
    Column("line_id", Text),
    Column("reason_code", Text, nullable=False),  # app.domain.retention.HoldReason
    Column("reason", Text),  # de-identified; goes with the subject
    Column("placed_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("placed_at", instant, nullable=False),
    Column("lifted_by", UUID, ForeignKey("person.id")),
    Column("lifted_at", instant),
)
Index("ix_legal_hold_subject", legal_hold.c.subject_id, postgresql_where=legal_hold.c.lifted_at.is_(None))
Index("ix_legal_hold_contact", legal_hold.c.contact_id, postgresql_where=legal_hold.c.lifted_at.is_(None))
Index("ix_legal_hold_line", legal_hold.c.line_id, postgresql_where=legal_hold.c.lifted_at.is_(None))

erasure = Table(
    "erasure",
    metadata,
    # One subject's (or one unlinked contact's) right to be erased, carried out to its end whoever dies meanwhile.
    Column("id", UUID, primary_key=True),
    Column("target_kind", Text, nullable=False),  # subject, contact
    Column("target_id", UUID, nullable=False),
    Column("legal_basis", Text, nullable=False),  # app.domain.retention.ErasureBasis
    Column("requested_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("requested_at", instant, nullable=False),
    Column("stopped_by_hold", UUID),  # a hold placed while it was under way; it goes on when that is lifted
    Column("finished_at", instant),
    Column("erased", JSONB, nullable=False, server_default=text("'{}'")),  # table → how many rows
)
Index("uq_erasure_live", erasure.c.target_id, unique=True, postgresql_where=erasure.c.finished_at.is_(None))

tombstone = Table(
    "tombstone",
    metadata,
    # That something was here: no content, nobody's pseudonym.
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("erasure_id", UUID, ForeignKey("erasure.id"), nullable=False),
    Column("record_class", Text, nullable=False),
    Column("record_table", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("erased_at", instant, nullable=False),
    Column("erased_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("legal_basis", Text, nullable=False),
)
Index("ix_tombstone_erasure", tombstone.c.erasure_id)
Index("ix_tombstone_record", tombstone.c.record_table, tombstone.c.record_id)

retention_run = Table(
    "retention_run",
    metadata,
    # One class in one round: what was old enough, what of it was erased, what a hold kept.
    Column("id", UUID, primary_key=True),
    Column("round_id", UUID, nullable=False),
    Column("record_class", Text, nullable=False),
    Column("periods_version", Text, nullable=False),
    Column("looked_at", Integer, nullable=False, server_default=text("0")),
    Column("erased", Integer, nullable=False, server_default=text("0")),
    Column("held", Integer, nullable=False, server_default=text("0")),
    Column("took_ms", Integer, nullable=False, server_default=text("0")),
    Column("started_at", instant, nullable=False),
    Column("finished_at", instant),
    Column("failed_as", Text),  # the kind of failure; null: none
)
Index("uq_retention_run", retention_run.c.round_id, retention_run.c.record_class, unique=True)
Index("ix_retention_run_started", retention_run.c.started_at)
