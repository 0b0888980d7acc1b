"""notes are found by spans of time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.add_column("note_search", sa.Column("line_id", sa.Text(), nullable=True))
    op.add_column(
        "note_search", sa.Column("people", postgresql.ARRAY(sa.UUID()), server_default=sa.text("'{}'"), nullable=False)
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_column("note_search", "people")
    op.drop_column("note_search", "line_id")
