"""What files hold: flags, plans, tasks, merges and splits, hand-overs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "subject_flag",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("codes_version", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("placed_by", sa.UUID(), nullable=False),
        sa.Column("placed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.UUID(), nullable=True),
        sa.Column("lifted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.id"], name=op.f("fk_subject_flag_lifted_by")),
        sa.ForeignKeyConstraint(["placed_by"], ["person.id"], name=op.f("fk_subject_flag_placed_by")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_subject_flag_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_flag")),
    )
    op.create_index("ix_subject_flag_subject", "subject_flag", ["subject_id"], unique=False)
    op.create_table(
        "subject_hand_over",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("from_organisation", sa.Text(), nullable=False),
        sa.Column("to_organisation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.UUID(), nullable=False),
        sa.Column("requested_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("ended_by", sa.UUID(), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_subject_hand_over_ended_by")),
        sa.ForeignKeyConstraint(
            ["from_organisation"], ["organisation.id"], name=op.f("fk_subject_hand_over_from_organisation")
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_subject_hand_over_requested_by")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_subject_hand_over_subject_id")),
        sa.ForeignKeyConstraint(
            ["to_organisation"], ["organisation.id"], name=op.f("fk_subject_hand_over_to_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_hand_over")),
    )
    op.create_index("ix_subject_hand_over_to", "subject_hand_over", ["to_organisation", "state"], unique=False)
    op.create_index(
        "uq_subject_hand_over_live",
        "subject_hand_over",
        ["subject_id"],
        unique=True,
        postgresql_where=sa.text("state = 'requested'"),
    )
    op.create_table(
        "subject_plan",
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key_lines", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("adults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("codes_version", sa.Text(), nullable=False),
        sa.Column("written_by", sa.UUID(), nullable=False),
        sa.Column("written_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_subject_plan_subject_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_subject_plan_written_by")),
        sa.PrimaryKeyConstraint("subject_id", "version", name=op.f("pk_subject_plan")),
    )
    op.create_table(
        "subject_regrouping",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_subject", sa.UUID(), nullable=False),
        sa.Column("to_subject", sa.UUID(), nullable=False),
        sa.Column("done_by", sa.UUID(), nullable=False),
        sa.Column("done_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("undone_by", sa.UUID(), nullable=True),
        sa.Column("undone_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_subject_regrouping_done_by")),
        sa.ForeignKeyConstraint(["from_subject"], ["subject.id"], name=op.f("fk_subject_regrouping_from_subject")),
        sa.ForeignKeyConstraint(["to_subject"], ["subject.id"], name=op.f("fk_subject_regrouping_to_subject")),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name=op.f("fk_subject_regrouping_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_regrouping")),
    )
    op.create_index("ix_subject_regrouping_from", "subject_regrouping", ["from_subject"], unique=False)
    op.create_index("ix_subject_regrouping_to", "subject_regrouping", ["to_subject"], unique=False)
    op.create_table(
        "subject_task",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=False),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_by", sa.UUID(), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_subject_task_ended_by")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_subject_task_made_by")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_subject_task_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_task")),
    )
    op.create_index("ix_subject_task_subject", "subject_task", ["subject_id"], unique=False)
    op.create_table(
        "subject_moved_alias",
        sa.Column("regrouping_id", sa.UUID(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("was_with", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["regrouping_id"],
            ["subject_regrouping.id"],
            name=op.f("fk_subject_moved_alias_regrouping_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["token"], ["subject_alias.token"], name=op.f("fk_subject_moved_alias_token"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["was_with"], ["subject.id"], name=op.f("fk_subject_moved_alias_was_with")),
        sa.PrimaryKeyConstraint("regrouping_id", "token", name=op.f("pk_subject_moved_alias")),
    )
    op.create_table(
        "subject_moved_contact",
        sa.Column("regrouping_id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("was_with", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_subject_moved_contact_contact_id")),
        sa.ForeignKeyConstraint(
            ["regrouping_id"],
            ["subject_regrouping.id"],
            name=op.f("fk_subject_moved_contact_regrouping_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["was_with"], ["subject.id"], name=op.f("fk_subject_moved_contact_was_with")),
        sa.PrimaryKeyConstraint("regrouping_id", "contact_id", name=op.f("pk_subject_moved_contact")),
    )
    op.add_column("subject", sa.Column("code", sa.Text(), nullable=True))
    op.add_column("subject", sa.Column("custody_since", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_index("ix_subject_code", "subject", ["code"], unique=False, postgresql_where=sa.text("code IS NOT NULL"))
    op.create_index(
        "ix_subject_merged",
        "subject",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.add_column("subject_alias", sa.Column("code", sa.Text(), nullable=True))
    op.create_index("ix_subject_alias_code", "subject_alias", ["code"], unique=False)
    op.create_index(
        "ix_subject_alias_uncoded",
        "subject_alias",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("code IS NULL"),
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_index("ix_subject_alias_uncoded", table_name="subject_alias", postgresql_where=sa.text("code IS NULL"))
    op.drop_index("ix_subject_alias_code", table_name="subject_alias")
    op.drop_column("subject_alias", "code")
    op.drop_index("ix_subject_merged", table_name="subject", postgresql_where=sa.text("merged_into IS NOT NULL"))
    op.drop_index("ix_subject_code", table_name="subject", postgresql_where=sa.text("code IS NOT NULL"))
    op.drop_column("subject", "custody_since")
    op.drop_column("subject", "code")
    op.drop_table("subject_moved_contact")
    op.drop_table("subject_moved_alias")
    op.drop_index("ix_subject_task_subject", table_name="subject_task")
    op.drop_table("subject_task")
    op.drop_index("ix_subject_regrouping_to", table_name="subject_regrouping")
    op.drop_index("ix_subject_regrouping_from", table_name="subject_regrouping")
    op.drop_table("subject_regrouping")
    op.drop_table("subject_plan")
    op.drop_index(
        "uq_subject_hand_over_live", table_name="subject_hand_over", postgresql_where=sa.text("state = 'requested'")
    )
    op.drop_index("ix_subject_hand_over_to", table_name="subject_hand_over")
    op.drop_table("subject_hand_over")
    op.drop_index("ix_subject_flag_subject", table_name="subject_flag")
    op.drop_table("subject_flag")
