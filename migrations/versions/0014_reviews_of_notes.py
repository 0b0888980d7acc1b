"""Reviews of notes; what was of high risk before there were any is to be reviewed too."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "note_review",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("note_id", sa.UUID(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("chosen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.UUID(), nullable=True),
        sa.Column("taken_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_review_note_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_note_review_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_review")),
        sa.UniqueConstraint("note_id", name=op.f("uq_note_review_note_id")),
    )
    op.create_index(
        "ix_note_review_done",
        "note_review",
        ["finished_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index(
        "ix_note_review_open",
        "note_review",
        ["because", "chosen_at", "id"],
        unique=False,
        postgresql_where=sa.text("state != 'done'"),
    )
    op.create_table(
        "note_review_round",
        sa.Column("review_id", sa.UUID(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("criteria_version", sa.Text(), nullable=False),
        sa.Column("scores", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("feedback", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("note_version", sa.Integer(), nullable=False),
        sa.Column("amendments", sa.Integer(), nullable=False),
        sa.Column("answered_by", sa.UUID(), nullable=True),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_note_review_round_answered_by")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_note_review_round_by")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["note_review.id"], name=op.f("fk_note_review_round_review_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("review_id", "round", name=op.f("pk_note_review_round")),
    )
    op.execute(
        """INSERT INTO note_review (id, note_id, line_id, because, chosen_at, state)
           SELECT gen_random_uuid(), n.id, n.line_id, 'high_risk', now(), 'waiting' FROM note n
           WHERE EXISTS (SELECT FROM risk_level k WHERE k.contact_id = n.contact_id
             AND k.level IN ('high', 'imminent'))"""
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_table("note_review_round")
    op.drop_index("ix_note_review_open", table_name="note_review", postgresql_where=sa.text("state != 'done'"))
    op.drop_index("ix_note_review_done", table_name="note_review", postgresql_where=sa.text("state = 'done'"))
    op.drop_table("note_review")
