"""What was erased stays erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.add_column("contact", sa.Column("erased_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    # Whoever was erased by right is known by the tombstones that name a contact, and by the erasures of one. What went
    # by age left nothing behind: the next nightly round marks it.
    op.execute(
        """UPDATE contact c SET erased_at = gone.at
           FROM (SELECT id, min(at) AS at
                 FROM (SELECT record_id::uuid AS id, erased_at AS at FROM tombstone
                       WHERE record_table IN ('contact', 'subject_link', 'call_back', 'voicemail',
                         'vault.sealed_number')
                       UNION ALL
                       SELECT target_id, finished_at FROM erasure
                       WHERE target_kind = 'contact' AND finished_at IS NOT NULL) each
                 GROUP BY id) gone
           WHERE c.id = gone.id AND c.state = 'closed'"""
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_column("contact", "erased_at")
