"""A draft's version never comes again."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.execute("CREATE SEQUENCE note_draft_version AS integer CYCLE")
    # Above what any draft has now.
    op.execute("SELECT setval('note_draft_version', (SELECT coalesce(max(version), 0) + 1 FROM note_draft))")


def downgrade() -> None:
    """Take this step back."""
    op.execute("DROP SEQUENCE note_draft_version")
