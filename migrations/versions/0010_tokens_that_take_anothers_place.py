"""while a key is being changed, one token takes another's place."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_table(
        "pseudonym_successor",
        sa.Column("old_token", sa.LargeBinary(), nullable=False),
        sa.Column("new_token", sa.LargeBinary(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("old_token", name=op.f("pk_pseudonym_successor")),
    )
    op.create_index("ix_pseudonym_successor_new", "pseudonym_successor", ["new_token"], unique=False)


def downgrade() -> None:
    """Take this step back."""
    op.drop_index("ix_pseudonym_successor_new", table_name="pseudonym_successor")
    op.drop_table("pseudonym_successor")
