"""A caller keeps the pool they were handed on to; call-backs nobody takes are given up; nothing is recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.add_column("contact", sa.Column("prefers_pool_id", sa.Text(), nullable=True))
    op.execute(
        """INSERT INTO timer (id, kind, subject_id, due_at, created_at)
           SELECT gen_random_uuid(), 'call_back_over', contact_id, consented_at + interval '24 hours', now()
           FROM call_back WHERE state = 'requested' ON CONFLICT DO NOTHING"""
    )
    # A setting that nothing acted on; a version that still had it could not be read any more.
    op.execute("UPDATE line_version SET document = document #- '{consent,may_record}'")


def downgrade() -> None:
    """Take this step back."""
    op.execute("DELETE FROM timer WHERE kind = 'call_back_over'")
    op.drop_column("contact", "prefers_pool_id")
