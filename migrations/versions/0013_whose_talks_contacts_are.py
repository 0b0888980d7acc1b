"""whose talks contacts are."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Bring the schema one step forward."""
    op.create_index(
        "ix_contact_person",
        "contact",
        ["person_id", "answered_at"],
        unique=False,
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_index("ix_contact_person", table_name="contact", postgresql_where=sa.text("person_id IS NOT NULL"))
