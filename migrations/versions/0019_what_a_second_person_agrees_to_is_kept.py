"""What a second person agrees to is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Bring the schema one step forward. What is open at this moment keeps the contacts that it has now."""
    op.create_table(
        "vault_opening_contact",
        sa.Column("opening_id", sa.UUID(), nullable=False),
        sa.Column("contact_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_vault_opening_contact_contact_id")),
        sa.ForeignKeyConstraint(
            ["opening_id"],
            ["vault_opening.id"],
            name=op.f("fk_vault_opening_contact_opening_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("opening_id", "contact_id", name=op.f("pk_vault_opening_contact")),
    )
    op.create_index("ix_vault_opening_contact_contact", "vault_opening_contact", ["contact_id"], unique=False)
    op.execute(
        """WITH RECURSIVE family AS (
             SELECT id AS opening_id, subject_id FROM vault_opening
             WHERE subject_id IS NOT NULL AND state IN ('requested', 'open', 'open_alone')
             UNION SELECT f.opening_id, s.id FROM family f JOIN subject s ON s.merged_into = f.subject_id)
           INSERT INTO vault_opening_contact (opening_id, contact_id)
           SELECT o.id, k.contact_id FROM family f JOIN vault_opening o ON o.id = f.opening_id
             JOIN subject_link k ON k.subject_id = f.subject_id AND k.contact_id <> o.contact_id"""
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_index("ix_vault_opening_contact_contact", table_name="vault_opening_contact")
    op.drop_table("vault_opening_contact")
