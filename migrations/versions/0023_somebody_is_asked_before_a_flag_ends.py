"""Somebody is asked before a flag ends."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.add_column("subject_flag", sa.Column("extended_by", sa.UUID(), nullable=True))
    op.add_column("subject_flag", sa.Column("extended_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_subject_flag_extended_by"), "subject_flag", "person", ["extended_by"], ["id"])
    # Of every flag that holds somebody is asked as of one that is placed from now on; of what ends this week, at once.
    op.execute(
        """INSERT INTO timer (id, kind, subject_id, due_at, created_at)
           SELECT gen_random_uuid(), 'flag_ends', id,
             expires_at - least(interval '7 days', (expires_at - placed_at) / 2), now()
           FROM subject_flag WHERE lifted_at IS NULL AND expires_at > now()
           ON CONFLICT (kind, subject_id) WHERE done_at IS NULL DO NOTHING"""
    )


def downgrade() -> None:
    """Take this step back."""
    op.execute("DELETE FROM timer WHERE kind = 'flag_ends'")
    op.drop_constraint(op.f("fk_subject_flag_extended_by"), "subject_flag", type_="foreignkey")
    op.drop_column("subject_flag", "extended_at")
    op.drop_column("subject_flag", "extended_by")
