"""notes, their drafts, actions and amendments, and how they are found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "note",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("scope", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("non_counselling", sa.Text(), nullable=True),
        sa.Column("called_as", sa.Text(), nullable=True),
        sa.Column("subject_role", sa.Text(), nullable=True),
        sa.Column("age_band", sa.Text(), nullable=True),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("grade_band", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("topics", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("codes_version", sa.Text(), nullable=False),
        sa.Column("danger_asked", sa.Text(), nullable=True),
        sa.Column("danger_reason", sa.Text(), nullable=True),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("submitted_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("locks_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("locked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_note_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_note_contact_id")),
    )
    op.create_table(
        "note_draft",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("held", sa.Text(), nullable=True),
        sa.Column("saved_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_note_draft_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_note_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_draft")),
    )
    op.create_index("uq_note_draft_own", "note_draft", ["contact_id", "person_id"], unique=True)
    op.create_table(
        "note_unhidden",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_note_unhidden_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_note_unhidden_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_unhidden")),
    )
    op.create_index("ix_note_unhidden_contact", "note_unhidden", ["contact_id"], unique=False)
    op.create_table(
        "note_action",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("note_id", sa.UUID(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_by", sa.UUID(), nullable=True),
        sa.Column("planned_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("done_by", sa.UUID(), nullable=True),
        sa.Column("done_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.UUID(), nullable=True),
        sa.Column("confirmed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_note_action_confirmed_by")),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_note_action_done_by")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_action_note_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["planned_by"], ["person.id"], name=op.f("fk_note_action_planned_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_action")),
    )
    op.create_index("ix_note_action_note", "note_action", ["note_id", "place"], unique=False)
    op.create_table(
        "note_amendment",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("note_id", sa.UUID(), nullable=False),
        sa.Column("submission_id", sa.UUID(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_note_amendment_by")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_amendment_note_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_amendment")),
    )
    op.create_index("uq_note_amendment_submission", "note_amendment", ["note_id", "submission_id"], unique=True)
    op.create_table(
        "note_search",
        sa.Column("note_id", sa.UUID(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_search_note_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_note_search")),
    )
    op.create_index("ix_note_search_at", "note_search", ["at", "note_id"], unique=False)
    op.create_index(
        "ix_note_search_words",
        "note_search",
        ["words"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_table(
        "note_version",
        sa.Column("note_id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.UUID(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("record", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_note_version_by")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_version_note_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("note_id", "version", name=op.f("pk_note_version")),
    )
    op.create_index("uq_note_version_submission", "note_version", ["note_id", "submission_id"], unique=True)


def downgrade() -> None:
    """Take this step back."""
    op.drop_index("uq_note_version_submission", table_name="note_version")
    op.drop_table("note_version")
    op.drop_index(
        "ix_note_search_words", table_name="note_search", postgresql_using="gin", postgresql_with={"fastupdate": "off"}
    )
    op.drop_index("ix_note_search_at", table_name="note_search")
    op.drop_table("note_search")
    op.drop_index("uq_note_amendment_submission", table_name="note_amendment")
    op.drop_table("note_amendment")
    op.drop_index("ix_note_action_note", table_name="note_action")
    op.drop_table("note_action")
    op.drop_index("ix_note_unhidden_contact", table_name="note_unhidden")
    op.drop_table("note_unhidden")
    op.drop_index("uq_note_draft_own", table_name="note_draft")
    op.drop_table("note_draft")
    op.drop_table("note")
