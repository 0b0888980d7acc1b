"""notes are found by one index."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.drop_index(op.f("ix_note_search_at"), table_name="note_search")


def downgrade() -> None:
    """Take this step back."""
    op.create_index(op.f("ix_note_search_at"), "note_search", ["at", "note_id"], unique=False)
