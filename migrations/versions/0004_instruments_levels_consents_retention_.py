"""instruments, levels, consents, retention and erasure."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "retention_run",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("round_id", sa.UUID(), nullable=False),
        sa.Column("record_class", sa.Text(), nullable=False),
        sa.Column("periods_version", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("erased", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("held", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("took_ms", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("failed_as", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_index("ix_retention_run_started", "retention_run", ["started_at"], unique=False)
    op.create_index("uq_retention_run", "retention_run", ["round_id", "record_class"], unique=True)
    op.create_table(
        "erasure",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.UUID(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.UUID(), nullable=False),
        sa.Column("requested_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("stopped_by_hold", sa.UUID(), nullable=True),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("erased", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_erasure_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(
        "uq_erasure_live", "erasure", ["target_id"], unique=True, postgresql_where=sa.text("finished_at IS NULL")
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=True),
        sa.Column("contact_id", sa.UUID(), nullable=True),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("placed_by", sa.UUID(), nullable=False),
        sa.Column("placed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.UUID(), nullable=True),
        sa.Column("lifted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.id"], name=op.f("fk_legal_hold_lifted_by")),
        sa.ForeignKeyConstraint(["placed_by"], ["person.id"], name=op.f("fk_legal_hold_placed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(
        "ix_legal_hold_contact",
        "legal_hold",
        ["contact_id"],
        unique=False,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_index(
        "ix_legal_hold_line", "legal_hold", ["line_id"], unique=False, postgresql_where=sa.text("lifted_at IS NULL")
    )
    op.create_index(
        "ix_legal_hold_subject",
        "legal_hold",
        ["subject_id"],
        unique=False,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("prompted", sa.Text(), nullable=True),
        sa.Column("entered_by", sa.UUID(), nullable=False),
        sa.Column("entered_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_assessment_contact_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_assessment_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index("ix_assessment_contact", "assessment", ["contact_id", "entered_at"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("consent_to", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.UUID(), nullable=True),
        sa.Column("said_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_consent_contact_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_consent_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_contact", "consent", ["contact_id", "said_at"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("erasure_id", sa.UUID(), nullable=False),
        sa.Column("record_class", sa.Text(), nullable=False),
        sa.Column("record_table", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("erased_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("erased_by", sa.UUID(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["erased_by"], ["person.id"], name=op.f("fk_tombstone_erased_by")),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasure.id"], name=op.f("fk_tombstone_erasure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
    )
    op.create_index("ix_tombstone_erasure", "tombstone", ["erasure_id"], unique=False)
    op.create_index("ix_tombstone_record", "tombstone", ["record_table", "record_id"], unique=False)
    op.create_table(
        "risk_level",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("prompted", sa.Text(), nullable=True),
        sa.Column("assessment_id", sa.UUID(), nullable=True),
        sa.Column("below_prompt", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.Column("unknowns", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("set_by", sa.UUID(), nullable=False),
        sa.Column("set_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_risk_level_assessment_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_risk_level_contact_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_risk_level_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_level")),
        sa.UniqueConstraint("contact_id", "version", name=op.f("uq_risk_level_contact_id_version")),
    )
    op.create_index("ix_risk_level_set_at", "risk_level", ["set_at"], unique=False)


def downgrade() -> None:
    """Take this step back."""
    op.drop_index("ix_risk_level_set_at", table_name="risk_level")
    op.drop_table("risk_level")
    op.drop_index("ix_tombstone_record", table_name="tombstone")
    op.drop_index("ix_tombstone_erasure", table_name="tombstone")
    op.drop_table("tombstone")
    op.drop_index("ix_consent_contact", table_name="consent")
    op.drop_table("consent")
    op.drop_index("ix_assessment_contact", table_name="assessment")
    op.drop_table("assessment")
    op.drop_index("ix_legal_hold_subject", table_name="legal_hold", postgresql_where=sa.text("lifted_at IS NULL"))
    op.drop_index("ix_legal_hold_line", table_name="legal_hold", postgresql_where=sa.text("lifted_at IS NULL"))
    op.drop_index("ix_legal_hold_contact", table_name="legal_hold", postgresql_where=sa.text("lifted_at IS NULL"))
    op.drop_table("legal_hold")
    op.drop_index("uq_erasure_live", table_name="erasure", postgresql_where=sa.text("finished_at IS NULL"))
    op.drop_table("erasure")
    op.drop_index("uq_retention_run", table_name="retention_run")
    op.drop_index("ix_retention_run_started", table_name="retention_run")
    op.drop_table("retention_run")
