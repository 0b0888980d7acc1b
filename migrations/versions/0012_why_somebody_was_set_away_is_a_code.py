"""Why somebody was set away or offline is a code; words that were typed are forgotten: they may name a caller (P5)."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.execute(
        """UPDATE presence SET reason = '' WHERE reason NOT IN ('', 'rest', 'see_supervisor', 'meeting', 'technical',
             'not_needed', 'missed_offers', 'no_audio', 'out_of_reach', 'shift_over')"""
    )


def downgrade() -> None:
    """Take this step back: nothing that was forgotten comes back."""
