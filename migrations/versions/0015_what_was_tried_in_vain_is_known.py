"""What a command tried in vain is known, and so whether a call-back may have rung that is owed still."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.add_column("command", sa.Column("in_vain", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "call_back", sa.Column("may_have_rung", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_column("call_back", "may_have_rung")
    op.drop_column("command", "in_vain")
