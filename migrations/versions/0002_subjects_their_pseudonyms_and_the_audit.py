"""subjects, their pseudonyms, and the audit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"], unique=False)
    op.create_index("ix_audit_entry_person", "audit_entry", ["person_id", "at"], unique=False)
    op.create_index("ix_audit_entry_target", "audit_entry", ["target_kind", "target_id"], unique=False)
    op.create_table(
        "subject",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.UUID(), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["subject.id"], name=op.f("fk_subject_merged_into")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_subject_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
    )
    op.create_table(
        "subject_alias",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_subject_alias_subject_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_subject_alias")),
    )
    op.create_index("ix_subject_alias_subject", "subject_alias", ["subject_id"], unique=False)
    op.create_table(
        "subject_link",
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("linked_by", sa.UUID(), nullable=True),
        sa.Column("linked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_subject_link_contact_id")),
        sa.ForeignKeyConstraint(["linked_by"], ["person.id"], name=op.f("fk_subject_link_linked_by")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_subject_link_subject_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_subject_link")),
    )
    op.create_index("ix_subject_link_subject", "subject_link", ["subject_id"], unique=False)


def downgrade() -> None:
    """Take this step back."""
    op.drop_index("ix_subject_link_subject", table_name="subject_link")
    op.drop_table("subject_link")
    op.drop_index("ix_subject_alias_subject", table_name="subject_alias")
    op.drop_table("subject_alias")
    op.drop_table("subject")
    op.drop_index("ix_audit_entry_target", table_name="audit_entry")
    op.drop_index("ix_audit_entry_person", table_name="audit_entry")
    op.drop_index("ix_audit_entry_at", table_name="audit_entry")
    op.drop_table("audit_entry")
