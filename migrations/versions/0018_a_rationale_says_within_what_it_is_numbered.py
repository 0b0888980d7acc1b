"""A rationale says within what it is numbered."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.add_column("risk_level", sa.Column("scope", sa.UUID(), nullable=True))
    # Until now it was the file that the contact was in at that moment, else the contact. Where a link by hand, a merge
    # or a split may have come between, nobody can tell, and the row's own id says so.
    op.execute(
        """UPDATE risk_level r SET scope = CASE
             WHEN NOT EXISTS (SELECT FROM subject_link k WHERE k.contact_id = r.contact_id) THEN r.contact_id
             ELSE coalesce((SELECT k.subject_id FROM subject_link k
               WHERE k.contact_id = r.contact_id AND k.how = 'pseudonym' AND NOT EXISTS (
                 SELECT FROM subject_regrouping g WHERE k.subject_id IN (g.from_subject, g.to_subject))), r.id) END
           WHERE r.rationale ~ '[〔[]'"""
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_column("risk_level", "scope")
