"""placeholders are numbered within a scope."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "placeholder",
        sa.Column("scope", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "kind", "token", name=op.f("pk_placeholder")),
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_table("placeholder")
